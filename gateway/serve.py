"""`idc-gateway serve`."""

import logging
import signal
import sys

import uvicorn

from gateway.app import build_app
from gateway.settings import Settings


def serve(settings: Settings) -> int:
    """Serve until stopped. The exit code is 1 if the store could not be had, else 0."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    server: uvicorn.Server
    failures: list[str] = []

    def failed() -> None:
        failures.append("store")
        server.should_exit = True

    config = uvicorn.Config(
        build_app(settings, failed), host=settings.host, port=settings.port, log_level=settings.log_level
    )
    server = uvicorn.Server(config)
    # uvicorn ends by raising again the signal that stopped it; being stopped is no failure.
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, lambda *_: sys.exit(0))
    server.run()
    return 1 if failures else 0
