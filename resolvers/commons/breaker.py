"""A breaker per service: after several failures nobody waits for it, until one question finds it well again."""

import time
from collections.abc import Callable


class Breaker:
    """Open after `failures` in a row; after `seconds` one question may try, and closes it if that goes well."""

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._opened: float | None = None
        self._trying = False

    @property
    def state(self) -> str:
        """closed, open or half-open."""
        if self._opened is None:
            return "closed"
        return "half-open" if self._clock() >= self._opened + self._seconds else "open"

    def admits(self) -> bool:
        """Whether a question may go out now. Whoever is admitted says how it ended: `succeeded`, `failed`, `left`."""
        if self._opened is None:
            return True
        if self.state == "open" or self._trying:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The service answered."""
        self._failed, self._opened, self._trying = 0, None, False

    def failed(self) -> None:
        """It did not."""
        self._failed += 1
        if self._opened is not None or self._failed >= self._failures:
            self._opened = self._clock()
        self._trying = False

    def left(self) -> None:
        """Whoever asked went away before it was known."""
        self._trying = False
