"""The numbers, as Prometheus reads them after requests that are told one by one."""

import asyncio
import contextlib
import re
import time
from dataclasses import dataclass

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from gateway.telemetry.metrics import CALLS, Metrics
from tests.gateway.conftest import ROOT
from tests.gateway.telemetry.operations import DOCUMENT, answered


@dataclass(frozen=True)
class Done:
    compiled: int
    handed: int


class Answers:
    bytes = 1234

    def __len__(self) -> int:
        return 7


def numbers(metrics: Metrics, name: str) -> dict[str, float]:
    """The samples of a metric that are not 0, by their labels and what follows its name."""
    body, _ = metrics.render(None)
    return {
        sample.name.removeprefix(f"idc_gateway_{name}") + "".join(f" {k}={v}" for k, v in sample.labels.items()): value
        for family in prometheus(body.decode())
        for sample in family.samples
        if re.fullmatch(rf"idc_gateway_{name}(_total|_count|_sum|_bucket|_info)?", sample.name)
        and (value := sample.value)
    }


def plain(metrics: Metrics, name: str) -> dict[str, float]:
    return {key: value for key, value in numbers(metrics, name).items() if "_bucket" not in key}


def test_operations_are_counted() -> None:
    metrics = Metrics()
    metrics.observe(answered())
    metrics.observe(answered(method="GET", cached="hit", durations={"total": 0.001}, cost=3.0))
    metrics.observe(answered(method="GET", cached="304", status=304, bytes=0, durations={"total": 0.0004}, cost=3.0))
    metrics.observe(answered(status=400, codes=("BAD_USER_INPUT", "INTERNAL"), operation_type=None, cost=None))
    metrics.observe(answered(status=413, method="BREW", document=None, cost=None, durations={}))
    assert plain(metrics, "requests") == {
        "_total method=POST status=200": 1,
        "_total method=GET status=200": 1,
        "_total method=GET status=304": 1,
        "_total method=POST status=400": 1,
        "_total method=other status=413": 1,
    }
    assert plain(metrics, "operations") == {"_total code=OK type=query": 3, "_total code=BAD_USER_INPUT type=other": 1}
    assert plain(metrics, "answers") == {"_total cached=miss": 2, "_total cached=hit": 1, "_total cached=304": 1}
    assert plain(metrics, "answer_bytes") == {"_total": 4 * 1234}
    assert plain(metrics, "operation_cost") == {"_count": 3, "_sum": 126}
    assert numbers(metrics, "operation_cost")["_bucket le=10.0"] == 2


def test_phases_have_their_own_durations() -> None:
    metrics = Metrics()
    metrics.observe(answered())
    metrics.observe(answered(durations={"total": 0.001, "tea": 5.0}))
    assert plain(metrics, "phase_duration_seconds") == pytest.approx(
        {
            "_count phase=prepare": 1,
            "_sum phase=prepare": 0.0002,
            "_count phase=execute": 1,
            "_sum phase=execute": 0.0107004,
            "_count phase=encode": 1,
            "_sum phase=encode": 0.0005,
            "_count phase=total": 2,
            "_sum phase=total": 0.013,
        }
    )
    found = numbers(metrics, "phase_duration_seconds")
    assert (found["_bucket le=0.01 phase=total"], found["_bucket le=0.025 phase=total"]) == (1, 2)


def test_only_trusted_documents_are_named() -> None:
    metrics = Metrics({DOCUMENT: "cohort-panel"})
    metrics.observe(answered(operation_name="Anything"))
    metrics.observe(answered(operation_name="Anything", document="00" * 32))
    body = metrics.render(None)[0].decode()
    assert "Anything" not in body
    assert plain(metrics, "trusted_operation_duration_seconds") == {
        "_count document=cohort-panel": 1,
        "_sum document=cohort-panel": 0.012,
    }


def test_clients_and_errors_of_others_make_no_endless_series() -> None:
    metrics = Metrics()
    for number in range(1000):
        metrics.observe(
            answered(
                method=f"M{number}",
                status=number,
                operation_type=f"t{number}",
                operation_name=f"n{number}",
                codes=(f"C{number}",),
                cached=f"c{number}",
                client=f"192.0.2.{number}",
                document=f"{number}",
            )
        )
        metrics.refused(f"r{number}")
    assert numbers(metrics, "requests")["_total method=other status=other"] == 950
    assert numbers(metrics, "operations")["_total code=other type=other"] == 950
    assert numbers(metrics, "refused")["_total reason=other"] == 950
    assert numbers(metrics, "answers") == {"_total cached=other": 1000}
    assert len(metrics.render(None)[0].splitlines()) < 600


def test_refusals_and_looked_up_documents_are_counted() -> None:
    metrics = Metrics()
    metrics.refused("RATE_LIMITED")
    metrics.refused("OVERLOADED")
    metrics.refused("OVERLOADED")
    metrics.looked_up_document(found=True)
    metrics.looked_up_document(found=False)
    metrics.looked_up_document(found=True)
    assert numbers(metrics, "refused") == {"_total reason=RATE_LIMITED": 1, "_total reason=OVERLOADED": 2}
    assert numbers(metrics, "document_cache_lookups") == {"_total found=true": 2, "_total found=false": 1}


def test_requests_in_flight_are_those_that_are_being_answered() -> None:
    metrics = Metrics()
    with metrics.in_flight(), contextlib.suppress(ValueError), metrics.in_flight():
        assert numbers(metrics, "requests_in_flight") == {"": 2}
        raise ValueError
    assert numbers(metrics, "requests_in_flight") == {}


def test_calls_of_the_engine_are_counted_from_none_on() -> None:
    metrics = Metrics()
    body = metrics.render(None)[0].decode()
    for call in CALLS:
        assert f'idc_gateway_engine_call_duration_seconds_count{{call="{call}"}} 0.0\n' in body
        assert f'idc_gateway_engine_call_failures_total{{call="{call}"}} 0.0\n' in body
    with metrics.engine_call("facets"):
        pass
    with pytest.raises(ValueError, match="no"), metrics.engine_call("page"):
        raise ValueError("no")
    found = {key for key in numbers(metrics, "engine_call_duration_seconds") if key.startswith("_count")}
    assert found == {"_count call=facets", "_count call=page"}
    assert numbers(metrics, "engine_call_failures") == {"_total call=page": 1}


def test_what_others_count_is_asked_for_when_it_is_shown() -> None:
    metrics = Metrics()
    assert numbers(metrics, "rows") == numbers(metrics, "answer_cache_bytes") == {}
    done = [Done(0, 0)]
    metrics.watch_rows(lambda: done[0])
    metrics.watch_answers(Answers())
    metrics.watch_threads(lambda: 2)
    done[0] = Done(5000, 3)
    assert numbers(metrics, "rows") == {"_total path=compiled": 5000, "_total path=handed": 3}
    assert numbers(metrics, "answer_cache_bytes") == {"": 1234}
    assert numbers(metrics, "answer_cache_entries") == {"": 7}
    assert numbers(metrics, "search_threads_busy") == {"": 2}


def test_another_release_takes_the_place_of_the_first() -> None:
    metrics = Metrics()
    metrics.serve(24, "a", "0.1.0")
    metrics.serve(25, "b", "0.1.0")
    assert numbers(metrics, "release") == {"_info build=b release=25 version=0.1.0": 1}


async def test_a_blocked_event_loop_is_seen() -> None:
    metrics = Metrics()
    sampler = asyncio.create_task(metrics.sample_event_loop(0.001))
    await asyncio.sleep(0)
    end = time.perf_counter() + 0.05
    while time.perf_counter() < end:
        pass
    await asyncio.sleep(0.002)
    sampler.cancel()
    assert plain(metrics, "event_loop_lag_seconds")["_sum"] >= 0.045


def test_each_application_counts_for_itself() -> None:
    one, other = Metrics(), Metrics()
    one.observe(answered())
    assert numbers(one, "requests") and not numbers(other, "requests")


def test_the_process_is_told_of() -> None:
    names = Metrics().names()
    process = {"resident_memory_bytes": "gauge", "open_fds": "gauge", "cpu_seconds_total": "counter"}
    assert names.items() >= {f"process_{name}": kind for name, kind in process.items()}.items()


def test_the_form_is_the_one_that_is_accepted() -> None:
    metrics = Metrics()
    metrics.observe(answered())
    for accept in (None, "", "*/*", "text/html", "text/plain;version=0.0.4", "application/openmetrics-text;version=x"):
        body, content_type = metrics.render(accept)
        assert content_type == "text/plain; version=0.0.4; charset=utf-8"
        assert b"_created" not in body
    body, content_type = metrics.render("application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
    assert content_type.startswith("application/openmetrics-text; version=1.0.0; charset=utf-8")
    assert "idc_gateway_requests" in {family.name for family in openmetrics(body.decode())}


def test_the_documentation_has_all_metrics() -> None:
    page = (ROOT / "docs" / "operation.md").read_text("utf-8")
    table = re.findall(r"^\| `((?:idc_gateway|process)_\w+)` \| (\w+) \|", page, re.MULTILINE)
    assert table == sorted(Metrics().names().items(), key=lambda named: (named[0].startswith("process"), *named))
