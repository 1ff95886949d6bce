"""Paging: every row once, in order, for any page size; cursors bound to their question."""

from itertools import pairwise
from typing import Any

import pytest

from tests.conftest import Gateway

CT_OF_LIDC = '{collectionID: {eq: "lidc_idri"}, modality: {eq: "CT"}}'


def walk(gateway: Gateway, document: str, field: str, first: int) -> list[str]:
    """The ids of all pages, checking what each says of its place."""
    ids: list[str] = []
    after = None
    while True:
        page = gateway.data(document, first=first, after=after)[field]
        found = [edge["node"]["id"] for edge in page["edges"]]
        cursors = [edge["cursor"] for edge in page["edges"]]
        assert [node["id"] for node in page["nodes"]] == found
        info = page["pageInfo"]
        assert info["startCursor"] == (cursors[0] if cursors else None)
        assert info["endCursor"] == (cursors[-1] if cursors else None)
        assert info["hasPreviousPage"] == (after is not None)
        ids += found
        assert info["hasNextPage"] == (len(ids) < page["totalCount"])
        if not info["hasNextPage"]:
            assert len(ids) == page["totalCount"]
            return ids
        assert len(found) == first
        after = info["endCursor"]


def paged(field: str, arguments: str = "") -> str:
    return f"""query($first: Int, $after: String) {{ {field}(first: $first, after: $after {arguments}) {{
        totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        edges {{ cursor node {{ id }} }} nodes {{ id }} }} }}"""


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("collections", ""),
        ("collections", "orderBy: [{field: PROGRAM_ID, direction: DESC}, {field: SIZE_BYTES}]"),
        ("analysisResults", ""),
        ("patients", 'where: {collectionID: {eq: "tcga_brca"}}'),
        ("patients", 'where: {collectionID: {eq: "nlst"}} orderBy: [{field: STUDY_COUNT, direction: DESC}]'),
        ("studies", "where: {series: {some: {modality: {eq: PT}}}}".replace("PT", '"PT"')),
        ("studies", 'where: {collectionID: {eq: "nlst"}} orderBy: [{field: STUDY_DATE}]'),
        ("series", f"where: {CT_OF_LIDC}"),
        ("series", f"where: {CT_OF_LIDC} orderBy: [{{field: SERIES_DESCRIPTION, direction: DESC}}]"),
        ("series", f"where: {CT_OF_LIDC} match: PATIENT orderBy: [{{field: KEYS, direction: DESC}}]"),
    ],
)
def test_any_page_size_visits_every_row_once_in_one_order(sampled: Gateway, field: str, arguments: str) -> None:
    document = paged(field, arguments)
    whole = walk(sampled, document, field, 1000)
    assert len(set(whole)) == len(whole) > 1
    for first in (1, 7, len(whole), len(whole) - 1):
        if len(whole) // max(first, 1) < 300 and 1 <= first <= 1000:
            assert walk(sampled, document, field, first) == whole


def test_a_thousand_pages_of_the_release(idc: Gateway) -> None:
    document = paged("series", 'where: {collectionID: {eq: "nsclc_radiomics"}}')
    ids = walk(idc, document, "series", 5)
    assert len(ids) == len(set(ids)) == 4926


OTHER_QUESTIONS = {
    "where": 'series(after: $after, where: {modality: {eq: "MR"}})',
    "no where": "series(after: $after)",
    "match": 'series(after: $after, where: {modality: {eq: "CT"}}, match: STUDY)',
    "order": 'series(after: $after, where: {modality: {eq: "CT"}}, orderBy: [{field: SIZE_BYTES}])',
    "direction": 'series(after: $after, where: {modality: {eq: "CT"}}, orderBy: [{field: KEYS, direction: DESC}])',
    "field": 'studies(after: $after, where: {series: {some: {modality: {eq: "CT"}}}})',
}


def first_cursor(gateway: Gateway) -> str:
    page = gateway.data('{ series(first: 1, where: {modality: {eq: "CT"}}) { pageInfo { endCursor } } }')
    cursor: str = page["series"]["pageInfo"]["endCursor"]
    return cursor


@pytest.mark.parametrize("field", OTHER_QUESTIONS.values(), ids=OTHER_QUESTIONS.keys())
def test_a_cursor_of_another_question_is_stale(sampled: Gateway, field: str) -> None:
    error = sampled.error(f"query($after: String) {{ {field} {{ totalCount }} }}", after=first_cursor(sampled))
    assert error.extensions == {"code": "STALE_CURSOR", "argument": "after"}
    assert "start again" in error.message


def test_a_cursor_of_another_build_is_stale(sampled: Gateway, idc: Gateway) -> None:
    document = 'query($after: String) { series(after: $after, where: {modality: {eq: "CT"}}) { totalCount } }'
    assert idc.error(document, after=first_cursor(sampled)).extensions["code"] == "STALE_CURSOR"


def test_the_same_question_in_other_words_keeps_its_cursors(sampled: Gateway) -> None:
    document = """query($after: String) { series(after: $after, first: 3,
        where: {and: [{modality: {in: ["CT", "CT"]}}], manufacturer: null}, match: null) { totalCount } }"""
    assert sampled.execute(document, {"after": first_cursor(sampled)}).errors is None


def test_a_cursor_of_another_parent_is_stale_for_that_parent_alone(sampled: Gateway) -> None:
    document = """query($after: String) {
        own: patient(collectionID: "nlst", patientID: "108001") { series(first: 2, after: $after) { ...Page } }
        other: patient(collectionID: "nlst", patientID: "123342") { series(first: 2, after: $after) { ...Page } } }
        fragment Page on SeriesConnection { pageInfo { endCursor } nodes { patientID } }"""
    cursor = sampled.data(document)["own"]["series"]["pageInfo"]["endCursor"]
    result = sampled.execute(document, {"after": cursor})
    assert result.data is not None and result.errors is not None
    assert [node["patientID"] for node in result.data["own"]["series"]["nodes"]] == ["108001"] * 2
    assert result.data["other"] is None
    assert [(error.path, (error.extensions or {})["code"]) for error in result.errors] == [
        (["other", "series"], "STALE_CURSOR")
    ]


def test_connections_under_parents_page_like_the_root(sampled: Gateway) -> None:
    document = """query($first: Int, $after: String) { patient(collectionID: "nlst", patientID: "108001") {
        series(first: $first, after: $after, orderBy: [{field: SIZE_BYTES, direction: DESC}]) {
          totalCount pageInfo { hasNextPage endCursor } nodes { id sizeBytes } } } }"""

    def page(first: int, after: str | None) -> Any:
        return sampled.data(document, first=first, after=after)["patient"]["series"]

    whole = page(1000, None)["nodes"]
    assert all(a["sizeBytes"] >= b["sizeBytes"] for a, b in pairwise(whole)) and len(whole) > 5
    found, after, more = [], None, True
    while more:
        part = page(3, after)
        found += part["nodes"]
        after, more = part["pageInfo"]["endCursor"], part["pageInfo"]["hasNextPage"]
    assert found == whole


CONNECTIONS = {"Series": "series", "Study": "studies", "Patient": "patients", "Collection": "collections"}
# Order fields whose value is no plain field of the row: what it holds, and its keys as a whole.
TALLIES = {"KEYS", "PATIENT_COUNT", "STUDY_COUNT", "SERIES_COUNT"}
# Small collections, so that all of their rows, those without a value among them, are on one page.
SMALL = [
    "htan_ohsu",
    "lung_phantom",
    "mouse_mammary",
    "nlm_visible_human_project",
    "qin_lung_ct",
    "rider_phantom_pet_ct",
    "tcga_ucs",
]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("level", CONNECTIONS)
def test_every_order_field_sorts_with_the_missing_last(sampled: Gateway, level: str, direction: str) -> None:
    names = {a["orderField"]: a["name"] for a in sampled.data("{ attributes { name orderField } }")["attributes"]}
    fields = sampled.data(f'{{ __type(name: "{level}OrderField") {{ enumValues {{ name }} }} }}')["__type"][
        "enumValues"
    ]
    own_size = {"SIZE_BYTES"} if level != "Series" else set()
    with_missing = 0
    for field in {value["name"] for value in fields} - TALLIES - own_size:
        values = in_order(sampled, level, f"{{field: {field}, direction: {direction}}}", shown(level, names[field]))
        present = [value for value in values if value is not None]
        assert values[: len(present)] == present == sorted(present, reverse=direction == "DESC"), field
        with_missing += len(present) < len(values)
    assert with_missing >= {"Series": 8, "Study": 1}.get(level, 0)


def shown(level: str, name: str) -> str:
    """Where a row shows an attribute."""
    return "patient { subjectKind }" if (level, name) == ("Series", "subjectKind") else name


def in_order(gateway: Gateway, level: str, order: str, field: str) -> list[Any]:
    where = "" if level == "Collection" else f"where: {{collectionID: {{in: {SMALL}}}}}".replace("'", '"')
    connection = CONNECTIONS[level]
    page = gateway.data(
        f"{{ {connection}({where} first: 1000, orderBy: [{order}]) {{ totalCount nodes {{ {field} }} }} }}"
    )[connection]
    assert page["totalCount"] == len(page["nodes"])
    values = [next(iter(node.values())) for node in page["nodes"]]
    return [next(iter(value.values())) if isinstance(value, dict) else value for value in values]
