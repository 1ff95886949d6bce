"""A small server of loopback that answers as a test says, and what is needed to ask it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from resolvers.commons.limits import CommonsLimits
from resolvers.commons.transport import Service

LIMITS = CommonsLimits(seconds=5, retries=2, failures=3, open_seconds=0.2, first_pause=0.01)
Answer = Callable[["Received"], web.Response | Awaitable[web.Response]]


@dataclass(frozen=True)
class Received:
    """A request; `body` is its bytes."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Small:
    """Answers with `answer`; keeps what it was asked."""

    answer: Answer
    received: list[Received] = field(default_factory=list)
    url: str = ""

    def count(self, path: str) -> int:
        """The requests for a path."""
        return sum(request.path == path for request in self.received)

    async def handle(self, request: web.Request) -> web.Response:
        got = Received(request.method, request.path, dict(request.query), await request.read())
        self.received.append(got)
        made = self.answer(got)
        return made if isinstance(made, web.Response) else await made


@asynccontextmanager
async def small(answer: Answer) -> AsyncIterator[Small]:
    """A server in the running loop."""
    server = Small(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def service_of(url: str, limits: CommonsLimits = LIMITS, name: str = "GDC") -> AsyncIterator[Service]:
    """A service at an address, with a session of its own."""
    async with aiohttp.ClientSession() as session:
        yield Service(name, url, limits, session)


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so that nobody announces."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def told(body: Any, status: int = 200, **headers: str) -> web.Response:
    """JSON."""
    made = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=made)


def page(status: int) -> web.Response:
    """HTML of what stands in front of a service."""
    text = f"<html><head><title>{status}</title></head><body>http://10.0.0.7/internal</body></html>"
    return web.Response(text=text, status=status, content_type="text/html")
