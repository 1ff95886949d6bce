"""A stand-in: a real HTTP server on a free port of loopback that plays one commons, with faults on demand.

It runs in a thread of its own (`with standin: ...`) or in the running loop (`async with standin: ...`). It keeps what
was asked (`requests`); `faults` breaks it.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import orjson
from aiohttp import web

from tests.commons.standins.draw import stream
from tests.commons.standins.faults import Faults, answered
from tests.commons.standins.world import World

Row = TypeVar("Row")
START_SECONDS = 10.0


@dataclass(frozen=True)
class Asked:
    """A request as it came; `body` is its text."""

    method: str
    path: str
    query: dict[str, str]
    body: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The body as JSON; None if it is empty."""
        return orjson.loads(self.body) if self.body else None


class StandIn:
    """What the stand-ins share. Each adds its routes and answers from the world."""

    service = ""
    max_body = 64 * 2**20

    def __init__(self, world: World, release: str) -> None:
        self.world, self.release = world, release
        self.faults = Faults()
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self._now = 0
        self._port = 0
        self._refusing = False
        self._site: web.SockSite | None = None
        self._runner: web.AppRunner | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    # What a stand-in says of itself

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def stopping(self) -> bool:
        return self._stop is None or self._stop.is_set()

    def count(self, path: str = "/") -> int:
        """How many requests came whose path begins so."""
        return sum(asked.path.startswith(path) for asked in self.requests)

    def forget(self) -> None:
        """What was asked until now."""
        self.requests.clear()
        self.most_at_once = 0

    def publish(self, release: str, world: World | None = None) -> None:
        """A new release, perhaps with other documents."""
        self.release = release
        if world is not None:
            self.world = world

    # For stand-ins

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What it answers."""
        raise NotImplementedError

    def page(self, request: web.Request, rows: Sequence[Row], offset: int, size: int) -> list[Row]:
        """The rows of a page, or what a fault makes of it."""
        how, rows = request.get("paging"), list(rows)
        if how == "shuffled":
            stream("shuffled", self.service, len(self.requests)).shuffle(rows)
        elif how == "duplicate" and offset:
            offset = max(0, offset - max(1, size // 4))
        elif how == "endless" and rows:
            offset %= len(rows)
        return rows[offset : offset + size]

    async def stalled(self, seconds: float) -> None:
        """Wait so long, or until it stops."""
        assert self._stop is not None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    # Its life

    async def start(self) -> None:
        """Listen, in the running loop."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(middlewares=[self._middleware()], client_max_size=self.max_body)
        app.add_routes(self.routes())
        # How long a URL may be, the stand-in says, not the server under it.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, max_line_size=2**20)
        await self._runner.setup()
        await self._listen()

    async def stop(self) -> None:
        """Answer nothing more; what stalls is let go."""
        if self._stop is not None:
            self._stop.set()
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = self._site = None

    async def refuse(self) -> None:
        """Refuse connections, and cut those that are open at their next request."""
        self._refusing = True
        if self._site is not None:
            await self._site.stop()
            self._site = None

    async def accept(self) -> None:
        """Take connections again, on the same port."""
        self._refusing = False
        if self._site is None:
            await self._listen()

    async def _listen(self) -> None:
        assert self._runner is not None
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self._port))
        self._port = listening.getsockname()[1]
        self._site = web.SockSite(self._runner, listening)
        await self._site.start()

    def _middleware(self) -> Any:
        @web.middleware
        async def middleware(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            if self._refusing and request.transport is not None:
                request.transport.abort()
                return web.Response()
            text = (await request.read()).decode(errors="replace")
            asked = Asked(request.method, request.path, dict(request.query), text, dict(request.headers))
            self.requests.append(asked)

            async def proceed() -> web.Response:
                response = await handler(request)
                assert isinstance(response, web.Response)
                return response

            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            try:
                return await answered(self.faults.due(request.path, text), self, request, proceed)
            finally:
                self._now -= 1

        return middleware

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @contextlib.asynccontextmanager
    async def refusing(self) -> AsyncIterator[None]:
        """Connections are refused meanwhile."""
        await self.refuse()
        try:
            yield
        finally:
            await self.accept()

    # In a thread

    def __enter__(self) -> Self:
        ready = threading.Event()

        async def live() -> None:
            await self.start()
            ready.set()
            assert self._stop is not None
            await self._stop.wait()
            await self.stop()

        self._thread = threading.Thread(target=asyncio.run, args=(live(),), name=self.service, daemon=True)
        self._thread.start()
        if not ready.wait(START_SECONDS):
            raise TimeoutError(f"the stand-in of {self.service} did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None and self._stop is not None and self._thread is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)
        self._thread = None

    @contextlib.contextmanager
    def refusing_in_thread(self) -> Iterator[None]:
        """The same, of a stand-in in a thread."""
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self.refuse(), self._loop).result(START_SECONDS)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(self.accept(), self._loop).result(START_SECONDS)


def json_answer(body: Any, status: int = 200, pretty: bool = False) -> web.Response:
    """A body as JSON."""
    made = orjson.dumps(body, option=orjson.OPT_INDENT_2 if pretty else None)
    return web.Response(status=status, body=made, content_type="application/json")
