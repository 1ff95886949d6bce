"""The server of the tests is never left behind."""

import subprocess
import sys
import time
from pathlib import Path

import httpx2

from tests.conftest import missing
from tests.elasticsearch.server import free_port, missing_tool

ROOT = Path(__file__).parents[2]


def answers(port: int) -> bool:
    """Whether a cluster answers at a port."""
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/_cluster/health", timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


def wait_until(port: int, *, answering: bool, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while answers(port) is not answering:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_it_ends_when_who_started_it_is_killed() -> None:
    tool = missing_tool()
    if tool is not None:
        missing(tool)
    port = free_port()
    command = [sys.executable, "-m", "tests.elasticsearch.server", "--port", str(port), "--heap", "512m"]
    with subprocess.Popen(command, cwd=ROOT) as run:
        try:
            wait_until(port, answering=True)
        finally:
            run.kill()
    wait_until(port, answering=False)
