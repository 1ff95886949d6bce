"""Answers as they are sent, remembered by what was asked: all data of a release are immutable."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from cachetools import LRUCache

from gateway.edge.refusal import ill_formed
from gateway.edge.status import Outcome

# What an entry takes beside its body.
_OVERHEAD = 1_000


@dataclass(frozen=True)
class Answer:
    """A written answer: its body in a content coding, what became of the request and the codes of its errors."""

    body: bytes
    coding: str
    outcome: Outcome
    codes: tuple[str, ...] = ()
    storable: bool = True


class Answers:
    """The answers that were given last, as many as fit a number of bytes; none where it is 0."""

    def __init__(self, most_bytes: int) -> None:
        self._answers: LRUCache[tuple[str, str], Answer] = LRUCache(most_bytes, getsizeof=_size)

    def get(self, tag: str, coding: str) -> Answer | None:
        """The answer in a content coding, if it is remembered."""
        return self._answers.get((tag, coding))

    def put(self, tag: str, coding: str, answer: Answer) -> None:
        """Remember an answer to a client that takes this coding, if it may be given again and is not too large."""
        if answer.storable and _size(answer) <= self._answers.maxsize:
            self._answers[tag, coding] = answer

    @property
    def bytes(self) -> int:
        """Bytes that all of them take."""
        return int(self._answers.currsize)

    def __len__(self) -> int:
        return len(self._answers)


def _size(answer: Answer) -> int:
    return len(answer.body) + _OVERHEAD


def entity_tag(served: str, document: str, operation_name: str | None, variables: dict[str, Any]) -> str:
    """The tag of an answer, known before it is made: data and code that are served, and all that the answer depends on.

    It is weak (RFC 9110, section 8.8.1): the same for all content codings and media types of one answer. Refusal if
    the variables are nested deeper than any argument.
    """
    try:
        asked = orjson.dumps([served, document, operation_name, variables], option=orjson.OPT_SORT_KEYS)
    except TypeError:  # lists and objects may be read deeper in each other than they may be written
        raise ill_formed("variables", "their lists and objects lie too deep in each other; flatten them") from None
    return f'W/"{hashlib.sha256(asked).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Whether the client has the answer already. `*` is no tag of an answer."""
    tags = (if_none_match or "").split(",")
    return any(given.strip().removeprefix("W/") == tag.removeprefix("W/") for given in tags)
