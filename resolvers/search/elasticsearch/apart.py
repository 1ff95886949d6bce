"""What is not indexed: patients that share studies, answered for by embedded engines over them alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from indexers.shared_studies import Excerpt, SharedStudies
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.embedded.engine import EmbeddedSearchEngine
from resolvers.search.engine import Parents
from resolvers.search.facets import CrosstabAnswer, FacetAnswer, FacetQuestion, Numbers
from resolvers.selection import Selection
from schema.vocabulary import AskedCounts, Level

_PRESENT = frozenset({"series"})
# More values than an excerpt can have: all of them are returned.
_ALL = 10**9


@dataclass(frozen=True)
class Part:
    """The patients of one collection that share studies."""

    collection: str
    excerpt: Excerpt
    engine: EmbeddedSearchEngine

    @classmethod
    def of(cls, store: Store, collection: int, shared: SharedStudies) -> "Part":
        """Those of a collection, by its number."""
        excerpt = Excerpt(store, collection, shared)
        name = str(store.terms(Level.COLLECTION, "collection_id").values[collection])
        return cls(name, excerpt, EmbeddedSearchEngine(Catalogue(excerpt), threads=1))

    def own(self, level: Level, numbers: Sequence[int]) -> dict[int, int]:
        """Of rows of the whole release the number here, for those that are here."""
        rows = self.excerpt.rows[level]
        if not len(rows):
            return {}
        places = np.searchsorted(rows, numbers).clip(max=len(rows) - 1)
        return {row: place for row, place in zip(numbers, places.tolist(), strict=True) if rows[place] == row}


class Apart:
    """The parts of a release that are not indexed. All numbers that it gives have `series` among them."""

    def __init__(self, store: Store) -> None:
        tree = store.hierarchy
        shared = SharedStudies.of(tree)
        self.shared = shared
        collections = np.unique(tree.patient_collection[shared.patients]).tolist()
        self.parts = [Part.of(store, number, shared.of_collection(tree, number)) for number in collections]

    async def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, Numbers]:
        """Per collection the numbers of its part."""
        found = await asyncio.gather(*(part.engine.counts(series, asked | _PRESENT) for part in self.parts))
        return dict(zip(self._names, found, strict=True))

    async def facets(self, questions: Sequence[FacetQuestion]) -> list[dict[str, FacetAnswer]]:
        """Per facet and collection all of its values. A number that is asked anywhere is asked everywhere."""
        asked = [_whole(question) for question in questions]
        found = await asyncio.gather(*(part.engine.facets(asked) for part in self.parts))
        return [dict(zip(self._names, map(_answer, answers), strict=True)) for answers in zip(*found, strict=True)] or [
            {} for _ in questions
        ]

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> dict[str, CrosstabAnswer]:
        """Per collection the cells of all values."""
        whole = [_whole(question) for question in questions]
        found = await asyncio.gather(*(part.engine.crosstab(whole, asked | _PRESENT) for part in self.parts))
        return dict(zip(self._names, found, strict=True))

    async def counts_under(
        self, parents: Parents, series: Selection, asked: frozenset[str]
    ) -> dict[int, dict[str, Numbers]]:
        """Per row that is here, and per collection, the numbers under it."""
        answers: dict[int, dict[str, Numbers]] = {}
        for part in self.parts:
            own = part.own(parents.level, parents.numbers)
            under = Parents(parents.level, tuple(own.values()))
            found = await part.engine.counts_under(under, series, asked | _PRESENT)
            answers |= {row: {part.collection: numbers} for row, numbers in zip(own, found, strict=True)}
        return answers

    def mark(self, rows: Selection, mask: npt.NDArray[np.bool_]) -> None:
        """Set the rows that are here and that the Selection holds."""
        for part in self.parts:
            mask[part.excerpt.rows[rows.level]] = part.engine.search.mask(rows)

    async def close(self) -> None:
        """Take no more questions."""
        for part in self.parts:
            await part.engine.close()

    @property
    def _names(self) -> list[str]:
        return [part.collection for part in self.parts]


def _whole(question: FacetQuestion) -> FacetQuestion:
    """All values of a facet, with every number that any part of it is asked for."""
    asked = question.asked
    order = {question.order} & {"patients", "studies", "series", "instances", "size_bytes"}
    numbers = asked.total | asked.missing | asked.buckets | asked.rest | order | _PRESENT
    return replace(question, size=_ALL, asked=AskedCounts(numbers, numbers, numbers, numbers))


def _answer(answer: FacetAnswer | Exception) -> FacetAnswer:
    if isinstance(answer, Exception):
        raise answer
    return answer
