"""What the gateway counts, as Prometheus asks for it at /metrics. Each application counts for itself."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    Summary,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

from gateway.telemetry.commons import AskedOfCommons
from gateway.telemetry.compiled_rows import CompiledRows, RowsDone
from gateway.telemetry.labels import OTHER, Labels
from gateway.telemetry.operation import PHASES, Operation
from gateway.telemetry.upstream import AskedOfCluster, AskedUpstream
from resolvers.commons.clients import CommonsClients

# A second number for each counter, which says when it began to count, is of no use to anybody here.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_POINTS = (1, 10, 100, 1_000, 10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)
_LAG = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)

_METHODS = ("GET", "POST")
_TYPES = ("query", "mutation", "subscription")
_CACHED = ("hit", "miss", "304", "bypass")
CALLS = (
    "counts",
    "counts_of_steps",
    "counts_under",
    "facets",
    "crosstab",
    "page",
    "pages_under",
    "held",
    "vocabulary",
)


class Remembered(Protocol):
    """A cache of answers."""

    @property
    def bytes(self) -> int:
        """Bytes that all of them take."""
        ...

    def __len__(self) -> int: ...


class Metrics:
    """All numbers of one application. `trusted`: the names of trusted documents by the SHA-256 of their text.

    Names that clients give are no labels: there is no end to them.
    """

    def __init__(self, trusted: Mapping[str, str] | None = None) -> None:
        self._registry = CollectorRegistry()
        self._trusted = dict(trusted or {})
        self._statuses, self._codes, self._reasons = Labels(), Labels(), Labels()
        self._make_operation_metrics()
        self._make_engine_metrics()
        self._make_process_metrics()

    def _made(self, kind: Any, name: str, meaning: str, *labels: str, **more: Any) -> Any:
        return kind(f"idc_gateway_{name}", meaning, labels, registry=self._registry, **more)

    def _make_operation_metrics(self) -> None:
        self._requests: Counter = self._made(Counter, "requests", "Requests to /graphql.", "method", "status")
        self._operations: Counter = self._made(
            Counter, "operations", "Requests that name a document, by the first error of the answer.", "type", "code"
        )
        self._trusted_seconds: Summary = self._made(
            Summary, "trusted_operation_duration_seconds", "Time of operations of trusted documents.", "document"
        )
        self._phases: Histogram = self._made(
            Histogram, "phase_duration_seconds", "Time of the phases of requests.", "phase", buckets=_SECONDS
        )
        self._costs: Histogram = self._made(Histogram, "operation_cost", "Cost of operations.", buckets=_POINTS)
        self._answers: Counter = self._made(
            Counter, "answers", "Answers to documents, by what the cache knew.", "cached"
        )
        self._bytes: Counter = self._made(Counter, "answer_bytes", "Bytes of the bodies of answers.")
        self._in_flight: Gauge = self._made(Gauge, "requests_in_flight", "Requests that are being answered.")
        self._refused: Counter = self._made(
            Counter, "refused", "Requests refused before their document was executed.", "reason"
        )
        self._documents: Counter = self._made(
            Counter, "document_cache_lookups", "Documents looked for among the prepared ones.", "found"
        )
        self._answer_bytes: Gauge = self._made(Gauge, "answer_cache_bytes", "Memory of remembered answers.")
        self._answer_entries: Gauge = self._made(Gauge, "answer_cache_entries", "Remembered answers.")
        self._rows = CompiledRows(self._registry)
        self._upstream = AskedUpstream(self._registry)
        self._commons = AskedOfCommons(self._registry)
        for cached in _CACHED:
            self._answers.labels(cached)
        for found in ("true", "false"):
            self._documents.labels(found)
        self._phase = {phase: self._phases.labels(phase) for phase in PHASES}

    def _make_engine_metrics(self) -> None:
        seconds: Histogram = self._made(
            Histogram, "engine_call_duration_seconds", "Time of questions to the engine.", "call", buckets=_SECONDS
        )
        failures: Counter = self._made(
            Counter, "engine_call_failures", "Questions to the engine that ended without an answer.", "call"
        )
        self._calls = {call: (seconds.labels(call), failures.labels(call)) for call in CALLS}
        self._threads_busy: Gauge = self._made(Gauge, "search_threads_busy", "Threads that compute answers just now.")

    def _make_process_metrics(self) -> None:
        self._release: Info = self._made(Info, "release", "The release that is served.")
        self._lag: Histogram = self._made(
            Histogram, "event_loop_lag_seconds", "How late the event loop is for what it was to do.", buckets=_LAG
        )
        ProcessCollector(registry=self._registry)

    # ------------------------------------------------------------------------------------------ what happens

    def observe(self, operation: Operation) -> None:
        """Count a request that was answered."""
        method = operation.method if operation.method in _METHODS else OTHER
        self._requests.labels(method, self._statuses.of(operation.status)).inc()
        self._bytes.inc(operation.bytes)
        for phase, seconds in operation.durations.items():
            if phase in self._phase:
                self._phase[phase].observe(seconds)
        if operation.document is not None:
            self._observe_document(operation, operation.document)

    def _observe_document(self, operation: Operation, document: str) -> None:
        kind = operation.operation_type if operation.operation_type in _TYPES else OTHER
        code = self._codes.of(operation.codes[0]) if operation.codes else "OK"
        self._operations.labels(kind, code).inc()
        self._answers.labels(operation.cached if operation.cached in _CACHED else OTHER).inc()
        if operation.cost is not None:
            self._costs.observe(operation.cost)
        name = self._trusted.get(document)
        if name is not None:
            self._trusted_seconds.labels(name).observe(operation.durations.get("total", 0.0))

    def refused(self, reason: str) -> None:
        """Count a request that was refused, such as one of a client that asks for too much."""
        self._refused.labels(self._reasons.of(reason)).inc()

    def looked_up_document(self, *, found: bool) -> None:
        """Count a document that was looked for among the prepared ones."""
        self._documents.labels(str(found).lower()).inc()

    def in_flight(self) -> AbstractContextManager[None]:
        """While a request is being answered."""
        return self._in_flight.track_inprogress()

    @contextmanager
    def engine_call(self, call: str) -> Iterator[None]:
        """While the engine is asked; `call` is one of CALLS."""
        seconds, failures = self._calls[call]
        start = time.perf_counter()
        try:
            yield
        except BaseException:
            failures.inc()
            raise
        finally:
            seconds.observe(time.perf_counter() - start)

    async def sample_event_loop(self, interval: float = 0.25) -> None:
        """Look every `interval` seconds how late the event loop is, until cancelled."""
        while True:
            start = time.perf_counter()
            await asyncio.sleep(interval)
            self._lag.observe(max(0.0, time.perf_counter() - start - interval))

    # ------------------------------------------------------------------------------------------ what there is

    def serve(self, release: int, build: str, version: str) -> None:
        """Tell which release is served, of which build of the index, by which version of the gateway."""
        self._release.info({"release": str(release), "build": build, "version": version})

    def watch_answers(self, answers: Remembered) -> None:
        """Tell how large a cache of answers is whenever it is asked."""
        self._answer_bytes.set_function(lambda: answers.bytes)
        self._answer_entries.set_function(lambda: len(answers))

    def watch_rows(self, done: Callable[[], RowsDone]) -> None:
        """Tell how many rows generated code completed."""
        self._rows.done = done

    def watch_cluster(self, asked: Callable[[], AskedOfCluster]) -> None:
        """Tell how much is asked of Elasticsearch."""
        self._upstream.asked = asked

    def watch_commons(self, clients: CommonsClients) -> None:
        """Tell how much is asked of sister commons."""
        self._commons.clients = clients

    def watch_threads(self, busy: Callable[[], int]) -> None:
        """Tell how many threads compute answers."""
        self._threads_busy.set_function(busy)

    def names(self) -> dict[str, str]:
        """The names of all metrics as Prometheus shows them, and their types."""
        suffixes = {"counter": "_total", "info": "_info"}
        return {family.name + suffixes.get(family.type, ""): family.type for family in self._registry.collect()}

    def render(self, accept: str | None) -> tuple[bytes, str]:
        """All numbers, and their content type: OpenMetrics where the Accept header names it, else Prometheus' text."""
        try:
            encode, content_type = choose_encoder(accept or "")
        except TypeError:  # it names a version that is no number
            encode, content_type = choose_encoder("")
        return encode(self._registry), content_type
