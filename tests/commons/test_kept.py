"""Answers that are kept: while the release stays, for a while if something lacks, and when nobody answers."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from resolvers.commons import ledger
from resolvers.commons.kept import Kept, KeptService, Shelf
from resolvers.commons.ledger import Told
from resolvers.commons.limits import KeepingLimits
from resolvers.commons.question import Declined, NoAnswer, Question
from resolvers.commons.transport import DEADLINE
from schema.errors import UpstreamBadResponse, UpstreamError, UpstreamTimeout
from tests.commons.small import LIMITS, Received, Small, page, service_of, small, told, until

KEEPING = KeepingLimits(
    fresh_seconds=1000, lacking_seconds=10, stale_seconds=5000, release_seconds=100, kept_bytes=100_000
)
RELEASE = Question("/status", method="GET", release=lambda answer: str(answer["release"]))
QUESTION = Question("/cases", {"ids": ["a", "b"]}, lacks=lambda answer: len(answer["cases"]) < 2)


@dataclass
class Upstream:
    """A commons whose release, cases and health a test changes."""

    release: str = "1"
    cases: list[str] = field(default_factory=lambda: ["a", "b"])
    status: int = 200
    release_status: int = 200
    pause: float = 0.0

    async def answer(self, request: Received) -> web.Response:
        status = self.release_status if request.path == "/status" else self.status
        await asyncio.sleep(self.pause)
        if status != 200:
            return page(status)
        return told({"release": self.release} if request.path == "/status" else {"cases": self.cases})


@dataclass
class Kit:
    upstream: Upstream
    server: Small
    kept: KeptService
    shelf: Shelf
    now: float = 1_000_000.0


@asynccontextmanager
async def kit(release: Question | None = RELEASE, keeping: KeepingLimits = KEEPING) -> AsyncIterator[Kit]:
    upstream, shelf = Upstream(), Shelf(keeping.kept_bytes)
    async with small(upstream.answer) as server, service_of(server.url, replace(LIMITS, failures=100)) as service:
        made = Kit(upstream, server, KeptService(service, release, shelf, keeping, lambda: made.now), shelf)
        yield made


async def answered(commons: Kit, question: Question = QUESTION) -> tuple[Any, Told]:
    """The answer, and what was noted of it."""
    with ledger.opened() as noted:
        answer = await commons.kept.asked(question)
    return answer, noted.told["GDC"]


async def test_an_answer_is_given_again_while_the_release_stays() -> None:
    async with kit() as commons:
        assert await answered(commons) == (
            {"cases": ["a", "b"]},
            Told(requests=2, live=True, fetched=1_000_000.0, releases={"1"}),
        )
        commons.upstream.cases = ["a", "c"]
        commons.now += 999
        assert await answered(commons) == (
            {"cases": ["a", "b"]},
            Told(requests=1, kept=1, live=True, fetched=1_000_000.0, releases={"1"}),  # for the release
        )
        commons.now += 2
        assert (await answered(commons))[0] == {"cases": ["a", "c"]}
        assert commons.server.count("/cases") == 2 and commons.kept.meter.hits == 1


async def test_a_new_release_ends_what_is_kept_of_the_old_one() -> None:
    async with kit() as commons:
        await answered(commons)
        commons.upstream.release, commons.upstream.cases = "2", ["a", "c"]
        commons.now += 99
        assert (await answered(commons))[0] == {"cases": ["a", "b"]}  # nobody asked for the release yet
        commons.now += 2
        assert await answered(commons) == (
            {"cases": ["a", "c"]},
            Told(requests=2, live=True, fetched=commons.now, releases={"2"}),
        )
        assert commons.kept.known_release == "2"


async def test_what_a_client_learns_of_the_release_counts_at_once() -> None:
    async with kit() as commons:
        await answered(commons)
        commons.upstream.release, commons.upstream.cases = "2", ["a", "c"]
        assert await commons.kept.asked(RELEASE) == {"release": "2"}
        assert (await answered(commons))[0] == {"cases": ["a", "c"]}


async def test_an_answer_that_lacks_something_is_kept_shorter() -> None:
    async with kit() as commons:
        commons.upstream.cases = ["a"]
        await answered(commons)
        commons.upstream.cases = ["a", "b"]
        commons.now += 9
        assert (await answered(commons))[0] == {"cases": ["a"]}
        commons.now += 2
        assert (await answered(commons))[0] == {"cases": ["a", "b"]}


@pytest.mark.parametrize("release_status", [200, 503])
async def test_an_old_answer_stands_in_for_a_commons_that_fails(release_status: int) -> None:
    async with kit() as commons:
        await answered(commons)
        commons.now += 2000
        commons.upstream.status, commons.upstream.release_status = 503, release_status
        answer, noted = await answered(commons)
        assert answer == {"cases": ["a", "b"]}
        assert (noted.status, noted.stale, noted.fetched, noted.releases) == ("stale", True, 1_000_000.0, {"1"})
        assert commons.kept.meter.stale == 1
        commons.now += 3001
        with ledger.opened() as ended, pytest.raises(UpstreamError):
            await commons.kept.asked(QUESTION)
        assert ended.told["GDC"].status == "error"


async def test_without_a_release_the_answer_is_given_and_not_kept() -> None:
    async with kit() as commons:
        commons.upstream.release_status = 500
        assert (await answered(commons))[0] == {"cases": ["a", "b"]}
        assert commons.shelf.bytes == 0
        requests = commons.server.count("/status")
        await answered(commons)
        assert commons.server.count("/status") == requests  # not for each question
        commons.upstream.release_status = 200
        commons.now += 11
        await answered(commons)
        assert commons.kept.known_release == "1" and commons.shelf.bytes > 0


async def test_a_commons_without_releases_is_kept_by_time() -> None:
    async with kit(release=None) as commons:
        await answered(commons)
        answer, noted = await answered(commons)
        assert (answer, noted) == ({"cases": ["a", "b"]}, Told(kept=1, live=True, fetched=1_000_000.0))
        assert len(commons.server.received) == 1


async def test_equal_questions_at_once_are_asked_once() -> None:
    async with kit() as commons:
        commons.upstream.pause = 0.05
        answers = await asyncio.gather(*(commons.kept.asked(replace(QUESTION)) for _ in range(20)))
        assert answers == [{"cases": ["a", "b"]}] * 20
        assert (commons.server.count("/status"), commons.server.count("/cases")) == (1, 1)
        answers[0]["cases"].append("mine")
        assert (await answered(commons))[0] == {"cases": ["a", "b"]}  # nobody changes what others are given


async def test_a_question_goes_on_when_its_asker_has_no_more_time() -> None:
    async with kit() as commons:
        await commons.kept.asked(RELEASE)
        commons.upstream.pause = 0.5
        begun = time.monotonic()

        async def hasty() -> Any:
            DEADLINE.set(time.monotonic() + 0.1)
            return await commons.kept.asked(QUESTION)

        first = asyncio.create_task(hasty())
        await until(lambda: commons.server.count("/cases"))
        patient = asyncio.create_task(commons.kept.asked(QUESTION))
        with pytest.raises(UpstreamTimeout):
            await first
        assert time.monotonic() - begun < 0.4
        assert await patient == {"cases": ["a", "b"]}
        assert await commons.kept.asked(QUESTION) == {"cases": ["a", "b"]}
        assert commons.server.count("/cases") == 1


async def test_an_answer_of_nobody_knows_which_release_is_not_kept() -> None:
    async with kit() as commons:
        await commons.kept.asked(RELEASE)
        commons.upstream.pause = 0.2
        asked = asyncio.create_task(commons.kept.asked(QUESTION))
        await until(lambda: commons.server.count("/cases"))
        commons.upstream.pause, commons.upstream.release = 0.0, "2"
        await commons.kept.asked(RELEASE)
        assert await asked == {"cases": ["a", "b"]}
        assert commons.shelf.bytes == 0


async def test_of_several_answers_the_age_is_that_of_the_oldest() -> None:
    async with kit() as commons:
        await commons.kept.asked(QUESTION)
        commons.now += 50
        with ledger.opened() as noted:
            await commons.kept.asked(QUESTION)
            await commons.kept.asked(replace(QUESTION, path="/files"))
        assert noted.told["GDC"].fetched == commons.now - 50


async def test_what_is_no_answer_is_not_kept() -> None:
    def check(answer: Any) -> None:
        if not answer["cases"]:
            raise NoAnswer("answered with nothing")

    async with kit() as commons:
        commons.upstream.cases = []
        with pytest.raises(UpstreamBadResponse, match="answered with nothing"):
            await commons.kept.asked(replace(QUESTION, check=check))
        assert commons.server.count("/cases") == 3 and commons.shelf.bytes == 0
        commons.upstream.cases = ["a", "b"]
        assert await commons.kept.asked(replace(QUESTION, check=check)) == {"cases": ["a", "b"]}


async def test_parts_of_a_whole_and_what_is_declined_are_not_kept() -> None:
    async with kit() as commons:
        await commons.kept.asked(replace(QUESTION, lasting=False))
        assert commons.shelf.bytes == 0
        commons.upstream.status = 404
        for _ in range(2):
            with pytest.raises(Declined):
                await commons.kept.asked(replace(QUESTION, declines=frozenset({404})))
        assert commons.server.count("/cases") == 3


def test_a_shelf_holds_so_many_bytes_and_lets_go_of_what_nobody_asks_for() -> None:
    shelf = Shelf(2_000)
    for name in (b"a", b"b", b"c"):
        shelf.put(("GDC", name), Kept(b"x" * 400, "1", 0.0, False))
    shelf.get(("GDC", b"a"))
    shelf.put(("GDC", b"d"), Kept(b"x" * 400, "1", 0.0, False))
    assert [shelf.get(("GDC", name)) is not None for name in (b"a", b"b", b"c", b"d")] == [True, False, True, True]
    assert shelf.bytes == 3 * (3 + 1 + 400 + 200)
    shelf.put(("GDC", b"a"), Kept(b"x" * 4000, "2", 0.0, False))
    assert shelf.get(("GDC", b"a")) is None  # more than there is room for, and the old one is not true any more
    Shelf(0).put(("GDC", b"a"), Kept(b"x", "1", 0.0, False))


async def test_ledgers_in_each_other_each_note_their_part() -> None:
    async with kit(release=None) as commons:
        with ledger.opened() as operation:
            with ledger.opened() as first:
                await asyncio.gather(commons.kept.asked(QUESTION), commons.kept.asked(replace(QUESTION, path="/files")))
            with ledger.opened() as second:
                await commons.kept.asked(QUESTION)
        found = [(each.told["GDC"].requests, each.told["GDC"].kept) for each in (operation, first, second)]
        assert found == [(2, 1), (2, 0), (0, 1)]
        assert operation.told["GDC"].status == "ok"
