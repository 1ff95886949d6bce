"""Facets and crosstabs over records: the same by either engine, whatever the records say and whoever has none."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pytest

from indexers.elasticsearch.release import index_release
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.service import open_engine
from resolvers.search.embedded.engine import EmbeddedSearchEngine
from resolvers.search.engine import SearchEngine
from resolvers.search.facets import BY_VALUE, CrosstabAnswer, FacetAnswer, FacetQuestion
from resolvers.search.reach import patients_of
from resolvers.search.recorded_facets import RecordedFacets, RecordedValues
from resolvers.selection import And, In, Leaf, Rows, RowSet, Selection, Some
from schema.record_attributes import RecordAttribute
from schema.vocabulary import COUNTABLE, AskedCounts, FacetField, Level
from tests.elasticsearch.conftest import Served

NUMBERS = frozenset(COUNTABLE)
EVERY = AskedCounts(total=NUMBERS, missing=NUMBERS, buckets=NUMBERS, rest=NUMBERS, apart=NUMBERS)
CT_OR_MR = Selection(Level.SERIES, Leaf(Level.SERIES, "modality", (In(("CT", "MR")),)))
# Of each attribute the values, and how many of them a patient has at most.
VALUES = {FacetField.GDC_PRIMARY_SITE: (9, 1), FacetField.GDC_DATA_CATEGORY: (6, 4), FacetField.GDC_STAGE_GROUP: (4, 1)}
AXES = [
    [FacetField.GDC_PRIMARY_SITE, FacetField.GDC_DATA_CATEGORY],
    [FacetField.GDC_DATA_CATEGORY, FacetField.GDC_STAGE_GROUP, FacetField.GDC_PRIMARY_SITE],
    [FacetField.MODALITY, FacetField.GDC_DATA_CATEGORY],
    [FacetField.GDC_STAGE_GROUP, FacetField.PATIENT_AGE],
    [FacetField.STUDY_DATE, FacetField.GDC_STAGE_GROUP, FacetField.GDC_PRIMARY_SITE],
    [FacetField.MODALITY, FacetField.GDC_STAGE_GROUP, FacetField.COLLECTION_ID],
]


def values_of(field: FacetField, patients: int) -> RecordedValues:
    """Four patients in nine have a record, with some values, or none, and with repetitions."""
    many, most = VALUES[field]
    random = np.random.default_rng(many * most)
    why = random.integers(0, 9, patients)
    names = ("not_found", "withheld", "undecided", "not_checked", "not_linkable")
    rows = np.repeat(np.arange(patients), random.integers(0, most + 1, patients))
    # Rows of those who are not linked don't count, and code 0 is no value.
    codes = random.integers(0, many + 1, len(rows))
    apart = {name: why == number for number, name in enumerate(names)}
    return RecordedValues(rows, codes, [f"value {number}" for number in range(many)], why >= len(names), apart)


@pytest.fixture(scope="module")
def ask(elasticsearch: str, store: Store) -> Iterator[Callable[..., tuple[Any, Any]]]:
    """What the embedded engine and Elasticsearch answer."""
    served = Served(elasticsearch, store, "recorded")
    patients = len(store.hierarchy.patient_collection)

    async def values(attribute: RecordAttribute, base: Selection) -> RecordedValues:
        assert attribute.facet is not None
        return values_of(attribute.facet, patients)

    async def indexed() -> SearchEngine:
        await index_release(served.connection, store, served.names, lambda *_: None)
        return await open_engine(served.connection, served.names, Catalogue(store), 60)

    with asyncio.Runner() as runner:
        engines = [EmbeddedSearchEngine(Catalogue(store)), runner.run(indexed())]

        def asked(question: Callable[[RecordedFacets, SearchEngine], Awaitable[Any]]) -> tuple[Any, Any]:
            async def one(engine: SearchEngine) -> Any:
                return await question(RecordedFacets(engine, values, patients), engine)

            found = [runner.run(one(engine)) for engine in engines]
            return found[0], found[1]

        yield asked
        for engine in engines:
            runner.run(engine.close())  # type: ignore[attr-defined]


def question(field: FacetField, series: Selection, **options: Any) -> FacetQuestion:
    return replace(FacetQuestion(field, series, EVERY, 3, "patients"), **options)


def test_facets_are_the_same_and_what_records_say(ask: Any, store: Store) -> None:
    options: list[dict[str, Any]] = [
        {},
        {"order": BY_VALUE, "kept": ("value 3", "nobody's")},
        {"order": "series"},
        {"contains": "3", "size": 100},
    ]
    questions = [question(field, CT_OR_MR, **each) for field in VALUES for each in options]

    async def panel(facets: RecordedFacets, engine: SearchEngine) -> Any:
        patients = len(store.hierarchy.patient_collection)
        return await facets.facets(questions), await patients_of(engine, CT_OR_MR, patients)

    (embedded, base), (elasticsearch, _) = ask(panel)
    assert elasticsearch == embedded
    for asked, answer in zip(questions, embedded, strict=True):
        check(asked, answer, values_of(asked.field, len(base)), base)


def check(asked: FacetQuestion, answer: FacetAnswer, found: RecordedValues, base: Any) -> None:
    """Whom the facet counts, row by row."""
    owners: dict[str, set[int]] = {str(value): set() for value in found.values}
    for row, code in zip(found.rows.tolist(), found.codes.tolist(), strict=True):
        if code and found.linked[row] and base[row]:
            owners[str(found.values[code - 1])].add(row)
    anything = set().union(*owners.values())
    assert {b.value: b.counts["patients"] for b in answer.buckets} == {
        b.value: len(owners.get(str(b.value), ())) for b in answer.buckets
    }
    allowed = {value for value in owners if owners[value] and (asked.contains or "") in value}
    shown = {b.value for b in answer.buckets}
    others = set().union(*(owners[value] for value in allowed - shown))
    assert answer.distinct == len(allowed) and answer.rest["patients"] == len(others)
    assert len(shown) == min(asked.size, len(allowed)) + len(set(asked.kept) - {"value 0", "value 1", "value 2"})
    if asked.order == "patients":
        placed = [(-b.counts["patients"], b.value) for b in answer.buckets]
        best = sorted((-len(owners[value]), value) for value in allowed)
        assert placed == best[: asked.size]
    nothing = set(np.flatnonzero(base & found.linked).tolist()) - anything
    assert answer.missing["patients"] == len(nothing)
    assert {why: numbers["patients"] for why, numbers in answer.apart.items()} == {
        why: int((mask & base).sum()) for why, mask in found.apart.items()
    }
    assert answer.total["patients"] == int(base.sum())
    assert len(anything) + len(nothing) + sum(n["patients"] for n in answer.apart.values()) == int(base.sum())


@pytest.mark.parametrize("fields", AXES, ids=lambda fields: " x ".join(field.name for field in fields))
def test_crosstabs_are_the_same_and_what_their_cells_select(fields: list[FacetField], ask: Any, store: Store) -> None:
    questions = [question(field, CT_OR_MR) for field in fields]

    async def table(facets: RecordedFacets, engine: SearchEngine) -> CrosstabAnswer:
        return await facets.crosstab(questions, NUMBERS)

    embedded, elasticsearch = ask(table)
    assert elasticsearch == embedded
    assert len(embedded.cells) > 5
    if all(field in VALUES for field in fields):
        assert embedded.cells == asyncio.run(plainly(fields, embedded, store))


async def plainly(fields: list[FacetField], table: CrosstabAnswer, store: Store) -> Any:
    """The cells, each asked for by itself, over all combinations of buckets."""
    patients = len(store.hierarchy.patient_collection)
    engine = EmbeddedSearchEngine(Catalogue(store))
    sets = [
        [having(values_of(field, patients), value) for value in (None, *(bucket.value for bucket in axis.buckets))]
        for field, axis in zip(fields, table.axes, strict=True)
    ]
    made = []
    for places in np.ndindex(*map(len, sets)):
        inside = reduce(np.logical_and, (own[place] for own, place in zip(sets, places, strict=True)))
        rows = Some(Level.PATIENT, Rows(Level.PATIENT, RowSet(inside)))
        numbers = await engine.counts(Selection(Level.SERIES, And((CT_OR_MR.condition, rows))), NUMBERS)
        if numbers["series"]:
            made.append((tuple(place - 1 if place else None for place in places), numbers))
    await engine.close()
    return made


def having(found: RecordedValues, value: Any) -> Any:
    """The linked patients with a value; with None those without any."""
    mask = np.zeros(len(found.linked), bool)
    own = found.codes > 0 if value is None else found.codes == list(found.values).index(value) + 1
    mask[found.rows[own]] = True
    return found.linked & (~mask if value is None else mask)
