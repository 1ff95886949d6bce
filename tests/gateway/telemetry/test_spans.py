"""The span of an operation: its parent, its name, its attributes, its status, and how an operator gets to see it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from gateway.telemetry.operation import Operation
from gateway.telemetry.spans import engine_span, operation_span, remote_context
from tests.gateway.conftest import ROOT
from tests.gateway.telemetry.conftest import Spans
from tests.gateway.telemetry.operations import DOCUMENT, answered

TRACE, PARENT = 0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331
TRACEPARENT = (b"traceparent", f"00-{TRACE:032x}-{PARENT:016x}-01".encode())


def scope(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http", "headers": [(b"host", b"127.0.0.1"), *headers]}


def test_the_span_of_a_request_is_the_child_of_the_one_that_its_headers_name(spans: Spans) -> None:
    with operation_span(answered(), scope(TRACEPARENT), spans.tracer):
        pass
    (span,) = spans.ended()
    assert span.parent is not None
    assert (span.context.trace_id, span.parent.span_id, span.parent.is_remote) == (TRACE, PARENT, True)
    assert span.kind is SpanKind.SERVER


@pytest.mark.parametrize(
    "value", [b"", b"x", b"00-0-0-01", b"\xff\xfe", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01"]
)
def test_without_a_parent_that_can_be_read_a_trace_begins(value: bytes, spans: Spans) -> None:
    with operation_span(answered(), scope((b"traceparent", value)), spans.tracer):
        pass
    (span,) = spans.ended()
    assert span.parent is None


def test_an_operation_is_described_when_it_has_ended(spans: Spans) -> None:
    operation = Operation("id", method="GET")
    with operation_span(operation, scope(), spans.tracer):
        operation.__dict__.update(answered(request_id="id", method="GET", codes=("BAD_USER_INPUT",)).__dict__)
    (span,) = spans.ended()
    assert span.name == "query"
    assert dict(span.attributes or {}) == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "Cohort",
        "graphql.document.hash": DOCUMENT,
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "idc_gateway.request_id": "id",
        "idc_gateway.release": 25,
        "idc_gateway.cached": "miss",
        "idc_gateway.cost": 120.0,
        "idc_gateway.error_codes": ("BAD_USER_INPUT",),
    }
    assert (span.status.status_code, span.events) == (StatusCode.UNSET, ())


@pytest.mark.parametrize(
    ("status", "codes", "error"),
    [
        (200, ("BAD_USER_INPUT", "INTERNAL"), "INTERNAL"),
        (200, ("TIMEOUT",), "TIMEOUT"),
        (503, ("OVERLOADED",), "OVERLOADED"),
        (500, (), "500"),
        (0, (), "unanswered"),
        (429, ("RATE_LIMITED",), None),
        (400, ("GRAPHQL_VALIDATION_FAILED",), None),
        (304, (), None),
    ],
)
def test_only_what_is_the_fault_of_the_gateway_is_an_error(
    status: int, codes: tuple[str, ...], error: str | None, spans: Spans
) -> None:
    with operation_span(answered(status=status, codes=codes), scope(), spans.tracer):
        pass
    (span,) = spans.ended()
    assert (span.attributes or {}).get("error.type") == error
    assert (span.status.status_code is StatusCode.ERROR) == (error is not None)


def test_an_exception_passes_and_its_message_is_not_told(spans: Spans) -> None:
    with (
        pytest.raises(ValueError, match="secret"),
        operation_span(Operation("id"), scope(), spans.tracer),
        engine_span("page", {}, spans.tracer),
    ):
        raise ValueError("secret")
    page, operation = spans.ended()
    assert (page.attributes, operation.name) == ({"error.type": "ValueError"}, "GraphQL Operation")
    assert "secret" not in page.to_json() + operation.to_json()
    assert page.status.status_code is operation.status.status_code is StatusCode.ERROR


def test_without_an_sdk_nothing_is_recorded_and_the_context_of_the_client_is_passed_on() -> None:
    with operation_span(answered(), scope(TRACEPARENT)) as span:
        assert not span.is_recording()
        assert trace.get_current_span().get_span_context().trace_id == TRACE
    assert not trace.get_current_span().get_span_context().is_valid


def test_the_names_of_headers_are_compared_in_lower_case() -> None:
    context = remote_context(scope(TRACEPARENT, (b"tracestate", b"a=1"), (b"tracestate", b"b=2")))
    found = trace.get_current_span(context).get_span_context()
    assert (found.trace_id, dict(found.trace_state)) == (TRACE, {"a": "1", "b": "2"})


def test_an_operator_switches_spans_on_without_touching_the_gateway() -> None:
    script = (
        "from gateway.telemetry.operation import Operation\n"
        "from gateway.telemetry.spans import engine_span, operation_span\n"
        "with operation_span(Operation('id', status=200, operation_type='query'), {'headers': []}):\n"
        "    with engine_span('counts', {'search.level': 'SERIES'}):\n"
        "        pass\n"
    )
    instrument = Path(sys.executable).with_name("opentelemetry-instrument")
    exporters = {"OTEL_TRACES_EXPORTER": "console", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}
    done = subprocess.run(
        [instrument, sys.executable, "-c", script],
        env={**os.environ, **exporters, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    counts, query = json.loads("[" + done.stdout.replace("}\n{", "},{") + "]")
    assert (counts["name"], query["name"]) == ("search.counts", "query")
    assert counts["parent_id"] == query["context"]["span_id"]
