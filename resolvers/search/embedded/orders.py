"""Sorted orders of a level: the permutation of its rows, and the place of each row in it."""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from indexers.columns import Identifiers, Numbers, Terms
from resolvers.catalogue import Catalogue
from resolvers.search.engine import KEYS, Order, OrderStep
from schema.attributes import ATTRIBUTES
from schema.vocabulary import Level, OrderDirection

# A permutation and its inverse of a million rows are 8 MB, and take a tenth of a second to make.
_REMEMBERED_BYTES = 64_000_000

_LEVEL_OF = {attribute.column: attribute.level for attribute in ATTRIBUTES}


@dataclass(frozen=True)
class Ranking:
    """`rows[place]` is the row at a place, `place[row]` the place of a row."""

    rows: npt.NDArray[np.uint32]
    place: npt.NDArray[np.uint32]

    @property
    def nbytes(self) -> int:
        """Bytes it occupies."""
        return self.rows.nbytes + self.place.nbytes


class Orders:
    """The orders of one catalogue. Safe to call from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._remembered: LRUCache[tuple[Level, Order], Ranking] = LRUCache(
            _REMEMBERED_BYTES, getsizeof=lambda ranking: ranking.nbytes
        )
        self._lock = Lock()

    def ranking(self, level: Level, order: Order) -> Ranking | None:
        """The rows of `level` in this order; None for key order, in which they are numbered."""
        if not order:
            return None
        with self._lock:
            found = self._remembered.get((level, order))
        if found is not None:
            return found
        rows = self._sorted(level, order)
        place = np.empty(len(rows), np.uint32)
        place[rows] = np.arange(len(rows), dtype=np.uint32)
        ranking = Ranking(rows, place)
        if ranking.nbytes <= _REMEMBERED_BYTES:
            with self._lock:
                self._remembered[level, order] = ranking
        return ranking

    def _sorted(self, level: Level, order: Order) -> npt.NDArray[np.uint32]:
        keys = [self._sort_key(level, step) for step in order]
        # lexsort takes the last key as the first criterion, and is stable: ties stay in key order.
        return np.lexsort(tuple(reversed(keys))).astype(np.uint32)

    def _sort_key(self, level: Level, step: OrderStep) -> npt.NDArray[np.int64]:
        ranks, missing = self._ranks(level, step.column)
        if step.direction is OrderDirection.DESC:
            ranks = -ranks
        if missing is not None:
            ranks[missing] = np.iinfo(np.int64).max
        return ranks

    def _ranks(self, level: Level, column: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_] | None]:
        """Integers that ascend as the values do, and which rows have no value."""
        size = self._catalogue.relations.sizes[level]
        if column == KEYS:
            return np.arange(size, dtype=np.int64), None
        if self._catalogue.store.has_column(level, column):
            return self._own_ranks(level, column)
        above = _LEVEL_OF[column]
        ranks, missing = self._own_ranks(above, column)
        parent = self._catalogue.relations.ancestor(level, above)
        return ranks[parent], None if missing is None else missing[parent]

    def _own_ranks(self, level: Level, name: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_] | None]:
        match self._catalogue.store.column(level, name):
            case Terms(codes=codes):
                return codes.astype(np.int64), codes == 0
            case Numbers(numbers=numbers):
                return numbers.astype(np.int64), None
            case Identifiers(order=by_text):
                ranks = np.empty(len(by_text), np.int64)
                ranks[by_text] = np.arange(len(by_text))
                return ranks, None
