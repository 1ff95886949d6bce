"""How much a client may ask for: a bucket of points that fills again, emptied by the cost of what is asked."""

import math
import time
from collections.abc import Callable

from cachetools import LRUCache

from gateway.edge.refusal import Refusal

# Clients whose buckets are remembered; one that is forgotten starts with a full bucket.
_CLIENTS = 50_000
# What a request takes at least: also a document that is refused has been read.
_LEAST = 1.0


class RateLimit:
    """Token buckets by client. `points` a bucket holds (0: no limit), of which `refill` come back each second."""

    def __init__(self, points: int, refill: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._points = points
        self._refill = refill
        self._clock = clock
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(_CLIENTS)

    def spend(self, client: str, cost: float) -> dict[str, str]:
        """Take the cost of an operation from the client's bucket, and tell in headers what is left.

        Refusal with status 429 and Retry-After if it holds too little. An operation that costs more than a bucket
        holds takes a full one.
        """
        if self._points == 0:
            return {}
        now = self._clock()
        left, then = self._buckets.get(client, (float(self._points), now))
        left = min(left + (now - then) * self._refill, float(self._points))
        taken = min(max(cost, _LEAST), float(self._points))
        if taken > left:
            self._buckets[client] = left, now
            seconds = math.ceil((taken - left) / self._refill)
            headers = {"Retry-After": str(seconds), **self._told(left)}
            message = f"this operation costs {taken:,.0f} points and {left:,.0f} are left; try again in {seconds} s"
            raise Refusal(429, "RATE_LIMITED", message, headers, cost=cost)
        self._buckets[client] = left - taken, now
        return self._told(left - taken)

    def _told(self, left: float) -> dict[str, str]:
        return {"X-RateLimit-Limit": str(self._points), "X-RateLimit-Remaining": str(int(left))}
