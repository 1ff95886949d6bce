"""The way to the commons: one policy for all of them.

Each question has a deadline, which its tries, their pauses and its wait for a free place share. What may pass is tried
again; a service that fails again and again is left alone for a while. Only JSON is read, of bounded size, and no
redirect is followed. What a service said of a failure goes to the log, shortened; answers name the service alone.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from math import inf
from typing import Any, Protocol

import aiohttp
import orjson

from resolvers.commons.breaker import Breaker
from resolvers.commons.ledger import note_request
from resolvers.commons.limits import CommonsLimits
from resolvers.commons.question import Declined, Drifted, NoAnswer, Question
from schema.errors import SchemaDrift, UpstreamBadResponse, UpstreamError, UpstreamRateLimited, UpstreamTimeout

log = logging.getLogger("idc_gateway")

# When the operation that is being answered must be done, on the clock of time.monotonic.
DEADLINE: ContextVar[float | None] = ContextVar("DEADLINE", default=None)

_PASSING = frozenset({408, 425, 500, 502, 503, 504})
_TOO_MANY = 429
# Every question is made by the gateway, so what the service does not understand is another interface.
_UNKNOWN = frozenset({400, 404, 405, 410, 422})
_SHOWN = 200
_CHUNK = 65_536


@asynccontextmanager
async def in_time(name: str, seconds: float = inf) -> AsyncIterator[float]:
    """Ends the block by UpstreamTimeout after so many seconds, or when the operation must be done. Gives that time."""
    operation = DEADLINE.get()
    end = min(time.monotonic() + seconds, inf if operation is None else operation)
    if end <= time.monotonic():
        raise UpstreamTimeout(name, "was not asked: there was no time left")
    try:
        async with asyncio.timeout(None if end == inf else end - time.monotonic()):
            yield end
    except TimeoutError:
        raise UpstreamTimeout(name, "did not answer in time") from None


@dataclass
class Meter:
    """What was asked of one service so far."""

    requests: int = 0
    repeated: int = 0
    failed: int = 0
    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)


class Asked(Protocol):
    """Whatever answers questions for a commons."""

    @property
    def name(self) -> str:
        """The commons."""
        ...

    async def asked(self, question: Question) -> Any:
        """The JSON that answers it; UpstreamError, or Declined."""
        ...


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
        # When it may be asked again, if it asked for a pause.
        self._not_before = 0.0

    async def asked(self, question: Question) -> Any:
        """The JSON that answers it. UpstreamError if there is none in time; Declined for the statuses it names."""
        try:
            return await self._in_time(question)
        except UpstreamError as error:
            self.meter.failed += 1
            log.info("%s %s: %s", self.name, question.path, error.complaint)
            raise

    async def _in_time(self, question: Question) -> Any:
        async with in_time(self.name, self._limits.seconds) as end, self._places:
            return await self._guarded(question, end)

    async def _guarded(self, question: Question, end: float) -> Any:
        """Through the breaker, which learns how it went."""
        if not self.breaker.admits():
            raise UpstreamError(self.name, "did not answer several times and is left alone for a while")
        try:
            answer = await self._tried(question, end)
        except (SchemaDrift, Declined):
            # What it says may be of no use, but it answers.
            self.breaker.succeeded()
            raise
        except UpstreamError:
            self.breaker.failed()
            raise
        except BaseException:
            # The time is over, or whoever asked went away.
            if time.monotonic() >= end:
                self.breaker.failed()
            else:
                self.breaker.left()
            raise
        self.breaker.succeeded()
        return answer

    async def _tried(self, question: Question, end: float) -> Any:
        for number in range(self._limits.retries + 1):
            await self._rest(end)
            try:
                return await self._once(question)
            except _TryAgain as error:
                pause = self._limits.first_pause * 2**number * (0.5 + random.random())
                self._not_before = max(self._not_before, time.monotonic() + error.pause)
                if number == self._limits.retries or time.monotonic() + max(pause, error.pause) >= end:
                    raise error.what from error
                self.meter.repeated += 1
                await asyncio.sleep(pause)
        raise AssertionError

    async def _rest(self, end: float) -> None:
        """Wait as long as the service asked to be left in peace, whichever question it said so to."""
        pause = self._not_before - time.monotonic()
        if pause <= 0:
            return
        if self._not_before >= end:
            raise UpstreamRateLimited(self.name, "asks to be asked less often", _TOO_MANY)
        await asyncio.sleep(pause)

    async def _once(self, question: Question) -> Any:
        self.meter.requests += 1
        note_request(self.name)
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
                return await self._read(response, question)
        except (aiohttp.ClientError, OSError) as error:
            log.warning("%s: %s: %s", self.name, type(error).__name__, str(error)[:_SHOWN])
            raise _TryAgain(UpstreamError(self.name, "can't be reached")) from error
        finally:
            self.meter.seconds += time.monotonic() - begun

    async def _read(self, response: aiohttp.ClientResponse, question: Question) -> Any:
        status = response.status
        body = await self._body(response)
        if status != 200:
            self._note(status, body)
            raise self._refused(status, response.headers, question)
        if not response.content_type.endswith("json"):
            self._note(status, body)
            raise _TryAgain(UpstreamBadResponse(self.name, "answered with something else than JSON", status))
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            self._note(status, body)
            raise _TryAgain(UpstreamBadResponse(self.name, "answered with broken JSON", status)) from None
        try:
            question.check(answer)
        except NoAnswer as error:
            self._note(status, body)
            raise _TryAgain(UpstreamBadResponse(self.name, str(error), status)) from None
        except Drifted as error:
            self._note(status, body)
            raise SchemaDrift(self.name, str(error)) from None
        return answer

    def _refused(self, status: int, headers: Mapping[str, str], question: Question) -> Exception:
        """What a status other than 200 means."""
        if status in question.declines:
            return Declined(status)
        if status == _TOO_MANY:
            complaint = UpstreamRateLimited(self.name, "asks to be asked less often", status)
            return _TryAgain(complaint, _seconds(headers))
        if status in _PASSING:
            return _TryAgain(UpstreamError(self.name, f"answered with status {status}", status), _seconds(headers))
        if status in _UNKNOWN:
            return SchemaDrift(self.name, f"does not know what it is asked for (status {status})", status)
        return UpstreamBadResponse(self.name, f"answered with status {status}", status)

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
    """Retry-After in seconds from now: a number or a date of HTTP. 0 if there is neither."""
    given = headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return float(given)
    try:
        return max(parsedate_to_datetime(given).timestamp() - time.time(), 0.0)
    except ValueError:
        return 0.0
