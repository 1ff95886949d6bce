"""The policy for all commons: tries, pauses, what is no answer, and what a user gets to know."""

import asyncio
import logging
import time
from dataclasses import replace
from email.utils import formatdate

import pytest
from aiohttp import web

from resolvers.commons.limits import CommonsLimits
from resolvers.commons.question import Declined, Drifted, Question
from resolvers.commons.transport import DEADLINE
from schema.errors import GatewayError, SchemaDrift, UpstreamError, UpstreamRateLimited, UpstreamTimeout
from tests.commons.small import LIMITS, Received, page, service_of, small, told, until

QUESTION = Question("/cases", {"size": 1})


async def refused(answer: web.Response, question: Question = QUESTION, limits: CommonsLimits = LIMITS) -> GatewayError:
    """The error of a question that is always answered so."""

    def again(_: Received) -> web.Response:
        return web.Response(body=answer.body, status=answer.status, headers=answer.headers)

    async with small(again) as server, service_of(server.url, limits) as service:
        with pytest.raises(GatewayError) as error:
            await service.asked(question)
    return error.value


async def test_a_pause_that_is_asked_for_holds_for_all_questions() -> None:
    times: list[float] = []

    def answer(_: Received) -> web.Response:
        times.append(time.monotonic())
        return told({"message": "slow down"}, 429, Retry_After="1") if len(times) == 1 else told({"ok": True})

    async with small(answer) as server, service_of(server.url) as service:
        first = asyncio.create_task(service.asked(QUESTION))
        await until(lambda: service.meter.statuses)
        assert await asyncio.gather(first, service.asked(Question("/files"))) == [{"ok": True}] * 2
        assert len(times) == 3 and min(times[1:]) - times[0] >= 0.9
        assert service.meter.repeated == 1


async def test_a_pause_beyond_the_deadline_is_not_waited_for() -> None:
    async with small(lambda _: told({}, 429, Retry_After="60")) as server, service_of(server.url) as service:
        begun = time.monotonic()
        for _ in range(2):
            with pytest.raises(UpstreamRateLimited) as error:
                await service.asked(QUESTION)
            assert error.value.extensions == {
                "code": "UPSTREAM_RATE_LIMITED",
                "service": "GDC",
                "retryable": True,
                "upstreamStatus": 429,
            }
        assert len(server.received) == 1  # the second one was not even sent
        assert time.monotonic() - begun < 2


async def test_a_pause_may_be_a_date() -> None:
    statuses = iter((503, 200))

    def answer(_: Received) -> web.Response:
        return told({"ok": True}, next(statuses), Retry_After=formatdate(time.time() + 2, usegmt=True))

    async with small(answer) as server, service_of(server.url) as service:
        begun = time.monotonic()
        assert await service.asked(QUESTION) == {"ok": True}
        assert 0.9 <= time.monotonic() - begun <= 4


@pytest.mark.parametrize("status", [400, 404, 405, 410, 422])
async def test_what_the_service_does_not_understand_is_drift_and_leaves_the_breaker_closed(status: int) -> None:
    async with small(lambda _: told({"message": "no such field"}, status)) as server, service_of(server.url) as service:
        for _ in range(LIMITS.failures + 1):
            with pytest.raises(SchemaDrift) as error:
                await service.asked(QUESTION)
        assert error.value.extensions == {
            "code": "SCHEMA_DRIFT",
            "service": "GDC",
            "retryable": False,
            "upstreamStatus": status,
        }
        assert service.breaker.state == "closed" and len(server.received) == LIMITS.failures + 1  # never again


async def test_a_question_says_which_statuses_mean_something() -> None:
    question = replace(QUESTION, declines=frozenset({404}))
    async with small(lambda _: told({}, 404)) as server, service_of(server.url) as service:
        with pytest.raises(Declined) as declined:
            await service.asked(question)
        assert declined.value.status == 404 and service.meter.failed == 0


async def test_a_question_judges_its_answer() -> None:
    def check(answer: object) -> None:
        raise Drifted("knows no longer all fields")

    error = await refused(told({"warnings": {}}), replace(QUESTION, check=check))
    assert str(error) == "GDC knows no longer all fields; the gateway has to be adapted"


async def test_no_redirect_is_followed() -> None:
    async with small(lambda _: told({"secret": True})) as elsewhere:
        there = web.Response(status=302, headers={"Location": elsewhere.url + "/cases"})
        assert (await refused(there)).extensions["code"] == "UPSTREAM_BAD_RESPONSE"
        assert elsewhere.received == []


async def test_an_answer_beyond_its_bound_is_not_read() -> None:
    error = await refused(told({"hits": "x" * 100_000}), limits=replace(LIMITS, answer_bytes=50_000))
    assert str(error) == "GDC answered with more than 50,000 bytes; ask again later"


async def test_what_a_service_says_goes_to_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "idc_gateway"):
        error = await refused(page(502))
    assert str(error) == "GDC answered with status 502; ask again later"
    assert "10.0.0.7" not in str(error.extensions)
    assert len(caplog.messages) == 3 and all("10.0.0.7/internal" in message for message in caplog.messages)
    caplog.clear()
    with caplog.at_level(logging.WARNING, "idc_gateway"):
        await refused(told({"x": "y" * 5_000}, 500))
    assert max(map(len, caplog.messages)) < 300


async def test_without_time_nothing_is_asked_and_the_service_is_not_blamed() -> None:
    async with small(lambda _: told({})) as server, service_of(server.url) as service:

        async def late() -> None:
            DEADLINE.set(time.monotonic() - 1)
            await service.asked(QUESTION)

        for _ in range(LIMITS.failures + 1):
            with pytest.raises(UpstreamTimeout, match="no time left"):
                await asyncio.create_task(late())
        assert server.received == [] and service.breaker.state == "closed"


async def test_those_who_wait_for_a_place_are_not_sent_to_a_service_that_fell_ill_meanwhile() -> None:
    async def answer(_: Received) -> web.Response:
        await asyncio.sleep(0.05)
        return page(500)

    limits = replace(LIMITS, at_once=1, retries=0, open_seconds=60)
    async with small(answer) as server, service_of(server.url, limits) as service:
        errors = await asyncio.gather(*(service.asked(QUESTION) for _ in range(10)), return_exceptions=True)
        assert all(isinstance(error, UpstreamError) for error in errors)
        assert len(server.received) == limits.failures


async def test_who_goes_away_leaves_the_breaker_as_it_was() -> None:
    async def answer(_: Received) -> web.Response:
        await asyncio.sleep(5)
        return told({})

    async with small(answer) as server, service_of(server.url, replace(LIMITS, failures=1)) as service:
        task = asyncio.create_task(service.asked(QUESTION))
        await until(lambda: server.received)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert service.breaker.state == "closed"
