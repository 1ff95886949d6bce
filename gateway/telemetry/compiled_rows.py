"""How many rows of answers generated code completed, as numbers that are counted elsewhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector


class RowsDone(Protocol):
    """Rows that generated code completed since the start, and rows that it handed to graphql-core."""

    @property
    def compiled(self) -> int: ...

    @property
    def handed(self) -> int: ...


@dataclass(frozen=True)
class _None:
    compiled: int = 0
    handed: int = 0


class CompiledRows(Collector):
    """Asks `done` whenever the metrics are asked for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.done: Callable[[], RowsDone] = _None
        registry.register(self)

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The numbers of now."""
        rows = CounterMetricFamily(
            "idc_gateway_rows", "Rows completed by generated code, or handed to graphql-core.", labels=["path"]
        )
        done = self.done()
        rows.add_metric(["compiled"], done.compiled)
        rows.add_metric(["handed"], done.handed)
        yield rows
