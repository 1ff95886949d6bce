"""How many operations run at once, and how many wait: beyond that, clients are told to come back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.edge.refusal import Refusal

_RETRY_AFTER = 1


def overloaded(why: str, seconds: int) -> Refusal:
    """503 with the time after which asking again makes sense."""
    return Refusal(503, "OVERLOADED", f"{why}; try again in {seconds} s", {"Retry-After": str(seconds)})


class Admission:
    """Lets `most` operations run; `waiting` more wait for their turn, in the order they came."""

    def __init__(self, most: int, waiting: int) -> None:
        self._turns = asyncio.Semaphore(most)
        self._most = most
        self._waiting = waiting
        self.running = 0
        self._queued = 0

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """The turn of one operation. Refusal if too many wait already."""
        if self._turns.locked() and self._queued >= self._waiting:
            raise overloaded(f"{self._most} operations run and {self._waiting} wait", _RETRY_AFTER)
        self._queued += 1
        try:
            await self._turns.acquire()
        finally:
            self._queued -= 1
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self._turns.release()
