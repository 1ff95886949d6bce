"""A search engine whose calls are counted, timed and told to OpenTelemetry."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.trace import Tracer
from opentelemetry.util.types import AttributeValue

from gateway.telemetry.metrics import Metrics
from gateway.telemetry.spans import TRACER, engine_span
from resolvers.search.engine import ColumnValues, Order, Parents, RowPage, SearchEngine, Window
from resolvers.search.facets import CrosstabAnswer, FacetAnswer, FacetQuestion
from resolvers.selection import Keys, Selection
from schema.vocabulary import Level


class ObservedSearchEngine:
    """Hands every call on to the engine. Spans tell what kind of question it was, and never what was asked for."""

    def __init__(self, engine: SearchEngine, metrics: Metrics, tracer: Tracer = TRACER) -> None:
        self._engine = engine
        self._metrics = metrics
        self._tracer = tracer

    async def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, int]:
        """See SearchEngine."""
        with self._call("counts", level=series.level.value):
            return await self._engine.counts(series, asked)

    async def counts_of_steps(self, steps: Sequence[Selection], asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        with self._call("counts_of_steps", steps=len(steps)):
            return await self._engine.counts_of_steps(steps, asked)

    async def counts_under(
        self, parents: Parents, series: Selection, asked: frozenset[str]
    ) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        with self._call("counts_under", level=parents.level.value, parents=len(parents.numbers)):
            return await self._engine.counts_under(parents, series, asked)

    async def facets(self, questions: Sequence[FacetQuestion]) -> Sequence[FacetAnswer | Exception]:
        """See SearchEngine."""
        with self._call("facets", facets=len(questions)):
            return await self._engine.facets(questions)

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """See SearchEngine."""
        with self._call("crosstab", facets=len(questions)):
            return await self._engine.crosstab(questions, asked)

    async def page(self, rows: Selection, order: Order, window: Window) -> RowPage:
        """See SearchEngine."""
        with self._call("page", level=rows.level.value, first=window.first):
            return await self._engine.page(rows, order, window)

    async def pages_under(
        self, parents: Parents, rows: Selection, order: Order, windows: Sequence[Window]
    ) -> Sequence[RowPage]:
        """See SearchEngine."""
        with self._call("pages_under", level=rows.level.value, parents=len(parents.numbers)):
            return await self._engine.pages_under(parents, rows, order, windows)

    async def held(self, asked: Sequence[ColumnValues | Keys]) -> Sequence[Sequence[bool]]:
        """See SearchEngine."""
        with self._call("held", columns=len(asked)):
            return await self._engine.held(asked)

    async def vocabulary(self, level: Level, column: str) -> Sequence[str]:
        """See SearchEngine."""
        with self._call("vocabulary", level=level.value, column=column):
            return await self._engine.vocabulary(level, column)

    @contextmanager
    def _call(self, call: str, **said: AttributeValue) -> Iterator[None]:
        attributes = {f"search.{name}": value for name, value in said.items()}
        with self._metrics.engine_call(call), engine_span(call, attributes, self._tracer):
            yield
