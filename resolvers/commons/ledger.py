"""What the commons said to one operation, or to a part of it: for its extensions, and for the provenance of values."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from schema.errors import UpstreamError

Failure = TypeVar("Failure", bound=UpstreamError)


@dataclass
class Told:
    """What one commons said. `fetched` is when the oldest answer came, in seconds of time.time."""

    requests: int = 0
    kept: int = 0
    failed: int = 0
    stale: bool = False
    # Something was answered by what was harvested, and something by the commons itself, now or lately.
    harvest: bool = False
    live: bool = False
    fetched: float | None = None
    releases: set[str] = field(default_factory=set)

    def note(self, release: str | None, fetched: float) -> None:
        """What came at `fetched`, of a release."""
        self.fetched = fetched if self.fetched is None else min(self.fetched, fetched)
        if release is not None:
            self.releases.add(release)

    @property
    def status(self) -> str:
        """`error` if something was not answered, `stale` if something old was, `harvested` if nothing was asked."""
        if self.failed:
            return "error"
        return "stale" if self.stale else "ok" if self.live else "harvested"

    @property
    def age_seconds(self) -> float:
        """How old the oldest answer is."""
        return 0.0 if self.fetched is None else max(time.time() - self.fetched, 0.0)


class Ledger:
    """Per commons what it said since the ledger was opened."""

    def __init__(self, above: "Ledger | None" = None) -> None:
        self.told: dict[str, Told] = {}
        self._above = above

    def of(self, commons: str) -> Iterator[Told]:
        """What is noted of a commons, in this ledger and in those it was opened in."""
        yield self.told.setdefault(commons, Told())
        if self._above is not None:
            yield from self._above.of(commons)


_LEDGER: ContextVar[Ledger | None] = ContextVar("LEDGER", default=None)


@contextmanager
def opened() -> Iterator[Ledger]:
    """A ledger for all that is asked in this block, in tasks that it starts too."""
    ledger = Ledger(_LEDGER.get())
    token = _LEDGER.set(ledger)
    try:
        yield ledger
    finally:
        _LEDGER.reset(token)


def note_request(commons: str) -> None:
    """A request went out."""
    for told in _told(commons):
        told.requests += 1


def note_failure(commons: str) -> None:
    """A question was not answered."""
    for told in _told(commons):
        told.failed += 1
        told.live = True


def noted(error: Failure) -> Failure:
    """The same, after it was noted: of an answer that came, and was of no use."""
    note_failure(error.service)
    return error


def note_answer(commons: str, release: str | None, fetched: float, kept: bool = False, stale: bool = False) -> None:
    """A question was answered by what came at `fetched`."""
    for told in _told(commons):
        told.live = True
        told.kept += kept
        told.stale |= stale
        told.note(release, fetched)


def note_harvest(commons: str, release: str | None, fetched: float) -> None:
    """Something was answered by what was harvested at `fetched`."""
    for told in _told(commons):
        told.harvest = True
        told.note(release, fetched)


def _told(commons: str) -> Iterator[Told]:
    ledger = _LEDGER.get()
    return iter(()) if ledger is None else ledger.of(commons)
