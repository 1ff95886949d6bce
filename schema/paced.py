"""Long lists that are completed a few items at a time, so that one answer does not hold up all others."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")

# Items between two turns of the event loop: some milliseconds.
_PACE = 100

# One list takes a step at a time, however many a document has: all that are ready run before other requests do.
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def turn() -> asyncio.Lock:
    """What a long list holds while it takes a step and then lets the event loop go round."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


class Paced(list[T]):
    """A list that graphql-core iterates over asynchronously."""

    async def __aiter__(self) -> AsyncIterator[T]:
        for start in range(0, len(self), _PACE):
            async with turn():
                for item in self[start : start + _PACE]:
                    yield item
                await asyncio.sleep(0)


def paced(items: list[T]) -> list[T]:
    """The same list, given to the execution step by step if it is long."""
    return Paced(items) if len(items) > _PACE else items
