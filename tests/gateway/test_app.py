"""What a running gateway answers over HTTP, before and after it is ready, and how it ends."""

import json
import signal
from pathlib import Path
from typing import Any

import httpx2
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from indexers.build import find_store, store_folder
from indexers.index_package import installed_index
from tests.conftest import Gateway
from tests.gateway.conftest import ROOT, Server, serving

JSON = {"Content-Type": "application/json"}
HTML = {"Accept": "text/html"}
QUESTION = "{ counts { series } }"
RELEASE = {"release": 25}
NO_DATE = "Date cannot represent 'May': write it as YYYY-MM-DD, for example 2020-01-31"


def posted(server: Server, query: str, **variables: Any) -> httpx2.Response:
    return server.http.post("/graphql", json={"query": query, "variables": variables})


def said(given: httpx2.Response) -> Any:
    """What an answer says, but for its cost."""
    body = given.json()
    body["extensions"].pop("cost", None)
    return body


def answer() -> dict[str, Any]:
    """What `QUESTION` is answered."""
    series = pq.read_metadata(installed_index().table("idc_index")).num_rows
    return {"data": {"counts": {"series": series}}, "extensions": RELEASE}


def error(message: str, column: int, **extensions: str) -> dict[str, Any]:
    return {"message": message, "locations": [{"line": 1, "column": column}], "extensions": extensions}


def invalid(message: str, column: int) -> dict[str, Any]:
    return error(message, column, code="GRAPHQL_VALIDATION_FAILED")


def bad_input(argument: str, complaint: str, column: int) -> dict[str, Any]:
    return error(f"{argument}: {complaint}", column, code="BAD_USER_INPUT", argument=argument)


def test_it_is_alive(server: Server) -> None:
    alive = server.http.get("/healthz")
    assert (alive.status_code, alive.text) == (200, "ok")


def test_it_is_ready_with_its_release(server: Server) -> None:
    ready = server.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"state": "ready", "release": "v25"})


def test_the_schema_is_the_committed_one(server: Server) -> None:
    schema = server.http.get("/schema.graphql")
    assert schema.status_code == 200
    assert schema.text == (ROOT / "schema.graphql").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "shown"), [("/", "Data release: IDC v25"), ("/graphql", "/explorer/graphiql.min.js?v=")]
)
def test_browsers_get_pages(path: str, shown: str, server: Server) -> None:
    page = server.http.get(path, headers=HTML)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert shown in page.text


def test_a_posted_question_is_answered(server: Server) -> None:
    given = posted(server, QUESTION)
    assert (given.status_code, said(given)) == (200, answer())
    assert given.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html, */*;q=0.8"])
def test_a_question_in_the_url_is_answered(accept: str, server: Server) -> None:
    given = server.http.get("/graphql", params={"query": QUESTION}, headers={"Accept": accept})
    assert (given.status_code, said(given)) == (200, answer())
    assert given.headers["content-type"] == "application/json; charset=utf-8"


def test_variables_of_a_question_in_the_url_are_read(server: Server) -> None:
    query = "query ($id: ID!) { collection(collectionID: $id) { collectionID } }"
    variables = json.dumps({"id": "lidc_idri"})
    given = server.http.get("/graphql", params={"query": query, "variables": variables})
    assert said(given) == {"data": {"collection": {"collectionID": "lidc_idri"}}, "extensions": RELEASE}


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{ nothing }", {}, invalid("Cannot query field 'nothing' on type 'Query'.", 3)),
        ("{ counts", {}, invalid("Syntax Error: Expected Name, found <EOF>.", 9)),
        ("mutation { change }", {}, invalid("The mutation operation is not supported by the schema.", 1)),
        (
            '{ counts(where: { studyDate: { eq: "May" } }) { series } }',
            {},
            bad_input("where.studyDate.eq", NO_DATE, 36),
        ),
        (
            "query ($day: Date) { counts(where: { studyDate: { eq: $day } }) { series } }",
            {"day": "May"},
            bad_input("$day", NO_DATE, 8),
        ),
        (
            "query ($where: SeriesWhere) { counts(where: $where) { series } }",
            {"where": {"studyDate": {"eq": "May"}}},
            bad_input("$where.studyDate.eq", NO_DATE, 8),
        ),
        (
            '{ series(first: "ten") { totalCount } }',
            {},
            bad_input("first", 'Int cannot represent non-integer value: "ten"', 17),
        ),
    ],
)
def test_a_question_that_cannot_be_executed_is_refused_with_a_code(
    query: str, variables: dict[str, Any], expected: dict[str, Any], server: Server
) -> None:
    given = posted(server, query, **variables)
    assert (given.status_code, said(given)) == (200, {"errors": [expected], "extensions": RELEASE})
    strict = {"Accept": "application/graphql-response+json"}
    given = server.http.post("/graphql", json={"query": query, "variables": variables}, headers=strict)
    assert (given.status_code, said(given)) == (400, {"errors": [expected], "extensions": RELEASE})
    assert given.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


def test_a_field_that_fails_is_null_and_leaves_the_others(server: Server) -> None:
    given = posted(server, "{ series(first: 0) { totalCount } __typename }")
    failed = bad_input("first", "0 is not between 1 and 1000; for more rows page on with after", 3)
    assert said(given) == {
        "data": {"series": None, "__typename": "Query"},
        "errors": [failed | {"path": ["series"]}],
        "extensions": RELEASE,
    }


@pytest.mark.parametrize(
    "body",
    [
        '"x"',
        "5",
        "null",
        "true",
        "[]",
        "{}",
        "",
        "{",
        "not JSON",
        '[{"query": "{ __typename }"}]',
        '{"query": null}',
        '{"query": ""}',
        '{"query": 5}',
        '{"query": ["{ __typename }"]}',
        '{"query": "{ __typename }", "variables": 5}',
        '{"query": "{ __typename }", "variables": []}',
        '{"query": "{ __typename }", "extensions": 5}',
        '{"query": "{ __typename }", "operationName": 5}',
        '{"query": "{ __typename }", "documentId": "x"}',
        '{"documentId": 5}',
        '{"documentId": "unknown"}',
        '{"extensions": {}}',
    ],
)
def test_a_body_that_is_no_request_is_refused(body: str, server: Server) -> None:
    refused = server.http.post("/graphql", content=body, headers=JSON)
    assert refused.status_code == 400
    assert refused.headers["cache-control"] == "no-store"
    (told,) = refused.json()["errors"]
    assert told["message"].startswith(f"{told['extensions']['argument']}: ")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "",
    ],
)
def test_a_body_of_another_type_is_refused(content_type: str, server: Server) -> None:
    body = json.dumps({"query": QUESTION})
    refused = server.http.post("/graphql", content=body, headers={"Content-Type": content_type})
    assert refused.status_code == 415
    assert refused.headers["accept"] == "application/json"
    assert refused.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "argument": "Content-Type"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": ""},
        {"query": "{ __typename }", "variables": "5"},
        {"query": "{ __typename }", "variables": "not JSON"},
        {"query": "{ __typename }", "extensions": "[]"},
        {"query": ["{ __typename }", "{ counts { series } }"]},
        {"variables": "{}"},
    ],
)
def test_a_url_that_is_no_request_is_refused(parameters: dict[str, Any], server: Server) -> None:
    refused = server.http.get("/graphql", params=parameters)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")


def test_only_queries_are_asked_by_url(server: Server) -> None:
    refused = server.http.get("/graphql", params={"query": "mutation { change }"})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused(method: str, server: Server) -> None:
    refused = server.http.request(method, "/graphql")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, POST")
    assert refused.json()["errors"][0]["message"] == f"the method: ask by POST or GET, not by {method}"


def test_an_answer_in_another_form_is_not_to_be_had(server: Server) -> None:
    refused = server.http.post("/graphql", json={"query": QUESTION}, headers={"Accept": "text/html"})
    assert (refused.status_code, refused.headers["content-type"]) == (406, "application/json; charset=utf-8")
    assert refused.json()["errors"][0]["message"] == (
        "Accept: answers are application/json or application/graphql-response+json"
    )


def test_an_operation_that_the_document_lacks_is_named(server: Server) -> None:
    refused = server.http.post("/graphql", json={"query": "query A { __typename }", "operationName": "Other"})
    (told,) = refused.json()["errors"]
    assert "Other" in told["message"] and told["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_every_answer_has_a_request_id_of_its_own(server: Server) -> None:
    answers = [posted(server, QUESTION), posted(server, QUESTION), posted(server, "{ nothing }")]
    assert len({given.headers["x-request-id"] for given in answers}) == len(answers)


def test_it_listens_while_it_builds_and_leaves_a_whole_store(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with serving(cache, tmp_path / "log") as server:
        waiting = server.http.get("/readyz")
        assert (waiting.status_code, waiting.json()["release"]) == (503, None)
        refused = posted(server, QUESTION)
        assert (refused.status_code, int(refused.headers["retry-after"])) == (503, 5)
        [told] = refused.json()["errors"]
        assert told["extensions"] == {"code": "OVERLOADED"}
        assert server.http.get("/graphql", headers=HTML).status_code == 200
        assert "still being loaded" in server.http.get("/", headers=HTML).text
        server.wait_until_ready(seconds=60)
        assert server.http.get("/readyz").json() == {"state": "ready", "release": "v25"}
        assert said(posted(server, QUESTION)) == answer()
    assert find_store(installed_index(), cache) == store_folder(installed_index(), cache)
    assert "Traceback" not in server.log.read_text()


def test_stopped_while_it_builds_it_leaves_neither_a_store_nor_a_builder(tmp_path: Path) -> None:
    folder = store_folder(installed_index(), tmp_path)
    with serving(tmp_path, tmp_path / "log") as server:
        server.wait_until(lambda: list(tmp_path.glob("*.unfinished-*")) != [])
        assert server.http.get("/readyz").json() == {"state": "building the store", "release": None}
    # A builder that lived on would hold the lock for seconds, then leave its store.
    with FileLock(f"{folder}.lock", timeout=1):
        assert find_store(installed_index(), tmp_path) is None
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("stopping", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_gateway_ends_well(stopping: signal.Signals, idc: Gateway, cache: Path, tmp_path: Path) -> None:
    with serving(cache, tmp_path / "log") as server:
        server.wait_until_ready()
        server.process.send_signal(stopping)
        assert server.process.wait(timeout=30) == 0
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("stopping", [signal.SIGTERM, signal.SIGINT])
def test_a_gateway_stopped_while_it_builds_ends_well(stopping: signal.Signals, tmp_path: Path) -> None:
    with serving(tmp_path, tmp_path / "log") as server:
        server.wait_until(lambda: list(tmp_path.glob("*.unfinished-*")) != [])
        server.process.send_signal(stopping)
        assert server.process.wait(timeout=30) == 0
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("body", [b"\xff\xfe{", b"[" * 100_000])
def test_a_body_that_is_not_even_text_is_refused(body: bytes, server: Server) -> None:
    assert server.http.post("/graphql", content=body, headers=JSON).status_code == 400


def test_variables_nested_deeper_than_any_argument_are_refused(server: Server) -> None:
    body = '{"query": "{ __typename }", "variables": {"a": %s}}' % ("[" * 1_000 + "]" * 1_000)
    refused = server.http.post("/graphql", content=body, headers=JSON)
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        [
            {
                "message": "variables: their lists and objects lie too deep in each other; flatten them",
                "extensions": {"code": "BAD_USER_INPUT", "argument": "variables"},
            }
        ],
    )


def test_refusals_have_a_request_id_too(server: Server) -> None:
    refused = [server.http.post("/graphql", json=5), server.http.put("/graphql")]
    assert all(answer.headers.get("x-request-id") for answer in refused)


def test_one_of_several_operations_must_be_named(server: Server) -> None:
    document = "query A { __typename } query B { __typename }"
    (error,) = posted(server, document).json()["errors"]
    assert error["message"] == "the document holds several operations: name the one to execute in operationName"
    named = server.http.post("/graphql", json={"query": document, "operationName": "B"})
    assert named.json()["data"] == {"__typename": "Query"}
