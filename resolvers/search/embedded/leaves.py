"""Tests of attributes: each is made once per distinct value and gathered over the rows."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property, reduce
from threading import Lock
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from cachetools import LRUCache

from indexers.columns import Column, Identifiers, Numbers, Terms, find_identifiers
from resolvers.catalogue.gather import gather
from resolvers.search.embedded.kernels import between
from resolvers.search.embedded.words import WordIndex
from resolvers.selection import Contains, In, Range, Scalar, Search, StartsWith, Test, among

Mask = npt.NDArray[np.bool_]

# Rows of an identifier column that are looked at together: bounds the memory of a search through all of them.
_CHUNK = 65_536

_LEAST, _MOST = -(2**63), 2**63 - 1
# Lists of identifiers that are remembered with their rows: what is asked of one list is asked at about one time.
_LOOKUPS = 4

Lookup = tuple[npt.NDArray[np.int64], Mask]


class Vocabulary:
    """The distinct elements of a Terms column. Elements of lists come from several values."""

    def __init__(self, terms: Terms) -> None:
        self.lists = any(isinstance(value, tuple) for value in terms.values)
        elements = {element for value in terms.values for element in value} if self.lists else ()  # type: ignore[union-attr]
        self.elements = cast("Sequence[Scalar]", sorted(elements) if self.lists else terms.values)
        self._terms = terms

    @cached_property
    def _place(self) -> dict[Scalar, int]:
        return {element: place for place, element in enumerate(self.elements)}

    def containing(self, text: str) -> Mask:
        """Which elements contain the lower-cased text, whatever their case."""
        return self._passing(Contains(text))

    def place(self, element: Scalar) -> int | None:
        """Where the element stands among all of them; None if it is not one."""
        return self._place.get(element)

    @cached_property
    def _lowered(self) -> list[str]:
        return [str(element).lower() for element in self.elements]

    @cached_property
    def _searched(self) -> pa.Array:
        # Arrow searches a hundred thousand descriptions without holding up the event loop.
        return pa.array(self._lowered, pa.large_string())

    @cached_property
    def _words(self) -> WordIndex:
        return WordIndex(self._lowered)

    def held(self, values: Sequence[Scalar]) -> list[bool]:
        """For each of the values, whether it is an element."""
        return [value in self._place for value in values]

    def passing(self, tests: Sequence[Test]) -> Mask:
        """Per code, 0 for missing included, whether an element of its value passes all tests."""
        passing = self._all_passing(tests)
        if self.lists:
            good = {element for element, passes in zip(self.elements, passing.tolist(), strict=True) if passes}
            passing = np.array([not good.isdisjoint(value) for value in self._terms.values], bool)  # type: ignore[arg-type]
        return np.concatenate(([False], passing))

    def elements_passing(self, tests: Sequence[Test]) -> list[Scalar]:
        """The elements that pass all tests, ascending."""
        return [self.elements[place] for place in np.flatnonzero(self._all_passing(tests)).tolist()]

    def _all_passing(self, tests: Sequence[Test]) -> Mask:
        passing = np.ones(len(self.elements), bool)
        for test in tests:
            passing &= self._passing(test)
        return passing

    def _passing(self, test: Test) -> Mask:
        mask = np.zeros(len(self.elements), bool)
        match test:
            case In(values):
                mask[[self._place[value] for value in values if value in self._place]] = True
            case Range():
                mask[self._run(test)] = True
            case Contains(text):
                mask = pc.match_substring(self._searched, text).to_numpy(zero_copy_only=False)
            case StartsWith(text):
                mask = pc.starts_with(self._searched, text).to_numpy(zero_copy_only=False)
            case Search(words):
                mask[:] = True
                for word in words:
                    holding = np.zeros(len(self.elements), bool)
                    holding[self._words.places(word)] = True
                    mask &= holding
        return mask

    def _run(self, test: Range) -> slice:
        """Elements ascend, so those between two bounds are contiguous."""
        elements = cast("Sequence[Any]", self.elements)
        start, end = 0, len(elements)
        if test.lower is not None:
            start = (bisect_left if test.lower_included else bisect_right)(elements, test.lower)
        if test.upper is not None:
            end = (bisect_right if test.upper_included else bisect_left)(elements, test.upper)
        return slice(start, end)


class Leaves:
    """Tests of one column, over all of its rows."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._lookups: LRUCache[tuple[Scalar, ...], Lookup] = LRUCache(_LOOKUPS)
        self._lock = Lock()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The distinct elements of a column of terms."""
        if not isinstance(self._column, Terms):
            raise TypeError("only terms have a vocabulary")
        return Vocabulary(self._column)

    def held(self, values: Sequence[str]) -> Sequence[bool]:
        """For each of the values of a column of text, whether a row has it."""
        if isinstance(self._column, Identifiers):
            wanted = among(values).values
            there = dict(zip(wanted, self._looked_up(self._column, wanted)[1].tolist(), strict=True))
            return [there[value] for value in values]
        return self.vocabulary.held(values)

    def codes_passing(self, tests: Sequence[Test]) -> Mask:
        """Per code, 0 for missing included, whether an element of its value passes all tests; without: has a value."""
        return self.vocabulary.passing(tests)

    def passing(self, tests: Sequence[Test]) -> Mask:
        """Rows with an element that passes all tests; without tests: rows with a value."""
        match self._column:
            case Terms(codes=codes):
                return gather(self.codes_passing(tests), codes) if tests else codes != 0
            case Numbers():
                return number_mask(self._column.numbers, tests)
            case Identifiers():
                return self._identifier_mask(self._column, tests)

    def _identifier_mask(self, column: Identifiers, tests: Sequence[Test]) -> Mask:
        mask = np.ones(len(column.texts), bool)
        for test in tests:
            match test:
                case In(values):
                    rows, found = self._looked_up(column, values)
                    chosen = np.zeros(len(mask), bool)
                    chosen[rows[found]] = True
                    mask &= chosen
                case Contains(text) | StartsWith(text):
                    mask &= _text_mask(column, text, at_start=isinstance(test, StartsWith))
                case _:
                    raise TypeError(f"{test} is no test of identifiers")
        return mask

    def _looked_up(self, column: Identifiers, values: tuple[Scalar, ...]) -> Lookup:
        """Rows of the values and whether there is one; ten thousand binary searches are made once."""
        with self._lock:
            found = self._lookups.get(values)
        if found is None:
            found = find_identifiers(column, [str(value) for value in values])
            with self._lock:
                self._lookups[values] = found
        return found


def number_mask(numbers: npt.NDArray[np.signedinteger], tests: Sequence[Test]) -> Mask:
    """Numbers that pass all tests. Bounds beyond 64 bits are compared as they are, not cut."""
    wide = numbers.astype(np.int64, copy=False)
    masks = [_number_mask(wide, test) for test in tests]
    return reduce(np.logical_and, masks) if masks else np.ones(len(numbers), bool)


def _number_mask(numbers: npt.NDArray[np.int64], test: Test) -> Mask:
    match test:
        case In(values):
            return np.isin(numbers, [v for v in values if _LEAST <= v <= _MOST])  # type: ignore[operator]
        case Range():
            lower = _LEAST if test.lower is None else int(test.lower) + (not test.lower_included)
            upper = _MOST if test.upper is None else int(test.upper) - (not test.upper_included)
            if lower > _MOST or upper < _LEAST:
                return np.zeros(len(numbers), bool)
            return between(numbers, max(lower, _LEAST), min(upper, _MOST))
        case _:
            raise TypeError(f"{test} is no test of numbers")


def _text_mask(column: Identifiers, text: str, at_start: bool) -> Mask:
    mask = np.zeros(len(column.texts), bool)
    if not text.isascii() or "\0" in text:
        return mask
    needle = text.encode()
    for start in range(0, len(mask), _CHUNK):
        chunk = column.texts[start : start + _CHUNK]
        chunk = chunk if column.lowered else np.strings.lower(chunk)
        place = np.strings.find(chunk, needle)
        mask[start : start + _CHUNK] = place == 0 if at_start else place >= 0
    return mask
