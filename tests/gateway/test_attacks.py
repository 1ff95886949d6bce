"""Requests that once cost too much or broke something: refused, or answered, without holding up the others."""

from typing import Any

import pytest

from tests.gateway.conftest import Server


def post(server: Server, body: dict[str, Any]) -> Any:
    return server.http.post("/graphql", json=body)


def test_many_errors_in_a_large_document_are_named_up_to_a_limit(server: Server) -> None:
    bad = " ".join(f'a{n}: series(first: "x") {{ totalCount }}' for n in range(40))
    padding = " ".join(f"c{n}: patientID" for n in range(50))
    document = f'{{ {bad} patient(collectionID: "nlst", patientID: "100002") {{ {padding} }} }}'
    errors = post(server, {"query": document}).json()["errors"]
    assert [error["extensions"] for error in errors[:5]] == [{"code": "BAD_USER_INPUT", "argument": "first"}] * 5
    assert errors[5]["message"] == "Too many validation errors, error limit reached. Validation aborted."


def test_a_document_that_is_too_large_is_not_even_read(server: Server) -> None:
    padding = " ".join(f"c{n}: __typename" for n in range(10_000))
    (error,) = post(server, {"query": f"{{ {padding} }}"}).json()["errors"]
    assert error["extensions"] == {"code": "DOCUMENT_TOO_LARGE", "limit": 100_000}
    assert error["message"].startswith("the document has 178,893 characters, more than 100,000")


def test_a_refused_value_is_named_wherever_it_stands(server: Server) -> None:
    document = """{ counts(match: STUDY, where: {modality: {in: ["CT", "MR"]}, or: [{instanceCount: {gt: 1}},
        {and: [{study: {studyDate: {in: ["2020-01-01", "soon"]}}}]}]}) { series } }"""
    (error,) = post(server, {"query": document}).json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "where.or.and.study.studyDate.in"}
    assert error["message"].startswith("where.or.and.study.studyDate.in: Date cannot represent 'soon'")


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "query($t: String) { counts(where: {seriesDescription: {contains: $t}}) { series } }",'
        b' "variables": {"t": "\\ud800"}}',
        b'{"query": "{ __typename }", "operationName": "\\ud800"}',
        b'{"query": "{ __typename }", "variables": {"x": ' + b"9" * 5000 + b"}}",
        b'{"query": "{ __typename }", "variables": {"x": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
        b'{"query": "{ __typename }", "variables": {"x": NaN}}',
    ],
)
def test_what_json_cannot_say_is_refused(server: Server, body: bytes) -> None:
    answer = server.http.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    (told,) = answer.json()["errors"]
    assert told["extensions"] == {"code": "BAD_USER_INPUT", "argument": "the body"}
    assert told["message"].startswith("the body: this is not JSON in UTF-8: ")


def test_ten_thousand_identifiers_under_many_parents(server: Server) -> None:
    document = """query($uids: [ID!]!) { patients(first: 50) { nodes {
        counts(where: {seriesInstanceUID: {in: $uids}}) { series }
        series(where: {seriesInstanceUID: {notIn: $uids}}, first: 1) { totalCount } } } }"""
    uids = [f"1.2.{n}" for n in range(10_000)]
    answer = post(server, {"query": document, "variables": {"uids": uids}}).json()
    assert "errors" not in answer
    assert {node["counts"]["series"] for node in answer["data"]["patients"]["nodes"]} == {0}
    assert all(node["series"]["totalCount"] > 0 for node in answer["data"]["patients"]["nodes"])


def test_a_variable_that_may_be_null_does_not_fit_a_list_of_values(server: Server) -> None:
    document = 'query($t: String) { counts(where: {modality: {in: ["CT", $t]}}) { series } }'
    (error,) = post(server, {"query": document}).json()["errors"]
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


def test_more_nodes_than_a_page_are_refused(server: Server) -> None:
    answer = post(
        server, {"query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": {"ids": ["x"] * 1001}}
    )
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "ids"}


def test_connections_that_multiply_are_bounded(server: Server) -> None:
    document = """{ collection(collectionID: "tcga_brca") { patients(first: 1000) { nodes { collection {
        patients(first: 1000) { nodes { collection { patients(first: 10) { nodes { patientID } } } } } } } } } }"""
    errors = post(server, {"query": document}).json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"COST_LIMIT_EXCEEDED"}
    assert "lower `first`" in errors[0]["message"]


def test_pages_of_any_origin_may_ask(server: Server) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    allowed = server.http.request("OPTIONS", "/graphql", headers=asked)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "*"
    answer = server.http.post("/graphql", json={"query": "{ __typename }"}, headers={"Origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
