"""A real Elasticsearch on this machine: its smallest distribution, from Maven Central, without any user's rights.

`python -m tests.elasticsearch.server --port 9200` runs one until it is stopped. It needs Maven and a JDK of 17 or
later.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from tests.elasticsearch.security import Security

VERSION = "8.19.21"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
# Elasticsearch refuses to run as root: then it runs as nobody.
NOBODY = 65534

SETTINGS = """\
cluster.name: idc-gateway-{cluster}
node.name: {name}
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport}
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: {secured}
indices.breaker.total.use_real_memory: false
{discovery}
{more}
"""
# Who started a server may be killed: then the kernel ends the server, too.
_ENDS_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()
START_SECONDS = 120.0
STOP_SECONDS = 30.0


class CannotRunError(Exception):
    """Something that the server needs is missing; the message says what."""


def default_folder() -> Path:
    """Where the distribution is kept: a place that nobody can read it from, too, if root fetches it."""
    if os.geteuid() == 0:
        return Path("/var/cache/idc-gateway-elasticsearch")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "idc-gateway-elasticsearch"


def missing_tool() -> str | None:
    """The command that the server needs and this machine lacks."""
    return next((tool for tool in ("java", "mvn") if shutil.which(tool) is None), None)


def distribution(folder: Path) -> Path:
    """The unpacked distribution, fetched if it is not in the folder. CannotRunError if it can't be."""
    home = folder / f"elasticsearch-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{home.name}.lock"):
        if not home.is_dir():
            _fetch(folder, home)
    return home


def _fetch(folder: Path, home: Path) -> None:
    tool = missing_tool()
    if tool is not None:
        raise CannotRunError(f"there is no {tool}: install Maven and a JDK of 17 or later")
    with tempfile.TemporaryDirectory(dir=folder) as work:
        command = ["mvn", "-B", "-q", COPY, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={work}"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        archive = Path(work) / f"elasticsearch-{VERSION}.zip"
        if done.returncode or not archive.is_file():
            raise CannotRunError(f"Maven could not fetch {ARTIFACT}: {done.stdout[-2000:]}")
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(work)
        unpacked = Path(work) / f"elasticsearch-{VERSION}"
        for program in (unpacked / "bin").iterdir():
            program.chmod(0o755)
        _readable(unpacked)
        unpacked.rename(home)


def _readable(folder: Path) -> None:
    """By everyone, whatever the umask."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Node:
    """One node: its folder holds configuration, data and logs."""

    home: Path
    folder: Path
    name: str = "node-0"
    port: int = field(default_factory=free_port)
    transport: int = field(default_factory=free_port)
    heap: str = "1g"
    # Of the Java machine.
    options: str = ""
    settings: dict[str, object] = field(default_factory=dict)
    peers: Sequence["Node"] = ()
    # Left out, it answers everybody, without TLS.
    security: Security | None = None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"{'https' if self.security else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, with the data that it had if it ran before. `wait` until it answers.

        It ends with the thread that starts it.
        """
        self._configure()
        environment = {
            **os.environ,
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap} {self.options}",
            "ES_JAVA_HOME": _java_home(),
        }
        rights = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        with (self.folder / "output.log").open("ab") as output:
            self.process = subprocess.Popen(  # type: ignore[call-overload]
                [*_ENDS_WITH_PARENT, self.home / "bin" / "elasticsearch"],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **rights,
            )

    def wait(self, nodes: int = 1) -> None:
        """Until it and so many nodes in all answer. CannotRunError if it ended or is too slow."""
        end = time.monotonic() + START_SECONDS
        request = urllib.request.Request(f"{self.url}/_cluster/health?wait_for_nodes=>={nodes}&timeout=1s")
        trust = None
        if self.security is not None:
            trust = self.security.trust
            request.add_header("Authorization", self.security.authorization(next(iter(self.security.users))))
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                raise CannotRunError(f"Elasticsearch ended: {self._said()}")
            try:
                with urllib.request.urlopen(request, timeout=5, context=trust) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise CannotRunError(f"Elasticsearch did not answer in {START_SECONDS:.0f} s: {self._said()}")

    def revive(self, nodes: int = 1) -> None:
        """Start it again if it was killed; then wait until it answers."""
        if self.process is None or self.process.poll() is not None:
            self.start()
            self.wait(nodes)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        # The launcher and the server are one process group.
        with _ignored(ProcessLookupError):
            os.killpg(process.pid, how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _configure(self) -> None:
        config = self.folder / "config"
        if not config.is_dir():
            shutil.copytree(self.home / "config", config)
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        more = "\n".join(f"{name}: {value}" for name, value in self._settings.items())
        for file, content in (self.security.files if self.security else {}).items():
            (config / file).write_bytes(content)
        text = SETTINGS.format(
            cluster=f"{self.peers[0].transport if self.peers else self.transport}",
            name=self.name,
            port=self.port,
            transport=self.transport,
            folder=self.folder,
            secured=str(self.security is not None).lower(),
            discovery=self._discovery(),
            more=more,
        )
        (config / "elasticsearch.yml").write_text(text, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)

    @property
    def _settings(self) -> dict[str, object]:
        return {**self.settings, **(self.security.settings if self.security else {})}

    def _discovery(self) -> str:
        if len(self.peers) < 2:
            return "discovery.type: single-node"
        seeds = ", ".join(f'"127.0.0.1:{peer.transport}"' for peer in self.peers)
        names = ", ".join(f'"{peer.name}"' for peer in self.peers)
        return f"discovery.seed_hosts: [{seeds}]\ncluster.initial_master_nodes: [{names}]"

    def _said(self) -> str:
        return (self.folder / "output.log").read_text(encoding="utf-8", errors="replace")[-2000:]


@contextmanager
def _ignored(error: type[Exception]) -> Iterator[None]:
    try:
        yield
    except error:
        return


def _java_home() -> str:
    java = shutil.which("java")
    if java is None:
        raise CannotRunError("there is no java: install a JDK of 17 or later")
    return str(Path(java).resolve().parents[1])


@contextmanager
def running(
    folder: Path,
    *,
    ports: Sequence[int] = (),
    nodes: int = 1,
    heap: str = "1g",
    options: str = "",
    security: Security | None = None,
    **settings: object,
) -> Iterator[list[Node]]:
    """Nodes of one cluster that answer, with their data in the folder; stopped at the end."""
    home = distribution(default_folder())
    made: list[Node] = []
    for number in range(nodes):
        own = folder / f"node-{number}"
        own.mkdir(parents=True, exist_ok=True)
        port = ports[number] if number < len(ports) else free_port()
        named = {name.replace("__", "."): value for name, value in settings.items()}
        made.append(
            Node(
                home,
                own,
                f"node-{number}",
                port,
                heap=heap,
                options=options,
                settings=named,
                peers=made,
                security=security,
            )
        )
    try:
        for node in made:
            node.start()
        for node in made:
            node.wait(nodes)
        yield made
    finally:
        for node in made:
            node.stop()


@contextmanager
def passing(**how: Any) -> Iterator[list[Node]]:
    """The same, with their data in a folder that is removed at the end."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)  # the server runs as another user where tests run as root
        with running(folder, **how) as nodes:
            yield nodes


def main() -> int:
    """Run nodes until they are interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9200, help="of the first node; the others take the next ones")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--data", type=Path, help="folder for data and logs; left out: a new one, removed at the end")
    parser.add_argument("--heap", default="1g", help="of each node, such as 512m or 4g")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ports = [given.port + number for number in range(given.nodes)]
    try:
        with tempfile.TemporaryDirectory() as made:
            folder = given.data.resolve() if given.data else Path(made)
            Path(made).chmod(0o755)
            with running(folder, ports=ports, nodes=given.nodes, heap=given.heap) as nodes:
                print("Elasticsearch answers at", " ".join(node.url for node in nodes), flush=True)
                signal.pause()
    except KeyboardInterrupt:
        return 0
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
