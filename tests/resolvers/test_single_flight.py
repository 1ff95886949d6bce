"""Those who ask the same at once share one computation."""

import asyncio

import pytest

from resolvers.single_flight import SingleFlight


async def test_a_thousand_callers_share_one_computation() -> None:
    computed = 0
    flights: SingleFlight[str, int] = SingleFlight()

    async def compute() -> int:
        nonlocal computed
        computed += 1
        await asyncio.sleep(0.01)
        return computed

    results = await asyncio.gather(*(flights.run("key", compute) for _ in range(1000)))
    assert [result for result, _ in results] == [1] * 1000
    assert [leads for _, leads in results].count(True) == 1
    assert await flights.run("key", compute) == (2, True)


async def test_a_caller_that_goes_away_leaves_the_others() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    may_end = asyncio.Event()

    async def compute() -> int:
        await may_end.wait()
        return 1

    leader = asyncio.ensure_future(flights.run("key", compute))
    follower = asyncio.ensure_future(flights.run("key", compute))
    await asyncio.sleep(0)
    leader.cancel()
    await asyncio.sleep(0)
    may_end.set()
    assert await follower == (1, False)
    assert leader.cancelled()


async def test_an_error_is_everyones_and_is_not_remembered() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    failing = True

    async def compute() -> int:
        await asyncio.sleep(0)
        if failing:
            raise ValueError("no")
        return 1

    both = await asyncio.gather(*(flights.run("key", compute) for _ in range(2)), return_exceptions=True)
    assert [str(error) for error in both if isinstance(error, ValueError)] == ["no", "no"]
    failing = False
    assert await flights.run("key", compute) == (1, True)


async def test_other_keys_are_computed_apart() -> None:
    flights: SingleFlight[int, int] = SingleFlight()

    async def one(key: int) -> tuple[int, bool]:
        async def compute() -> int:
            return key * 10

        return await flights.run(key, compute)

    assert await asyncio.gather(one(1), one(2)) == [(10, True), (20, True)]


@pytest.mark.filterwarnings("error")
async def test_an_error_that_nobody_waits_for_is_quiet() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, told: complaints.append(told))

    async def compute() -> int:
        await asyncio.sleep(0.001)
        raise ValueError("no")

    caller = asyncio.ensure_future(flights.run("key", compute))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.sleep(0.01)
    assert complaints == []
