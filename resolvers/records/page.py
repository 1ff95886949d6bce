"""Records that are read together: a column is read for all of them when one is first asked for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

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


# The pages that were read for one request.
_of_request: ContextVar["list[RecordPage[Any]] | None"] = ContextVar("pages of a request", default=None)


@contextmanager
def pages_let_go() -> Iterator[None]:
    """Let go at the end of all pages that are read meanwhile.

    Records and their page know each other. What is not let go stays in memory until a full garbage collection, of which
    answers of a thousand rows would make hundreds of megabytes between two.
    """
    pages: list[RecordPage[Any]] = []
    token = _of_request.set(pages)
    try:
        yield
    finally:
        _of_request.reset(token)
        for page in pages:
            page.let_go()


class RecordPage(Generic[R]):
    """Records of one type over row numbers."""

    def __init__(self, kind: type[R], readers: Readers, numbers: Iterable[int]) -> None:
        self._readers = readers
        self._numbers = np.fromiter(numbers, np.int64)
        self.records: list[R] = [self._record(kind, number) for number in self._numbers.tolist()]
        self._values = [record.__dict__ for record in self.records]
        pages = _of_request.get()
        if pages is not None:
            pages.append(self)

    def fill(self, name: str) -> None:
        """See schema.record.Page."""
        if name not in self._readers:
            raise AttributeError(f"{type(self.records[0]).__name__ if self.records else 'record'} has no {name}")
        for values, value in zip(self._values, self._readers[name](self._numbers), strict=True):
            values[name] = value

    def let_go(self) -> None:
        """Forget the records, which can't be asked for further columns then."""
        self.records, self._values = [], []

    def _record(self, kind: type[R], number: int) -> R:
        # The dataclass constructor would want every field now.
        record = kind.__new__(kind)
        record.__dict__["record_page"] = self
        record.__dict__["record_row"] = number
        return record
