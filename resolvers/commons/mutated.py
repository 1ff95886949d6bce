"""Which patients have mutations of a gene: GDC is asked once for each gene, and again when its release changes."""

import asyncio
import time
from collections.abc import Collection, Mapping

import numpy as np
import pyarrow as pa
from cachetools import LRUCache, TTLCache

from indexers.crosswalk import PATIENT, table_schema
from resolvers.commons.clients import CommonsClients
from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.harvest import projects_of
from resolvers.commons.ledger import note_answer
from resolvers.commons.limits import KeepingLimits
from schema.record_attributes import RECORD
from schema.vocabulary import Commons

MUTATIONS = "mutations"
# Genes, each with some thousand cases, and crosswalks with what was asked beside them.
_KEPT_GENES = 64
_KEPT_CROSSWALKS = 8

_Cases = frozenset[str]


class MutatedCases:
    """Asks GDC for whole genes, over all projects that patients are linked to. One instance serves all requests."""

    def __init__(self, clients: CommonsClients) -> None:
        self._gdc = clients.gdc
        self._service = clients.kept[Commons.GDC.value]
        self._kept: TTLCache[tuple[str, str], tuple[float, _Cases]] = TTLCache(_KEPT_GENES, KeepingLimits.fresh_seconds)
        self._made: LRUCache[tuple[object, ...], Crosswalk] = LRUCache(_KEPT_CROSSWALKS)

    async def beside(self, crosswalk: Crosswalk, genes: Collection[str]) -> Crosswalk:
        """A crosswalk of GDC with who has mutations of genes. UpstreamError if GDC does not say it of all of them."""
        found = dict(zip(genes, await asyncio.gather(*map(self.cases, genes)), strict=True))
        key = crosswalk, tuple(sorted(found.items()))
        if key not in self._made:
            rows = await asyncio.to_thread(_rows, crosswalk, found)
            self._made[key] = crosswalk.beside(MUTATIONS, rows)
        return self._made[key]

    async def cases(self, gene: str) -> _Cases:
        """The case ids of GDC with a simple somatic mutation of a gene, by its symbol; open calls alone."""
        release = await self._service.release_now()
        kept = None if release is None else self._kept.get((gene, release))
        if kept is not None:
            note_answer(self._service.name, release, kept[0], kept=True)
            return kept[1]
        found = frozenset(await self._gdc.mutated(gene, projects_of(Commons.GDC)))
        if release is not None and await self._service.release_now() == release:
            self._kept[gene, release] = time.time(), found
        return found


def _rows(crosswalk: Crosswalk, found: Mapping[str, _Cases]) -> pa.Table:
    """A row for each patient and gene, ascending by patient."""
    patients, cases = crosswalk.column(RECORD, "case_id")
    parts = []
    for gene, mutated in found.items():
        # Code 0 is no case.
        holds = np.array([False, *(value in mutated for value in cases.values)])
        own = patients[holds[cases.codes]]
        parts.append(pa.table({PATIENT: own, "gene": [gene] * len(own)}, table_schema(Commons.GDC, MUTATIONS)))
    return pa.concat_tables(parts).sort_by(PATIENT)
