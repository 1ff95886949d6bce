"""Records that are read together: a column is read for all of them when one is first asked for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from schema.record import Record

R = TypeVar("R", bound=Record)

RowNumbers = npt.NDArray[np.int64]
# Values of one attribute for these rows, in their order.
Reader = Callable[[RowNumbers], Sequence[object]]


class Readers:
    """The readers of one type of record, by attribute, each made when first needed: labels take time to load."""

    def __init__(self, makers: Mapping[str, Callable[[], Reader]]) -> None:
        self._makers = makers
        self._made: dict[str, Reader] = {}

    def __getitem__(self, name: str) -> Reader:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __contains__(self, name: str) -> bool:
        return name in self._makers

    def names(self) -> frozenset[str]:
        """What can be read."""
        return frozenset(self._makers)


class RecordPage(Generic[R]):
    """Records of one type over row numbers."""

    def __init__(self, kind: type[R], readers: Readers, numbers: Iterable[int]) -> None:
        self._readers = readers
        self._numbers = np.fromiter(numbers, np.int64)
        self.records: list[R] = [self._record(kind, number) for number in self._numbers.tolist()]
        self._values = [record.__dict__ for record in self.records]

    def fill(self, name: str) -> None:
        """See schema.record.Page."""
        if name not in self._readers:
            raise AttributeError(f"{type(self.records[0]).__name__ if self.records else 'record'} has no {name}")
        for values, value in zip(self._values, self._readers[name](self._numbers), strict=True):
            values[name] = value

    def _record(self, kind: type[R], number: int) -> R:
        # The dataclass constructor would want every field now.
        record = kind.__new__(kind)
        record.__dict__["record_page"] = self
        record.__dict__["record_row"] = number
        return record
