"""The engine as a gateway asks it: over the indices that are in service now, and only while they answer.

Aliases are looked at once when it starts and every few seconds from then on; questions name the indices themselves. So
whatever is asked is answered by one build wholly, also while aliases move.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.layout import Names
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.cluster import UPSTREAM, Cluster, Meter
from resolvers.search.elasticsearch.engine import ElasticsearchEngine
from resolvers.search.elasticsearch.service import InService, WrongIndexError, find_service
from resolvers.search.elsewhere import ANSWERED_ELSEWHERE
from resolvers.search.embedded.engine import EmbeddedSearchEngine
from resolvers.search.engine import ColumnValues, Order, Parents, RowPage, SearchEngine, Window
from resolvers.search.facets import CrosstabAnswer, FacetAnswer, FacetQuestion
from resolvers.selection import Keys, Selection
from schema.errors import UpstreamUnavailable
from schema.vocabulary import Level

log = logging.getLogger("idc_gateway")

T = TypeVar("T")

# How often aliases and shards are looked at.
SECONDS_BETWEEN = 5.0


@dataclass(frozen=True)
class Place:
    """Where the indices are, and how long an answer may take, in seconds."""

    connection: Connection
    names: Names
    seconds: float


class WatchedEngine:
    """An engine over what is in service. `complaint`: why it can't be asked now; None if it can.

    `fallback` answers instead, over the same catalogue, while it can't.
    """

    def __init__(self, place: Place, catalogue: Catalogue, fallback: EmbeddedSearchEngine | None = None) -> None:
        self.complaint: str | None = "it has not been asked yet"
        self.meter = Meter()
        self._place = place
        self._catalogue = catalogue
        self._fallback = fallback
        self._engine: ElasticsearchEngine | None = None
        self._found: InService | None = None
        self._looking = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether questions are answered, by whichever engine."""
        return self.complaint is None or self._fallback is not None

    async def start(self) -> None:
        """Look at the aliases, and keep looking."""
        await self.look()
        self._watching = asyncio.create_task(self._watch())

    async def look(self) -> None:
        """Take what is in service; if there is nothing that can be asked, say why."""
        async with self._looking:
            try:
                found = await find_service(
                    self._place.connection, self._place.names, self._catalogue, self._place.seconds
                )
            except (UpstreamUnavailable, WrongIndexError) as error:
                said = error.complaint if isinstance(error, UpstreamUnavailable) else str(error)
                if self.complaint != said:
                    log.warning("Elasticsearch can't be asked: %s", said)
                self.complaint = said
                return
            if self._engine is None or found != self._found:
                await self._take(found)
            if self.complaint is not None:
                log.info("Elasticsearch answers from %s", ", ".join(found.indices.values()))
            self.complaint = None

    async def close(self) -> None:
        """Stop looking, and close all connections."""
        if self._watching is not None:
            self._watching.cancel()
        for engine in (self._engine, self._fallback):
            if engine is not None:
                await engine.close()

    async def _take(self, found: InService) -> None:
        before = self._engine
        cluster = Cluster(self._place.connection, found.indices, self._place.seconds, self.meter)
        self._engine = await asyncio.to_thread(ElasticsearchEngine, cluster, self._catalogue, found.sizes, found.shards)
        self._found = found
        if before is not None:
            # What is being answered still needs it.
            asyncio.get_running_loop().call_later(
                2 * self._place.seconds, lambda: asyncio.ensure_future(before.close())
            )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN)
            try:
                await self.look()
            except Exception:
                log.exception("the indices in service can't be looked at")

    async def _asked(self, ask: Callable[[SearchEngine], Awaitable[T]]) -> T:
        """The answer of the engine over what is in service; of the fallback if there is none."""
        engine = self._engine
        complaint = self.complaint
        if engine is not None and complaint is None:
            try:
                return await ask(engine)
            except UpstreamUnavailable as error:
                complaint = error.complaint
            # An index that was replaced may be gone: then another is in service.
            await self.look()
            if self._engine is not engine and self._engine is not None and self.complaint is None:
                return await ask(self._engine)
        if self._fallback is None:
            raise UpstreamUnavailable(UPSTREAM, complaint or "it has not been asked yet")
        elsewhere = ANSWERED_ELSEWHERE.get()
        if elsewhere is not None and complaint not in elsewhere:
            elsewhere.append(complaint or "")
        return await ask(self._fallback)

    # -------------------------------------------------------------------------------------- the protocol

    async def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, int]:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.counts(series, asked))

    async def counts_of_steps(self, steps: Sequence[Selection], asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.counts_of_steps(steps, asked))

    async def counts_under(
        self, parents: Parents, series: Selection, asked: frozenset[str]
    ) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.counts_under(parents, series, asked))

    async def facets(self, questions: Sequence[FacetQuestion]) -> Sequence[FacetAnswer | Exception]:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.facets(questions))

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.crosstab(questions, asked))

    async def page(self, rows: Selection, order: Order, window: Window) -> RowPage:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.page(rows, order, window))

    async def pages_under(
        self, parents: Parents, rows: Selection, order: Order, windows: Sequence[Window]
    ) -> Sequence[RowPage]:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.pages_under(parents, rows, order, windows))

    async def held(self, asked: Sequence[ColumnValues | Keys]) -> Sequence[Sequence[bool]]:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.held(asked))

    async def vocabulary(self, level: Level, column: str) -> Sequence[str]:
        """See SearchEngine."""
        return await self._asked(lambda engine: engine.vocabulary(level, column))
