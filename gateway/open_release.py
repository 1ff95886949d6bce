"""An opened release with everything that answers questions about it: the one place that puts these together."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from indexers.slide_index import SlideIndex
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.commons.cases import CaseResolver
from resolvers.commons.clients import CommonsClients
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.identity import linkable_patients
from resolvers.commons.live import LiveRecords
from resolvers.commons.live_crosswalks import LiveCrosswalks
from resolvers.commons.mutated import MutatedCases
from resolvers.commons.overview import CommonsOverview
from resolvers.commons.records import CommonsRecords
from resolvers.facet_limits import FacetLimits
from resolvers.facets import FacetResolver
from resolvers.hierarchy import HierarchyResolver
from resolvers.hints import HintFinder, RequestHints
from resolvers.records import Shelf, open_shelf
from resolvers.records.page import pages_let_go
from resolvers.releases import ReleaseResolver
from resolvers.search.embedded.engine import EmbeddedSearchEngine
from resolvers.search.embedded.search import EmbeddedSearch
from resolvers.search.engine import SearchEngine
from resolvers.search.facets import FacetQuestion
from resolvers.search.recorded import RecordedSearchEngine
from resolvers.selection import Leaf, Search, Selection, Word
from schema.attributes import FACETS
from schema.context import Context
from schema.facets import DEFAULT_SIZE
from schema.series import Series
from schema.vocabulary import COUNTABLE, AskedCounts, FacetField, Level


class Engine(SearchEngine, Protocol):
    """A search engine that can be closed."""

    async def close(self) -> None:
        """Answer what runs, and take no more."""
        ...


@dataclass(frozen=True)
class LiveCommons:
    """Commons that are asked while questions are answered, a condition for at most so many `patients`."""

    clients: CommonsClients
    patients: int


@dataclass(frozen=True)
class OpenRelease:
    """One release. `asked` is the engine as requests reach it. `close` it when it is no longer asked."""

    catalogue: Catalogue
    shelf: Shelf
    engine: Engine
    asked: SearchEngine
    releases: ReleaseResolver
    hint_finder: HintFinder
    facet_limits: FacetLimits
    crosswalks: Crosswalks
    records: CommonsRecords
    live: LiveRecords | None
    overview: CommonsOverview
    slides: SlideIndex | None = None

    @property
    def edition(self) -> str:
        """Tells all that answers depend on from every other state of it, save what commons are asked for meanwhile."""
        return f"{self.catalogue.build} {self.crosswalks.edition()}"

    @classmethod
    def over(
        cls,
        store: Store,
        threads: int | None = None,
        *,
        seconds: float | None = None,
        facet_limits: FacetLimits | None = None,
        observed: Callable[[SearchEngine], SearchEngine] = lambda engine: engine,
        crosswalks: Crosswalks | None = None,
        live: LiveCommons | None = None,
        slides: SlideIndex | None = None,
    ) -> "OpenRelease":
        """The release in a store; `threads` compute its answers (None: one per core), each in `seconds` (None: any).

        `observed`: wraps the engine in what watches over it.
        """
        catalogue = Catalogue(store)
        engine = EmbeddedSearchEngine(catalogue, threads, seconds)
        return cls.with_engine(
            catalogue,
            engine,
            facet_limits=facet_limits,
            observed=observed,
            crosswalks=crosswalks,
            live=live,
            slides=slides,
        )

    @classmethod
    def with_engine(
        cls,
        catalogue: Catalogue,
        engine: Engine,
        *,
        facet_limits: FacetLimits | None = None,
        observed: Callable[[SearchEngine], SearchEngine] = lambda engine: engine,
        crosswalks: Crosswalks | None = None,
        live: LiveCommons | None = None,
        slides: SlideIndex | None = None,
    ) -> "OpenRelease":
        """The release of a catalogue, answered by an engine over the same.

        `crosswalks` tell what was harvested of commons; the others are asked by `live` (None: not at all).
        `slides`: what is written on glass slides; None if that is not known.
        """
        shelf = open_shelf(catalogue)
        crosswalks = crosswalks or Crosswalks.none(catalogue)
        now = None if live is None else LiveRecords(live.clients)
        linkable = linkable_patients(catalogue)
        asking = LiveCrosswalks(catalogue, now, linkable, live.patients) if live and now else None
        mutated = None if live is None else MutatedCases(live.clients)
        records = CommonsRecords(crosswalks, asking, linkable, mutated)
        asked = RecordedSearchEngine(observed(engine), records, catalogue.relations.sizes[Level.PATIENT])
        limits = facet_limits or FacetLimits()
        return cls(
            catalogue,
            shelf,
            engine,
            asked,
            ReleaseResolver(shelf),
            HintFinder(asked),
            limits,
            crosswalks,
            records,
            now,
            CommonsOverview(linkable, crosswalks, now, asked),
            slides,
        )

    @contextmanager
    def request(self) -> Iterator[Context]:
        """The context of one request, at whose end what was read for it is let go."""
        hierarchy, context = self._hierarchy_and_context()
        with pages_let_go():
            try:
                yield context
            finally:
                hierarchy.let_go()

    def context(self) -> Context:
        """A context as requests have, for questions in-process."""
        return self._hierarchy_and_context()[1]

    def _hierarchy_and_context(self) -> tuple[HierarchyResolver, Context]:
        hints = RequestHints(self.hint_finder)
        hierarchy = HierarchyResolver(self.shelf, self.asked, hints, self.records.edition)
        return hierarchy, Context(
            hierarchy=hierarchy,
            facets=FacetResolver(self.shelf, self.asked, hints, self.facet_limits),
            releases=self.releases,
            hints=hints,
            commons=CaseResolver(self.catalogue, self.crosswalks, self.live, self.slides),
            overview=self.overview,
        )

    async def close(self) -> None:
        """Answer what runs, and take no more."""
        await self.engine.close()

    # By this name contextlib.aclosing closes it.
    aclose = close

    async def warm(self) -> None:
        """Load what the first question of its kind would wait for: labels, words of texts, the facets of all series."""
        if isinstance(self.engine, EmbeddedSearchEngine):
            await asyncio.to_thread(self._ask_once, self.engine.search)
        await asyncio.to_thread(self._read_every_column)

    def _ask_once(self, search: EmbeddedSearch) -> None:
        any_word = Search((Word("a", prefix=False),))
        for column in ("series_description", "study_description"):
            found = Leaf(Level.SERIES, column, (any_word,))
            search.counts(Selection(Level.SERIES, found), frozenset({"series"}))
        questions = [_plain(field) for field in FACETS]
        search.facets(questions, search.bases(questions))

    def _read_every_column(self) -> None:
        record = self.shelf.series([0])[0]
        for name in self.shelf.readers(Series).names():
            getattr(record, name)


def _plain(field: FacetField) -> FacetQuestion:
    """A facet of all series with every number, as large as they come by default."""
    numbers = frozenset(COUNTABLE)
    asked = AskedCounts(total=numbers, missing=numbers, buckets=numbers, rest=numbers)
    return FacetQuestion(field, Selection(Level.SERIES), asked, DEFAULT_SIZE, "patients")
