"""OpenTelemetry spans: one for each operation, one for each question that it asks the engine, none for fields.

Without an SDK, which the operator installs, they cost next to nothing.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue
from starlette.types import Scope

from gateway.telemetry.operation import Operation

TRACER = trace.get_tracer("idc_gateway")

# Codes of errors that are the gateway's own; all others are the client's, whose errors are no failure of a server.
_FAULTS = {"INTERNAL", "OVERLOADED", "TIMEOUT"}


class _Headers(Getter[Scope]):
    """Reads the headers of an ASGI scope."""

    def get(self, carrier: Scope, key: str) -> list[str] | None:
        name = key.lower().encode("latin-1")
        return [value.decode("latin-1") for header, value in carrier["headers"] if header == name] or None

    def keys(self, carrier: Scope) -> list[str]:
        return [header.decode("latin-1") for header, _ in carrier["headers"]]


_HEADERS = _Headers()


def remote_context(scope: Scope) -> Context:
    """What the headers of a request say of the span that it belongs to (W3C Trace Context, or OTEL_PROPAGATORS)."""
    return extract(scope, getter=_HEADERS)


@contextmanager
def operation_span(operation: Operation, scope: Scope, tracer: Tracer = TRACER) -> Iterator[Span]:
    """The span of one request, which is told what the operation holds at the end."""
    context = remote_context(scope)
    with _current(tracer, "GraphQL Operation", context=context, kind=SpanKind.SERVER) as span:
        try:
            yield span
        finally:
            if span.is_recording():
                _describe(span, operation)


@contextmanager
def engine_span(call: str, attributes: dict[str, AttributeValue], tracer: Tracer = TRACER) -> Iterator[None]:
    """The span of one question to the engine, in that of the operation that asks."""
    with _current(tracer, f"search.{call}", attributes=attributes) as span:
        try:
            yield
        except BaseException as error:  # also that of a client who went away
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise


def _current(tracer: Tracer, name: str, **more: Any) -> AbstractContextManager[Span]:
    # The message of an exception may name values that a client gave.
    return tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False, **more)


def _describe(span: Span, operation: Operation) -> None:
    """Names and attributes are those of OpenTelemetry's conventions where there are any."""
    attributes: dict[str, AttributeValue | None] = {
        "graphql.operation.type": operation.operation_type,
        "graphql.operation.name": operation.operation_name,
        "graphql.document.hash": operation.document,
        "http.request.method": operation.method,
        "http.response.status_code": operation.status,
        "idc_gateway.request_id": operation.request_id,
        "idc_gateway.release": operation.release,
        "idc_gateway.cached": operation.cached,
        "idc_gateway.cost": operation.cost,
        "idc_gateway.error_codes": operation.codes or None,
    }
    span.set_attributes({name: value for name, value in attributes.items() if value is not None})
    if operation.operation_type is not None:
        span.update_name(operation.operation_type)
    fault = next((code for code in operation.codes if code in _FAULTS), None)
    # Without a status it was never answered.
    if fault is not None or operation.status >= 500 or operation.status == 0:
        span.set_attribute("error.type", fault or str(operation.status or "unanswered"))
        span.set_status(StatusCode.ERROR)
