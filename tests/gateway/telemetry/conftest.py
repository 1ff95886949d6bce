"""Spans as an operator's SDK gets them, apart from those of any other test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer


@dataclass(frozen=True)
class Spans:
    """What `tracer` made, in the order in which it ended."""

    tracer: Tracer
    exporter: InMemorySpanExporter

    def ended(self) -> list[ReadableSpan]:
        """All spans that ended."""
        return list(self.exporter.get_finished_spans())


@pytest.fixture
def spans() -> Iterator[Spans]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield Spans(provider.get_tracer("tests"), exporter)
    provider.shutdown()
