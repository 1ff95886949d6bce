"""What may go wrong with a commons: a typed error inside the deadline, or the right answer after another try."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from resolvers.commons.breaker import Breaker
from resolvers.commons.gdc import Gdc
from resolvers.commons.limits import CommonsLimits
from resolvers.commons.pdc import Pdc
from resolvers.commons.transport import DEADLINE, Service
from schema.errors import GatewayError
from tests.commons.standins import faults
from tests.commons.standins.faults import Fault
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.pdc import Pdc as PdcStandIn
from tests.commons.standins.server import StandIn
from tests.commons.standins.world import World

PROJECT = "TCGA-KIRC"
LIMITS = CommonsLimits(seconds=1.5, retries=2, failures=3, open_seconds=0.3, first_pause=0.01)


async def kidney(service: Service) -> int:
    """How many cases GDC has in a project, all pages read."""
    return len(await Gdc(service).of_project(PROJECT))


async def of_pdc(service: Service) -> int:
    return len(await Pdc(service).of_project("CPTAC-2"))


def failing(standin: StandIn, ask: Callable[[Service], Awaitable[int]], limits: CommonsLimits = LIMITS) -> GatewayError:
    """The error that a question to a stand-in ends with, inside the deadline."""

    async def asked() -> GatewayError:
        async with aiohttp.ClientSession() as session:
            with pytest.raises(GatewayError) as error:
                await ask(Service(standin.service.upper(), standin.url, limits, session))
            return error.value

    begun = time.monotonic()
    found = asyncio.run(asked())
    # Of three requests at most: status, cases and files.
    assert time.monotonic() - begun < 3 * limits.seconds + 1
    return found


LASTING: dict[str, tuple[Fault, dict[str, Any]]] = {
    "connection cut": (faults.Reset(), {"code": "UPSTREAM_UNAVAILABLE", "retryable": True}),
    "stall": (faults.Stall(), {"code": "UPSTREAM_TIMEOUT", "retryable": True}),
    "a body that never ends": (faults.Drip(), {"code": "UPSTREAM_TIMEOUT", "retryable": True}),
    "500": (faults.Status(500), {"code": "UPSTREAM_UNAVAILABLE", "retryable": True, "upstreamStatus": 500}),
    "502 in HTML": (faults.Status(502), {"code": "UPSTREAM_UNAVAILABLE", "retryable": True, "upstreamStatus": 502}),
    "504 in HTML": (faults.Status(504), {"code": "UPSTREAM_UNAVAILABLE", "retryable": True, "upstreamStatus": 504}),
    "403 in HTML": (faults.Status(403), {"code": "UPSTREAM_BAD_RESPONSE", "retryable": True, "upstreamStatus": 403}),
    "429": (faults.rate_limited(0), {"code": "UPSTREAM_RATE_LIMITED", "retryable": True, "upstreamStatus": 429}),
    "429 for longer than there is time": (
        faults.rate_limited(60),
        {"code": "UPSTREAM_RATE_LIMITED", "retryable": True, "upstreamStatus": 429},
    ),
    "broken JSON": (
        faults.Truncated(),
        {"code": "UPSTREAM_BAD_RESPONSE", "retryable": True, "upstreamStatus": 200},
    ),
    "cut in the body": (faults.Truncated(cut=True), {"code": "UPSTREAM_UNAVAILABLE", "retryable": True}),
    "no JSON": (
        faults.WrongType("text/html", "<html></html>"),
        {"code": "UPSTREAM_BAD_RESPONSE", "retryable": True, "upstreamStatus": 200},
    ),
    "redirect": (
        faults.Redirect("http://127.0.0.1:9/elsewhere"),
        {"code": "UPSTREAM_BAD_RESPONSE", "retryable": True, "upstreamStatus": 302},
    ),
    "warnings": (
        faults.warned(fields="unrecognized values: [diagnoses.tumor_grade]"),
        {"code": "SCHEMA_DRIFT", "retryable": False},
    ),
    "schema drift": (faults.drifted(pagination="paging"), {"code": "SCHEMA_DRIFT", "retryable": False}),
}


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_an_error_of_its_kind(name: str, gdc: GdcStandIn) -> None:
    fault, extensions = LASTING[name]
    gdc.faults.add(fault)
    try:
        error = failing(gdc, kidney)
    finally:
        gdc.faults.clear()
    assert error.extensions == {**extensions, "service": "GDC"}
    # Nothing that the service said, nor where it is.
    assert "html" not in str(error).lower() and "127.0.0.1" not in str(error)


def test_a_refused_connection(gdc: GdcStandIn) -> None:
    with gdc.refusing_in_thread():
        assert failing(gdc, kidney).extensions["code"] == "UPSTREAM_UNAVAILABLE"


@pytest.mark.parametrize(
    "fault",
    [faults.Reset(), faults.Status(502), faults.rate_limited(0), faults.Truncated(), faults.WrongType("text/html")],
    ids=lambda fault: type(fault).__name__,
)
def test_what_passes_is_asked_again(fault: Fault, gdc: GdcStandIn, truth: World) -> None:
    gdc.faults.add(fault, times=2)

    async def asked() -> int:
        async with aiohttp.ClientSession() as session:
            return await kidney(Service("GDC", gdc.url, LIMITS, session))

    try:
        assert asyncio.run(asked()) == sum(case.project_id == PROJECT for case in truth.gdc_cases)
    finally:
        gdc.faults.clear()


@pytest.mark.parametrize("paging", [faults.DUPLICATE_PAGES, faults.SHUFFLED_PAGES])
def test_pages_that_repeat_rows_are_no_answer(paging: Fault, gdc: GdcStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.commons.gdc.CASES_OF_A_PAGE", 12)  # the last page is short
    gdc.faults.add(paging, "/cases")
    try:
        assert failing(gdc, kidney).extensions == {
            "code": "UPSTREAM_BAD_RESPONSE",
            "retryable": True,
            "service": "GDC",
        }
    finally:
        gdc.faults.clear()


@pytest.mark.parametrize("whole", [False, True])
def test_null_of_pdc_never_means_no_case(whole: bool, pdc: PdcStandIn, truth: World) -> None:
    """Without an error, too: it is asked again, and in the end it is one."""
    pdc.faults.add(faults.null_data(whole))
    try:
        assert failing(pdc, of_pdc).extensions["code"] == "UPSTREAM_BAD_RESPONSE"
        pdc.faults.clear()
        pdc.faults.add(faults.null_data(whole), times=2)

        async def asked() -> int:
            async with aiohttp.ClientSession() as session:
                return await of_pdc(Service("PDC", pdc.url, LIMITS, session))

        assert asyncio.run(asked()) == sum(case.project == "CPTAC-2" for case in truth.pdc_cases)
    finally:
        pdc.faults.clear()


def test_a_commons_that_flaps_is_left_alone_and_comes_back(gdc: GdcStandIn, truth: World) -> None:
    async def asked() -> None:
        async with aiohttp.ClientSession() as session:
            service = Service("GDC", gdc.url, LIMITS, session)
            gdc.faults.add(faults.Status(503))
            for _ in range(LIMITS.failures):
                with pytest.raises(GatewayError):
                    await kidney(service)
            requests = service.meter.requests
            assert service.breaker.state == "open"
            with pytest.raises(GatewayError, match="left alone for a while"):
                await kidney(service)
            assert service.meter.requests == requests  # nobody was asked
            await asyncio.sleep(LIMITS.open_seconds)
            with pytest.raises(GatewayError):  # one tries, and it is still ill
                await kidney(service)
            assert service.breaker.state == "open"
            gdc.faults.clear()
            await asyncio.sleep(LIMITS.open_seconds)
            assert await kidney(service) == sum(case.project_id == PROJECT for case in truth.gdc_cases)
            assert service.breaker.state == "closed"

    try:
        asyncio.run(asked())
    finally:
        gdc.faults.clear()


def test_the_deadline_of_the_operation_counts(gdc: GdcStandIn) -> None:
    """However long the service may take, the operation ends when it must."""
    gdc.faults.add(faults.Stall())

    async def asked() -> float:
        async with aiohttp.ClientSession() as session:
            service = Service("GDC", gdc.url, CommonsLimits(seconds=60), session)
            begun = time.monotonic()
            DEADLINE.set(begun + 0.3)
            with pytest.raises(GatewayError) as error:
                await kidney(service)
            assert error.value.extensions["code"] == "UPSTREAM_TIMEOUT"
            return time.monotonic() - begun

    try:
        assert asyncio.run(asked()) < 10
    finally:
        gdc.faults.clear()


def test_few_questions_are_asked_at_the_same_time(gdc: GdcStandIn) -> None:
    async def asked() -> None:
        async with aiohttp.ClientSession() as session:
            service = Service("GDC", gdc.url, CommonsLimits(at_once=2), session)
            await asyncio.gather(*(Gdc(service).release() for _ in range(20)))

    gdc.forget()
    asyncio.run(asked())
    assert gdc.count("/status") == 20
    assert gdc.most_at_once <= 3  # an answer is there a moment before its request has ended


def test_a_breaker_lets_one_try_and_closes_when_that_goes_well() -> None:
    now = 0.0
    breaker = Breaker(2, 10, lambda: now)
    for _ in range(2):
        assert breaker.admits()
        breaker.failed()
    assert not breaker.admits() and breaker.state == "open"
    now = 10
    assert breaker.admits() and not breaker.admits()  # one only
    breaker.left()
    assert breaker.admits()
    breaker.succeeded()
    assert breaker.state == "closed" and breaker.admits()
