"""From a Selection to the set of its rows.

Every node of the tree is an operation on boolean arrays, so that every form of `where` is evaluated by the same few
steps: one array over the rows of a level, or, for series, over the coarsest grain that can tell them apart.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import reduce
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from indexers.quotient import PROFILE_COLUMNS
from resolvers.catalogue import Catalogue
from resolvers.catalogue.gather import gather
from resolvers.search.embedded.grains import Grain, Grains, Mask, SeriesSet
from resolvers.search.embedded.kernels import chosen
from resolvers.search.embedded.leaves import Leaves, number_mask
from resolvers.selection import (
    And,
    Condition,
    Count,
    Field,
    Keys,
    Leaf,
    Not,
    Or,
    Recorded,
    Rows,
    Selection,
    Some,
    SomeRow,
    undecided,
)
from schema.vocabulary import Level

# Sets of recent Selections, eight rows to a byte: paging on and counting again does not evaluate again.
_REMEMBERED_BYTES = 32_000_000
# What remembering a set costs beside its bits.
_ENTRY_BYTES = 500

Join = Callable[[Mask, Mask], Mask]


class _Bits(NamedTuple):
    """A remembered set: its grain if it is one of series."""

    grain: Grain | None
    size: int
    bits: npt.NDArray[np.uint8]


class Masks:
    """Evaluates Selections over one catalogue. Safe to call from several threads, which share what they evaluate."""

    def __init__(self, catalogue: Catalogue, grains: Grains) -> None:
        self._catalogue = catalogue
        self._grains = grains
        self._relations = catalogue.relations
        self._leaves: dict[tuple[Level, str], Leaves] = {}
        # By digest: a Selection itself can name ten thousand series.
        self._remembered: LRUCache[bytes, _Bits] = LRUCache(
            _REMEMBERED_BYTES, getsizeof=lambda found: found.bits.nbytes + _ENTRY_BYTES
        )
        self._running: dict[bytes, Future[_Bits]] = {}
        self._lock = Lock()

    def of(self, selection: Selection) -> Mask:
        """The rows that the Selection holds."""
        if selection.level is Level.SERIES:
            return self._grains.refined(self.series(selection), Grain.SERIES)
        return _unpacked(self._once(selection))

    def series(self, selection: Selection) -> SeriesSet:
        """The series that the Selection holds."""
        found = self._once(selection)
        assert found.grain is not None
        return SeriesSet(found.grain, _unpacked(found))

    def leaves(self, level: Level, column: str) -> Leaves:
        """What is known of one column."""
        key = (level, column)
        # Two threads may both make one; the later one wins, and both give the same answers.
        if key not in self._leaves:
            self._leaves[key] = Leaves(self._catalogue.store.column(*key))
        return self._leaves[key]

    def _once(self, selection: Selection) -> _Bits:
        """Evaluated once, however many threads ask. They only wait for smaller Selections, so none wait in a ring."""
        digest = selection.digest
        with self._lock:
            remembered = self._remembered.get(digest)
            if remembered is not None:
                return remembered
            running = self._running.get(digest)
            if running is None:
                self._running[digest] = own = Future[_Bits]()
        if running is not None:
            return running.result()
        try:
            found = self._evaluated(selection)
            own.set_result(found)
        except BaseException as error:
            own.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._running[digest]
        with self._lock:
            self._remembered[digest] = found
        return found

    def _evaluated(self, selection: Selection) -> _Bits:
        if selection.level is Level.SERIES:
            series = self._series(selection.condition)
            return _Bits(series.grain, len(series.mask), np.packbits(series.mask))
        mask = self._rows(selection.level, selection.condition)
        return _Bits(None, len(mask), np.packbits(mask))

    def forget(self) -> None:
        """Forget all sets."""
        with self._lock:
            self._remembered.clear()

    # ------------------------------------------------------------------------------------------ sets of series

    def _series(self, condition: Condition) -> SeriesSet:
        match condition:
            case Leaf(Level.SERIES, column) if column in PROFILE_COLUMNS:
                return SeriesSet(Grain.PROFILE, self._profiles(condition))
            case Leaf():
                return SeriesSet(Grain.SERIES, self._leaf(Level.SERIES, condition))
            case Keys(keys=keys):
                return SeriesSet(Grain.SERIES, self._keys(condition.level, keys))
            case Rows(level, rows):
                return SeriesSet(Grain.SERIES, self._catalogue.store.own_rows(level, rows.mask))
            case And(conditions):
                return self._joined(conditions, np.logical_and, empty=True)
            case Or(conditions):
                return self._joined(conditions, np.logical_or, empty=False)
            case Not(inner):
                found = self._series(inner)
                return SeriesSet(found.grain, ~found.mask)
            case Some(level, inner):
                return self._of_ancestors(level, inner)
            case Count():
                raise ValueError("a series has no members to count")
            case Recorded() | Field() | SomeRow():
                raise undecided(condition)

    def _joined(self, conditions: Iterable[Condition], join: Join, *, empty: bool) -> SeriesSet:
        """Conditions of one grain are joined before they are refined to that of the finest."""
        by_grain: dict[Grain, Mask] = {}
        for condition in conditions:
            found = self._series(condition)
            before = by_grain.get(found.grain)
            by_grain[found.grain] = found.mask if before is None else join(before, found.mask)
        if not by_grain:
            return SeriesSet(Grain.PROFILE, np.full(self._grains.sizes[Grain.PROFILE], empty))
        finest = max(by_grain)
        return SeriesSet(
            finest, reduce(join, (self._grains.refined(SeriesSet(g, m), finest) for g, m in by_grain.items()))
        )

    def _of_ancestors(self, level: Level, inner: Condition) -> SeriesSet:
        """The series whose collection, patient or study meets the condition."""
        if isinstance(inner, Leaf) and inner.column in PROFILE_COLUMNS:
            return SeriesSet(Grain.PROFILE, self._profiles(inner))
        grain = Grain.PROFILE if level is Level.COLLECTION else Grain.CELL
        return SeriesSet(grain, gather(self.of(Selection(level, inner)), self._grains.ids(grain, level)))

    def _profiles(self, leaf: Leaf) -> Mask:
        passing = self.leaves(leaf.level, leaf.column).codes_passing(leaf.tests)
        return gather(passing, self._grains.quotients.profile_codes[leaf.column])

    # ------------------------------------------------------------------------------------------ rows of a level

    def _rows(self, level: Level, condition: Condition) -> Mask:
        """Rows of a level above the series."""
        match condition:
            case Leaf():
                return self._leaf(level, condition)
            case Keys(keys=keys):
                return self._keys(condition.level, keys)
            case Rows(_, rows):
                return self._catalogue.store.own_rows(level, rows.mask)
            case And(conditions):
                everything = np.ones(self._relations.sizes[level], bool)
                return reduce(np.logical_and, (self._rows(level, c) for c in conditions), everything)
            case Or(conditions):
                nothing = np.zeros(self._relations.sizes[level], bool)
                return reduce(np.logical_or, (self._rows(level, c) for c in conditions), nothing)
            case Not(inner):
                return ~self._rows(level, inner)
            case Some(Level.SERIES, inner):
                return self._owners(level, self.series(Selection(Level.SERIES, inner)))
            case Some(other, inner):
                return self._relations.related(self.of(Selection(other, inner)), other, level)
            case Count(other, inner, tests):
                counted = self._relations.counted(self.of(Selection(other, inner)), other, level)
                return number_mask(counted, tests)
            case Recorded() | Field() | SomeRow():
                raise undecided(condition)

    def _owners(self, level: Level, series: SeriesSet) -> Mask:
        """Rows of a level that have series of the set."""
        grain = Grain.PROFILE if level is Level.COLLECTION and series.grain is Grain.PROFILE else Grain.CELL
        if series.grain is Grain.SERIES:
            owned = self._grains.cells(chosen(series.mask))
        else:
            owned = self._grains.refined(series, grain)
        owners = np.zeros(self._relations.sizes[level], bool)
        owners[self._grains.ids(grain, level)[owned]] = True
        return owners

    # ------------------------------------------------------------------------------------------ tests

    def _leaf(self, level: Level, leaf: Leaf) -> Mask:
        if leaf.level is not level:
            raise ValueError(f"{leaf} stands among conditions on {level.value}")
        return self.leaves(leaf.level, leaf.column).passing(leaf.tests)

    def _keys(self, level: Level, keys: tuple[tuple[str, ...], ...]) -> Mask:
        mask = np.zeros(self._relations.sizes[level], bool)
        mask[[row for row in self._catalogue.keys.rows(level, keys) if row is not None]] = True
        return mask


def _unpacked(found: _Bits) -> Mask:
    return np.unpackbits(found.bits, count=found.size).view(bool)
