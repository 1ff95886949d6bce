"""Counts of many parents at once: what one document asks of each row of a page is one question to the engine."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from strawberry.dataloader import DataLoader

from resolvers.records import Shelf
from resolvers.search.engine import Parents, SearchEngine
from resolvers.search.facets import FacetQuestion, Numbers
from resolvers.selection import Selection
from schema.counts import Counts
from schema.vocabulary import AskedCounts, FacetField, Level

Loader = DataLoader[Any, Numbers]


class ParentCounts:
    """One instance serves one request."""

    def __init__(self, shelf: Shelf, engine: SearchEngine) -> None:
        self._collection_ids = shelf.collection_ids
        self._engine = engine
        self._loaders: dict[Hashable, Loader] = {}

    async def of_row(self, level: Level, number: int, series: Selection, asked: frozenset[str]) -> Counts:
        """The asked numbers over those of the selected series that belong to a row of a level."""
        if level is Level.COLLECTION:
            return await self._of_value(FacetField.COLLECTION_ID, self._collection_ids[number], series, asked)

        async def load(numbers: list[int]) -> Sequence[Numbers]:
            return await self._engine.counts_under(Parents(level, tuple(numbers)), series, asked)

        return Counts.of(await self._loader((level, series, asked), load).load(number))

    async def of_analysis_result(self, analysis_result_id: str, series: Selection, asked: frozenset[str]) -> Counts:
        """The same for those that came with an analysis result."""
        return await self._of_value(FacetField.ANALYSIS_RESULT_ID, analysis_result_id, series, asked)

    async def _of_value(self, field: FacetField, value: str, series: Selection, asked: frozenset[str]) -> Counts:
        """Parents that are values of a facet are counted as its buckets, in one pass for all of them."""

        async def load(values: list[str]) -> Sequence[Numbers]:
            question = FacetQuestion(field, series, AskedCounts(buckets=asked), 1, "series", kept=tuple(values))
            (answer,) = await self._engine.facets([question])
            if isinstance(answer, Exception):
                raise answer
            counts = {bucket.value: bucket.counts for bucket in answer.buckets}
            return [counts[value] for value in values]

        return Counts.of(await self._loader((field, series, asked), load).load(value))

    def let_go(self) -> None:
        """Forget what was counted, once the request is answered."""
        self._loaders.clear()

    def _loader(self, key: Hashable, load: Callable[[list[Any]], Any]) -> Loader:
        if key not in self._loaders:
            self._loaders[key] = DataLoader(load_fn=load)
        return self._loaders[key]
