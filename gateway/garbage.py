"""When the garbage collector looks at everything: while nobody waits for an answer.

A full collection stops all threads for as long as it takes to look at every object, some tens of milliseconds beside a
large answer that is being written.
"""

import asyncio
import gc
import time
from collections.abc import Callable

# Objects made since the last look at the youngest ones, and looks at these before one at those that survived.
_YOUNG, _SURVIVED = 2_000, 10
# As good as never: `collect_when_idle` does it.
_ALL = 1_000_000

_SECONDS = 1.0
_MOST_SECONDS = 30.0
# A look that took long, as it does beside a thousand remembered documents, is followed by so many times as much time
# without one.
_RARELY = 100


def settle() -> None:
    """What is loaded by now stays, and is never looked at again; everything else only when it suits."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _SURVIVED, _ALL)


async def collect_when_idle(running: Callable[[], int]) -> None:
    """Look at everything once a second if no operation runs, and twice a minute even so, until cancelled.

    Looking takes one hundredth of the time at most: those who come meanwhile wait for its end. Requests let go of what
    was read for them, so that little is left that only a full look finds.
    """
    last, took = time.monotonic(), 0.0
    while True:
        await asyncio.sleep(max(_SECONDS, took * _RARELY))
        start = time.monotonic()
        due = not running() or start - last > _MOST_SECONDS
        if due and gc.get_count()[2]:
            gc.collect()
            last = time.monotonic()
            took = last - start
