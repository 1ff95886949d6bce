"""One computation for all who ask the same at once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlight(Generic[K, V]):
    """Shares running computations by key. Nothing is remembered once one has ended."""

    def __init__(self) -> None:
        self._running: dict[K, asyncio.Task[V]] = {}

    async def run(self, key: K, compute: Callable[[], Awaitable[V]]) -> tuple[V, bool]:
        """The result for a key, and whether this caller started it. A caller that is cancelled ends nobody else's."""
        task = self._running.get(key)
        leads = task is None
        if task is None:
            task = asyncio.ensure_future(_run(compute))
            self._running[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task), leads

    def _ended(self, key: K, task: "asyncio.Task[V]") -> None:
        del self._running[key]
        # If every caller went away, nobody else looks at the error.
        if not task.cancelled():
            task.exception()


async def _run(compute: Callable[[], Awaitable[V]]) -> V:
    return await compute()
