"""The attributes that facets count by, as codes of profiles or of series."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from indexers.columns import Terms
from indexers.quotient import PROFILE_COLUMNS
from resolvers.catalogue import Catalogue
from resolvers.catalogue.gather import gather
from resolvers.search.embedded.grains import Grain, Grains, Ids
from resolvers.search.embedded.kernels import Codes
from resolvers.search.embedded.leaves import Vocabulary
from resolvers.search.embedded.masks import Masks
from resolvers.selection import Scalar
from schema.attributes import Attribute, faceted
from schema.vocabulary import FacetField, FacetForm, Level

MISSING = 0

# Edges that are remembered with the buckets of a million series, 2 MB each.
_CODINGS = 8


@dataclass(frozen=True)
class Lists:
    """The slots of each code: `slots[starts[code]:starts[code + 1]]`, each once."""

    starts: Ids
    slots: Ids

    @classmethod
    def of(cls, slots: Sequence[Sequence[int]]) -> "Lists":
        """From the slots of each code."""
        starts = np.cumsum([0, *(len(own) for own in slots)])
        return cls(starts.astype(np.uint32), np.array([slot for own in slots for slot in own], np.uint32))


@dataclass(frozen=True)
class Coding:
    """Of every profile, or series, a code; `slots[code]` is the slot that it is counted in, one of `many`.

    With lists it is counted in every slot of its code's list, and `slots` is not used.
    """

    grain: Grain
    codes: Codes
    slots: Ids
    many: int
    lists: Lists | None = None

    @classmethod
    def plain(cls, grain: Grain, codes: Codes, many: int, lists: Lists | None = None) -> "Coding":
        """The slot of a code is the code."""
        return cls(grain, codes, np.arange(many, dtype=np.uint32), many, lists)


class TermAxis:
    """An attribute with a bucket per value. Slot 0 is missing, slot n + 1 the n-th value in ascending order."""

    def __init__(self, grain: Grain, codes: Codes, terms: Terms, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._grain = grain
        self._codes = codes
        self._terms = terms

    @property
    def values(self) -> Sequence[Scalar]:
        """Its values, ascending; elements of lists singly."""
        return self.vocabulary.elements

    @cached_property
    def coding(self) -> Coding:
        """A slot for every value."""
        lists = self._lists if self.vocabulary.lists else None
        return Coding.plain(self._grain, self._codes, len(self.values) + 1, lists)

    def grouped(self, slots: npt.NDArray[np.int64], many: int) -> Coding:
        """The values counted together: `slots` says in which of `many` slots each of `coding` goes."""
        if not self.vocabulary.lists:
            return Coding(self._grain, self._codes, slots.astype(np.uint32), many)
        own = np.split(slots[self._lists.slots], self._lists.starts[1:-1])
        lists = Lists.of([sorted(set(slots.tolist())) for slots in own])
        return Coding.plain(self._grain, self._codes, many, lists)

    @cached_property
    def _lists(self) -> Lists:
        place = {element: number for number, element in enumerate(self.values, start=1)}
        values = cast("Sequence[tuple[str, ...]]", self._terms.values)
        return Lists.of([[MISSING], *([place[element] for element in value] for value in values)])


class NumberAxis:
    """A number with buckets between edges. Slot 0 is missing, 1 outside, the first bucket 2."""

    OUTSIDE, FIRST = 1, 2

    def __init__(self, grain: Grain, codes: Codes | None, numbers: npt.NDArray[np.number[Any]]) -> None:
        """`numbers`: one per code without 0 for missing, ascending; without codes, one per series."""
        self.grain = grain
        self.codes = codes
        self.numbers = numbers
        self._codings: LRUCache[tuple[float, ...], Coding] = LRUCache(_CODINGS)
        self._lock = Lock()

    @cached_property
    def extremes(self) -> tuple[float, float]:
        """The smallest and the greatest value of the release."""
        return (float(self.numbers.min()), float(self.numbers.max())) if len(self.numbers) else (0.0, 0.0)

    def between(self, edges: tuple[float, ...]) -> Coding:
        """A slot per half-open interval between two edges, which ascend."""
        with self._lock:
            found = self._codings.get(edges)
        if found is None:
            found = self._between(edges)
            with self._lock:
                self._codings[edges] = found
        return found

    def _between(self, edges: tuple[float, ...]) -> Coding:
        place = np.searchsorted(np.array(edges, np.float64), self.numbers, side="right")
        inside = (place > 0) & (place < len(edges))
        slots = np.where(inside, place + self.FIRST - 1, self.OUTSIDE)
        many = len(edges) - 1 + self.FIRST
        if self.codes is None:
            return Coding.plain(self.grain, _coded(slots, many), many)
        return Coding(self.grain, self.codes, np.append(MISSING, slots).astype(np.uint32), many)


class DateAxis:
    """A date with buckets of years or months. Slot 0 is missing."""

    def __init__(self, grain: Grain, codes: Codes, days: Sequence[str]) -> None:
        self.grain = grain
        self.codes = codes
        self.days = days
        self._periods: dict[int, tuple[Coding, Sequence[str]]] = {}

    @property
    def coding(self) -> Coding:
        """A slot for every day that occurs."""
        return Coding.plain(self.grain, self.codes, len(self.days) + 1)

    def periods(self, characters: int) -> tuple[Coding, Sequence[str]]:
        """A slot per year (4 characters of the ISO text) or month (7) that occurs, and their texts."""
        if characters not in self._periods:
            self._periods[characters] = self._coded_by(characters)
        return self._periods[characters]

    def _coded_by(self, characters: int) -> tuple[Coding, Sequence[str]]:
        texts = [day[:characters] for day in self.days]
        found = sorted(set(texts))
        slot = {text: number for number, text in enumerate(found, start=1)}
        slots = np.array([MISSING, *(slot[text] for text in texts)], np.uint32)
        return Coding(self.grain, self.codes, slots, len(found) + 1), found


Axis = TermAxis | NumberAxis | DateAxis


def _coded(slots: npt.NDArray[np.integer], many: int) -> Codes:
    """In a type that kernels are compiled for."""
    return slots.astype(np.uint16 if many <= np.iinfo(np.uint16).max else np.uint32)


class Axes:
    """The axes of one catalogue, made when first needed."""

    def __init__(self, catalogue: Catalogue, grains: Grains, masks: Masks) -> None:
        self._store = catalogue.store
        self._grains = grains
        self._masks = masks
        self._made: dict[FacetField, Axis] = {}

    def __getitem__(self, field: FacetField) -> Axis:
        # Two threads may both make one; the later one wins, and both are alike.
        if field not in self._made:
            self._made[field] = self._make(faceted(field))
        return self._made[field]

    def _make(self, attribute: Attribute) -> Axis:
        column = self._store.column(attribute.level, attribute.column)
        if not isinstance(column, Terms):
            numbers = self._store.numbers(attribute.level, attribute.column).numbers
            return NumberAxis(Grain.SERIES, None, numbers)
        grain, codes = self._codes(attribute, column)
        match attribute.facet_form:
            case FacetForm.TERMS:
                return TermAxis(grain, codes, column, self._masks.leaves(attribute.level, attribute.column).vocabulary)
            case FacetForm.NUMBERS:
                return NumberAxis(grain, codes, np.array(column.values, np.float64))
            case FacetForm.DATES:
                return DateAxis(grain, codes, cast("Sequence[str]", column.values))

    def _codes(self, attribute: Attribute, column: Terms) -> tuple[Grain, Codes]:
        quotients = self._grains.quotients
        if attribute.column in PROFILE_COLUMNS:
            return Grain.PROFILE, quotients.profile_codes[attribute.column]
        codes = _coded(column.codes, len(column.values) + 1)
        if attribute.level is Level.COLLECTION:
            return Grain.PROFILE, gather(codes, quotients.quotient.profile_collection)
        return Grain.SERIES, codes
