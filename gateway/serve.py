"""`idc-gateway serve`."""

import asyncio
import signal
import socket
import sys
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from gateway.app import build_app
from gateway.draining import Draining
from gateway.head import BoundedHead
from gateway.settings import Settings
from gateway.telemetry.log import configure


def serve(settings: Settings) -> int:
    """Serve until stopped. The exit code is 1 if the store could not be had, else 0."""
    configure(settings.log_level, settings.log_format)
    server: _Server
    failures: list[str] = []

    def failed() -> None:
        failures.append("store")
        server.should_exit = True

    draining = Draining()
    config = uvicorn.Config(
        draining.closing(build_app(settings, draining, failed)),
        host=settings.host,
        port=settings.port,
        # Logs are configured here, and each operation is logged by the endpoint.
        log_config=None,
        http=BoundedHead,
        access_log=False,
        # Whose word on the client's address counts is told by the setting trusted_proxies.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.operation_seconds) + 5,
    )
    server = _Server(config, draining, settings.drain_seconds)
    # uvicorn ends by raising again the signal that stopped it; being stopped is no failure.
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, lambda *_: sys.exit(0))
    server.run([config.bind_socket()])
    return 1 if failures else 0


class _Server(uvicorn.Server):
    """Stops in three steps, each of which takes `seconds` at most and ends early when nobody is connected.

    First it is no longer ready, while connections are still taken and end with their next answer. Then no more are
    taken, and those that are open may still ask. Then they are closed, once what was asked is answered.
    """

    def __init__(self, config: uvicorn.Config, draining: Draining, seconds: float) -> None:
        super().__init__(config)
        self._draining = draining
        self._seconds = seconds
        self._waits = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins, the second does not wait."""
        if self._draining.begun or not self.server_state.connections:
            self._waits = False
            super().handle_exit(sig, frame)
            return
        self._draining.begun = self._waits = True
        self._captured_signals.append(sig)
        loop = asyncio.get_running_loop()
        loop.call_soon_threadsafe(loop.call_later, self._seconds, setattr, self, "should_exit", True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, then wait for those who are connected."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._seconds
        # The event loop closes its listeners when it comes round to it; these stay until they are empty.
        kept = [listening.dup() for listening in sockets or []]
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        await asyncio.sleep(0)
        for listening in kept:
            await self._take(_waiting(listening))
        # Those that were taken last have their first request on the way; uvicorn does not tell when it is answered.
        while self._waits and self.server_state.connections and loop.time() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)

    async def _take(self, accepted: list[socket.socket]) -> None:
        """Serve connections that the system made and nobody took: closing their listener would reset them."""
        protocol: Any = partial(
            self.config.http_protocol_class,
            **{"config": self.config, "server_state": self.server_state, "app_state": self.lifespan.state},
        )
        for connection in accepted:
            await asyncio.get_running_loop().connect_accepted_socket(protocol, connection)


def _waiting(listening: socket.socket) -> list[socket.socket]:
    """The connections that wait to be accepted by a listener, which is closed when there are none left."""
    accepted: list[socket.socket] = []
    with listening:
        listening.setblocking(False)
        while True:
            try:
                connection, _ = listening.accept()
            except BlockingIOError:
                return accepted
            connection.setblocking(False)
            accepted.append(connection)
