"""A bounded number of operations runs, a bounded number waits."""

import asyncio

import pytest

from gateway.edge.admission import Admission
from gateway.edge.refusal import Refusal


async def test_beyond_those_that_run_and_wait_clients_are_told_to_come_back() -> None:
    admission = Admission(most=2, waiting=1)
    may_end = asyncio.Event()
    most_at_once = 0

    async def operation() -> None:
        nonlocal most_at_once
        async with admission.admitted():
            most_at_once = max(most_at_once, admission.running)
            await may_end.wait()

    admitted = [asyncio.ensure_future(operation()) for _ in range(3)]
    await asyncio.sleep(0.01)
    with pytest.raises(Refusal, match="2 operations run and 1 wait; try again in 1 s") as refused:
        await operation()
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "1"})
    may_end.set()
    await asyncio.gather(*admitted)
    await operation()
    assert (most_at_once, admission.running) == (2, 0)


async def test_an_operation_that_fails_or_goes_away_gives_its_turn_back() -> None:
    admission = Admission(most=1, waiting=1)

    async def failing() -> None:
        async with admission.admitted():
            raise ValueError("no")

    async def waiting_for_ever() -> None:
        async with admission.admitted():
            await asyncio.Event().wait()

    with pytest.raises(ValueError, match="no"):
        await failing()
    running, queued = asyncio.ensure_future(waiting_for_ever()), asyncio.ensure_future(waiting_for_ever())
    await asyncio.sleep(0.01)
    queued.cancel()
    running.cancel()
    await asyncio.gather(running, queued, return_exceptions=True)
    async with admission.admitted():
        assert admission.running == 1


async def test_nobody_waits_where_no_place_is_given() -> None:
    admission = Admission(most=1, waiting=0)
    async with admission.admitted():
        with pytest.raises(Refusal):
            async with admission.admitted():
                pass
