"""Answers of commons that are given again while the release they are of lasts, and longer when nobody answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from cachetools import LRUCache

from resolvers.commons.ledger import note_answer, note_failure
from resolvers.commons.limits import KeepingLimits
from resolvers.commons.question import Question
from resolvers.commons.transport import DEADLINE, Asked, in_time
from resolvers.single_flight import SingleFlight
from schema.errors import UpstreamError

# After a failure the release is asked for again so much sooner.
_SOONER = 10
# What an answer costs beyond its bytes and those of its question.
_OVERHEAD = 200


@dataclass(frozen=True)
class Kept:
    """An answer as JSON; `fetched` in seconds of time.time."""

    body: bytes
    release: str
    fetched: float
    lacking: bool


Key = tuple[str, bytes]


class Shelf:
    """The answers of all commons, bounded in bytes; those asked for longest ago go first."""

    def __init__(self, most_bytes: int) -> None:
        self._kept: LRUCache[Key, tuple[Key, Kept]] = LRUCache(most_bytes, getsizeof=_size)

    @property
    def bytes(self) -> int:
        """Of all that is kept."""
        return int(self._kept.currsize)

    def get(self, key: Key) -> Kept | None:
        """What is kept of a question."""
        found = self._kept.get(key)
        return None if found is None else found[1]

    def put(self, key: Key, kept: Kept) -> None:
        """Keep it, unless it alone is too much."""
        if _size((key, kept)) <= self._kept.maxsize:
            self._kept[key] = (key, kept)
        else:
            self._kept.pop(key, None)


def _size(entry: tuple[Key, Kept]) -> int:
    (commons, question), kept = entry
    return len(commons) + len(question) + len(kept.body) + _OVERHEAD


@dataclass
class KeptMeter:
    """How questions were answered: from the shelf, by what is old, or together with another that was the same."""

    hits: int = 0
    stale: int = 0
    shared: int = 0


class KeptService:
    """A service whose answers are kept. Equal questions at the same time are asked once.

    `release` asks for the release of the data; without one (ICDC tells none) answers are kept by time alone.
    A question goes on when those who asked it are gone, for at most the service's own seconds: what comes is kept.
    """

    def __init__(
        self,
        service: Asked,
        release: Question | None,
        shelf: Shelf,
        limits: KeepingLimits,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.meter = KeptMeter()
        self._service = service
        self._asks_release = release
        self._shelf = shelf
        self._limits = limits
        self._clock = clock
        self._flights: SingleFlight[bytes, Any] = SingleFlight()
        self._release: str | None = "" if release is None else None
        self._known_until = 0.0

    @property
    def name(self) -> str:
        """The commons."""
        return self._service.name

    @property
    def known_release(self) -> str | None:
        """The release that it had when it was asked last; None before, and where it tells none."""
        return self._release or None

    async def asked(self, question: Question) -> Any:
        """The JSON that answers it, perhaps kept. UpstreamError only if nothing that may be told is kept."""
        try:
            if question.release is not None:
                answer = await self._asked_release(question)
                note_answer(self.name, self._release, self._clock())
                return answer
            return await self._from_shelf(question)
        except UpstreamError:
            note_failure(self.name)
            raise

    async def _from_shelf(self, question: Question) -> Any:
        key = self.name, question.key
        release = await self.release_now()
        kept = self._shelf.get(key) if question.lasting else None
        if kept is not None and kept.release == release and self._age(kept) < self._fresh(kept):
            self.meter.hits += 1
            return self._told(kept)
        try:
            answer, leads = await self._flight(question)
        except UpstreamError:
            # It may have come while another one was asking.
            kept = self._shelf.get(key) if question.lasting else None
            if kept is None or self._age(kept) >= self._limits.stale_seconds:
                raise
            self.meter.stale += 1
            return self._told(kept, stale=True)
        self.meter.shared += not leads
        note_answer(self.name, release or None, self._clock())
        return answer

    async def _flight(self, question: Question) -> tuple[Any, bool]:
        """The answer, and whether it was asked for this time. The wait ends in time; the question may go on."""
        async with in_time(self.name):
            body, leads = await self._flights.run(question.key, lambda: self._fetched(question))
            return orjson.loads(body), leads

    async def _fetched(self, question: Question) -> bytes:
        # It is asked for all who wait, so nobody's deadline is its own.
        DEADLINE.set(None)
        release = self._release
        answer = await self._service.asked(question)
        body = orjson.dumps(answer)
        # If the release changed meanwhile, nobody knows of which one it is.
        if release is not None and release == self._release and question.release is None and question.lasting:
            kept = Kept(body, release, self._clock(), question.lacks(answer))
            self._shelf.put((self.name, question.key), kept)
        return body

    async def release_now(self) -> str | None:
        """The release that the data has now, or had when it was told last; None if it never was."""
        if self._asks_release is not None and self._clock() >= self._known_until:
            try:
                await self._asked_release(self._asks_release)
            except UpstreamError:
                self._known_until = self._clock() + self._limits.release_seconds / _SOONER
        return self._release

    async def _asked_release(self, question: Question) -> Any:
        answer, _ = await self._flight(question)
        assert question.release is not None
        self._release = question.release(answer)
        self._known_until = self._clock() + self._limits.release_seconds
        return answer

    def _told(self, kept: Kept, stale: bool = False) -> Any:
        note_answer(self.name, kept.release or None, kept.fetched, kept=True, stale=stale)
        return orjson.loads(kept.body)

    def _age(self, kept: Kept) -> float:
        return self._clock() - kept.fetched

    def _fresh(self, kept: Kept) -> float:
        return self._limits.lacking_seconds if kept.lacking else self._limits.fresh_seconds
