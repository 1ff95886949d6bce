"""How answers travel: tags, content codings, limits, documents known by name, and a gateway that stops."""

import asyncio
import gzip
import hashlib
import json
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import brotli
import httpx2
import pytest
import zstandard
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import Gateway
from tests.gateway.conftest import Server, serving

PANEL = """{ facets(by: [{field: MODALITY}, {field: MANUFACTURER}]) {
    facets { key buckets { value counts { patients studies } } } } }"""
TRUSTED = "query Totals { counts { series } }"


def raw(server: Server, coding: str) -> httpx2.Response:
    """An answer as it stands on the wire."""
    headers = {"Accept-Encoding": coding}
    with server.http.stream("GET", "/graphql", params={"query": PANEL}, headers=headers) as response:
        response.raw = b"".join(response.iter_raw())  # type: ignore[attr-defined]
    return response


def test_an_answer_asked_by_url_may_be_kept(server: Server) -> None:
    given = server.http.get("/graphql", params={"query": PANEL})
    assert given.headers["cache-control"] == "public, max-age=60, s-maxage=3600, stale-while-revalidate=86400"
    assert given.headers["etag"].startswith('W/"')
    assert given.headers["vary"] == "Accept, Accept-Encoding, Origin"


def test_headers_may_stand_on_several_lines(server: Server) -> None:
    known = server.http.get("/graphql", params={"query": PANEL}).headers["etag"]
    lists = {"Accept": ["text/plain", "application/json"], "If-None-Match": ['"other"', known]}
    headers = [(name, value) for name, values in lists.items() for value in values]
    assert server.http.get("/graphql", params={"query": PANEL}, headers=headers).status_code == 304


def test_an_answer_that_the_client_has_is_not_sent_again(server: Server) -> None:
    given = server.http.get("/graphql", params={"query": PANEL})
    tag = given.headers["etag"]
    again = server.http.get("/graphql", params={"query": PANEL}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == given.headers["cache-control"]
    other = server.http.get("/graphql", params={"query": PANEL + " "}, headers={"If-None-Match": tag})
    assert other.status_code == 200 and other.headers["etag"] != tag


def samples(server: Server, name: str) -> dict[tuple[str, ...], float]:
    """What the metrics say under a name, by the values of the labels."""
    families = text_string_to_metric_families(server.http.get("/metrics").text)
    found = [sample for family in families for sample in family.samples if sample.name == name]
    return {tuple(sample.labels.values()): sample.value for sample in found}


def engine_calls(server: Server) -> float:
    """How many questions the engine was asked so far, by the metrics."""
    return sum(samples(server, "idc_gateway_engine_call_duration_seconds_count").values())


def test_documents_that_are_remembered_are_told_from_others(server: Server) -> None:
    before = samples(server, "idc_gateway_document_cache_lookups_total")
    for _ in range(3):
        server.http.post("/graphql", json={"query": "query OfTheseMetrics { __typename }"})
    after = samples(server, "idc_gateway_document_cache_lookups_total")
    assert {found: after[found] - before[found] for found in after} == {("true",): 2, ("false",): 1}


def test_neither_an_answer_that_the_client_has_nor_one_that_is_remembered_costs_the_engine_anything(
    server: Server,
) -> None:
    panel = {"query": '{ facets(where: {modality: {eq: "NM"}}, by: [{field: MANUFACTURER}]) { total { series } } }'}
    before = engine_calls(server)
    given = server.http.get("/graphql", params=panel)
    asked = engine_calls(server)
    known = server.http.get("/graphql", params=panel, headers={"If-None-Match": given.headers["etag"]})
    again = server.http.get("/graphql", params=panel)
    posted = server.http.post("/graphql", json=panel)
    assert (given.status_code, known.status_code) == (200, 304)
    assert again.content == posted.content == given.content
    assert before < asked == engine_calls(server)


def test_a_posted_question_is_answered_whatever_tag_it_brings(server: Server) -> None:
    tag = server.http.get("/graphql", params={"query": PANEL}).headers["etag"]
    posted = server.http.post("/graphql", json={"query": PANEL}, headers={"If-None-Match": tag})
    assert posted.status_code == 200 and "data" in posted.json()


@pytest.mark.parametrize("query", ["{ series(first: 0) { totalCount } __typename }", "{ nothing }", "{"])
def test_an_answer_with_errors_is_not_kept(query: str, server: Server) -> None:
    given = server.http.get("/graphql", params={"query": query})
    assert given.json()["errors"] and given.headers["cache-control"] == "no-store"
    assert "etag" not in given.headers


def test_every_coding_carries_the_same_answer(server: Server) -> None:
    plain = raw(server, "identity")
    assert "content-encoding" not in plain.headers
    read = {"zstd": zstandard.decompress, "br": brotli.decompress, "gzip": gzip.decompress}
    for coding, decompress in read.items():
        packed = raw(server, coding)
        assert packed.headers["content-encoding"] == coding
        assert packed.headers["etag"] == plain.headers["etag"]
        assert decompress(packed.raw) == plain.raw  # type: ignore[attr-defined]


def test_the_time_of_an_answer_is_told_beside_it(server: Server) -> None:
    given = server.http.post("/graphql", json={"query": '{ counts(where: {modality: {eq: "XA"}}) { series } }'})
    phases = [part.split(";dur=")[0] for part in given.headers["server-timing"].split(", ")]
    assert phases == ["prepare", "execute", "encode"]
    assert all(float(part.split(";dur=")[1]) >= 0 for part in given.headers["server-timing"].split(", "))


def test_the_cost_is_told(server: Server) -> None:
    given = server.http.post("/graphql", json={"query": "{ __typename }"})
    assert given.json()["extensions"]["cost"] == {"requested": 0, "limit": 500_000}


@pytest.fixture(scope="module")
def strict(idc: Gateway, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway with small limits behind a proxy on loopback that answers trusted documents too, by the draft."""
    folder = tmp_path_factory.mktemp("strict")
    trusted = folder / "trusted.json"
    trusted.write_text(json.dumps({"sha256:totals": TRUSTED}), "utf-8")
    settings = {
        "body_bytes": 2_000,
        "body_seconds": 0.5,
        "rate_points": 1_000,
        "rate_refill": 1,
        "trusted_proxies": "127.0.0.1",
        "trusted_documents": trusted,
        "http_statuses": "draft",
        "compiled_execution": "false",
        "drain_seconds": 0,
    }
    with serving(cache, folder / "log", **settings) as server:
        server.wait_until_ready()
        yield server


def from_client(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


def test_a_body_that_is_too_large_is_refused(strict: Server) -> None:
    headers = from_client("192.0.2.1")
    declared = strict.http.post("/graphql", json={"query": "{ a }" + " " * 2_000}, headers=headers)
    chunks = iter([b'{"query": "', b" " * 2_000])
    streamed = strict.http.post("/graphql", content=chunks, headers=headers | {"Content-Type": "application/json"})
    for refused in (declared, streamed):
        assert (refused.status_code, refused.json()["errors"][0]) == (
            413,
            {
                "message": "the body is larger than 2,000 bytes (setting IDC_GATEWAY_BODY_BYTES); "
                "ask in several requests",
                "extensions": {"code": "DOCUMENT_TOO_LARGE"},
            },
        )


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 16_384 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"X:\r\n" * 4_000 + b"\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"x" * 500_000,
        b"GET /" + b"x" * 500_000,
        b"POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1;"
        + b"x" * 500_000,
    ],
    ids=["long field", "many fields", "endless field", "endless URL", "endless chunk"],
)
def test_a_head_without_end_is_not_read_to_its_end(sent: bytes, server: Server) -> None:
    with socket.create_connection((server.http.base_url.host, server.http.base_url.port), timeout=10) as connection:
        with suppress(ConnectionError):  # it may end before all is sent
            connection.sendall(sent)
        assert connection.recv(1_000_000).startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_heads_of_many_requests_are_bounded_one_by_one(server: Server) -> None:
    asked = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 10_000 + b"\r\n"
    answered = b""
    with socket.create_connection((server.http.base_url.host, server.http.base_url.port), timeout=10) as connection:
        connection.sendall((asked + b"\r\n") * 20 + asked + b"Connection: close\r\n\r\n")
        while piece := connection.recv(1_000_000):
            answered += piece
    assert answered.count(b"HTTP/1.1 200 OK\r\n") == 21


def test_a_body_that_does_not_arrive_is_not_waited_for(strict: Server) -> None:
    def slowly() -> Iterator[bytes]:
        yield b'{"query": "'
        threading.Event().wait(1.5)
        yield b'{ __typename }"}'

    headers = from_client("192.0.2.2") | {"Content-Type": "application/json"}
    refused = strict.http.post("/graphql", content=slowly(), headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (408, "TIMEOUT")


def test_a_client_that_asks_too_much_is_told_when_to_come_back(strict: Server) -> None:
    one, other = from_client("192.0.2.3"), from_client("192.0.2.4")
    statuses = [
        strict.http.post("/graphql", json={"query": f"{{ a{n}: series(first: 5) {{ nodes {{ id }} }} }}"}, headers=one)
        for n in range(40)
    ]
    refused = statuses[-1]
    assert (statuses[0].status_code, refused.status_code) == (200, 429)
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert int(refused.headers["retry-after"]) >= 1
    assert int(refused.headers["x-ratelimit-limit"]) == 1_000
    assert strict.http.post("/graphql", json={"query": "{ __typename }"}, headers=other).status_code == 200


@pytest.mark.parametrize("body", ["5", '{"documentId": "unknown"}'])
def test_a_request_that_is_refused_is_paid_for(body: str, strict: Server) -> None:
    headers = from_client(f"198.51.100.{len(body)}") | {"Content-Type": "application/json"}
    refused = [strict.http.post("/graphql", content=body, headers=headers).status_code for _ in range(100)]
    answered = strict.http.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert set(refused) == {400}
    # A point comes back each second.
    assert int(answered.headers["x-ratelimit-remaining"]) < 950


def test_a_document_may_be_named(strict: Server) -> None:
    headers = from_client("192.0.2.5")
    posted = strict.http.post("/graphql", json={"documentId": "sha256:totals"}, headers=headers)
    got = strict.http.get("/graphql", params={"documentId": "sha256:totals"}, headers=headers)
    assert posted.json()["data"] == got.json()["data"]
    assert posted.json()["data"]["counts"]["series"] > 0
    assert got.headers["etag"]


def test_statuses_may_be_those_of_the_draft(strict: Server) -> None:
    headers = from_client("192.0.2.6")

    def status(query: str) -> int:
        return strict.http.post("/graphql", json={"query": query}, headers=headers).status_code

    documents = ["{ __typename }", "{ a", "{ nothing }", "{ series(first: 0) { totalCount } }"]
    assert [status(document) for document in documents] == [200, 400, 422, 294]


def test_an_automatic_document_is_sent_once(server: Server) -> None:
    document = "{ counts { studies } }"
    digest = hashlib.sha256(document.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    first = server.http.post("/graphql", json={"extensions": extensions})
    assert first.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    sent = server.http.post("/graphql", json={"query": document, "extensions": extensions}).json()
    named = server.http.get("/graphql", params={"extensions": json.dumps(extensions)}).json()
    assert named == sent and "data" in sent


def test_a_trusted_document_that_does_not_fit_the_schema_stops_the_start(cache: Path, tmp_path: Path) -> None:
    trusted = tmp_path / "trusted.json"
    trusted.write_text(json.dumps({"a": TRUSTED, "b": "{ nothing }"}), "utf-8")
    with pytest.raises(AssertionError) as ended, serving(cache, tmp_path / "log", trusted_documents=trusted):
        pass
    assert (
        f"idc-gateway: IDC_GATEWAY_TRUSTED_DOCUMENTS={trusted}: document 'b': "
        "Cannot query field 'nothing' on type 'Query'." in str(ended.value)
    )


def test_one_execution_serves_all_who_ask_at_once(server: Server) -> None:
    document = "{ facets(where: {patientAge: {gte: 31}}, by: [{field: MANUFACTURER}]) { total { studies } } }"

    async def all_at_once() -> list[dict[str, Any]]:
        async with httpx2.AsyncClient(base_url=server.http.base_url, trust_env=False) as client:
            answers = await asyncio.gather(*(client.post("/graphql", json={"query": document}) for _ in range(20)))
        return [answer.json() for answer in answers]

    answers = asyncio.run(all_at_once())
    assert all(answer == answers[0] for answer in answers) and answers[0]["data"]["facets"]["total"]["studies"] > 0


def test_no_request_is_lost_when_it_stops(idc: Gateway, cache: Path, tmp_path: Path) -> None:
    """Clients that keep their connections ask on while the gateway stops; each is answered or never connected."""
    answered, lost = [], []

    def asking(server: Server, number: int) -> None:
        with httpx2.Client(base_url=server.http.base_url, timeout=30, trust_env=False) as client:
            for turn in range(10_000):
                document = f"{{ counts(where: {{instanceCount: {{gt: {number * 10_000 + turn}}}}}) {{ series }} }}"
                try:
                    given = client.post("/graphql", json={"query": document})
                except httpx2.ConnectError:
                    return
                except httpx2.TransportError as error:
                    lost.append(error)
                    return
                answered.append(given.json()["data"]["counts"]["series"])

    with serving(cache, tmp_path / "log", answer_bytes=0) as server:
        server.wait_until_ready()
        clients = [threading.Thread(target=asking, args=(server, number)) for number in range(8)]
        for client in clients:
            client.start()
        server.wait_until(lambda: len(answered) > 100)
        server.process.send_signal(signal.SIGTERM)
        server.wait_until(lambda: server.http.get("/readyz").status_code == 503)
        for client in clients:
            client.join(timeout=30)
        assert server.process.wait(timeout=30) == 0
    assert lost == []
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_second_signal_does_not_wait_for_those_who_are_connected(idc: Gateway, cache: Path, tmp_path: Path) -> None:
    with serving(cache, tmp_path / "log", drain_seconds=3_600) as server:
        server.wait_until_ready()
        with socket.create_connection((server.http.base_url.host, server.http.base_url.port)):
            server.process.send_signal(signal.SIGTERM)
            server.wait_until(lambda: server.http.get("/readyz").status_code == 503)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(timeout=30) == 0


def test_a_field_that_takes_too_long_is_null_and_leaves_the_others(idc: Gateway, cache: Path, tmp_path: Path) -> None:
    with serving(cache, tmp_path / "log", search_seconds=0.00001) as server:
        server.wait_until_ready()
        answer = server.http.post("/graphql", json={"query": "{ counts { series } release { version } }"}).json()
    assert answer["data"] == {"counts": None, "release": {"version": 25}}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]) == (["counts"], {"code": "TIMEOUT"})
    assert error["message"] == "not answered within 1e-05 s; narrow `where`, ask for less, or try again later"
