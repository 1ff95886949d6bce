"""Crosstabs: buckets within buckets. What has more buckets than one answer holds is asked in parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

from indexers.elasticsearch.fields import field
from resolvers.search.elasticsearch.bodies import Counting, Search, Tally, search
from resolvers.search.elasticsearch.cluster import Cluster, TooManyBuckets
from resolvers.search.elasticsearch.facet_forms import INTERVALS, by_column, day
from resolvers.search.elasticsearch.lowering import Cell, cell
from resolvers.search.elasticsearch.queries import Json
from resolvers.search.elasticsearch.source import Source
from resolvers.search.embedded.crosstab import MOST_CELLS
from resolvers.search.facets import PERIOD_CHARACTERS, CrosstabAnswer, FacetAnswer, FacetQuestion, Numbers
from resolvers.selection import Scalar
from schema.attributes import Attribute, faceted
from schema.errors import TooManyCells
from schema.vocabulary import FacetForm, Level

SERIES = Level.SERIES
# Of no value; no bucket is called so.
MISSING = None

Value = Scalar | None
Key = tuple[Value, ...]


@dataclass(frozen=True)
class Axis:
    """What is asked along one axis: of terms the values to show, of numbers the edges of buckets, of dates nothing."""

    attribute: Attribute
    values: tuple[Scalar, ...]
    interval: int = 0
    length: int = 0
    missing: bool = True

    def aggregations(self, inner: Json) -> Json:
        """The buckets with what is asked inside of them."""
        name = field(SERIES, by_column(self.attribute))
        body = {"aggs": inner} if inner else {}
        found: Json = {}
        if self.missing and self.attribute.level is not Level.COLLECTION:
            found["m"] = {"missing": {"field": name}, **body}
        match self.attribute.facet_form:
            case FacetForm.TERMS if self.values:
                found["v"] = {"terms": {"field": name, "include": list(self.values), "size": len(self.values)}, **body}
            case FacetForm.NUMBERS if len(self.values) > 1:
                ranges = [{"from": lower, "to": upper} for lower, upper in pairwise(self.values)]
                found["v"] = {"range": {"field": name, "ranges": ranges}, **body}
            case FacetForm.DATES:
                found["v"] = {"histogram": {"field": name, "interval": self.interval, "min_doc_count": 1}, **body}
        return found

    def buckets(self, answer: Any) -> list[tuple[Value, Any]]:
        """The buckets found, each by its value: of ranges where they begin."""
        found: list[tuple[Value, Any]] = [(MISSING, answer["m"])] if "m" in answer else []
        for place, bucket in enumerate(answer["v"]["buckets"] if "v" in answer else ()):
            match self.attribute.facet_form:
                case FacetForm.TERMS:
                    found.append((bucket["key"], bucket))
                case FacetForm.NUMBERS:
                    found.append((self.values[place], bucket))
                case FacetForm.DATES:
                    found.append((day(bucket["key"])[: self.length], bucket))
        return found

    def halves(self) -> tuple["Axis", "Axis"] | None:
        """It in two; None if it can't be cut."""
        least = 3 if self.attribute.facet_form is FacetForm.NUMBERS else 2
        if self.attribute.facet_form is FacetForm.DATES or len(self.values) < least:
            return None
        middle = len(self.values) // 2
        shared = self.attribute.facet_form is FacetForm.NUMBERS  # an edge belongs to both sides
        return (
            replace(self, values=self.values[: middle + shared]),
            replace(self, values=self.values[middle:], missing=False),
        )


class Crosstabs:
    """Counts the cells of crosstabs."""

    def __init__(self, source: Source, cluster: Cluster) -> None:
        self._source = source
        self._cluster = cluster

    async def cells(
        self, questions: Sequence[FacetQuestion], axes: Sequence[FacetAnswer], asked: frozenset[str]
    ) -> list[tuple[tuple[int | None, ...], Numbers]]:
        """Per combination that is not empty the place of its bucket on each axis, None for missing, and its counts."""
        where = cell(questions[0].series)
        # Attributes of collections are all told by the collection: one axis for all of them.
        plain = [n for n, q in enumerate(questions) if faceted(q.field).level is not Level.COLLECTION]
        asking = [self._axis(questions[n], axes[n]) for n in plain]
        if len(plain) < len(questions):
            of_collections = next(q for q in questions if faceted(q.field).level is Level.COLLECTION)
            ids = tuple(self._source.collection_ids)
            asking.insert(0, Axis(faceted(of_collections.field), ids))
        apart = await self._source.apart.crosstab([self._edged(q) for q in questions], asked)
        matching = tuple(sorted(name for name, answer in apart.items() if answer.cells))
        kind = self._source.kind(where, *(by_column(faceted(q.field)) for q in questions))
        counting = Counting(kind, asked, matching)
        found = await self._found(where, asking, counting)
        merged = self._spread(questions, plain, found, counting)
        self._merge(merged, questions, apart, counting)
        return self._placed(questions, axes, merged, asked)

    def _axis(self, question: FacetQuestion, answer: FacetAnswer) -> Axis:
        attribute = faceted(question.field)
        match attribute.facet_form:
            case FacetForm.NUMBERS:
                return Axis(attribute, self._source.edges(question))
            case FacetForm.DATES:
                return Axis(attribute, (), INTERVALS[question.interval], PERIOD_CHARACTERS[question.interval])
            case FacetForm.TERMS:
                return Axis(attribute, tuple(bucket.value for bucket in answer.buckets))

    def _edged(self, question: FacetQuestion) -> FacetQuestion:
        edges = self._source.edges(question)
        return replace(question, boundaries=edges) if edges else question

    # -------------------------------------------------------------------------------------- asking

    async def _found(self, where: Cell, axes: Sequence[Axis], counting: Counting) -> dict[Key, Tally]:
        """The cells that are indexed and not empty, by their values."""
        queries = await self._source.sets.queries(counting.kind, [where])
        found: dict[Key, Tally] = {}
        left = [tuple(axes)]
        while left:
            part = left.pop()
            inner = counting.aggregations
            for axis in reversed(part):
                inner = axis.aggregations(inner)
            if not inner:
                continue
            one = search(counting.kind, queries, where, SERIES, inner)
            try:
                (answer,) = await self._cluster.answers([one])
            except TooManyBuckets:
                left += _cut(part)
                continue
            _collect(part, one, answer, counting, found)
            if len(found) > MOST_CELLS and all(axis.attribute.level is not Level.COLLECTION for axis in axes):
                raise TooManyCells(MOST_CELLS)
        return found

    # -------------------------------------------------------------------------------------- putting together

    def _spread(
        self,
        questions: Sequence[FacetQuestion],
        plain: Sequence[int],
        found: dict[Key, Tally],
        counting: Counting,
    ) -> dict[Key, Tally]:
        """Cells by collection as cells by the values of the collections' attributes."""
        if len(plain) == len(questions):
            return found
        elements = {
            n: dict(zip(self._source.collection_ids, self._source.elements(faceted(q.field)), strict=True))
            for n, q in enumerate(questions)
            if n not in plain
        }
        merged: dict[Key, Tally] = {}
        for (collection, *rest), tally in found.items():
            of_plain = dict(zip(plain, rest, strict=True))
            choices: list[tuple[Value, ...]] = [
                (of_plain[n],) if n in of_plain else elements[n][str(collection)] or (MISSING,)
                for n in range(len(questions))
            ]
            for key in product(*choices):
                before = merged.get(key, counting.nothing)
                numbers = {name: before.numbers[name] + number for name, number in tally.numbers.items()}
                merged[key] = Tally(numbers, True, before.collections | tally.collections)
        return merged

    def _merge(
        self,
        merged: dict[Key, Tally],
        questions: Sequence[FacetQuestion],
        apart: dict[str, CrosstabAnswer],
        counting: Counting,
    ) -> None:
        """Add the cells of what is not indexed."""
        for collection, answer in apart.items():
            named = [
                [_name(question, bucket.value) for bucket in axis.buckets]
                for question, axis in zip(questions, answer.axes, strict=True)
            ]
            for places, numbers in answer.cells:
                key = tuple(MISSING if p is None else own[p] for own, p in zip(named, places, strict=True))
                merged[key] = merged.get(key, counting.nothing).plus({collection: numbers})

    def _placed(
        self,
        questions: Sequence[FacetQuestion],
        axes: Sequence[FacetAnswer],
        merged: dict[Key, Tally],
        asked: frozenset[str],
    ) -> list[tuple[tuple[int | None, ...], Numbers]]:
        """The cells of buckets that are returned, in order."""
        places: list[dict[Value, int]] = [
            {MISSING: -1} | {_name(q, bucket.value): place for place, bucket in enumerate(axis.buckets)}
            for q, axis in zip(questions, axes, strict=True)
        ]
        found = []
        for key, tally in merged.items():
            at = [own.get(value) for own, value in zip(places, key, strict=True)]
            if tally.present and None not in at:
                found.append((tuple(at), {name: tally.numbers[name] for name in asked}))
        if len(found) > MOST_CELLS:
            raise TooManyCells(MOST_CELLS)
        found.sort(key=lambda entry: entry[0])
        return [(tuple(None if p == -1 else p for p in at), numbers) for at, numbers in found]


def _name(question: FacetQuestion, value: Scalar) -> Scalar:
    """What a bucket is found by: of days the text of their month or year."""
    if faceted(question.field).facet_form is FacetForm.DATES:
        return str(value)[: PERIOD_CHARACTERS[question.interval]]
    return value


def _cut(axes: tuple[Axis, ...]) -> list[tuple[Axis, ...]]:
    """The same cells in two parts: the longest axis is cut."""
    for place in sorted(range(len(axes)), key=lambda n: -len(axes[n].values)):
        halves = axes[place].halves()
        if halves is not None:
            return [(*axes[:place], half, *axes[place + 1 :]) for half in halves]
    raise TooManyCells(MOST_CELLS)


def _collect(axes: Sequence[Axis], one: Search, answer: Any, counting: Counting, found: dict[Key, Tally]) -> None:
    def walk(depth: int, bucket: Any, key: Key) -> None:
        if depth == len(axes):
            if bucket["doc_count"]:
                found[key] = counting.read(bucket)
            return
        for value, inner in axes[depth].buckets(bucket):
            if inner["doc_count"]:
                walk(depth + 1, inner, (*key, value))

    walk(0, one.found(answer), ())
