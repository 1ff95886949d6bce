"""The engine on an Elasticsearch cluster: the protocol, answered by its documents and by what is not among them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from indexers.elasticsearch.fields import field
from indexers.elasticsearch.layout import Kind
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.apart import Apart
from resolvers.search.elasticsearch.bodies import Counting, Search, search
from resolvers.search.elasticsearch.cluster import Cluster
from resolvers.search.elasticsearch.collections import Collections
from resolvers.search.elasticsearch.crosstab import Crosstabs
from resolvers.search.elasticsearch.lowering import Lowered, Numbered, cell
from resolvers.search.elasticsearch.numbers import NumberSets
from resolvers.search.elasticsearch.panel import Panel
from resolvers.search.elasticsearch.queries import NUMBER_FIELDS
from resolvers.search.elasticsearch.source import Source
from resolvers.search.embedded.leaves import Leaves
from resolvers.search.embedded.orders import Orders
from resolvers.search.embedded.pages import page, pages_under
from resolvers.search.engine import ColumnValues, Order, Parents, RowPage, Window
from resolvers.search.facets import BY_VALUE, CrosstabAnswer, FacetAnswer, FacetQuestion, Numbers
from resolvers.selection import Keys, Selection, all_of
from schema.vocabulary import AskedCounts, FacetField, Level

Mask = npt.NDArray[np.bool_]

# Sets of rows, eight to a byte: paging on does not search again.
_REMEMBERED_BYTES = 32_000_000
# Parents whose members are counted in one search: Elasticsearch returns 65,536 buckets at most.
_PARENTS_OF_A_SEARCH = 10_000


class ElasticsearchEngine:
    """Answers Selections over one build. `sizes`: how many numbers its documents have, by kind and level."""

    def __init__(
        self, cluster: Cluster, catalogue: Catalogue, sizes: Mapping[tuple[Kind, Level], int], shards: int = 1
    ) -> None:
        self.cluster = cluster
        self._catalogue = catalogue
        self._apart = Apart(catalogue.store)
        self._sets = NumberSets(cluster, catalogue, sizes)
        self._source = Source(catalogue, self._sets, self._apart, shards)
        self._panel = Panel(self._source)
        self._crosstabs = Crosstabs(self._source, cluster)
        self._collections = Collections(catalogue, self._per_collection)
        self._orders = Orders(catalogue)
        self._leaves: dict[tuple[Level, str], Leaves] = {}
        self._rows: LRUCache[bytes, npt.NDArray[np.uint8]] = LRUCache(
            _REMEMBERED_BYTES, getsizeof=lambda bits: bits.nbytes + 500
        )

    # -------------------------------------------------------------------------------------- counts

    async def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, int]:
        """See SearchEngine."""
        return (await self._counts([(await self._collections.resolved(series), asked)]))[0]

    async def counts_of_steps(self, steps: Sequence[Selection], asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        resolved = [await self._collections.resolved(step) for step in steps]
        conditions = [step.condition for step in resolved]
        joined = [Selection(Level.SERIES, all_of(conditions[: n + 1])) for n in range(len(conditions))]
        return await self._counts([(step, asked) for step in joined])

    async def _counts(self, selections: Sequence[tuple[Selection, frozenset[str]]]) -> list[Numbers]:
        """The numbers that are asked of each Selection, in one request."""
        searches: list[Search] = []
        countings: list[Counting] = []
        apart = await asyncio.gather(*(self._apart.counts(*selection) for selection in selections))
        for (selection, asked), own in zip(selections, apart, strict=True):
            where = cell(selection)
            kind = self._source.kind(where)
            counting = Counting(kind, asked, tuple(sorted(name for name, n in own.items() if n["series"])))
            queries = await self._sets.queries(kind, [where])
            searches.append(search(kind, queries, where, Level.SERIES, counting.aggregations))
            countings.append(counting)
        answers = await self.cluster.answers(searches)
        return [
            counting.read(one.found(answer)).plus(own).numbers
            for one, counting, answer, own in zip(searches, countings, answers, apart, strict=True)
        ]

    async def counts_under(
        self, parents: Parents, series: Selection, asked: frozenset[str]
    ) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        resolved = await self._collections.resolved(series)
        apart = await self._apart.counts_under(parents, resolved, asked)
        name = field(Level.SERIES, NUMBER_FIELDS[parents.level])
        counting = Counting(Kind.PATIENTS, asked)
        found = dict.fromkeys(parents.numbers, counting.nothing)
        searches = []
        for start in range(0, len(parents.numbers), _PARENTS_OF_A_SEARCH):
            numbers = parents.numbers[start : start + _PARENTS_OF_A_SEARCH]
            where = cell(resolved, _under(parents.level, numbers))
            queries = await self._sets.queries(Kind.PATIENTS, [where])
            rows = {"terms": {"field": name, "size": len(numbers)}, "aggs": counting.aggregations}
            searches.append(search(Kind.PATIENTS, queries, where, Level.SERIES, {"rows": rows}))
        for one, answer in zip(searches, await self.cluster.answers(searches), strict=True):
            found |= {bucket["key"]: counting.read(bucket) for bucket in one.found(answer)["rows"]["buckets"]}
        return [found[row].plus(apart.get(row, {})).numbers for row in parents.numbers]

    async def _per_collection(self, series: Selection, name: str) -> npt.NDArray[np.int64]:
        """Of each collection the number of something among the series; conditions on collections are resolved."""
        many = self._catalogue.relations.sizes[Level.COLLECTION]
        asked = AskedCounts(buckets=frozenset({name}))
        question = FacetQuestion(FacetField.COLLECTION_ID, series, asked, many, BY_VALUE)
        (answer,) = await self._facets([question])
        found = {bucket.value: bucket.counts[name] for bucket in answer.buckets}
        return np.array([found.get(id, 0) for id in self._source.collection_ids], np.int64)

    # -------------------------------------------------------------------------------------- facets

    async def facets(self, questions: Sequence[FacetQuestion]) -> Sequence[FacetAnswer | Exception]:
        """See SearchEngine."""
        return await self._facets(await self._all_resolved(questions))

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """See SearchEngine."""
        resolved = await self._all_resolved(questions)
        axes = await self._facets(resolved)
        return CrosstabAnswer(axes, await self._crosstabs.cells(resolved, axes, asked))

    async def _all_resolved(self, questions: Sequence[FacetQuestion]) -> list[FacetQuestion]:
        bases = {question.series.digest: question.series for question in questions}
        resolved = {digest: await self._collections.resolved(series) for digest, series in bases.items()}
        return [replace(question, series=resolved[question.series.digest]) for question in questions]

    async def _facets(self, questions: Sequence[FacetQuestion]) -> list[FacetAnswer]:
        drafts, askings = await self._panel.drafts(questions)
        answers = await self.cluster.answers([asking.search for asking in askings])
        for asking, answer in zip(askings, answers, strict=True):
            self._panel.read(asking, answer)
        cut = [(draft, draft.cut, draft.question.asked.rest) for draft in drafts if draft.cut is not None]
        rests = await self._counts([(series, asked) for _, series, asked in cut])
        rest_of = {id(draft): rest for (draft, _, _), rest in zip(cut, rests, strict=True)}
        return [self._panel.answer(draft, rest_of.get(id(draft))) for draft in drafts]

    # -------------------------------------------------------------------------------------- pages

    async def page(self, rows: Selection, order: Order, window: Window) -> RowPage:
        """See SearchEngine. The rows are searched for once; pages are cut out of them, wherever they stand."""
        mask = await self._mask(rows)
        return await asyncio.to_thread(lambda: page(mask, self._orders.ranking(rows.level, order), window))

    async def pages_under(
        self, parents: Parents, rows: Selection, order: Order, windows: Sequence[Window]
    ) -> Sequence[RowPage]:
        """See SearchEngine."""
        mask = await self._mask(rows, parents)
        ranking = await asyncio.to_thread(self._orders.ranking, rows.level, order)
        return pages_under(self._catalogue.relations, rows.level, parents, mask, ranking, windows)

    async def _mask(self, rows: Selection, parents: Parents | None = None) -> Mask:
        """The rows that a Selection holds; with parents, of their members those, and any of others."""
        if rows.level is Level.COLLECTION:
            return await self._collections.mask(rows.condition)
        size = self._catalogue.relations.sizes[rows.level]
        remembered = self._rows.get(rows.digest)
        if remembered is not None:
            return np.unpackbits(remembered, count=size).view(bool)
        resolved = await self._collections.resolved(rows)
        further = [] if parents is None else [self._members(parents)]
        mask = await self._sets.mask(Kind.PATIENTS, rows.level, cell(resolved, *further))
        self._apart.mark(resolved, mask)
        if parents is None:
            self._rows[rows.digest] = np.packbits(mask)
        return mask

    def _members(self, parents: Parents) -> Lowered:
        if parents.level is not Level.COLLECTION:
            return _under(parents.level, parents.numbers)
        runs = self._catalogue.tree.collection_patients
        patients = [row for parent in parents.numbers for row in range(int(runs[parent]), int(runs[parent + 1]))]
        return _under(Level.PATIENT, patients)

    # -------------------------------------------------------------------------------------- values

    async def held(self, asked: Sequence[ColumnValues | Keys]) -> Sequence[Sequence[bool]]:
        """See SearchEngine. The catalogue, which is the indices' own, tells."""
        return await asyncio.to_thread(lambda: [self._held(one) for one in asked])

    async def vocabulary(self, level: Level, column: str) -> Sequence[str]:
        """See SearchEngine."""
        return [str(value) for value in self._leaves_of(level, column).vocabulary.elements]

    def _held(self, asked: ColumnValues | Keys) -> Sequence[bool]:
        if isinstance(asked, Keys):
            return [row is not None for row in self._catalogue.keys.rows(asked.level, asked.keys)]
        return self._leaves_of(asked.level, asked.column).held(asked.values)

    def _leaves_of(self, level: Level, column: str) -> Leaves:
        key = (level, column)
        if key not in self._leaves:
            self._leaves[key] = Leaves(self._catalogue.store.column(*key))
        return self._leaves[key]

    async def close(self) -> None:
        """Take no more questions."""
        await self._apart.close()
        await self.cluster.close()


def _under(level: Level, numbers: Sequence[int]) -> Lowered:
    return Numbered(level, tuple(numbers))
