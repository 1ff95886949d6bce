"""Bad input is a BAD_USER_INPUT that names the argument and the remedy: never a 500, never all of IDC."""

from typing import Any

import pytest

from tests.conftest import Gateway

WHERE = "query($where: SeriesWhere) { counts(where: $where) { series } }"
STUDIES = "query($where: StudyWhere) { studies(where: $where) { totalCount } }"

# A where of series that can't be meant, the argument that is at fault, and a word of the remedy.
BAD_WHERES: list[tuple[dict[str, Any], str, str]] = [
    ({"modality": {"in": []}}, "where.modality.in", "at least one value"),
    ({"modality": {"notIn": []}}, "where.modality.notIn", "at least one value"),
    ({"and": []}, "where.and", "at least one condition"),
    ({"or": []}, "where.or", "at least one condition"),
    ({"modality": {}}, "where.modality", "give one"),
    ({"modality": {"eq": None}}, "where.modality", "give one"),
    ({"subjectKind": {}}, "where.subjectKind", "give one"),
    ({"id": {}}, "where.id", "give one"),
    ({"id": {"in": []}}, "where.id.in", "at least one value"),
    ({"not": {}}, "where.not", "leave it out"),
    ({"and": [{}]}, "where.and[0]", "leave it out"),
    ({"or": [{"modality": {"eq": "CT"}}, {}]}, "where.or[1]", "leave it out"),
    ({"or": [{"modality": None}]}, "where.or[0]", "leave it out"),
    ({"study": {}}, "where.study", "leave it out"),
    ({"patient": {}}, "where.patient", "leave it out"),
    ({"collection": {}}, "where.collection", "leave it out"),
    ({"study": {"series": {}}}, "where.study.series", "some, none, every and count"),
    ({"study": {"series": {"some": None}}}, "where.study.series", "some, none, every and count"),
    ({"study": {"series": {"count": {"n": {}}}}}, "where.study.series.count.n", "give one"),
    ({"study": {"series": {"some": {"and": []}}}}, "where.study.series.some.and", "at least one condition"),
    ({"sizeBytes": {"gt": 5, "lt": 4}}, "where.sizeBytes", "exchange the bounds"),
    ({"sizeBytes": {"gte": 5, "lt": 5}}, "where.sizeBytes", "gte and lte"),
    ({"studyDate": {"gt": "2001-01-02", "lte": "2001-01-02"}}, "where.studyDate", "gte and lte"),
    ({"patientAge": {"gt": 1.5, "lt": 1.5}}, "where.patientAge", "gte and lte"),
    ({"modality": {"contains": ""}}, "where.modality.contains", "some text"),
    ({"modality": {"startsWith": ""}}, "where.modality.startsWith", "some text"),
    ({"modality": {"search": ""}}, "where.modality.search", "some text"),
    ({"modality": {"search": "*-"}}, "where.modality.search", "letters or digits"),
    ({"modality": {"search": "a " * 51}}, "where.modality.search", "more than 50 words"),
    ({"modality": {"orNull": True}}, "where.modality.orNull", "isNull"),
    ({"modality": {"orNull": False}}, "where.modality.orNull", "isNull"),
    ({"modality": {"isNull": True, "orNull": True}}, "where.modality", "give one of them"),
    ({"id": {"eq": "nonsense"}}, "where.id.eq", "id field of a Series"),
    ({"id": {"in": ["WyJTdHVkeSIsIjEuMiJd"]}}, "where.id.in", "id of a Series"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "argument", "remedy"), BAD_WHERES)
def test_a_where_that_cannot_be_meant(sampled: Gateway, where: dict[str, Any], argument: str, remedy: str) -> None:
    error = sampled.error(WHERE, where=where)
    assert error.extensions["code"] == "BAD_USER_INPUT"
    assert error.extensions["argument"] == argument
    assert error.message.startswith(f"{argument}: ") and remedy in error.message
    assert error.path == ["counts"]


EVERYTHING = [None, {}, {"modality": None}, {"and": None}, {"study": None, "not": None}]


@pytest.mark.parametrize("where", EVERYTHING)
def test_null_counts_as_not_given(sampled: Gateway, where: Any) -> None:
    everything = sampled.data("{ counts { series } }")
    assert sampled.data(WHERE, where=where) == everything


ALLOWED_EMPTY = [
    {"series": {"some": {}}},
    {"series": {"every": {}}},
    {"series": {"count": {"where": {}, "n": {"gte": 1}}}},
    {"series": {"count": {"n": {"gte": 1}}}},
    {"series": {"count": {"where": None, "n": {"isNull": False}}}},
]


@pytest.mark.parametrize("where", ALLOWED_EMPTY)
def test_an_empty_object_inside_a_quantifier_means_any(sampled: Gateway, where: Any) -> None:
    everything = sampled.data("{ studies { totalCount } }")
    assert sampled.data(STUDIES, where=where) == everything
    assert sampled.data(STUDIES, where={"not": where}) == {"studies": {"totalCount": 0}}


@pytest.mark.parametrize("first", [0, -1, 1001, 1_000_000])
@pytest.mark.parametrize("field", ["series", "studies", "patients", "collections", "analysisResults"])
def test_a_page_size_out_of_range(sampled: Gateway, field: str, first: int) -> None:
    error = sampled.error(f"{{ {field}(first: {first}) {{ totalCount }} }}")
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": "first"}
    assert "between 1 and 1000" in error.message and "after" in error.message


def test_a_null_page_size_is_the_default(sampled: Gateway) -> None:
    data = sampled.data("{ series(first: null) { nodes { id } } }")
    assert len(data["series"]["nodes"]) == 50


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "not a cursor", "é", "A" * 22, "A" * 1000])
def test_a_malformed_cursor(sampled: Gateway, cursor: str) -> None:
    error = sampled.error("query($after: String) { series(after: $after) { totalCount } }", after=cursor)
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": "after"}
    assert "pageInfo.endCursor" in error.message


def test_a_failing_parent_leaves_its_siblings_standing(sampled: Gateway) -> None:
    result = sampled.execute("{ bad: counts(where: {not: {}}) { series } good: counts { series } }")
    assert result.errors is not None and [error.path for error in result.errors] == [["bad"]]
    assert result.data is not None and result.data["bad"] is None and result.data["good"]["series"] > 0


@pytest.mark.parametrize(
    "field",
    [
        'collection(collectionID: "no_such")',
        'analysisResult(analysisResultID: "no_such")',
        'patient(collectionID: "nlst", patientID: "no such")',
        'patient(collectionID: "no_such", patientID: "100002")',
        'study(studyInstanceUID: "1.2.3")',
        'seriesByUID(seriesInstanceUID: "")',
        'seriesByUID(seriesInstanceUID: "é\\u0000")',
        'node(id: "")',
        'node(id: "WyJTdHVkeSIsIjEuMiJd")',
        'node(id: "WyJTdHVkeSIsIjEuMiJd=")',
    ],
)
def test_what_does_not_exist_is_null(sampled: Gateway, field: str) -> None:
    assert sampled.data(f"{{ found: {field} {{ __typename }} }}") == {"found": None}
