"""A search engine whose conditions may speak of records in sister commons: they are decided before it is asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from resolvers.known import Known, decided, recorded, speaks_of_records
from resolvers.search.engine import ColumnValues, Order, Parents, RowPage, SearchEngine, Window
from resolvers.search.facets import CrosstabAnswer, FacetAnswer, FacetQuestion
from resolvers.search.reach import Reach
from resolvers.search.recorded_facets import RecordedFacets, RecordedValues
from resolvers.selection import Keys, Recorded, Selection
from schema.record_attributes import RecordAttribute, recorded_facet
from schema.vocabulary import Level


class Records(Protocol):
    """Decides conditions on records."""

    async def known(self, asked: Collection[Recorded], reach: Reach) -> Mapping[Recorded, Known]:
        """For whom each condition surely holds and surely fails, of those within reach at least.

        Fails closed: an error, never a part of the truth.
        """
        ...

    async def values(self, attribute: RecordAttribute, reach: Reach) -> RecordedValues:
        """The values of an attribute, of those within reach at least. It fails as `known` does."""
        ...


class RecordedSearchEngine:
    """Hands every call on, with sets of patients for all that is said of records."""

    def __init__(self, engine: SearchEngine, records: Records, patients: int) -> None:
        self._engine = engine
        self._records = records
        self._recorded = RecordedFacets(engine, self._values, patients)

    async def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, int]:
        """See SearchEngine."""
        return await self._engine.counts(await self._one(series), asked)

    async def counts_of_steps(self, steps: Sequence[Selection], asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return await self._engine.counts_of_steps(await self._decided(*steps), asked)

    async def counts_under(
        self, parents: Parents, series: Selection, asked: frozenset[str]
    ) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return await self._engine.counts_under(parents, await self._one(series, parents), asked)

    async def facets(self, questions: Sequence[FacetQuestion]) -> Sequence[FacetAnswer | Exception]:
        """See SearchEngine."""
        asked = await self._questions(questions)
        plain = iter(await self._engine.facets([one for one in asked if recorded_facet(one.field) is None]))
        recorded = iter(await self._recorded.facets([one for one in asked if recorded_facet(one.field)]))
        return [next(plain) if recorded_facet(one.field) is None else next(recorded) for one in asked]

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """See SearchEngine."""
        over = await self._questions(questions)
        if any(recorded_facet(one.field) for one in over):
            return await self._recorded.crosstab(over, asked)
        return await self._engine.crosstab(over, asked)

    async def page(self, rows: Selection, order: Order, window: Window) -> RowPage:
        """See SearchEngine."""
        return await self._engine.page(await self._one(rows), order, window)

    async def pages_under(
        self, parents: Parents, rows: Selection, order: Order, windows: Sequence[Window]
    ) -> Sequence[RowPage]:
        """See SearchEngine."""
        return await self._engine.pages_under(parents, await self._one(rows, parents), order, windows)

    async def held(self, asked: Sequence[ColumnValues | Keys]) -> Sequence[Sequence[bool]]:
        """See SearchEngine."""
        return await self._engine.held(asked)

    async def vocabulary(self, level: Level, column: str) -> Sequence[str]:
        """See SearchEngine."""
        return await self._engine.vocabulary(level, column)

    async def _values(self, attribute: RecordAttribute, series: Selection) -> RecordedValues:
        return await self._records.values(attribute, Reach(self._engine, [series]))

    async def _one(self, selection: Selection, parents: Parents | None = None) -> Selection:
        return (await self._decided(selection, parents=parents))[0]

    async def _decided(self, *selections: Selection, parents: Parents | None = None) -> list[Selection]:
        asked = {each for selection in selections for each in recorded(selection.condition)}
        if not asked:
            return list(selections)
        speaking = [selection for selection in selections if speaks_of_records(selection.condition)]
        known = await self._records.known(asked, Reach(self._engine, speaking, parents))
        return [decided(selection, known) for selection in selections]

    async def _questions(self, questions: Sequence[FacetQuestion]) -> list[FacetQuestion]:
        bases = await self._decided(*(question.series for question in questions))
        return [
            question if base is question.series else replace(question, series=base)
            for question, base in zip(questions, bases, strict=True)
        ]
