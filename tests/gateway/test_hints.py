"""Hints in the extensions of answers over HTTP."""

from typing import Any

import pytest

from tests.gateway.conftest import Server

MR = {
    "argument": "where.modality.eq",
    "value": "mr",
    "suggestions": ["MR"],
    "message": "modality 'mr' matches nothing; did you mean 'MR'?",
}


def answered(server: Server, query: str) -> dict[str, Any]:
    found: dict[str, Any] = server.http.post("/graphql", json={"query": query}).json()
    del found["extensions"]["cost"]
    return found


def test_an_answer_says_what_may_be_meant(server: Server) -> None:
    answer = answered(server, '{ counts(where: {modality: {eq: "mr"}}) { series } }')
    assert answer == {"data": {"counts": {"series": 0}}, "extensions": {"release": 25, "hints": [MR]}}


@pytest.mark.parametrize(
    "field",
    [
        'series(where: {modality: {eq: "mr"}}) { totalCount }',
        'studies(where: {series: {some: {modality: {eq: "mr"}}}}) { totalCount }',
        'patients(where: {series: {every: {modality: {eq: "mr"}}}}) { totalCount }',
        'collections(where: {series: {none: {modality: {eq: "mr"}}}}) { totalCount }',
        'collection(collectionID: "nlst") { counts(where: {modality: {eq: "mr"}}) { series } }',
        'patient(collectionID: "nlst", patientID: "100002") { series(where: {modality: {eq: "mr"}}) { totalCount } }',
        'collections { nodes { patients(first: 2, where: {patientID: {ne: "mr"}}) { totalCount } } }',
    ],
)
def test_every_where_of_a_document_is_looked_at_once(server: Server, field: str) -> None:
    first, second = answered(server, f"{{ {field} }}"), answered(server, f"{{ a: {field} b: {field} }}")
    assert "errors" not in first and "errors" not in second
    (hint,) = first["extensions"]["hints"]
    assert hint["value"] == "mr" and second["extensions"]["hints"] == [hint]


@pytest.mark.parametrize(
    "query",
    [
        "{ __typename }",
        '{ counts(where: {modality: {eq: "MR"}}) { series } }',
        "{ counts(where: {}) { series } }",
        '{ hints(where: {modality: {eq: "mr"}}) { value } }',
    ],
)
def test_an_answer_without_hints_has_no_key_for_them(server: Server, query: str) -> None:
    assert answered(server, query)["extensions"] == {"release": 25}


def test_a_field_that_fails_leaves_the_hints_of_the_others(server: Server) -> None:
    answer = answered(server, '{ counts(where: {modality: {eq: "mr"}}) { series } series(first: 0) { totalCount } }')
    assert answer["extensions"]["hints"] == [MR] and len(answer["errors"]) == 1
