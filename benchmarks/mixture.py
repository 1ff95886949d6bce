"""Clients that ask everything in turn, right and wrong, each question at random so that every cache churns.

`python -m benchmarks.mixture URL CLIENTS SECONDS SEED` prints, in JSON, how often each kind of request was answered
with which status, and the answers that should not be.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson
import uvloop

from benchmarks.connection import Connection, Reply, get, post
from benchmarks.peers import document
from benchmarks.questions import LONG_PAGE, PAGE, PANEL, WIDGETS, Question, asked_collections, largest_collections
from schema.vocabulary import FacetField

COUNTS = "query($where: SeriesWhere) { counts(where: $where) { collections patients studies series sizeBytes } }"
CROSSTAB = """query($where: SeriesWhere, $by: [FacetBy!]!) { crosstab(where: $where, by: $by) {
  axes { key buckets { value } } cells { values counts { patients series } } } }"""
GRAPHQL_ONLY = "Accept: application/graphql-response+json\r\n"
# Larger than a body may be.
TOO_MANY_BYTES = 1_200_000
# What is kept of answers that should not be.
_KEPT = 10


@dataclass(frozen=True)
class Kind:
    """A kind of request, and the status it must be answered with. `right`: the answer has no errors, either."""

    name: str
    request: Callable[["Asker"], bytes]
    status: int
    share: int
    right: bool = False


class Asker:
    """Writes requests, each another."""

    def __init__(self, url: str, seed: int) -> None:
        self._url = url
        self.random = Random(seed)
        self._largest = largest_collections()
        # The tag of the answer that was given last by GET.
        self.tag: str | None = None

    def ask(self, text: str, headers: str = "", **variables: Any) -> bytes:
        """A document, the answer in a coding at random."""
        coding = self.random.choice(("", "zstd", "br", "gzip"))
        accepted = f"Accept-Encoding: {coding}\r\n" if coding else ""
        return self.post(orjson.dumps({"query": text, "variables": variables}), headers + accepted)

    def post(self, body: bytes, headers: str = "", content_type: str = "application/json") -> bytes:
        return post(self._url, "/graphql", body, headers, content_type)

    def get(self, path: str, headers: str = "", method: str = "GET") -> bytes:
        return get(self._url, path, headers, method)

    def question(self, question: Question) -> bytes:
        """One of the questions of the other benchmarks."""
        collections = asked_collections(self._largest, self.random.randrange(1 << 40))
        return self.ask(document(question), collections=collections)

    def where(self) -> dict[str, Any]:
        """A filter that hardly comes again."""
        lower = self.random.randrange(1_000_000_000)
        words = self.random.choice(("axial", "t2", "lung", "body", "recon"))
        return {
            "sizeBytes": {"gte": lower, "lt": lower + self.random.randrange(1, 1_000_000_000)},
            "or": [
                {"modality": {"in": self.random.sample(("CT", "MR", "PT", "SEG", "SM", "US", "MG"), 3)}},
                {"seriesDescription": {"search": words}},
            ],
        }

    def many_uids(self, number: int) -> dict[str, Any]:
        return {"seriesInstanceUID": {"in": [f"1.2.{self.random.randrange(1 << 60)}" for _ in range(number)]}}


def _crosstab(asker: Asker) -> bytes:
    fields = asker.random.sample((FacetField.MODALITY, FacetField.PATIENT_SEX, FacetField.OBJECT_KIND), 2)
    return asker.ask(CROSSTAB, where=asker.where(), by=[{"field": field.name} for field in fields])


def _unparsable(asker: Asker) -> bytes:
    text = document(PANEL)
    return asker.ask(text[: asker.random.randrange(1, len(text) - 1)], GRAPHQL_ONLY)


def _invalid(asker: Asker) -> bytes:
    name = f"no{asker.random.randrange(1 << 40)}"
    texts = (
        f"{{ {name} }}",
        f"{{ counts {{ {name} }} }}",
        f"{{ counts(where: {{{name}: {{eq: 1}}}}) {{ series }} }}",
        "query($where: SeriesWhere!) { counts(where: $where) { series } }",
        f"{{ ...{name} }}",
    )
    return asker.ask(asker.random.choice(texts), GRAPHQL_ONLY)


def _no_json(asker: Asker) -> bytes:
    return asker.post(asker.random.randbytes(asker.random.randrange(1, 2_000)))


def _by_get(asker: Asker) -> bytes:
    return asker.get(f"/graphql?query=%7Bcounts%7Bseries%20s{asker.random.randrange(1 << 40)}%3Apatients%7D%7D")


KINDS = (
    Kind("panel", lambda asker: asker.question(PANEL), 200, 10, right=True),
    Kind("widgets", lambda asker: asker.question(WIDGETS), 200, 10, right=True),
    Kind("50 series", lambda asker: asker.question(PAGE), 200, 20, right=True),
    Kind("1,000 series", lambda asker: asker.question(LONG_PAGE), 200, 10, right=True),
    Kind("counts", lambda asker: asker.ask(COUNTS, where=asker.where()), 200, 20, right=True),
    Kind("crosstab", _crosstab, 200, 10, right=True),
    Kind("10,000 UIDs", lambda asker: asker.ask(COUNTS, where=asker.many_uids(10_000)), 200, 1, right=True),
    Kind("counts by GET", _by_get, 200, 5, right=True),
    Kind("unparsable document", _unparsable, 400, 5),
    Kind("invalid document", _invalid, 400, 5),
    Kind("no JSON", _no_json, 400, 5),
    Kind("body too large", lambda asker: asker.post(asker.random.randbytes(TOO_MANY_BYTES)), 413, 1),
    Kind("no JSON by its type", lambda asker: asker.post(b"{}", content_type="text/plain"), 415, 2),
    Kind("not acceptable", lambda asker: asker.get("/graphql?query=%7B__typename%7D", "Accept: text/csv\r\n"), 406, 2),
    Kind("method", lambda asker: asker.get("/graphql", method="DELETE"), 405, 2),
    Kind("health", lambda asker: asker.get("/healthz"), 200, 2),
)


@dataclass
class Tally:
    """What was answered: counts of (kind, status), and what should not be."""

    answered: Counter[tuple[str, int]]
    unexpected: list[str]

    def note(self, kind: str, status: int, expected: int, reply: Reply | None, why: str = "") -> None:
        """An answer; `why` if it is wrong whatever its status."""
        self.answered[kind, status] += 1
        if status != expected or why:
            shown = reply.body[:300].decode("utf-8", "replace") if reply is not None else ""
            self.unexpected.append(f"{kind}: {status} for {expected} {why} {shown}")


async def _client(url: str, asker: Asker, end: float, tally: Tally) -> None:
    connection = await Connection.to(url)
    shares = [kind.share for kind in KINDS]
    while time.perf_counter() < end:
        (kind,) = asker.random.choices(KINDS, shares)
        if connection.closed:
            connection = await Connection.to(url)
        request = kind.request(asker)
        try:
            reply = await connection.ask(request)
        except OSError as error:
            tally.note(kind.name, 0, kind.status, None, str(error))
            continue
        wrong = "it has errors" if kind.right and b'"errors":' in reply.body else ""
        tally.note(kind.name, reply.status, kind.status, reply, wrong)
        if b"connection: close" in reply.head:
            connection.close()
            connection = await Connection.to(url)
        if kind.request is _by_get and reply.status == 200:
            await _again(connection, request, reply, tally)
    connection.close()


async def _again(connection: Connection, request: bytes, reply: Reply, tally: Tally) -> None:
    """The same by GET with the tag of its answer: 304."""
    (tag,) = (line[6:] for line in reply.head.split(b"\r\n") if line.startswith(b"etag: "))
    known = await connection.ask(request[:-2] + b"If-None-Match: W" + tag[1:] + b"\r\n\r\n")
    tally.note("known by its tag", known.status, 304, known)


async def _mixed(url: str, clients: int, seconds: float, seed: int) -> Tally:
    tally = Tally(Counter(), [])
    end = time.perf_counter() + seconds
    await asyncio.gather(*(_client(url, Asker(url, seed + number), end, tally) for number in range(clients)))
    return tally


def main() -> None:
    """See the module."""
    url, clients, seconds, seed = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        tally = runner.run(_mixed(url, clients, seconds, seed))
    answered = [[kind, status, number] for (kind, status), number in sorted(tally.answered.items())]
    print(
        orjson.dumps(
            {"answered": answered, "unexpected": len(tally.unexpected), "examples": tally.unexpected[:_KEPT]}
        ).decode()
    )


if __name__ == "__main__":
    main()
