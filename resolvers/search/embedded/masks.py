"""From a Selection to the set of its rows, as a boolean array over its level.

Every node of the tree is an operation on such arrays, so that every form of `where` is evaluated by the same few
steps; `Relations` leads between levels.
"""

from concurrent.futures import Future
from functools import reduce
from threading import Lock

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.leaves import Leaves, Mask, number_mask
from resolvers.selection import And, Condition, Count, Keys, Leaf, Not, Or, Selection, Some
from schema.vocabulary import Level

# Sets of recent Selections, eight rows to a byte: paging on and counting again does not evaluate again.
_REMEMBERED_BYTES = 32_000_000
# What remembering a set costs beside its bits.
_ENTRY_BYTES = 500

Bits = npt.NDArray[np.uint8]


class Masks:
    """Evaluates Selections over one catalogue. Safe to call from several threads, which share what they evaluate."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._relations = catalogue.relations
        self._leaves: dict[tuple[Level, str], Leaves] = {}
        # By digest: a Selection itself can name ten thousand series.
        self._remembered: LRUCache[bytes, Bits] = LRUCache(
            _REMEMBERED_BYTES, getsizeof=lambda bits: bits.nbytes + _ENTRY_BYTES
        )
        self._running: dict[bytes, Future[Bits]] = {}
        self._lock = Lock()

    def of(self, selection: Selection) -> Mask:
        """The rows that the Selection holds."""
        size = self._relations.sizes[selection.level]
        return np.unpackbits(self._bits(selection), count=size).view(bool)

    def _bits(self, selection: Selection) -> Bits:
        """Evaluated once, however many threads ask. They only wait for smaller Selections, so none wait in a ring."""
        digest = selection.digest
        with self._lock:
            remembered = self._remembered.get(digest)
            if remembered is not None:
                return remembered
            running = self._running.get(digest)
            if running is None:
                self._running[digest] = own = Future[Bits]()
        if running is not None:
            return running.result()
        try:
            bits = np.packbits(self._evaluate(selection.level, selection.condition))
            own.set_result(bits)
        except BaseException as error:
            own.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._running[digest]
        with self._lock:
            self._remembered[digest] = bits
        return bits

    def _evaluate(self, level: Level, condition: Condition) -> Mask:
        match condition:
            case Leaf():
                return self._leaf(level, condition)
            case Keys(keys=keys):
                return self._keys(condition.level, keys)
            case And(conditions):
                everything = np.ones(self._relations.sizes[level], bool)
                return reduce(np.logical_and, (self._evaluate(level, c) for c in conditions), everything)
            case Or(conditions):
                nothing = np.zeros(self._relations.sizes[level], bool)
                return reduce(np.logical_or, (self._evaluate(level, c) for c in conditions), nothing)
            case Not(inner):
                return ~self._evaluate(level, inner)
            case Some(other, inner):
                return self._relations.related(self.of(Selection(other, inner)), other, level)
            case Count(other, inner, tests):
                counted = self._relations.counted(self.of(Selection(other, inner)), other, level)
                return number_mask(counted, tests)

    def _leaf(self, level: Level, leaf: Leaf) -> Mask:
        if leaf.level is not level:
            raise ValueError(f"{leaf} stands among conditions on {level.value}")
        key = (leaf.level, leaf.column)
        # Two threads may both make one; the later one wins, and both give the same answers.
        if key not in self._leaves:
            self._leaves[key] = Leaves(self._catalogue.store.column(*key))
        return self._leaves[key].passing(leaf.tests)

    def _keys(self, level: Level, keys: tuple[tuple[str, ...], ...]) -> Mask:
        mask = np.zeros(self._relations.sizes[level], bool)
        mask[[row for row in self._catalogue.keys.rows(level, keys) if row is not None]] = True
        return mask
