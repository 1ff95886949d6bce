"""The embedded search engine: the protocol, answered off the event loop by as many threads as there are cores."""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.axes import Axes
from resolvers.search.embedded.bases import Base
from resolvers.search.embedded.counts import count, count_steps, count_under
from resolvers.search.embedded.crosstab import cells
from resolvers.search.embedded.facets import Facets
from resolvers.search.embedded.grains import Grains, Mask
from resolvers.search.embedded.masks import Masks
from resolvers.search.embedded.orders import Orders
from resolvers.search.embedded.pages import page, pages_under
from resolvers.search.embedded.tallies import Tallies
from resolvers.search.engine import ColumnValues, Order, Parents, RowPage, Window
from resolvers.search.facets import CrosstabAnswer, FacetAnswer, FacetQuestion
from resolvers.selection import Keys, Selection
from schema.vocabulary import Level

T = TypeVar("T")

# Tallies of recent facets.
REMEMBERED_BYTES = 64_000_000


class EmbeddedSearchEngine:
    """Answers Selections over the catalogue of one release. `close` it when it is no longer asked."""

    def __init__(
        self, catalogue: Catalogue, threads: int | None = None, remembered_bytes: int = REMEMBERED_BYTES
    ) -> None:
        self._catalogue = catalogue
        self._grains = Grains(catalogue)
        self._masks = Masks(catalogue, self._grains)
        self._orders = Orders(catalogue)
        self.axes = Axes(catalogue, self._grains, self._masks)
        self._tallies = Tallies(remembered_bytes, Selection(Level.SERIES).digest)
        self._facets = Facets(self.axes, self._tallies)
        # More threads than cores only make each other wait.
        self._threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="search")

    async def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, int]:
        """See SearchEngine."""
        return await self._run(lambda: count(self._grains, self._masks.series(series), asked))

    async def counts_of_steps(self, steps: Sequence[Selection], asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return await self._run(lambda: count_steps(self._grains, [self._masks.series(step) for step in steps], asked))

    async def counts_under(
        self, parents: Parents, series: Selection, asked: frozenset[str]
    ) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return await self._run(
            lambda: count_under(self._catalogue, self._grains, parents, self._masks.of(series), asked)
        )

    async def facets(self, questions: Sequence[FacetQuestion]) -> Sequence[FacetAnswer | Exception]:
        """See SearchEngine."""
        bases = await self._run(lambda: self._bases(questions))
        shares = [range(start, len(questions), self._threads) for start in range(self._threads)]
        drawn: list[list[FacetAnswer | Exception]] = await asyncio.gather(
            *(self._run(partial(self._drawn, [questions[n] for n in share], bases)) for share in shares if share)
        )
        answers = {
            n: answer for share, own in zip(shares, drawn, strict=False) for n, answer in zip(share, own, strict=True)
        }
        return [answers[n] for n in range(len(questions))]

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """See SearchEngine."""
        return await self._run(lambda: self._crosstab(questions, asked))

    def _bases(self, questions: Sequence[FacetQuestion]) -> dict[bytes, Base]:
        selections = {question.series.digest: question.series for question in questions}
        return {digest: Base(self._grains, self._masks.series(series), digest) for digest, series in selections.items()}

    def _drawn(self, questions: Sequence[FacetQuestion], bases: dict[bytes, Base]) -> list[FacetAnswer | Exception]:
        answers: list[FacetAnswer | Exception] = []
        for question in questions:
            try:
                answers.append(self._facets.drawn(question, bases[question.series.digest]).answer)
            except Exception as error:  # one facet's failure is its own
                answers.append(error)
        return answers

    def _crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        base = self._bases(questions)[questions[0].series.digest]
        axes = [self._facets.drawn(question, base) for question in questions]
        return CrosstabAnswer([axis.answer for axis in axes], cells(self._grains, base, axes, asked))

    async def page(self, rows: Selection, order: Order, window: Window) -> RowPage:
        """See SearchEngine."""
        return await self._run(lambda: page(self._masks.of(rows), self._orders.ranking(rows.level, order), window))

    async def pages_under(
        self, parents: Parents, rows: Selection, order: Order, windows: Sequence[Window]
    ) -> Sequence[RowPage]:
        """See SearchEngine."""
        return await self._run(
            lambda: pages_under(
                self._catalogue.relations,
                rows.level,
                parents,
                self._masks.of(rows),
                self._orders.ranking(rows.level, order),
                windows,
            )
        )

    async def held(self, asked: Sequence[ColumnValues | Keys]) -> Sequence[Sequence[bool]]:
        """See SearchEngine."""
        return await self._run(lambda: [self._held(one) for one in asked])

    async def vocabulary(self, level: Level, column: str) -> Sequence[str]:
        """See SearchEngine."""
        return await self._run(lambda: [str(value) for value in self._masks.leaves(level, column).vocabulary.elements])

    def _held(self, asked: ColumnValues | Keys) -> Sequence[bool]:
        if isinstance(asked, Keys):
            return [row is not None for row in self._catalogue.keys.rows(asked.level, asked.keys)]
        return self._masks.leaves(asked.level, asked.column).held(asked.values)

    def mask(self, series: Selection) -> Mask:
        """Which series the Selection holds, by row number."""
        return self._masks.of(series)

    def forget(self) -> None:
        """Forget the sets and tallies remembered of earlier questions, so that the next ones can be measured."""
        self._masks.forget()
        self._tallies.forget()

    def close(self) -> None:
        """Let running answers finish and take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _run(self, answer: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, answer)
