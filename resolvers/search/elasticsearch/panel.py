"""Facets: one search per base, kind of document and long list, all in one request; then what was cut, in another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indexers.elasticsearch.layout import Kind
from resolvers.search.elasticsearch.bodies import Counting, Search, Tally, search
from resolvers.search.elasticsearch.draft import Draft, date_answer, number_answer
from resolvers.search.elasticsearch.facet_forms import (
    Form,
    greatest,
    is_alone,
    order_key,
    shown_numbers,
)
from resolvers.search.elasticsearch.lowering import Cell, cell
from resolvers.search.elasticsearch.source import Source
from resolvers.search.facets import (
    Bucket,
    FacetAnswer,
    FacetQuestion,
    Numbers,
)
from resolvers.selection import Contains, In, Leaf, Scalar, Selection, Some, all_of, complement
from schema.attributes import faceted
from schema.vocabulary import FacetForm, Level

SERIES = Level.SERIES

# Facets of one search.
_FACETS_TOGETHER = 6


@dataclass(frozen=True)
class Asking:
    """One search for some facets of a base, and maybe for the total of all of them."""

    search: Search
    members: Sequence[Draft]
    total: Counting | None
    of_base: Sequence[Draft]


def _by_base(drafts: Sequence[Draft]) -> dict[bytes, list[Draft]]:
    found: dict[bytes, list[Draft]] = {}
    for draft in drafts:
        found.setdefault(draft.question.series.digest, []).append(draft)
    return found


def _parted(members: Sequence[Draft], total: Counting) -> list[tuple[Kind, list[Draft], bool]]:
    """The searches of a base, the slowest first: their documents, facets, and whether they count the total.

    A search runs on one thread: so many facets are several.
    """
    alone = [[draft] for draft in members if is_alone(draft.question)]
    found = [(parts[0].form.counting.kind, parts) for parts in alone]
    for kind in reversed(Kind):
        own = [d for d in members if d.form.counting.kind is kind and not is_alone(d.question)]
        found += [(kind, own[start : start + _FACETS_TOGETHER]) for start in range(0, len(own), _FACETS_TOGETHER)]
    if total.asked and total.kind not in [kind for kind, _ in found]:
        found.append((total.kind, []))
    last = max((n for n, (kind, _) in enumerate(found) if total.asked and kind is total.kind), default=-1)
    return [(kind, own, number == last) for number, (kind, own) in enumerate(found)]


class Panel:
    """Draws up facets, whose Selections say nothing of collections but their identifiers."""

    def __init__(self, source: Source) -> None:
        self._source = source

    async def drafts(self, questions: Sequence[FacetQuestion]) -> tuple[list[Draft], list["Asking"]]:
        """Each facet's draft, and the searches that fill them."""
        edged = [self._edged(question) for question in questions]
        apart = await self._source.apart.facets(edged)
        cells = {question.series.digest: cell(question.series) for question in questions}
        drafts = [self._draft(q, cells[q.series.digest], own) for q, own in zip(questions, apart, strict=True)]
        searches = []
        for digest, members in _by_base(drafts).items():
            total = self._total(cells[digest], members)
            for kind, together, counted in _parted(members, total):
                queries = await self._source.sets.queries(kind, [cells[digest]])
                aggregations = dict(total.aggregations) if counted else {}
                for place, draft in enumerate(together):
                    aggregations |= {f"{place}:{name}": body for name, body in draft.form.aggregations.items()}
                one = search(kind, queries, cells[digest], SERIES, aggregations)
                searches.append(Asking(one, together, total if counted else None, members))
        return drafts, searches

    def read(self, asking: "Asking", answer: Any) -> None:
        """Fill drafts from the answer of their search."""
        found = asking.search.found(answer)
        for place, draft in enumerate(asking.members):
            start = f"{place}:"
            own = {name.removeprefix(start): part for name, part in found.items() if name.startswith(start)}
            draft.raw = draft.form.read(own)
            if draft.attribute.facet_form is FacetForm.TERMS:
                self._choose(draft)
        if asking.total is not None:
            tally = asking.total.read(found)
            for draft in asking.of_base:
                numbers = tally.plus({name: each.total for name, each in draft.apart.items()}).numbers
                draft.total = {name: numbers[name] for name in draft.question.asked.total}

    def answer(self, draft: Draft, rest: Numbers | None) -> FacetAnswer:
        """The facet; `rest` counts what was cut."""
        match draft.attribute.facet_form:
            case FacetForm.TERMS:
                return self._terms(draft, rest)
            case FacetForm.NUMBERS:
                return number_answer(draft)
            case FacetForm.DATES:
                return date_answer(draft)

    # -------------------------------------------------------------------------------------- what is asked

    def _edged(self, question: FacetQuestion) -> FacetQuestion:
        edges = self._source.edges(question)
        return replace(question, boundaries=edges) if edges else question

    def _draft(self, question: FacetQuestion, where: Cell, apart: Mapping[str, FacetAnswer]) -> Draft:
        attribute = faceted(question.field)
        kind = self._source.kind_of_facet(question, where)
        # Only what matches there can change which collections a bucket has.
        matching = tuple(sorted(name for name, answer in apart.items() if answer.total["series"]))
        named: dict[Scalar, None] = {}
        if is_alone(question):
            named = dict.fromkeys(question.kept)
            named |= {b.value: None for answer in apart.values() for b in answer.buckets if b.counts["series"]}
        shown = shown_numbers(question) if attribute.facet_form is FacetForm.TERMS else question.asked.buckets
        form = Form(
            question,
            Counting(kind, shown, matching),
            Counting(kind, question.asked.missing, matching),
            Counting(kind, question.asked.rest, matching),
            self._source.catalogue.store,
            self._source.values(attribute),
            self._source.edges(question),
            tuple(named),
            self._source.shards,
        )
        return Draft(question, form, apart)

    def _total(self, where: Cell, members: Sequence[Draft]) -> Counting:
        asked = frozenset().union(*(draft.question.asked.total for draft in members))
        return Counting(self._source.kind(where), asked, members[0].form.counting.collections)

    # -------------------------------------------------------------------------------------- terms

    def _choose(self, draft: Draft) -> None:
        """Which values are shown, and what is left of those that may be."""
        question, attribute = draft.question, draft.attribute
        values = self._folded(draft) if attribute.level is Level.COLLECTION else self._merged(draft)
        allowed = [
            (value, tally)
            for value, tally in values.items()
            if tally.present and (question.contains is None or question.contains in str(value).lower())
        ]
        best = greatest(question, allowed)
        shown = sorted({*best, *question.kept}, key=lambda value: order_key(question, value, values.get(value)))
        draft.values, draft.shown = values, tuple(shown)
        draft.candidates = len(allowed)
        if is_alone(question):
            draft.candidates = self._distinct(draft)
        hidden = {value for value, _ in allowed} - set(shown)
        if is_alone(question):
            cut = draft.candidates > sum(value in draft.shown for value, _ in allowed)
            conditions = [complement(Leaf(SERIES, attribute.column, (In(tuple(sorted(shown))),)))] if shown else []
            conditions.append(
                Leaf(SERIES, attribute.column, () if question.contains is None else (Contains(question.contains),))
            )
        else:
            cut = bool(hidden)
            leaf = Leaf(attribute.level, attribute.column, (In(tuple(sorted(hidden))),))
            conditions = [leaf if attribute.level is SERIES else Some(attribute.level, leaf)]
        if cut and question.asked.rest and attribute.level is not Level.COLLECTION:
            draft.cut = Selection(SERIES, all_of([question.series.condition, *conditions]))

    def _merged(self, draft: Draft) -> dict[Scalar, Tally]:
        """The numbers of values with those of what is not indexed."""
        assert draft.raw is not None
        found = dict(draft.raw.values)
        nothing = draft.form.counting.nothing
        others: dict[Scalar, dict[str, Numbers]] = {}
        for collection, answer in draft.apart.items():
            for bucket in answer.buckets:
                if bucket.counts["series"]:
                    others.setdefault(bucket.value, {})[collection] = bucket.counts
        for value, numbers in others.items():
            found[value] = found.get(value, nothing).plus(numbers)
        return found

    def _distinct(self, draft: Draft) -> int:
        """How many values of a long list may be shown: those that are indexed, and those that are not."""
        assert draft.raw is not None
        contains = draft.question.contains
        elsewhere = {
            bucket.value
            for answer in draft.apart.values()
            for bucket in answer.buckets
            if bucket.counts["series"] and (contains is None or contains in str(bucket.value).lower())
        }
        indexed = draft.raw.values
        return draft.raw.distinct + sum(value not in indexed for value in elsewhere)

    def _per_collection(self, draft: Draft) -> dict[int, Numbers]:
        """The numbers of each collection that has any."""
        assert draft.raw is not None
        found = {}
        for row, name in enumerate(self._source.collection_ids):
            tally = draft.raw.values.get(name, draft.form.counting.nothing)
            answer = draft.apart.get(name)
            if answer is not None:
                tally = tally.plus({name: answer.total})
            if tally.present:
                found[row] = {**tally.numbers, "collections": 1}
        return found

    def _folded(self, draft: Draft) -> dict[Scalar, Tally]:
        """The numbers of the values of a collection's attribute: whatever it is of, it is of one collection."""
        elements = self._source.elements(draft.attribute)
        found: dict[Scalar, Numbers] = {}
        for row, numbers in self._per_collection(draft).items():
            for value in elements[row]:
                _add(found.setdefault(value, {}), numbers)
        return {value: Tally(numbers, present=True) for value, numbers in found.items()}

    def _terms(self, draft: Draft, rest: Numbers | None) -> FacetAnswer:
        asked = draft.question.asked
        assert draft.raw is not None and draft.values is not None
        of_collections = draft.attribute.level is Level.COLLECTION
        buckets = []
        for value in draft.shown:
            tally = draft.values.get(value)
            numbers = {name: 0 if tally is None else tally.numbers[name] for name in asked.buckets}
            buckets.append(Bucket(value, numbers))
        if of_collections:
            missing, found = self._beside(draft)
            rest = {name: found.get(name, 0) for name in asked.rest}
        else:
            missing = draft.raw.missing.plus({name: each.missing for name, each in draft.apart.items()}).numbers
        return FacetAnswer(
            draft.total,
            {name: missing.get(name, 0) for name in asked.missing},
            dict.fromkeys(asked.rest, 0) if rest is None else rest,
            buckets,
            distinct=draft.candidates,
        )

    def _beside(self, draft: Draft) -> tuple[Numbers, Numbers]:
        """Of an attribute of collections the numbers of those without a value, and of those with any that is cut."""
        elements, contains = self._source.elements(draft.attribute), draft.question.contains
        shown = set(draft.shown)
        missing: Numbers = {}
        rest: Numbers = {}
        for row, numbers in self._per_collection(draft).items():
            if not elements[row]:
                _add(missing, numbers)
            elif any(v not in shown and (contains is None or contains in str(v).lower()) for v in elements[row]):
                _add(rest, numbers)
        return missing, rest


def _add(numbers: Numbers, further: Numbers) -> None:
    for name, number in further.items():
        numbers[name] = numbers.get(name, 0) + number
