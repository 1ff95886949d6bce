"""Conditions on collections, decided before anything else: their own attributes here, what they hold by counting it.

A collection holds indexed patients and others, so that neither source alone can say what it holds.
"""

from collections.abc import Awaitable, Callable
from functools import reduce

import numpy as np
import numpy.typing as npt

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.leaves import Leaves, number_mask
from resolvers.selection import (
    EVERYTHING,
    And,
    Condition,
    Count,
    Field,
    In,
    Keys,
    Leaf,
    Not,
    Or,
    Recorded,
    Rows,
    Selection,
    Some,
    SomeRow,
    Test,
    among,
    undecided,
)
from schema.vocabulary import Level

Mask = npt.NDArray[np.bool_]

# Per collection the number of patients, studies or series among the selected series.
CountPerCollection = Callable[[Selection, str], Awaitable[npt.NDArray[np.int64]]]

_COUNTED = {Level.PATIENT: "patients", Level.STUDY: "studies", Level.SERIES: "series"}
NOTHING = Or(())


class Collections:
    """Decides what is said of collections."""

    def __init__(self, catalogue: Catalogue, count: CountPerCollection) -> None:
        self._catalogue = catalogue
        self._count = count
        self._leaves: dict[str, Leaves] = {}
        self._many = catalogue.relations.sizes[Level.COLLECTION]

    async def resolved(self, selection: Selection) -> Selection:
        """The same rows, with a list of collections for all that is said of collections; of a level below them."""
        return Selection(selection.level, await self._resolved(selection.condition))

    async def mask(self, condition: Condition) -> Mask:
        """The collections that meet a condition."""
        match condition:
            case Leaf(_, column, tests):
                if column not in self._leaves:
                    self._leaves[column] = Leaves(self._catalogue.store.column(Level.COLLECTION, column))
                return self._leaves[column].passing(tests)
            case Keys(level, keys):
                mask = np.zeros(self._many, bool)
                mask[[row for row in self._catalogue.keys.rows(level, keys) if row is not None]] = True
                return mask
            case Rows(_, rows):
                return rows.mask
            case And(parts):
                return reduce(np.logical_and, [await self.mask(part) for part in parts], np.ones(self._many, bool))
            case Or(parts):
                return reduce(np.logical_or, [await self.mask(part) for part in parts], np.zeros(self._many, bool))
            case Not(inner):
                return ~await self.mask(inner)
            case Some(Level.COLLECTION, inner):
                return await self.mask(inner)
            case Some(level, inner):
                return await self._members(level, inner) > 0
            case Count(level, inner, tests):
                return _passing(await self._members(level, inner), tests)
            case Recorded() | Field() | SomeRow():
                raise undecided(condition)

    async def _members(self, level: Level, inner: Condition) -> npt.NDArray[np.int64]:
        below = await self._resolved(inner)
        series = Selection(Level.SERIES, below if level is Level.SERIES else Some(level, below))
        return await self._count(series, _COUNTED[level])

    async def _resolved(self, condition: Condition) -> Condition:
        match condition:
            case And(parts):
                return And(tuple([await self._resolved(part) for part in parts]))
            case Or(parts):
                return Or(tuple([await self._resolved(part) for part in parts]))
            case Not(inner):
                return Not(await self._resolved(inner))
            case Some(Level.COLLECTION, Leaf(_, "collection_id", (In(),))):
                return condition
            case Some(Level.COLLECTION, inner):
                return self._named(await self.mask(inner))
            case Some(level, inner):
                return Some(level, await self._resolved(inner))
            case Count(level, inner, tests):
                return Count(level, await self._resolved(inner), tests)
            case _:
                return condition

    def _named(self, mask: Mask) -> Condition:
        if mask.all():
            return EVERYTHING
        ids = self._catalogue.store.terms(Level.COLLECTION, "collection_id").values
        held = among(str(ids[row]) for row in np.flatnonzero(mask).tolist())
        return Some(Level.COLLECTION, Leaf(Level.COLLECTION, "collection_id", (held,))) if held.values else NOTHING


def _passing(numbers: npt.NDArray[np.int64], tests: tuple[Test, ...]) -> Mask:
    return number_mask(numbers, tests)
