"""How much is asked of a search cluster, as numbers that are counted where it is asked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector


class AskedOfCluster(Protocol):
    """Requests, those sent again, seconds waited, searches by kind of document, and sets of numbers found first."""

    requests: int
    repeated: int
    seconds: float
    searches: dict[str, int]
    sets: int
    numbers: int


@dataclass
class _Nothing:
    requests: int = 0
    repeated: int = 0
    seconds: float = 0.0
    searches: dict[str, int] = field(default_factory=dict)
    sets: int = 0
    numbers: int = 0


class AskedUpstream(Collector):
    """Asks `asked` whenever the metrics are asked for; all numbers are 0 where there is no cluster."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.asked: Callable[[], AskedOfCluster] = _Nothing
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """The numbers of now."""
        asked = self.asked()
        plain: Mapping[str, tuple[str, float]] = {
            "requests": ("Requests to Elasticsearch.", asked.requests),
            "repeated": ("Requests that were sent again.", asked.repeated),
            "seconds": ("Seconds waited for Elasticsearch.", asked.seconds),
            "sets": ("Sets of patients or studies that were found before they were asked with.", asked.sets),
            "set_numbers": ("Patients and studies in these sets.", asked.numbers),
        }
        for name, (text, number) in plain.items():
            family = CounterMetricFamily(f"idc_gateway_elasticsearch_{name}", text)
            family.add_metric([], number)
            yield family
        searches = CounterMetricFamily(
            "idc_gateway_elasticsearch_searches", "Searches in requests to Elasticsearch.", labels=["index"]
        )
        for kind, number in sorted(asked.searches.items()):
            searches.add_metric([kind], number)
        yield searches
