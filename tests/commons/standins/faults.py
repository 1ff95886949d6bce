"""What may go wrong with a commons, to be injected for a route, for all requests or the next few.

A fault is an object with `answer(standin, request, proceed)`: `proceed()` makes the answer that would be given.
Requests that matched a fault are recorded as all others are.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from aiohttp import web

if TYPE_CHECKING:
    from tests.commons.standins.server import StandIn

Proceed = Callable[[], Awaitable[web.Response]]

GATEWAY_PAGE = """<html>\r
<head><title>{status} {reason}</title></head>\r
<body>\r
<center><h1>{status} {reason}</h1></center>\r
<hr><center>nginx</center>\r
</body>\r
</html>\r
"""
REASONS = {403: "Forbidden", 413: "Request Entity Too Large", 414: "Request-URI Too Large",
           500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
           504: "Gateway Time-out"}  # fmt: skip


class Fault(Protocol):
    """Something that goes wrong with a request."""

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse: ...


def page(status: int) -> web.Response:
    """The HTML of a gateway in front of the service."""
    text = GATEWAY_PAGE.format(status=status, reason=REASONS.get(status, "Error"))
    return web.Response(status=status, text=text, content_type="text/html")


@dataclass(frozen=True)
class Reset:
    """The connection is cut before anything is answered. (For a refused connection: `StandIn.refusing`.)"""

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


@dataclass(frozen=True)
class Stall:
    """Nothing is answered for so many seconds (or until the stand-in stops); then it answers as ever."""

    seconds: float = 3600

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        await standin.stalled(self.seconds)
        return await proceed()


@dataclass(frozen=True)
class Drip:
    """The head comes at once, the body never ends: a byte each `pause` seconds."""

    pause: float = 0.02

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"data": {"hits": [')
        while not standin.stopping:
            await response.write(b" ")
            await standin.stalled(self.pause)
        return response


@dataclass(frozen=True)
class Status:
    """A status with a page of HTML (500, 502, 503, 504, 403), or with `body` as JSON."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        response = page(self.status) if self.body is None else web.json_response(self.body, status=self.status)
        response.headers.update(self.headers)
        return response


def rate_limited(retry_after: int | str | None = 1) -> Status:
    """429; `retry_after` in seconds or as an HTTP date."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Status(429, {"message": "Too Many Requests"}, headers)


@dataclass(frozen=True)
class Redirect:
    """To another host, which nobody should follow."""

    location: str

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": self.location})


@dataclass(frozen=True)
class Truncated:
    """The body ends at a part of it: as a whole answer, or (`cut`) with the connection, short of its length."""

    part: float = 0.5
    cut: bool = False

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        whole = await proceed()
        body = bytes(whole.body or b"")
        kept = body[: int(len(body) * self.part)]
        if not self.cut:
            return web.Response(status=whole.status, body=kept, content_type=whole.content_type)
        response = web.StreamResponse(status=whole.status)
        response.content_type, response.content_length = whole.content_type, len(body)
        await response.prepare(request)
        await response.write(kept)
        if request.transport is not None:
            request.transport.close()
        return response


@dataclass(frozen=True)
class WrongType:
    """The right body under another content type; or, with `text`, other text."""

    content_type: str = "text/plain"
    text: str | None = None

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        whole = await proceed()
        body = whole.body if self.text is None else self.text.encode()
        return web.Response(status=whole.status, body=body, content_type=self.content_type)


@dataclass(frozen=True)
class Rewritten:
    """The JSON of the answer, changed by a function."""

    change: Callable[[Any], Any]

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        whole = await proceed()
        body = orjson.dumps(self.change(orjson.loads(bytes(whole.body or b"null"))))
        return web.Response(status=whole.status, body=body, content_type=whole.content_type)


def warned(**warnings: str) -> Rewritten:
    """200 with warnings: `fields="unrecognized values: [diagnoses.tumor_grade]"`."""
    return Rewritten(lambda body: {**body, "warnings": warnings})


def null_data(whole: bool = False) -> Rewritten:
    """200, no errors, and nothing: each root field of `data` null, or (`whole`) `data` itself."""

    def change(body: Any) -> Any:
        data = body.get("data")
        return {"data": None if whole or not isinstance(data, dict) else dict.fromkeys(data)}

    return Rewritten(change)


def drifted(**names: str | None) -> Rewritten:
    """Schema drift: a key renamed at every level, or with None gone. `drifted(submitter_id="case_label")`."""

    def change(body: Any) -> Any:
        if isinstance(body, list):
            return [change(part) for part in body]
        if not isinstance(body, dict):
            return body
        return {names.get(k, k): change(v) for k, v in body.items() if names.get(k, k) is not None}

    return Rewritten(change)


@dataclass(frozen=True)
class Paging:
    """Pages that can't be trusted.

    `duplicate`: a page starts with rows of the page before; the last rows of a full last page never come.
    `shuffled`: each request sees another order of all rows.
    `endless`: CDA's next_url never ends, total_row_count lies, and rows come again after the last.
    """

    how: str

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        request["paging"] = self.how
        return await proceed()


DUPLICATE_PAGES, SHUFFLED_PAGES, ENDLESS_PAGES = Paging("duplicate"), Paging("shuffled"), Paging("endless")


@dataclass(frozen=True)
class Released:
    """A new release comes out before this request is answered; with a world, its documents are of that one."""

    release: str
    world: Any = None

    async def answer(self, standin: "StandIn", request: web.Request, proceed: Proceed) -> web.StreamResponse:
        standin.publish(self.release, self.world)
        return await proceed()


@dataclass
class _Scheduled:
    fault: Fault
    route: str
    times: int | None
    after: int
    where: Callable[[str], bool] | None

    def due(self, path: str, body: str) -> bool:
        if self.times == 0 or not path.startswith(self.route) or (self.where and not self.where(body)):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """The faults that are due, the first injected first; two of them may apply to one request."""

    def __init__(self) -> None:
        self._scheduled: list[_Scheduled] = []

    def add(
        self,
        fault: Fault,
        route: str = "/",
        times: int | None = None,
        after: int = 0,
        where: Callable[[str], bool] | None = None,
    ) -> None:
        """For requests whose path begins with the route and whose body `where` accepts.

        `after` so many of them go well, then `times` don't (None: all).
        """
        self._scheduled.append(_Scheduled(fault, route, times, after, where))

    def clear(self) -> None:
        """All goes well again."""
        self._scheduled.clear()

    def due(self, path: str, body: str) -> list[Fault]:
        """Those of a request; it counts for their schedules."""
        return [scheduled.fault for scheduled in list(self._scheduled) if scheduled.due(path, body)]


async def answered(
    faults: list[Fault], standin: "StandIn", request: web.Request, proceed: Proceed
) -> web.StreamResponse:
    """The answer to a request through its faults, the last injected nearest to the service."""
    if not faults:
        return await proceed()
    first, rest = faults[0], faults[1:]

    async def inner() -> web.Response:
        made = await answered(rest, standin, request, proceed)
        if not isinstance(made, web.Response):
            raise TypeError("a fault that streams must be injected last")
        return made

    return await first.answer(standin, request, inner)
