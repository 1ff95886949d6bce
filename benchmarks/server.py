"""A real server in a process of its own, on a cache of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen


@dataclass(frozen=True)
class Server:
    """A ready server and how long it took to be ready, in seconds."""

    url: str
    pid: int
    ready_after: float

    def ask(self, document: str, **variables: Any) -> Any:
        """The data of an answer. ValueError if it has errors."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        request = Request(f"{self.url}/graphql", body, {"content-type": "application/json"})
        with urlopen(request) as response:
            answer = json.load(response)
        if answer.get("errors"):
            raise ValueError(answer["errors"])
        return answer["data"]

    def anonymous_megabytes(self) -> float:
        """RssAnon of the process: what it holds beside mapped files (proc(5))."""
        return self._megabytes("RssAnon")

    def resident_megabytes(self) -> float:
        """VmRSS of the process: what it holds in memory, mapped files among it."""
        return self._megabytes("VmRSS")

    def _megabytes(self, name: str) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith(f"{name}:"))
        return int(kilobytes) / 1000


@contextmanager
def running(cache: Path, **settings: object) -> Iterator[Server]:
    """A gateway over the store in `cache`, which it builds if there is none."""
    given = {f"IDC_GATEWAY_{name.upper()}": str(value) for name, value in ({"log_level": "warning"} | settings).items()}
    command = [sys.executable, "-m", "gateway", "serve", "--cache", str(cache)]
    with _running(lambda port: [*command, "--port", str(port)], given) as server:
        yield server


@contextmanager
def running_peer(module: str, cache: Path) -> Iterator[Server]:
    """One of our modules that serve what the gateway is compared with: `python -m module PORT CACHE`."""
    with _running(lambda port: [sys.executable, "-m", module, str(port), str(cache)], {}) as server:
        yield server


@contextmanager
def _running(command: Callable[[int], list[str]], environment: dict[str, str]) -> Iterator[Server]:
    port = _free_port()
    started = time.perf_counter()
    process = subprocess.Popen(command(port), stderr=subprocess.DEVNULL, env=os.environ | environment)
    try:
        url = f"http://127.0.0.1:{port}"
        while not _ready(url):
            if process.poll() is not None:
                raise RuntimeError(f"{' '.join(command(port))} ended before it was ready; run it by hand to see why")
            time.sleep(0.01)
        yield Server(url, process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait()


def _ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz"):
            return True
    except (URLError, ConnectionError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
