"""How much is asked of sister commons, as numbers that are counted where they are asked."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from resolvers.commons.clients import CommonsClients


class AskedOfCommons(Collector):
    """Reads the meters of `clients` whenever the metrics are asked for; without clients there are no numbers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.clients: CommonsClients | None = None
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """The numbers of now."""
        yield from self._asked()
        yield from self._kept()

    def _asked(self) -> Iterator[Metric]:
        requests = _counter("requests", "Requests to sister commons.")
        repeated = _counter("repeated", "Requests that were sent again.")
        failed = _counter("failed", "Questions that were not answered.")
        seconds = _counter("seconds", "Seconds waited for sister commons.")
        is_open = GaugeMetricFamily(
            "idc_gateway_commons_left_alone", "1 while a commons is not asked, since it failed.", labels=["commons"]
        )
        for name, service in self.clients.services.items() if self.clients else ():
            meter = service.meter
            requests.add_metric([name], meter.requests)
            repeated.add_metric([name], meter.repeated)
            failed.add_metric([name], meter.failed)
            seconds.add_metric([name], meter.seconds)
            is_open.add_metric([name], float(service.breaker.state != "closed"))
        return iter((requests, repeated, failed, seconds, is_open))

    def _kept(self) -> Iterator[Metric]:
        answers = CounterMetricFamily(
            "idc_gateway_commons_answers_kept",
            "Questions that were answered by what was kept: fresh, stale, or shared with another that was the same.",
            labels=["commons", "how"],
        )
        size = GaugeMetricFamily("idc_gateway_commons_kept_bytes", "Bytes of answers of sister commons that are kept.")
        if self.clients is not None:
            size.add_metric([], self.clients.shelf.bytes)
            for name, kept in self.clients.kept.items():
                answers.add_metric([name, "fresh"], kept.meter.hits)
                answers.add_metric([name, "stale"], kept.meter.stale)
                answers.add_metric([name, "shared"], kept.meter.shared)
        return iter((answers, size))


def _counter(name: str, text: str) -> CounterMetricFamily:
    return CounterMetricFamily(f"idc_gateway_commons_{name}", text, labels=["commons"])
