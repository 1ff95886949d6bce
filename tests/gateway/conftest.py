"""Gateways that really run: `idc-gateway serve` in a process of its own, asked over HTTP."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.conftest import Gateway

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Server:
    """A gateway that listens; `http` asks it, `log` is what it says."""

    process: subprocess.Popen[bytes]
    http: httpx2.Client
    log: Path

    def wait_until(self, reached: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for something that the gateway brings about."""
        end = time.monotonic() + seconds
        while not reached():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, f"not reached in {seconds} s: {self.log.read_text()}"
            time.sleep(0.05)

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Wait until questions are answered."""
        self.wait_until(lambda: self.http.get("/readyz").status_code == 200, seconds)

    def listens(self) -> bool:
        """Whether it answers at all."""
        try:
            return self.http.get("/healthz").status_code == 200
        except httpx2.TransportError:
            return False


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*arguments: object) -> list[str]:
    """`idc-gateway` of this Python environment."""
    return [sys.executable, "-m", "gateway", *map(str, arguments)]


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a gateway as a service manager does: ask, then insist."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@contextmanager
def serving(cache: Path, log: Path, **settings: object) -> Iterator[Server]:
    """A gateway over the installed index that listens, ready or not, and is stopped at the end."""
    port = free_port()
    flags = [part for name, value in settings.items() for part in (f"--{name.replace('_', '-')}", value)]
    with log.open("wb") as said:
        call = command("serve", "--port", port, "--cache", cache, *flags)
        process = subprocess.Popen(call, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as http:
            server = Server(process, http, log)
            server.wait_until(server.listens)
            yield server
    finally:
        stop(process)


@pytest.fixture(scope="session")
def server(idc: Gateway, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway that is ready: `idc` has built its store."""
    with serving(cache, tmp_path_factory.mktemp("server") / "log") as server:
        server.wait_until_ready()
        yield server
