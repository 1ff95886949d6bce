"""The observed engine answers as the engine does, and tells what it was asked, inside the operation that asked."""

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.trace import StatusCode

from gateway.open_release import OpenRelease
from gateway.telemetry.engine import ObservedSearchEngine
from gateway.telemetry.metrics import CALLS, Metrics
from gateway.telemetry.spans import operation_span
from indexers.build import ensure_store
from indexers.index_package import IndexPackage
from indexers.store import Store
from resolvers.search.engine import SearchEngine
from schema.build import build_schema
from tests.gateway.telemetry.conftest import Spans
from tests.gateway.telemetry.operations import answered
from tests.gateway.telemetry.test_metrics import numbers

SCHEMA = build_schema()

# A document for every kind of question, by the questions that it takes.
QUESTIONS = {
    "counts": "{ counts { series patients } }",
    "counts held vocabulary": '{ counts(where: {modality: {eq: "mr"}}) { series } }',
    "counts_of_steps": "{ attrition(steps: [{patientAge: {gte: 40}}]) { step counts { patients } } }",
    "counts facets": "{ facets(by: [{field: MODALITY}, {field: PATIENT_AGE}]) { facets { buckets { label } } } }",
    "crosstab": "{ crosstab(by: [{field: MODALITY}, {field: OBJECT_KIND}]) { cells { counts { series } } } }",
    "page": "{ series(first: 3, orderBy: [{field: SIZE_BYTES}]) { totalCount nodes { seriesInstanceUID } } }",
    "counts_under page pages_under": (
        "{ patients(first: 20) { nodes { counts { series } studies(first: 2) { nodes { studyInstanceUID } } } } }"
    ),
}


async def asked(release: OpenRelease, document: str) -> tuple[Any, Any, Any]:
    """The data, the errors and the hints of an answer."""
    context = release.context()
    result = await SCHEMA.execute(document, context_value=context)
    return result.data, result.errors, await context.hints.noted()


@dataclass(frozen=True)
class Observed:
    """The sample behind an observed engine."""

    release: OpenRelease
    metrics: Metrics
    spans: Spans

    async def ask(self, document: str) -> tuple[Any, Any, Any]:
        """The answer to a document, asked in the span of an operation."""
        with operation_span(answered(), {"headers": []}, self.spans.tracer):
            return await asked(self.release, document)


@pytest.fixture
def observed(sample: IndexPackage, cache: Path, spans: Spans) -> Iterator[Observed]:
    metrics = Metrics()
    observe = partial(ObservedSearchEngine, metrics=metrics, tracer=spans.tracer)
    release = OpenRelease.over(Store(ensure_store(sample, cache)), 2, observed=observe)
    metrics.watch_threads(lambda: release.engine.busy)
    yield Observed(release, metrics, spans)
    asyncio.run(release.close())


def engine_calls(metrics: Metrics) -> dict[str, float]:
    found = numbers(metrics, "engine_call_duration_seconds")
    return {key.removeprefix("_count call="): value for key, value in found.items() if key.startswith("_count")}


@pytest.mark.parametrize(("calls", "document"), QUESTIONS.items())
async def test_the_answer_is_that_of_the_engine(calls: str, document: str, observed: Observed) -> None:
    given = await observed.ask(document)
    async with aclosing(OpenRelease.over(observed.release.catalogue.store)) as plain:
        assert given == await asked(plain, document)
    assert given[0] and not given[1]
    assert sorted(engine_calls(observed.metrics)) == calls.split()


def test_every_question_of_the_protocol_is_handed_on() -> None:
    def questions(kind: type) -> dict[str, inspect.Signature]:
        methods = inspect.getmembers(kind, inspect.isfunction)
        return {name: inspect.signature(method) for name, method in methods if not name.startswith("_")}

    assert questions(ObservedSearchEngine) == questions(SearchEngine)
    assert sorted(questions(SearchEngine)) == sorted(CALLS)


async def test_questions_are_spans_in_that_of_the_operation_and_fields_are_none(observed: Observed) -> None:
    await observed.ask(
        "{ facets(by: [{field: MODALITY}, {field: MANUFACTURER}]) { facets { key buckets { label } } }"
        " patients(first: 20) { nodes { patientID counts { series } studies(first: 2) { nodes { studyDate } } } } }"
    )
    *questions, operation = observed.spans.ended()
    assert operation.name == "query"
    told = {span.name: dict(span.attributes or {}) for span in questions}
    assert told == {
        "search.facets": {"search.facets": 2},
        "search.counts": {"search.level": "SERIES"},
        "search.page": {"search.level": "PATIENT", "search.first": 20},
        "search.counts_under": {"search.level": "PATIENT", "search.parents": 20},
        "search.pages_under": {"search.level": "STUDY", "search.parents": 20},
    }
    assert len(questions) == len(told)
    assert {span.parent and span.parent.span_id for span in questions} == {operation.context.span_id}


async def test_operations_that_run_at_once_keep_their_questions_apart(observed: Observed) -> None:
    await asyncio.gather(*(observed.ask("{ series(first: 1) { totalCount } }") for _ in range(5)))
    ended = observed.spans.ended()
    operations = [span.context.span_id for span in ended if span.name == "query"]
    pages = [span.parent.span_id for span in ended if span.name == "search.page" and span.parent]
    assert len(set(operations)) == 5
    assert sorted(pages) == sorted(operations)


async def test_a_question_that_fails_is_told(observed: Observed) -> None:
    await observed.release.engine.close()
    _, errors, _ = await observed.ask("{ counts { series } }")
    assert len(errors) == 1
    counts, _ = observed.spans.ended()
    assert (counts.attributes or {})["error.type"] == "RuntimeError"
    assert counts.status.status_code is StatusCode.ERROR and not counts.events
    assert numbers(observed.metrics, "engine_call_failures") == {"_total call=counts": 1}


async def test_what_is_loaded_ahead_is_no_question(observed: Observed) -> None:
    await observed.release.warm()
    assert engine_calls(observed.metrics) == {}


def test_threads_are_busy_while_they_compute(observed: Observed) -> None:
    pool: Any = observed.release.engine._pool
    seen = [pool.submit(lambda: numbers(observed.metrics, "search_threads_busy")).result()]
    assert seen == [{"": 1}]
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result()
    assert numbers(observed.metrics, "search_threads_busy") == {}
