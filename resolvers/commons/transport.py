"""The way to the commons: one policy for all of them.

Each question has a deadline, which its tries, their pauses and its wait for a free place share. What may pass is tried
again; a service that fails again and again is left alone for a while. Only JSON is read, of bounded size, and no
redirect is followed. What a service said of a failure goes to the log, shortened; answers name the service alone.
"""

import asyncio
import logging
import random
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from resolvers.commons.breaker import Breaker
from resolvers.commons.limits import CommonsLimits
from schema.errors import UpstreamBadResponse, UpstreamError, UpstreamRateLimited, UpstreamTimeout

log = logging.getLogger("idc_gateway")

# When the operation that is being answered must be done, on the clock of time.monotonic.
DEADLINE: ContextVar[float | None] = ContextVar("DEADLINE", default=None)

_PASSING = frozenset({408, 425, 500, 502, 503, 504})
_TOO_MANY = 429
_SHOWN = 200
_CHUNK = 65_536


@dataclass
class Meter:
    """What was asked of one service so far."""

    requests: int = 0
    repeated: int = 0
    failed: int = 0
    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One request; the body is JSON. A `path` starts with a slash."""

    path: str
    body: Any = None
    query: tuple[tuple[str, str], ...] = ()
    method: str = "POST"

    @property
    def key(self) -> bytes:
        """Equal for questions that are the same."""
        return orjson.dumps(
            [self.method, self.path, self.query, self.body],
            option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_DATACLASS,
        )


class TooLarge(Exception):
    """The service takes no question of this size: ask in smaller ones."""


class Service:
    """One commons, reached at a base address."""

    def __init__(self, name: str, url: str, limits: CommonsLimits, session: aiohttp.ClientSession) -> None:
        self.name = name
        self.breaker = Breaker(limits.failures, limits.open_seconds)
        self.meter = Meter()
        self._url = url.rstrip("/")
        self._limits = limits
        self._session = session
        self._places = asyncio.Semaphore(limits.at_once)

    async def asked(self, question: Question, too_large: frozenset[int] = frozenset({413, 414})) -> Any:
        """The JSON that answers it. UpstreamError if there is none in time; TooLarge for these statuses."""
        end = time.monotonic() + self._limits.seconds
        operation = DEADLINE.get()
        end = end if operation is None else min(end, operation)
        if not self.breaker.admits():
            raise UpstreamError(self.name, "did not answer several times and is left alone for a while")
        try:
            async with asyncio.timeout(max(end - time.monotonic(), 0)), self._places:
                answer = await self._tried(question, too_large, end)
        except TimeoutError:
            self.breaker.failed()
            self.meter.failed += 1
            raise UpstreamTimeout(self.name, "did not answer in time") from None
        except UpstreamError:
            self.breaker.failed()
            self.meter.failed += 1
            raise
        except BaseException:
            self.breaker.left()
            raise
        self.breaker.succeeded()
        return answer

    async def _tried(self, question: Question, too_large: frozenset[int], end: float) -> Any:
        for number in range(self._limits.retries + 1):
            try:
                return await self._once(question, too_large)
            except _TryAgain as error:
                pause = self._limits.first_pause * 2**number * (0.5 + random.random())
                pause = max(pause, error.pause)
                if number == self._limits.retries or time.monotonic() + pause >= end:
                    raise error.what from error
                self.meter.repeated += 1
                await asyncio.sleep(pause)
        raise AssertionError

    async def _once(self, question: Question, too_large: frozenset[int]) -> Any:
        self.meter.requests += 1
        begun = time.monotonic()
        try:
            async with self._session.request(
                question.method,
                self._url + question.path,
                params=list(question.query),
                data=None if question.body is None else orjson.dumps(question.body),
                headers={"accept": "application/json", "content-type": "application/json"},
                allow_redirects=False,
            ) as response:
                self.meter.statuses[response.status] = self.meter.statuses.get(response.status, 0) + 1
                return await self._read(response, too_large)
        except (aiohttp.ClientError, OSError) as error:
            log.warning("%s: %s: %s", self.name, type(error).__name__, str(error)[:_SHOWN])
            raise _TryAgain(UpstreamError(self.name, "can't be reached")) from error
        finally:
            self.meter.seconds += time.monotonic() - begun

    async def _read(self, response: aiohttp.ClientResponse, too_large: frozenset[int]) -> Any:
        status = response.status
        body = await self._body(response)
        if status == _TOO_MANY:
            complaint = UpstreamRateLimited(self.name, "asks to be asked less often", status)
            raise _TryAgain(complaint, _seconds(response.headers))
        if status in too_large:
            raise TooLarge
        if status in _PASSING:
            self._note(status, body)
            raise _TryAgain(UpstreamError(self.name, f"answered with status {status}", status))
        if status != 200:
            self._note(status, body)
            raise UpstreamBadResponse(self.name, f"answered with status {status}", status)
        if not response.content_type.endswith("json"):
            self._note(status, body)
            raise _TryAgain(UpstreamBadResponse(self.name, "answered with something else than JSON", status))
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            self._note(status, body)
            raise _TryAgain(UpstreamBadResponse(self.name, "answered with broken JSON", status)) from None

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        parts, size = [], 0
        async for part in response.content.iter_chunked(_CHUNK):
            size += len(part)
            if size > self._limits.answer_bytes:
                raise UpstreamBadResponse(self.name, f"answered with more than {self._limits.answer_bytes:,} bytes")
            parts.append(part)
        return b"".join(parts)

    def _note(self, status: int, body: bytes) -> None:
        log.warning("%s answered %d: %s", self.name, status, body[:_SHOWN].decode(errors="replace"))


class _TryAgain(Exception):
    """An answer that may come when it is asked for again, after a pause of so many seconds at least."""

    def __init__(self, what: UpstreamError, pause: float = 0.0) -> None:
        super().__init__(str(what))
        self.what = what
        self.pause = pause


def _seconds(headers: Mapping[str, str]) -> float:
    """Retry-After in seconds; a date is as good as none."""
    try:
        return max(float(headers.get("Retry-After", "0")), 0.0)
    except ValueError:
        return 0.0
