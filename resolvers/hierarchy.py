"""Collections, patients, studies and series: from arguments to records, pages and counts.

One instance serves one request: what the same document asks of many parents is gathered and answered at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from typing import Any, TypeVar, cast

import numpy as np
from strawberry.dataloader import DataLoader

from resolvers.cursor import Question, read_cursor, write_cursors
from resolvers.hints import RequestHints
from resolvers.known import speaks_of_records
from resolvers.paging import after_of, order_of, page_size
from resolvers.parent_counts import ParentCounts
from resolvers.records import Shelf
from resolvers.search.engine import Order, Parents, RowPage, SearchEngine, Window
from resolvers.selection import Leaf, Selection, Some
from resolvers.where import selection, series_selection
from schema.analysis_result import AnalysisResult
from schema.arguments import MOST_FIRST
from schema.attrition import AttritionStep
from schema.collection import Collection
from schema.connection import Connection
from schema.context import Paging
from schema.counts import Counts
from schema.errors import BadUserInput, GatewayError, TooManyRows
from schema.global_id import GlobalID, decode
from schema.node import Node
from schema.paced import paced
from schema.patient import Patient
from schema.record import Record
from schema.series import Series
from schema.study import Study
from schema.vocabulary import Level, MatchLevel
from schema.where import CollectionWhere, PatientWhere, SeriesWhere, StudyWhere

R = TypeVar("R", bound=Record)

MOST_STEPS = 200

# Rows that the nested connections and the nodes of one document may hold in all, each connection counting as one more.
MOST_ROWS = 25_000

MakeRecords = Callable[[Sequence[int]], list[Any]]


_LEVEL_OF: dict[type[Record], Level] = {
    Collection: Level.COLLECTION,
    Patient: Level.PATIENT,
    Study: Level.STUDY,
    Series: Level.SERIES,
}


@dataclass(frozen=True)
class _Listing:
    """A connection as asked: everything but the parent."""

    field: str
    rows: Selection
    match: MatchLevel
    order: Order
    first: int
    after: str | None


class HierarchyResolver:
    """See schema.context.Hierarchy."""

    def __init__(
        self, shelf: Shelf, engine: SearchEngine, hints: RequestHints, edition: Callable[[], str] = lambda: ""
    ) -> None:
        self._shelf = shelf
        # What is known of records in sister commons: pages of one edition don't go on in another.
        self._edition = edition
        self._engine = engine
        self._hints = hints
        self._rows = 0
        self._page_loaders: dict[_Listing, DataLoader[int, Connection[Any]]] = {}
        self._parent_counts = ParentCounts(shelf, engine)
        self._records: dict[Level, MakeRecords] = {
            Level.COLLECTION: shelf.collections,
            Level.PATIENT: shelf.patients,
            Level.STUDY: shelf.studies,
            Level.SERIES: shelf.series,
        }

    # ------------------------------------------------------------------------------------------ single lookups

    async def nodes(self, ids: Sequence[str]) -> list[Node | None]:
        if len(ids) > MOST_FIRST:
            raise BadUserInput("ids", f"{len(ids)} ids are more than {MOST_FIRST}; ask for them in several requests")
        self._spend(len(ids), "ids")
        decoded = [decode(id) for id in ids]
        nodes = iter(self._found([id for id in decoded if id is not None]))
        return [None if id is None else next(nodes) for id in decoded]

    async def nodes_of(self, references: Sequence[GlobalID]) -> list[Node | None]:
        self._spend(len(references), "representations")
        return self._found(references)

    def _found(self, wanted: Sequence[GlobalID]) -> list[Node | None]:
        found: dict[str, dict[tuple[str, ...], Node | None]] = {}
        for id in wanted:
            found.setdefault(id.typename, {})[id.key] = None
        for typename, nodes in found.items():
            nodes.update(self._nodes(typename, list(nodes)))
        return [found[id.typename][id.key] for id in wanted]

    def _nodes(self, typename: str, keys: list[tuple[str, ...]]) -> dict[tuple[str, ...], Node]:
        """Those of the keys of one type that exist, as one page of records."""
        if typename == "AnalysisResult":
            rows = [self._shelf.analysis_result_number(key[0]) for key in keys]
            make: MakeRecords = self._shelf.analysis_results
        else:
            rows = self._shelf.catalogue.keys.rows(Level[typename.upper()], keys)
            make = self._records[Level[typename.upper()]]
        there = {key: row for key, row in zip(keys, rows, strict=True) if row is not None}
        return dict(zip(there, make(list(there.values())), strict=True))

    async def collection(self, collection_id: str) -> Collection | None:
        return self._record(Collection, (collection_id,))

    async def analysis_result(self, analysis_result_id: str) -> AnalysisResult | None:
        number = self._shelf.analysis_result_number(analysis_result_id)
        return None if number is None else self._shelf.analysis_results([number])[0]

    async def patient(self, collection_id: str, patient_id: str) -> Patient | None:
        return self._record(Patient, (collection_id, patient_id))

    async def study(self, study_instance_uid: str) -> Study | None:
        return self._record(Study, (study_instance_uid,))

    async def series_by_uid(self, series_instance_uid: str) -> Series | None:
        return self._record(Series, (series_instance_uid,))

    def _record(self, kind: type[R], key: tuple[str, ...]) -> R | None:
        level = _LEVEL_OF[kind]
        row = self._shelf.catalogue.keys.row(level, key)
        return None if row is None else cast("R", self._records[level]([row])[0])

    def let_go(self) -> None:
        """Forget what was read, once the request is answered: loaders and this know each other."""
        self._page_loaders.clear()
        self._parent_counts.let_go()

    # ------------------------------------------------------------------------------------------ root connections

    async def collections(self, where: CollectionWhere | None, paging: Paging) -> Connection[Collection]:
        return await self._list(self._listing("collections", self._selection(Level.COLLECTION, where), paging))

    async def patients(self, where: PatientWhere | None, paging: Paging) -> Connection[Patient]:
        return await self._list(self._listing("patients", self._selection(Level.PATIENT, where), paging))

    async def studies(self, where: StudyWhere | None, paging: Paging) -> Connection[Study]:
        return await self._list(self._listing("studies", self._selection(Level.STUDY, where), paging))

    async def series(self, where: SeriesWhere | None, match: MatchLevel | None, paging: Paging) -> Connection[Series]:
        match = match or MatchLevel.SERIES
        return await self._list(self._listing("series", self._series(where, match), paging, match))

    async def analysis_results(self, paging: Paging) -> Connection[AnalysisResult]:
        listing = self._listing("analysisResults", Selection(Level.SERIES, _DERIVED), paging)
        window = self._window(listing, parent="")
        start = 0 if window.after is None else window.after + 1
        total = len(self._shelf.analysis_result_records)
        numbers = np.arange(start, min(start + window.first, total))
        page = RowPage(numbers, total, start + len(numbers) < total)
        records = self._shelf.analysis_results(numbers.tolist())
        return self._connection(listing, "", page, records, partial(self._count, listing.rows))

    # ------------------------------------------------------------------------------------------ connections of a parent

    async def patients_of(self, parent: Collection, where: PatientWhere | None, paging: Paging) -> Connection[Patient]:
        listing = self._listing("Collection.patients", self._selection(Level.PATIENT, where), paging)
        return await self._list_under(parent, listing)

    async def studies_of(self, parent: Patient, where: StudyWhere | None, paging: Paging) -> Connection[Study]:
        return await self._list_under(
            parent, self._listing("Patient.studies", self._selection(Level.STUDY, where), paging)
        )

    async def series_of(self, parent: Patient | Study, where: SeriesWhere | None, paging: Paging) -> Connection[Series]:
        field = f"{type(parent).__name__}.series"
        return await self._list_under(parent, self._listing(field, self._selection(Level.SERIES, where), paging))

    # ------------------------------------------------------------------------------------------ counts

    async def counts(self, where: SeriesWhere | None, match: MatchLevel | None, asked: frozenset[str]) -> Counts:
        return await self._count(self._series(where, match), asked)

    async def attrition(
        self, steps: Sequence[SeriesWhere], match: MatchLevel | None, asked: frozenset[str]
    ) -> list[AttritionStep]:
        if len(steps) > MOST_STEPS:
            raise BadUserInput("steps", f"{len(steps)} steps are more than {MOST_STEPS}; put conditions together")
        selections = [self._series(where, match, f"steps[{number}]") for number, where in enumerate(steps)]
        found = await self._engine.counts_of_steps([Selection(Level.SERIES), *selections], asked)
        counts = [Counts.of(numbers) for numbers in found]
        pairs = enumerate(pairwise(counts), start=1)
        return [AttritionStep(step=step, counts=after, removed=before.minus(after)) for step, (before, after) in pairs]

    async def counts_of(
        self,
        parent: Collection | Patient | Study | AnalysisResult,
        where: SeriesWhere | None,
        asked: frozenset[str],
    ) -> Counts:
        series = self._selection(Level.SERIES, where)
        if isinstance(parent, AnalysisResult):
            return await self._parent_counts.of_analysis_result(str(parent.analysis_result_id), series, asked)
        return await self._parent_counts.of_row(_LEVEL_OF[type(parent)], parent.record_row, series, asked)

    async def _count(self, series: Selection, asked: frozenset[str]) -> Counts:
        return Counts.of(await self._engine.counts(series, asked))

    # ------------------------------------------------------------------------------------------ conditions

    def _selection(self, level: Level, where: Any) -> Selection:
        return self._hints.noting(selection(level, where), where)

    def _series(self, where: SeriesWhere | None, match: MatchLevel | None, argument: str = "where") -> Selection:
        return self._hints.noting(series_selection(where, match, argument), where, argument)

    # ------------------------------------------------------------------------------------------ pages

    def _listing(self, field: str, rows: Selection, paging: Paging, match: MatchLevel = MatchLevel.SERIES) -> _Listing:
        return _Listing(field, rows, match, order_of(paging), page_size(paging), after_of(paging))

    async def _list(self, listing: _Listing) -> Connection[Any]:
        window = self._window(listing, parent="")
        page = await self._engine.page(listing.rows, listing.order, window)
        records = self._records[listing.rows.level](page.numbers.tolist())
        return self._connection(listing, "", page, records, partial(self._count, _series_of(listing.rows)))

    async def _list_under(self, parent: Record, listing: _Listing) -> Connection[Any]:
        self._spend(1)
        level = _LEVEL_OF[type(parent)]
        loader = self._page_loaders.get(listing)
        if loader is None:
            loader = self._page_loaders[listing] = DataLoader(load_fn=partial(self._load_pages, level, listing))
        connection = await loader.load(parent.record_row)
        self._spend(len(connection.nodes))
        return connection

    def _spend(self, rows: int, argument: str = "first") -> None:
        """Count the rows of the answer: nested connections multiply, and one page can be shown many times."""
        self._rows += rows
        if self._rows > MOST_ROWS:
            raise TooManyRows(MOST_ROWS, argument)

    async def _load_pages(
        self, level: Level, listing: _Listing, numbers: list[int]
    ) -> Sequence[Connection[Any] | Exception]:
        """A connection per parent; a cursor that does not belong to a parent is the error of that parent alone."""
        windows: dict[int, Window] = {}
        answers: dict[int, Connection[Any] | Exception] = {}
        for number in numbers:
            try:
                windows[number] = self._window(listing, _parent_name(level, number))
            except GatewayError as error:
                answers[number] = error
        parents = Parents(level, tuple(windows))
        pages = await self._engine.pages_under(parents, listing.rows, listing.order, list(windows.values()))
        # One page of records for all parents, so that each column is read once.
        records = iter(self._records[listing.rows.level]([n for page in pages for n in page.numbers.tolist()]))
        series = _series_of(listing.rows)
        for number, page in zip(parents.numbers, pages, strict=True):
            own = list(islice(records, len(page.numbers)))
            count = partial(self._parent_counts.of_row, level, number, series)
            answers[number] = self._connection(listing, _parent_name(level, number), page, own, count)
        return [answers[number] for number in numbers]

    def _question(self, listing: _Listing, parent: str) -> Question:
        return Question(
            build=self._shelf.catalogue.build + (self._edition() if speaks_of_records(listing.rows.condition) else ""),
            field=listing.field,
            parent=parent,
            rows=listing.rows,
            match=listing.match,
            order=listing.order,
        )

    def _window(self, listing: _Listing, parent: str) -> Window:
        if listing.after is None:
            return Window(listing.first)
        rows = self._shelf.catalogue.relations.sizes[listing.rows.level]
        return Window(listing.first, read_cursor(listing.after, self._question(listing, parent), rows))

    def _connection(
        self, listing: _Listing, parent: str, page: RowPage, records: list[Any], count: Any
    ) -> Connection[Any]:
        return Connection(
            total_count=page.total,
            nodes=paced(records),
            has_next=page.has_next,
            has_previous=listing.after is not None,
            # Most nested connections are shown without cursors.
            cursors=lambda part: write_cursors(self._question(listing, parent), page.numbers[part].tolist()),
            count_all=count,
        )


_DERIVED = Leaf(Level.SERIES, "analysis_result_id")


def _parent_name(level: Level, number: int) -> str:
    return f"{level.value} {number}"


def _series_of(rows: Selection) -> Selection:
    """All series of the selected rows."""
    if rows.level is Level.SERIES:
        return rows
    return Selection(Level.SERIES, Some(rows.level, rows.condition))
