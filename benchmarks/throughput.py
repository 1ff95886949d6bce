"""Requests per second and their times over HTTP, of the gateway and of other services, by 1, 8 and 64 clients.

IDC's REST API takes part if IDC_API_URL names one that runs, such as http://127.0.0.1:8080.
"""

import itertools
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO
from urllib.request import Request, urlopen

import orjson

from benchmarks.clients import PEERS, Plan, Seen
from benchmarks.questions import (
    LONG_PAGE,
    PAGE,
    PANEL,
    QUESTIONS,
    WIDGETS,
    Question,
    asked_collections,
    largest_collections,
)
from benchmarks.report import Section
from benchmarks.server import running, running_peer
from benchmarks.timing import check_equal, shown

CLIENTS = (1, 8, 64)
SECONDS = 0.6
# Clients that would have to wait longer for their first answer are not sent.
LONGEST = 8.0
ROUNDS = 2
# Questions compared before anything is timed.
CHECKED = 3
# Questions that one cell of the table may use up.
_NUMBERS = 100_000

BOTH = (PAGE, LONG_PAGE, PANEL)


@dataclass(frozen=True)
class Service:
    """Who is asked, where and what; `repeated`: one question again and again."""

    name: str
    peer: str
    url: str
    questions: Sequence[Question] = BOTH
    repeated: bool = False


@dataclass
class Cell:
    """What so many clients of one service saw in all rounds."""

    rates: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.rates:
            return "-"
        rate = f"{shown(statistics.median(self.rates))} ({shown(min(self.rates))}-{shown(max(self.rates))})/s"
        # Of a single answer all percentiles are its time.
        cuts = statistics.quantiles(self.milliseconds, n=100) if len(self.milliseconds) > 1 else self.milliseconds * 99
        return f"{rate}; " + ", ".join(shown(cuts[percent - 1]) for percent in (50, 95, 99))


class Clients:
    """The process of the clients."""

    def __init__(self, pipe_in: IO[bytes], pipe_out: IO[bytes]) -> None:
        self._in, self._out = pipe_in, pipe_out

    def send(self, plan: Plan) -> Seen:
        """What they saw. RuntimeError if a request failed."""
        self._in.write(orjson.dumps(asdict(plan)) + b"\n")
        self._in.flush()
        line = self._out.readline()
        if not line:
            raise RuntimeError(f"the clients ended while they asked {plan.url}; their error is above")
        return Seen(**orjson.loads(line))


@contextmanager
def _clients() -> Iterator[Clients]:
    command = [sys.executable, "-m", "benchmarks.clients"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Clients(process.stdin, process.stdout)


@contextmanager
def _services(cache: Path) -> Iterator[list[Service]]:
    with ExitStack() as stack:
        forgetful = stack.enter_context(running(cache, answer_bytes=0, log_level="info")).url
        remembering = stack.enter_context(running(cache, log_level="info")).url
        plain = stack.enter_context(running_peer("benchmarks.plain_service", cache)).url
        sql = stack.enter_context(running_peer("benchmarks.sql_service", cache)).url
        found = [
            Service("gateway, new questions", "graphql", forgetful, (*BOTH, WIDGETS)),
            Service("gateway, one question, no answers remembered", "graphql", forgetful, repeated=True),
            Service("gateway, one question, remembered", "graphql", remembering, repeated=True),
            Service("strawberry, new questions", "graphql", plain),
            Service("DuckDB, new questions", "sql", sql),
        ]
        idc = os.environ.get("IDC_API_URL")
        if idc:
            found.append(Service("IDC's REST API, new questions", "idc", idc.rstrip("/"), (PAGE, LONG_PAGE, WIDGETS)))
        yield found


class Measurement:
    """All questions to all services."""

    def __init__(self, services: Sequence[Service], clients: Clients) -> None:
        self._services, self._clients = services, clients
        self._collections = largest_collections()
        self._numbers = itertools.count(_NUMBERS, _NUMBERS)
        self._cells: dict[tuple[str, str, int], Cell] = {}
        self.busiest = 0.0

    def check(self) -> None:
        """AnswersDiffer unless all services answer alike."""
        for question, number in itertools.product(QUESTIONS.values(), range(CHECKED)):
            asked = asked_collections(self._collections, number)
            answers = {s.name: _answer(s, question, asked) for s in self._services if question in s.questions}
            check_equal(f"{question.title}, {asked}", answers)

    def round(self) -> None:
        """Every service in turn, question by question."""
        for question, clients in itertools.product(QUESTIONS.values(), CLIENTS):
            for service in self._services:
                if question in service.questions:
                    self._ask(service, question, clients)

    def _ask(self, service: Service, question: Question, clients: int) -> None:
        cell = self._cells.setdefault((service.name, question.title, clients), Cell())
        alone = self._cells[service.name, question.title, 1].milliseconds
        if alone and statistics.median(alone) * clients > LONGEST * 1e3:
            return
        collections = tuple(self._collections)
        plan = Plan(
            service.url,
            clients,
            SECONDS,
            service.peer,
            question.title,
            collections,
            next(self._numbers),
            service.repeated,
        )
        seen = self._clients.send(plan)
        cell.rates.append(len(seen.milliseconds) / seen.seconds)
        cell.milliseconds += seen.milliseconds
        self.busiest = max(self.busiest, seen.busy)

    def section(self, question: Question) -> Section:
        """The table of one question."""
        section = Section(
            f"HTTP: {question.title}", _TEXTS[question], ("service", *(f"{_many(clients)}" for clients in CLIENTS))
        )
        for service in self._services:
            if question in service.questions:
                cells = [str(self._cells[service.name, question.title, clients]) for clients in CLIENTS]
                section.rows.append((service.name, *cells))
        return section


_METHOD = (
    "Each service is one process on this machine, as are all clients together, which ask again as soon as they are "
    "answered. gateway: `idc-gateway serve`, logging every operation. strawberry: the same schema and resolvers over "
    "the same store in strawberry's own ASGI view, documents parsed and validated once. DuckDB: behind starlette, "
    "over the store's columns in memory, answers written by orjson. IDC's REST API: version 3, which takes part if "
    "IDC_API_URL names one that runs. New questions: other collections in each; one question: the gateway works once "
    "for all who ask it at the same time. Requests per second: median "
    "(least-greatest) of the rounds; then p50, p95 and p99 in milliseconds over all rounds; `-`: the first answers "
    f"would take over {LONGEST:.0f} s."
)
_TEXTS = {
    PAGE: f"The first 50 series of CT in twenty collections. {_METHOD}",
    LONG_PAGE: "The same, a thousand series.",
    PANEL: "Of the same series: each facet with total, missing, the 20 values of most patients, the rest, and the "
    "number of values; six numbers each.",
    WIDGETS: "For the facets whose values IDC's table `index` has as they are: patients and series of the 20 values "
    "with most patients. This is what IDC's REST API can be asked, by its endpoint for SQL.",
}


def _many(clients: int) -> str:
    return f"{clients} client{'s' if clients > 1 else ''}"


def _answer(service: Service, question: Question, collections: list[str]) -> object:
    peer = PEERS[service.peer]
    body = peer.body(question, collections)
    request = Request(f"{service.url}{peer.path}", body, {"content-type": "application/json"})
    with urlopen(request) as response:
        return peer.read(question, response.read())


def measured(cache: Path, rounds: int) -> list[Section]:
    """A section for each question, and one for the clients."""
    with _services(cache) as services, _clients() as clients:
        measurement = Measurement(services, clients)
        measurement.check()
        for _ in range(min(rounds, ROUNDS)):
            measurement.round()
        asked = [question for question in QUESTIONS.values() if sum(question in s.questions for s in services) > 1]
        sections = [measurement.section(question) for question in asked]
        return [*sections, _ceiling(services[0].url, clients, measurement.busiest)]


def _ceiling(url: str, clients: Clients, busiest: float) -> Section:
    section = Section(
        "HTTP: the clients themselves",
        "All clients are one process. Asking /healthz, which costs the gateway least: requests per second, and how "
        "many the clients could send if the gateway took no time, by the share of a core that they took.",
        ("clients", "/healthz per second", "clients' share of a core", "clients' ceiling per second"),
    )
    for number in CLIENTS:
        seen = clients.send(Plan(url, number, 2 * SECONDS, None))
        rate = len(seen.milliseconds) / seen.seconds
        section.rows.append((str(number), f"{rate:,.0f}", f"{seen.busy:.2f}", f"{rate / seen.busy:,.0f}"))
    section.remarks.append(f"In the tables above the clients took at most {busiest:.2f} of a core.")
    return section
