"""An opened release with everything that answers questions about it: the one place that puts these together."""

import asyncio
from dataclasses import dataclass

from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.facets import FacetResolver
from resolvers.hierarchy import HierarchyResolver
from resolvers.hints import HintFinder, RequestHints
from resolvers.records import Shelf, open_shelf
from resolvers.releases import ReleaseResolver
from resolvers.search.embedded.engine import EmbeddedSearchEngine
from resolvers.search.facets import FacetQuestion
from resolvers.selection import Leaf, Search, Selection, Word
from schema.context import Context
from schema.facets import DEFAULT_SIZE
from schema.series import Series
from schema.vocabulary import COUNTABLE, AskedCounts, FacetField, Level


@dataclass(frozen=True)
class OpenRelease:
    """One release. `close` it when it is no longer asked."""

    catalogue: Catalogue
    shelf: Shelf
    engine: EmbeddedSearchEngine
    releases: ReleaseResolver
    hint_finder: HintFinder

    @classmethod
    def over(cls, store: Store, threads: int | None = None) -> "OpenRelease":
        """The release in a store; `threads` compute its answers (None: one per core)."""
        catalogue = Catalogue(store)
        shelf = open_shelf(catalogue)
        engine = EmbeddedSearchEngine(catalogue, threads)
        return cls(catalogue, shelf, engine, ReleaseResolver(shelf), HintFinder(engine))

    def context(self) -> Context:
        """The context of one request."""
        hints = RequestHints(self.hint_finder)
        return Context(
            hierarchy=HierarchyResolver(self.shelf, self.engine, hints),
            facets=FacetResolver(self.shelf, self.engine, hints),
            releases=self.releases,
            hints=hints,
        )

    def close(self) -> None:
        """Answer what runs, and take no more."""
        self.engine.close()

    async def warm(self) -> None:
        """Load what the first question of its kind would wait for: labels, words of texts, the facets of all series."""
        any_word = Search((Word("a", prefix=False),))
        for column in ("series_description", "study_description"):
            found = Leaf(Level.SERIES, column, (any_word,))
            await self.engine.counts(Selection(Level.SERIES, found), frozenset({"series"}))
        await asyncio.to_thread(self._read_every_column)
        await self.engine.facets([_plain(field) for field in FacetField])

    def _read_every_column(self) -> None:
        record = self.shelf.series([0])[0]
        for name in self.shelf.readers(Series).names():
            getattr(record, name)


def _plain(field: FacetField) -> FacetQuestion:
    """A facet of all series with every number, as large as they come by default."""
    numbers = frozenset(COUNTABLE)
    asked = AskedCounts(total=numbers, missing=numbers, buckets=numbers, rest=numbers)
    return FacetQuestion(field, Selection(Level.SERIES), asked, DEFAULT_SIZE, "patients")
