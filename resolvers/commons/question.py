"""What is asked of a commons, and how its answer is judged."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson


class NoAnswer(Exception):
    """JSON that is no answer, and may be one when it is asked for again."""


class Drifted(Exception):
    """JSON of an interface that the gateway does not know: asking again does not help."""


class Declined(Exception):
    """A status that means something to whoever asked: 404 that there is no such thing, 413 to ask for less."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def _anything(answer: Any) -> None:
    """Any JSON is an answer."""


def _nothing(answer: Any) -> bool:
    """Nothing is missing."""
    return False


@dataclass(frozen=True)
class Question:
    """One request; the body is JSON. A `path` starts with a slash."""

    path: str
    body: Any = None
    query: tuple[tuple[str, str], ...] = ()
    method: str = "POST"
    # Raises NoAnswer or Drifted of JSON that is no answer.
    check: Callable[[Any], None] = field(default=_anything, compare=False)
    # Whether something that was asked for is not in the answer. It may come soon, so the answer is not kept for long.
    lacks: Callable[[Any], bool] = field(default=_nothing, compare=False)
    # Whether the answer may be kept; not so of a page that has to fit to others.
    lasting: bool = field(default=True, compare=False)
    # Reads the release of all data from the answer. Such an answer is never kept.
    release: Callable[[Any], str] | None = field(default=None, compare=False)
    # Statuses that are told as Declined.
    declines: frozenset[int] = field(default=frozenset(), compare=False)

    @property
    def key(self) -> bytes:
        """Equal for questions that are the same."""
        return orjson.dumps([self.method, self.path, self.query, self.body], option=orjson.OPT_SORT_KEYS)
