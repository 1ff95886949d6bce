"""How the commons are, and of how many patients they hold records."""

import asyncio

import numpy as np
import numpy.typing as npt

from resolvers.catalogue import Catalogue
from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.identity import linkable_patients
from resolvers.commons.live import LiveRecords
from resolvers.search.engine import SearchEngine
from resolvers.search.reach import patients_of
from resolvers.where import series_selection
from schema.commons_status import CommonsCoverage, CommonsHarvest, CommonsStatus
from schema.errors import NotHarvested, UpstreamError
from schema.vocabulary import Commons, LinkStatus, MatchLevel
from schema.where import SeriesWhere

Mask = npt.NDArray[np.bool_]


class CommonsOverview:
    """See schema.context.CommonsOverview. One instance serves all requests."""

    def __init__(
        self, catalogue: Catalogue, crosswalks: Crosswalks, live: LiveRecords | None, engine: SearchEngine
    ) -> None:
        self._linkable = linkable_patients(catalogue)
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
        linkable, crosswalk = self._linkable[commons] & patients, self._harvested(commons)

        def among(*statuses: LinkStatus) -> int:
            if crosswalk is None:
                return 0
            return sum(int((crosswalk.with_status(status) & linkable).sum()) for status in statuses)

        found = {
            "linked": among(LinkStatus.LINKED),
            "not_found": among(LinkStatus.NOT_FOUND),
            "withheld": among(LinkStatus.WITHHELD),
            "undecided": among(LinkStatus.AMBIGUOUS, LinkStatus.CONFLICT),
        }
        return CommonsCoverage(
            commons=commons,
            patients=int(patients.sum()),
            linkable=int(linkable.sum()),
            not_linkable=int(patients.sum() - linkable.sum()),
            not_checked=int(linkable.sum()) - sum(found.values()),
            **found,
        )

    def _harvested(self, commons: Commons) -> Crosswalk | None:
        try:
            return self._crosswalks.of(commons)
        except NotHarvested:
            return None
