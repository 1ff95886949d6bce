"""Crosswalks of few patients, asked for when a condition needs them and nothing was harvested."""

import asyncio
import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from indexers.crosswalk import CrosswalkTables
from resolvers.catalogue import Catalogue
from resolvers.commons.checked import Checked, Sought
from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.forms import FORMS
from resolvers.commons.identity import LinkResult, candidates
from resolvers.commons.linking import crosswalk_tables, patients_of
from resolvers.commons.live import LiveRecords
from resolvers.search.reach import Reach, TooManyPatients
from schema.errors import NotHarvested, UpstreamError
from schema.vocabulary import Commons

Mask = npt.NDArray[np.bool_]

_KEPT = 8


class LiveCrosswalks:
    """Asks for at most `most` patients per condition. One instance serves all requests."""

    def __init__(self, catalogue: Catalogue, live: LiveRecords, linkable: Mapping[Commons, Mask], most: int) -> None:
        self._catalogue = catalogue
        self._live = live
        self._most = most
        self._linkable = linkable
        self._made: LRUCache[tuple[object, ...], Crosswalk] = LRUCache(_KEPT)

    def releases(self) -> Iterable[str]:
        """The releases that commons told last."""
        return (f"{commons.value}={self._live.release(commons)}" for commons in Commons)

    async def of(self, commons: Commons, tables: frozenset[str], reach: Reach, missing: NotHarvested) -> Crosswalk:
        """What a commons holds of the patients within reach. `missing` says why nothing harvested can be used."""
        try:
            rows = await reach.among(self._linkable[commons], self._most)
        except TooManyPatients as error:
            complaint = (
                f"{missing.complaint}, and this may concern {error.patients:,} patients, more than the "
                f"{self._most:,} that are asked for at once"
            )
            raise NotHarvested(commons.value, complaint, "narrow `where`") from None
        further = tables & LiveRecords.FURTHER.get(commons, frozenset())
        return await self._asked(commons, further, np.flatnonzero(rows))

    async def _asked(self, commons: Commons, further: frozenset[str], rows: npt.NDArray[np.intp]) -> Crosswalk:
        patients = patients_of(self._catalogue, rows.tolist())
        own = {Sought(row, candidates(collection, name, kind)): {commons} for row, collection, name, kind in patients}
        known: dict[int, Checked] = {}
        for sought, outcomes in (await self._live.checked(own, {})).items():
            outcome = outcomes[commons]
            if isinstance(outcome, UpstreamError):
                # Of a patient who is unknown since nobody answered, nothing may be said, neither yes nor no.
                raise outcome
            known[sought.row] = outcome
        records = [each.record for each in known.values() if each.record is not None]
        records = await self._live.with_further(commons, records, further)
        # What was answered before makes the same crosswalk: a panel and the page beside it need it several times.
        times = tuple(sorted({(each.release, each.fetched_at, each.stale) for each in known.values()}, key=str))
        key = commons, further, rows.tobytes(), times
        if key not in self._made:
            self._made[key] = await asyncio.to_thread(self._made_of, commons, known, records)
        return self._made[key]

    def _made_of(self, commons: Commons, known: Mapping[int, Checked], records: list[dict[str, Any]]) -> Crosswalk:
        links: list[tuple[int, LinkResult]] = [(row, known[row].link) for row in sorted(known)]
        table, tables = crosswalk_tables(commons, FORMS[commons], links, records)
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        found = CrosswalkTables(
            commons=commons,
            release=next((each.release for each in known.values()), self._live.release(commons)),
            read_at=min((each.fetched_at for each in known.values()), default=now),
            links=table.sort_by("patient"),
            tables={name: each.sort_by("patient") for name, each in tables.items()},
            stale=any(each.stale for each in known.values()),
        )
        return Crosswalk(found, len(self._linkable[commons]))
