"""Readers of stored columns."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from indexers.columns import Identifiers, Terms
from resolvers.records.page import Reader, RowNumbers
from schema.global_id import GlobalID

Parents = npt.NDArray[np.unsignedinteger]
Members = Callable[[int], npt.NDArray[np.integer]]


def of_terms(terms: Terms, show: Callable[[object], object] = lambda value: value) -> Reader:
    """The value of each row, shown as `show` makes it; None for none."""
    return _labelled(terms.codes, [None, *(show(value) for value in terms.values)])


def of_lists(terms: Terms) -> Reader:
    """The elements of each row's list; an empty list for none."""
    return _labelled(terms.codes, [[], *(list(value) for value in terms.values)])  # type: ignore[arg-type]


def _labelled(codes: npt.NDArray[np.unsignedinteger], labels: Sequence[object]) -> Reader:
    return lambda rows: [labels[code] for code in codes[rows].tolist()]


def of_numbers(numbers: npt.NDArray[np.signedinteger]) -> Reader:
    """The number of each row."""
    return lambda rows: numbers[rows].tolist()


def of_identifiers(identifiers: Identifiers) -> Reader:
    """The text of each row."""
    texts = identifiers.texts
    return lambda rows: [text.decode() for text in texts[rows].tolist()]


def of_list(values: Sequence[object]) -> Reader:
    """The value at each row's number in a short list."""
    return lambda rows: [values[row] for row in rows.tolist()]


def through(parents: Parents, reader: Reader) -> Reader:
    """What `reader` says of each row's ancestor."""
    return lambda rows: reader(parents[rows].astype(np.int64))


def together(make: Callable[..., object], *readers: Reader) -> Reader:
    """What `make` makes of the values that the readers give for each row."""
    return lambda rows: [make(*values) for values in zip(*(reader(rows) for reader in readers), strict=True)]


def global_ids(typename: str, *keys: Reader) -> Reader:
    """The global id of each row, from the readers of its key."""
    return together(lambda *key: GlobalID(typename, key).encode(), *keys)


def one(records: Callable[[Sequence[int]], Sequence[object]], parents: Parents) -> Reader:
    """The record of each row's ancestor; rows with the same ancestor share it."""

    def read(rows: RowNumbers) -> Sequence[object]:
        numbers, places = np.unique(parents[rows], return_inverse=True)
        found = records(numbers.tolist())
        return [found[place] for place in places.tolist()]

    return read


def many(records: Callable[[Sequence[int]], Sequence[object]], members: Members) -> Reader:
    """The records of each row's members; a member of several rows is shared."""

    def read(rows: RowNumbers) -> Sequence[object]:
        runs = [members(row).tolist() for row in rows.tolist()]
        numbers = sorted({number for run in runs for number in run})
        found = dict(zip(numbers, records(numbers), strict=True))
        return [[found[number] for number in run] for run in runs]

    return read


def distinct(members: Members, terms: Terms) -> Reader:
    """The distinct values among the members of each row, ascending."""

    def read(rows: RowNumbers) -> Sequence[object]:
        runs = [members(row) for row in rows.tolist()]
        owners = np.repeat(np.arange(len(runs)), [len(run) for run in runs])
        codes = terms.codes[np.concatenate(runs)] if runs else np.empty(0, np.uint8)
        width = len(terms.values) + 1
        found = np.unique(owners[codes > 0] * width + codes[codes > 0])
        bounds = np.searchsorted(found, np.arange(len(runs) + 1) * width)
        values = [terms.values[code - 1] for code in (found % width).tolist()]
        return [values[start:end] for start, end in pairwise(bounds.tolist())]

    return read
