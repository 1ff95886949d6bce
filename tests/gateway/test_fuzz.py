"""Requests that nobody would write: thousands of mutated and random ones, none of which breaks anything.

`make fuzz` sends ten times as many; SEED=n sends others.
"""

import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from docs.examples import examples
from docs.generate import hand_written
from tests.conftest import Gateway
from tests.gateway.conftest import ROOT, Server, serving

REQUESTS = 2 * int(os.environ.get("FUZZ", "1000"))
SEED = int(os.environ.get("SEED", "20261123"))
# 503 says that the gateway is busy, which it may be.
ALLOWED = {200, 304, 400, 405, 406, 408, 413, 414, 415, 431, 503}
TOKEN = re.compile(r'"[^"\n]*"|\w+|\S')
SPLICED = [
    *("{", "}", "(", ")", "[", "]", ":", "!", "$", "...", "@", "|", "&", '"', '"""', "#", "\\", "\n", ","),
    *("query", "mutation", "subscription", "fragment F on Series", "...F", "on", "@skip(if: true)", "@include", "null"),
    *("__typename", "__schema { types { name } }", "_service { sdl }", "nodes", "edges { node { id } }", "counts"),
    *("first: -1", "first: 99999999999", "where: {}", 'where: {not: {not: {modality: {eq: "CT"}}}}', 'after: "x"'),
    *("1e999", "-0", "0x1", "9" * 400, "\u0000", "\ud7ff", "\ufeff", "\u202e", "😀", "é", "{" * 150, "[" * 150),
]
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 2**31, 2**53, 1.5, 1e308, "", "x", "CT", "2020-02-30", "\u0000", "😀" * 50, [], {}),
    *([None], [[]], ["CT"] * 300, {"eq": "CT"}, {"and": [{}]}, {"modality": {"in": []}}, {"not": {"not": {}}}),
]
HEADERS = {
    "Accept": ["*/*", "application/json", "application/graphql-response+json", "text/html", "", ";;q=,", "*/*;q=nan"],
    "Content-Type": ["application/json", "application/json; charset=utf-8", "text/plain", "", "application/json;;="],
    "Accept-Encoding": ["zstd", "br", "gzip", "identity", "*;q=0", "gzip;q=x", ""],
    "If-None-Match": ["*", '"x"', "W/", ",,,"],
    "X-Forwarded-For": ["1.2.3.4", "::1", "x" * 300],
    "Content-Encoding": ["identity", "gzip"],
}


class Requests:
    """An endless supply of requests by one seed."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        texts = [page.read_text("utf-8") for page in hand_written()]
        self._documents = [example.document for text in texts for example in examples(text)]
        self._documents += [
            path.read_text("utf-8") for path in (ROOT / "gateway" / "explorer" / "examples").glob("*.graphql")
        ]

    def __iter__(self) -> Iterator[httpx2.Request]:
        while True:
            yield self._chance.choice([self._posted, self._posted, self._posted, self._got, self._garbage])()

    def _posted(self) -> httpx2.Request:
        return self._request("POST", json.dumps(self._parameters()).encode(errors="surrogatepass"))

    def _got(self) -> httpx2.Request:
        given = {name: v if isinstance(v, str) else json.dumps(v) for name, v in self._parameters().items()}
        return self._request("GET", b"", {name: value[:4_000] for name, value in given.items()})

    def _garbage(self) -> httpx2.Request:
        whole = json.dumps(self._parameters()).encode()
        body = bytearray(whole)
        for _ in range(self._chance.randint(1, 8)):
            place = self._chance.randrange(len(body) + 1)
            body[place : place + self._chance.randrange(3)] = self._chance.randbytes(self._chance.randrange(4))
        return self._request(self._chance.choice(["POST", "POST", "PUT", "HEAD"]), bytes(body))

    def _request(self, method: str, body: bytes, parameters: dict[str, str] | None = None) -> httpx2.Request:
        headers = {"Content-Type": "application/json"}
        if self._chance.random() < 0.2:
            name = self._chance.choice(list(HEADERS))
            headers[name] = self._chance.choice(HEADERS[name])
        return httpx2.Request(method, "http://gateway/graphql", params=parameters, content=body, headers=headers)

    def _parameters(self) -> dict[str, Any]:
        given: dict[str, Any] = {"query": self._document()}
        for name in ("variables", "operationName", "extensions", "documentId"):
            if self._chance.random() < 0.15:
                given[name] = self._value()
        if self._chance.random() < 0.3:
            given["variables"] = {name: self._value() for name in ("where", "first", "by", "id", "match")}
        if self._chance.random() < 0.05:
            given["query"] = self._value()
        return given

    def _value(self) -> Any:
        value = self._chance.choice(VALUES)
        if self._chance.random() < 0.1:
            depth = self._chance.choice([5, 50, 200])
            for _ in range(depth):
                value = self._chance.choice([[value], {"not": value}])
        return value

    def _document(self) -> str:
        tokens = TOKEN.findall(self._chance.choice(self._documents))
        for _ in range(self._chance.choice([0, 1, 1, 2, 5, 20])):
            place = self._chance.randrange(len(tokens) + 1)
            change = self._chance.randrange(5)
            if change == 0:
                tokens[place : place + 1] = []
            elif change == 1:
                tokens.insert(place, self._chance.choice(SPLICED))
            elif change == 2:
                tokens[place : place + 1] = [self._chance.choice(tokens or ["{"])]
            elif change == 3:
                start = self._chance.randrange(len(tokens) + 1)
                tokens[place:place] = tokens[start : start + self._chance.randrange(30)]
            else:
                tokens[place : place + self._chance.randrange(10)] = []
        return " ".join(tokens)


@pytest.fixture(scope="module")
def attacked(idc: Gateway, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway of its own, whose log is looked at."""
    with serving(cache, tmp_path_factory.mktemp("attacked") / "log") as server:
        server.wait_until_ready()
        yield server


def test_no_request_breaks_anything(attacked: Server) -> None:
    requests = iter(Requests(random.Random(SEED)))
    answered = 0
    for number in range(REQUESTS):
        request = next(requests)
        path = attacked.http.base_url.join(f"/graphql?{request.url.query.decode('ascii')}")
        answer = attacked.http.request(request.method, path, content=request.content, headers=dict(request.headers))
        said = f"SEED={SEED}, request {number}: {request.method} {request.url} {request.content[:2000]!r}"
        assert answer.status_code in ALLOWED, f"{answer.status_code} {answer.text[:500]}: {said}"
        answered += check(answer, said)
    assert answered > REQUESTS / 20, "hardly any document is executed: the mutations are too wild"
    assert "Traceback" not in attacked.log.read_text()


def check(answer: httpx2.Response, said: str) -> bool:
    """Whether there is data; every error has a code, and none is ours."""
    if answer.status_code == 304 or not answer.content or answer.headers["content-type"].startswith("text/html"):
        return False
    body = answer.json()
    for error in body.get("errors", []):
        assert error["message"] and error["extensions"]["code"] != "INTERNAL", f"{error}: {said}"
    assert body.get("data") is not None or body["errors"], said
    return body.get("data") is not None
