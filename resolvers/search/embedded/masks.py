"""From a Selection to the set of its rows, as a boolean array over its level.

Every node of the tree is an operation on such arrays, so that every form of `where` is evaluated by the same few
steps; `Relations` leads between levels.
"""

from functools import reduce
from threading import Lock

import numpy as np
from cachetools import LRUCache

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.leaves import Leaves, Mask, number_mask
from resolvers.selection import And, Condition, Count, Keys, Leaf, Not, Or, Selection, Some
from schema.vocabulary import Level

# Sets of recent Selections, eight rows to a byte: paging on and counting again does not evaluate again.
_REMEMBERED_BYTES = 32_000_000


class Masks:
    """Evaluates Selections over one catalogue. Safe to call from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._relations = catalogue.relations
        self._leaves: dict[tuple[Level, str], Leaves] = {}
        self._remembered: LRUCache[Selection, np.ndarray] = LRUCache(
            _REMEMBERED_BYTES, getsizeof=lambda bits: bits.nbytes
        )
        self._lock = Lock()

    def of(self, selection: Selection) -> Mask:
        """The rows that the Selection holds."""
        size = self._relations.sizes[selection.level]
        with self._lock:
            bits = self._remembered.get(selection)
        if bits is not None:
            return np.unpackbits(bits, count=size).view(bool)
        mask = self._evaluate(selection.level, selection.condition)
        with self._lock:
            self._remembered[selection] = np.packbits(mask)
        return mask

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
                return self._relations.related(self._evaluate(other, inner), other, level)
            case Count(other, inner, tests):
                counted = self._relations.counted(self._evaluate(other, inner), other, level)
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
        mask[[row for key in keys if (row := self._catalogue.keys.row(level, key)) is not None]] = True
        return mask
