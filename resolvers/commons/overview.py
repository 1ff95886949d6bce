"""How the commons are, and of how many patients they hold records."""

import asyncio
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.ledger import note_harvest
from resolvers.commons.live import LiveRecords
from resolvers.search.engine import SearchEngine
from resolvers.search.reach import patients_of
from resolvers.where import series_selection
from schema.commons_status import CommonsCoverage, CommonsHarvest, CommonsStatus
from schema.errors import NotHarvested, UpstreamError
from schema.vocabulary import Commons, MatchLevel
from schema.where import SeriesWhere

Mask = npt.NDArray[np.bool_]


class CommonsOverview:
    """See schema.context.CommonsOverview. One instance serves all requests."""

    def __init__(
        self,
        linkable: Mapping[Commons, Mask],
        crosswalks: Crosswalks,
        live: LiveRecords | None,
        engine: SearchEngine,
    ) -> None:
        self._linkable = linkable
        self._crosswalks = crosswalks
        self._live = live
        self._engine = engine

    async def status(self) -> list[CommonsStatus]:
        """All commons; those that are asked are asked for their releases."""
        return await asyncio.gather(*(self._status(commons) for commons in Commons))

    async def coverage(self, where: SeriesWhere | None, match: MatchLevel | None) -> list[CommonsCoverage]:
        """The denominators of every commons over the patients of the selected series."""
        patients = await patients_of(self._engine, series_selection(where, match), len(self._linkable[Commons.GDC]))
        return await asyncio.to_thread(lambda: [self._coverage(commons, patients) for commons in Commons])

    async def _status(self, commons: Commons) -> CommonsStatus:
        release, error = None, None
        if self._live is not None:
            try:
                release = await self._live.asked_release(commons)
            except UpstreamError as raised:
                error = raised
        return CommonsStatus(
            commons=commons,
            asked=self._live is not None,
            answers=None if self._live is None else error is None,
            complaint=None if error is None else str(error),
            code=None if error is None else error.code,
            release=release,
            harvest=await asyncio.to_thread(self._harvest, commons),
            linkable=int(self._linkable[commons].sum()),
        )

    def _harvest(self, commons: Commons) -> CommonsHarvest | None:
        crosswalk = self._harvested(commons)
        if crosswalk is None:
            return None
        tables = crosswalk.tables
        return CommonsHarvest(release=tables.release, harvested_at=tables.read_at, linked=int(crosswalk.linked.sum()))

    def _coverage(self, commons: Commons, patients: Mask) -> CommonsCoverage:
        linkable, crosswalk = self._linkable[commons], self._harvested(commons)
        if crosswalk is not None:
            standing = crosswalk.standing(linkable)
        else:
            nobody = np.zeros(len(patients), bool)
            parts = ("linked", "not_found", "withheld", "undecided")
            standing = {**dict.fromkeys(parts, nobody), "not_checked": linkable, "not_linkable": ~linkable}
        counts = {name: int((mask & patients).sum()) for name, mask in standing.items()}
        everybody = int(patients.sum())
        return CommonsCoverage(
            commons=commons, patients=everybody, linkable=everybody - counts["not_linkable"], **counts
        )

    def _harvested(self, commons: Commons) -> Crosswalk | None:
        try:
            crosswalk = self._crosswalks.of(commons)
        except NotHarvested:
            return None
        note_harvest(commons.value, crosswalk.tables.release, crosswalk.tables.read_at.timestamp())
        return crosswalk
