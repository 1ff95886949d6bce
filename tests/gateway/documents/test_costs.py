"""What operations cost: counted by hand from the directives of the schema."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

from benchmarks import peers
from benchmarks.load import DOCUMENT
from benchmarks.questions import QUESTIONS
from benchmarks.serving import PANEL, PATIENTS
from docs.examples import examples
from docs.generate import ROOT, hand_written
from gateway.documents import DocumentLimits, Documents
from schema.build import build_schema
from schema.cost import directives_of

PAGE = "query($first: Int = 7) { series(first: $first) { nodes { id source { license { url } } } } }"


def cost(documents: Documents, document: str, **variables: Any) -> float:
    prepared = documents.prepare(document, None)
    assert prepared.errors == ()
    return prepared.cost(variables)


@pytest.mark.parametrize(
    ("document", "points"),
    [
        # A count; the same twice.
        ("{ counts { patients series } }", 100),
        ("{ a: counts { patients } b: counts { series } }", 200),
        # One object and its scalars; an object in it.
        ('{ collection(collectionID: "x") { name cancerTypes } }', 1),
        ('{ study(studyInstanceUID: "1") { collection { name } } }', 2),
        # A page: the search, then 50 or as many as asked, each with two objects in it.
        ("{ series { totalCount } }", 100),
        ("{ series { nodes { id } } }", 100 + 50),
        ("{ series(first: 10) { nodes { source { license { url } } } } }", 100 + 10 * 3),
        ("{ series(first: null) { edges { cursor node { id } } } }", 100 + 50 * 2),
        ("{ series(first: 10) { nodes { id } edges { node { id } } pageInfo { endCursor } } }", 100 + 10 + 20 + 1),
        # Pages in pages, with counts of each parent and of each page.
        (
            "{ patients(first: 10) { nodes { counts { series } studies(first: 5) { counts { series } nodes { id } } } "
            "} }",
            100 + 10 * (1 + 20 + 1 + 100 + 5),
        ),
        # A page of what is no node is as large as it says, too.
        (
            '{ patient(collectionID: "x", patientID: "1") { gdcCase { filePage(first: 7) { nodes { fileID } } } } }',
            1 + 20 + 1 + 7,
        ),
        # Lists whose size the schema assumes.
        ("{ releases { counts { series } } }", 30 * 2),
        ('{ seriesVersions(seriesInstanceUID: "1") { awsURL } }', 2),
        ('{ nodes(ids: ["a"]) { id } }', 100),
        ("{ collections(first: 1) { nodes { sources { license { url } } } } }", 100 + 1 + 4 * 2),
        # A panel: 100, for each facet asked 100, and 25 facets of 20 buckets.
        ("{ facets(by: []) { total { series } } }", 100 + 1),
        ("{ facets(by: {field: MODALITY}) { total { series } } }", 100 + 100 + 1),
        (
            "{ facets(by: [{field: MODALITY}, {field: PATIENT_SEX}]) { facets { buckets { counts { series } } } } }",
            100 + 200 + 25 * (1 + 20 * 2),
        ),
        (
            "{ crosstab(by: [{field: MODALITY}, {field: PATIENT_SEX}]) { cells { counts { series } } } }",
            500 + 200 + 500 * 2,
        ),
        ("{ attrition(steps: [{}, {}]) { counts { series } removed { series } } }", 10 * (40 + 2)),
        # The schema itself is free.
        ("{ __typename __schema { types { name } } }", 0),
        # Fragments cost wherever they are spread, and know the size of what they are spread in.
        (
            "{ a: series(first: 3) { ...F } b: series { ...F } } "
            "fragment F on SeriesConnection { nodes { source { doi } } }",
            100 + 3 * 2 + 100 + 50 * 2,
        ),
        ('{ node(id: "x") { ... on Series { source { doi } } ... on Study { patients { id } } } }', 1 + 1 + 1),
    ],
)
def test_a_document_costs_what_the_schema_says(documents: Documents, document: str, points: float) -> None:
    assert cost(documents, document) == points


@pytest.mark.parametrize(
    ("variables", "rows"),
    [
        ({}, 7),
        ({"first": 20}, 20),
        ({"first": None}, 50),
        ({"first": 0}, 0),
        ({"first": -5}, 0),
        ({"first": "20"}, 50),
        ({"first": True}, 50),
        ({"first": [3]}, 50),
        ({"first": 20.0}, 20),
        ({"first": 10**400}, 2**31),
    ],
)
def test_a_page_is_as_large_as_its_variable(documents: Documents, variables: dict[str, Any], rows: int) -> None:
    assert cost(documents, PAGE, **variables) == 100 + rows * 3


@pytest.mark.parametrize(
    ("by", "facets"), [([], 0), ([{"field": "MODALITY"}] * 3, 3), ({"field": "MODALITY"}, 1), (None, 0)]
)
def test_each_facet_of_a_variable_costs(documents: Documents, by: Any, facets: int) -> None:
    document = "query($by: [FacetBy!]!) { facets(by: $by) { total { series } } }"
    assert cost(documents, document, by=by) == 101 + 100 * facets


def test_an_operation_that_costs_too_much_is_refused(documents: Documents) -> None:
    document = "query($n: Int) { patients(first: $n) { nodes { studies(first: $n) { nodes { id } } } } }"
    prepared = documents.prepare(document, None)
    assert prepared.check({"n": 700}) is None
    error = prepared.check({"n": 1000})
    assert error is not None
    assert error.formatted == {
        "message": "the operation costs 1,002,100 points, more than 500,000 (setting IDC_GATEWAY_DOCUMENT_COST); "
        "lower `first` of the outer fields, or ask in several requests",
        "extensions": {"code": "COST_LIMIT_EXCEEDED", "cost": 1_002_100.0, "limit": 500_000},
    }
    raised = Documents(build_schema()._schema, DocumentLimits(cost=1_002_100))
    assert raised.prepare(document, None).check({"n": 1000}) is None


def _lists_of_objects() -> Iterator[tuple[str, Any]]:
    for type_ in build_schema()._schema.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                is_list = isinstance(get_nullable_type(field.type), GraphQLList)
                if is_list and not is_leaf_type(get_named_type(field.type)):
                    yield f"{type_.name}.{name}", directives_of(field)[1]


def test_every_list_of_objects_has_a_size() -> None:
    unknown = [name for name, list_size in _lists_of_objects() if list_size is None]
    # Nodes and edges have that of their connection; how many entities routers ask, no schema says.
    assert [
        name for name in unknown if not name.endswith(("Connection.nodes", "Connection.edges", "FilePage.nodes"))
    ] == ["Query._entities"]


EXAMPLES = [
    pytest.param(example.document, example.variables, id=f"{page.relative_to(ROOT)}:{number}")
    for page in hand_written()
    for number, example in enumerate(examples(page.read_text(encoding="utf-8")), start=1)
]


@pytest.mark.parametrize(("document", "variables"), EXAMPLES)
def test_every_document_of_the_documentation_is_answered(
    documents: Documents, document: str, variables: dict[str, Any]
) -> None:
    prepared = documents.prepare(document, None)
    assert (prepared.errors, prepared.check(variables)) == ((), None)
    assert prepared.cost(variables) <= documents.limits.cost / 50


@pytest.mark.parametrize("document", [PANEL, PATIENTS, DOCUMENT, *map(peers.document, QUESTIONS.values())])
def test_what_the_benchmarks_ask_is_answered(documents: Documents, document: str) -> None:
    prepared = documents.prepare(document, None)
    assert (prepared.errors, prepared.check({})) == ((), None)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "gateway/explorer/examples").glob("*.graphql")), ids=lambda path: path.stem
)
def test_every_example_of_the_explorer_is_answered(documents: Documents, path: Any) -> None:
    prepared = documents.prepare(path.read_text("utf-8"), None)
    assert (prepared.errors, prepared.check({})) == ((), None)
