"""The embedded search engine: the protocol, answered off the event loop by as many threads as there are cores."""

import asyncio
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.pool import SearchPool
from resolvers.search.embedded.search import EmbeddedSearch
from resolvers.search.engine import ColumnValues, Order, Parents, RowPage, Window
from resolvers.search.facets import CrosstabAnswer, FacetAnswer, FacetQuestion
from resolvers.selection import Keys, Selection
from schema.errors import TimedOut
from schema.vocabulary import Level

T = TypeVar("T")


class EmbeddedSearchEngine:
    """Answers Selections over the catalogue of one release. `close` it when it is no longer asked.

    `seconds` is the longest that an answer is waited for; TimedOut if it takes longer.
    """

    def __init__(self, catalogue: Catalogue, threads: int | None = None, seconds: float | None = None) -> None:
        self.search = EmbeddedSearch(catalogue)
        self._seconds = seconds
        # More threads than cores only make each other wait.
        self._threads = threads or os.cpu_count() or 1
        self._pool = SearchPool(self._threads)

    async def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, int]:
        """See SearchEngine."""
        return await self._run(partial(self.search.counts, series, asked))

    async def counts_of_steps(self, steps: Sequence[Selection], asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return await self._run(partial(self.search.counts_of_steps, steps, asked))

    async def counts_under(
        self, parents: Parents, series: Selection, asked: frozenset[str]
    ) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return await self._run(partial(self.search.counts_under, parents, series, asked))

    async def facets(self, questions: Sequence[FacetQuestion]) -> Sequence[FacetAnswer | Exception]:
        """See SearchEngine. The threads share the facets of a panel, and their bases."""
        bases = await self._run(partial(self.search.bases, questions))
        shares = [questions[start :: self._threads] for start in range(self._threads)]
        drawn = await asyncio.gather(*(self._run(partial(self.search.facets, own, bases)) for own in shares if own))
        return [drawn[place % self._threads][place // self._threads] for place in range(len(questions))]

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """See SearchEngine."""
        return await self._run(partial(self.search.crosstab, questions, asked))

    async def page(self, rows: Selection, order: Order, window: Window) -> RowPage:
        """See SearchEngine."""
        return await self._run(partial(self.search.page, rows, order, window))

    async def pages_under(
        self, parents: Parents, rows: Selection, order: Order, windows: Sequence[Window]
    ) -> Sequence[RowPage]:
        """See SearchEngine."""
        return await self._run(partial(self.search.pages_under, parents, rows, order, windows))

    async def held(self, asked: Sequence[ColumnValues | Keys]) -> Sequence[Sequence[bool]]:
        """See SearchEngine."""
        return await self._run(partial(self.search.held, asked))

    async def vocabulary(self, level: Level, column: str) -> Sequence[str]:
        """See SearchEngine."""
        return await self._run(partial(self.search.vocabulary, level, column))

    @property
    def busy(self) -> int:
        """How many threads compute just now."""
        return self._pool.busy

    async def close(self) -> None:
        """Let running answers finish and take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _run(self, answer: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.get_running_loop().run_in_executor(self._pool, answer)
        except TimeoutError:
            raise TimedOut(self._seconds or 0) from None
