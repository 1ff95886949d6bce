"""Lists of patients and studies that meet a condition: found by Elasticsearch, and remembered."""

import asyncio
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from indexers.elasticsearch.layout import Kind
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.bodies import read_set, set_searches
from resolvers.search.elasticsearch.cluster import Cluster
from resolvers.search.elasticsearch.lowering import Cell, Within, everything, placed, withins
from resolvers.search.elasticsearch.queries import NumberSet, Queries, Vocabularies
from schema.vocabulary import Level

Mask = npt.NDArray[np.bool_]

# A set of all patients is 11 kB.
_REMEMBERED_BYTES = 32_000_000


class NumberSets:
    """Finds the numbers of rows. `sizes`: how many numbers the documents of a kind have at a level."""

    def __init__(self, cluster: Cluster, catalogue: Catalogue, sizes: Mapping[tuple[Kind, Level], int]) -> None:
        self._cluster = cluster
        self._catalogue = catalogue
        self._sizes = sizes
        self.vocabularies = Vocabularies(catalogue.store)
        self._remembered: LRUCache[tuple[Kind, Within], npt.NDArray[np.uint8]] = LRUCache(
            _REMEMBERED_BYTES, getsizeof=lambda bits: bits.nbytes + 500
        )
        self._running: dict[tuple[Kind, Within], asyncio.Task[Mask]] = {}

    async def queries(self, kind: Kind, cells: Iterable[Cell]) -> Queries:
        """What writes the queries of these cells: with all lists that they need."""
        needed = dict.fromkeys(within for where in cells for part in everything(where) for within in withins(part))
        masks = await asyncio.gather(*(self._once(kind, within) for within in needed))
        sets = {within: NumberSet.of(mask) for within, mask in zip(needed, masks, strict=True)}
        return Queries(self._catalogue, self.vocabularies, sets)

    async def mask(self, kind: Kind, level: Level, where: Cell) -> Mask:
        """The rows of a level that a cell holds."""
        queries = await self.queries(kind, [where])
        size = self._sizes[kind, level]
        searches = set_searches(kind, queries, where, level, size)
        return read_set(searches, await self._cluster.answers(searches), size)

    async def _once(self, kind: Kind, within: Within) -> Mask:
        """Found once, however many questions need it."""
        key = (kind, within)
        remembered = self._remembered.get(key)
        if remembered is not None:
            return np.unpackbits(remembered, count=self._sizes[kind, within.level]).view(bool)
        if key not in self._running:
            self._running[key] = asyncio.create_task(self._find(kind, within))
        return await asyncio.shield(self._running[key])

    async def _find(self, kind: Kind, within: Within) -> Mask:
        try:
            mask = await self.mask(kind, within.level, placed(within.level, within.part))
            self._remembered[kind, within] = np.packbits(mask)
            self._cluster.meter.sets += 1
            self._cluster.meter.numbers += int(np.count_nonzero(mask))
            return mask
        finally:
            del self._running[kind, within]
