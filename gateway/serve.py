"""`idc-gateway serve`."""

import logging
import signal
import socket
import sys

import uvicorn

from gateway.app import build_app
from gateway.settings import Settings, SettingsError


def serve(settings: Settings) -> int:
    """Serve until stopped. The exit code is 1 if the store could not be had, else 0."""
    _check_port(settings)
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


def _check_port(settings: Settings) -> None:
    """SettingsError if the address can't be listened on: uvicorn would only say so after the build."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except socket.gaierror as error:
            raise SettingsError(
                f"--host={settings.host}: {error.strerror}; give an address of this machine, such as 127.0.0.1"
            ) from None
        except OSError as error:
            raise SettingsError(
                f"can't listen on {settings.host}:{settings.port} ({error.strerror}): "
                "stop what listens there, or choose another with PORT or --port"
            ) from None
