"""`idc-gateway doctor`: each fault is made for real; its line, its remedy and the exit code are what is promised."""

import json
import os
import re
import shutil
import socket
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from filelock import FileLock
from packaging.requirements import Requirement

from gateway.cli import main
from gateway.doctor import Finding, State, as_text, examine, exit_code, installation, listening, machine
from gateway.doctor import cache as cached
from gateway.doctor.finding import size
from indexers.build import BYTES_OF_DISK, UNFINISHED, build_key, store_folder
from indexers.index_package import REINSTALL, REQUIREMENT, TABLES, IndexPackage, installed_index
from indexers.inventory import inventory
from indexers.store import LAYOUT, MANIFEST, BuildKey
from tests.conftest import Gateway
from tests.gateway.conftest import ROOT, Server, command, free_port

ELSEWHERE = "set IDC_GATEWAY_CACHE or --cache to a folder that can be written to"
OTHER_PORT = "stop what listens there, or choose another with PORT or --port"
OK, WARNING, WRONG = State.OK, State.WARNING, State.WRONG
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def write_metadata(folder: Path, name: str, version: str, requirements: list[str]) -> None:
    """Make a package installed, as far as its metadata tell."""
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {r}" for r in requirements)]
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\n" + "\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages in which this gateway is installed."""
    folder = tmp_path_factory.mktemp("packages")
    write_metadata(folder, "idc-gateway", PROJECT["version"], PROJECT["dependencies"])
    return folder


@pytest.fixture(autouse=True)
def environment(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("IDC_GATEWAY_") or name.upper() in {"PORT", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR"}:
            monkeypatch.delenv(name)
    monkeypatch.syspath_prepend(packages)
    monkeypatch.setenv("PYTHONPATH", f"{packages}{os.pathsep}{ROOT}")


@pytest.fixture
def whole(idc: Gateway, cache: Path, tmp_path: Path) -> Path:
    """A cache of this test's own with the store of the installed index, and a compiled kernel."""
    store = store_folder(idc.source, cache)
    shutil.copytree(store, tmp_path / "cache" / store.name, copy_function=os.link)
    (tmp_path / "cache" / "numba").mkdir()
    (tmp_path / "cache" / "numba" / "any-1.py311.nbi").touch()
    return tmp_path / "cache"


@pytest.fixture
def megabytes(idc: Gateway) -> str:
    """The size of the whole store, as it is printed."""
    return size(sum(path.stat().st_size for path in idc.catalogue.store.folder.iterdir()))


@pytest.fixture
def wanted() -> BuildKey:
    return build_key(installed_index())


def doctor(*arguments: object) -> subprocess.CompletedProcess[str]:
    call = command("doctor", *arguments)
    return subprocess.run(call, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)


def examined(cache: Path, **flags: object) -> list[Finding]:
    return examine({"cache": str(cache), "port": str(free_port())} | flags)


def bad(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.state is not OK]


def named(name: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.name == name]


def rewrite_manifest(store: Path, **values: object) -> None:
    """Not in place: the file is shared with the store that other tests use."""
    manifest = json.loads((store / MANIFEST).read_bytes()) | values
    (store / MANIFEST).unlink()
    (store / MANIFEST).write_text(json.dumps(manifest))


def tree(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.lstat().st_mtime_ns for path in folder.rglob("*")}


# The whole command.


def test_a_healthy_gateway_has_nothing_wrong(whole: Path, wanted: BuildKey, megabytes: str) -> None:
    before, port = tree(whole), free_port()
    done = doctor("--cache", whole, "--port", port)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[-1] == "nothing wrong, no warnings"
    assert all(line.startswith("ok       ") for line in lines[:-1])
    assert lines[0] == f"ok       idc-gateway  {PROJECT['version']}"
    index = installed_index()
    assert (
        f"ok       index        idc-index-data {index.package_version}, release v25, 5 tables in {index.folder}"
        in lines
    )
    assert f"ok       setting      cache = {whole} (--cache)" in lines
    assert f"ok       setting      port = {port} (--port)" in lines
    assert "ok       setting      host = 127.0.0.1 (default)" in lines
    assert f"ok       store        {wanted.folder_name}: whole, {megabytes}; this one is served" in lines
    assert f"ok       address      127.0.0.1:{port} is free" in lines
    assert tree(whole) == before


def test_a_broken_gateway_is_told_with_remedies_and_left_as_it_is(
    whole: Path, wanted: BuildKey, megabytes: str
) -> None:
    store = whole / wanted.folder_name
    (store / MANIFEST).unlink()
    before = tree(whole)
    done = doctor("--cache", whole, "--port", free_port())
    assert (done.returncode, done.stderr) == (1, "")
    assert [line for line in done.stdout.splitlines() if not line.startswith("ok ")] == [
        f"wrong    store        {store.name}: half-built (it has no manifest.json), {megabytes}; to be built anew",
        f"{' ' * 22}-> run `rm -r {store} && idc-gateway build --cache {whole}`",
        "1 wrong, no warnings",
    ]
    assert tree(whole) == before


def test_json_says_the_same(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["doctor", "--cache", str(whole), "--port", str(free_port())]
    assert main([*arguments, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["exitCode"] == 0
    found = [Finding(**(finding | {"state": State(finding["state"])})) for finding in said["findings"]]
    assert main(arguments) == 0
    # The memory and the disk that are free change.
    steady = [re.sub(r"\d+\.\d GB", "", text) for text in (capsys.readouterr().out, f"{as_text(found)}\n")]
    assert steady[0] == steady[1]


def test_settings_that_cannot_be_used_end_with_two(tmp_path: Path) -> None:
    done = doctor("--port", "http", "--threads", "0", "--cache", tmp_path)
    assert (done.returncode, done.stderr) == (2, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("wrong    setting  --port=http: input should be a valid integer")
    assert lines[1] == f"{' ' * 18}-> correct it, or leave it out for the default"
    assert lines[2].startswith("wrong    setting  --threads=0: ")
    assert lines[4:] == ["2 wrong, no warnings"]


def test_a_report_that_cannot_be_printed_fails_without_a_traceback(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        call = command("doctor", "--cache", tmp_path, "--port", free_port())
        done = subprocess.run(call, check=False, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr == "idc-gateway: the report can't be printed (No space left on device)\n"


def test_what_the_encoding_lacks_is_spelt_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    cache = tmp_path / os.fsdecode(b"\xff\x1b[2J\n\xc3\xa9")
    done = doctor("--cache", cache, "--port", free_port())
    assert (done.returncode, done.stderr) == (0, "")
    assert f"ok       cache        {tmp_path}/\\udcff\\x1b[2J\\n\\xe9 can be made\n" in done.stdout


def test_settings_tell_where_they_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    for name, value in {"PORT": str(port), "IDC_GATEWAY_THREADS": "3", "XDG_CACHE_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    findings = examine({"log_level": "debug", "host": None})
    assert [f.found for f in named("setting", findings)][:5] == [
        "host = 127.0.0.1 (default)",
        f"port = {port} (PORT)",
        f"cache = {tmp_path / 'idc-gateway'} (XDG_CACHE_HOME)",
        "threads = 3 (IDC_GATEWAY_THREADS)",
        "log-level = debug (--log-level)",
    ]
    assert named("store", findings)[0].remedy == "run `idc-gateway build`"


# The cache.


def _file(path: Path) -> tuple[Path, str]:
    path.touch()
    return path, "Not a directory"


def _below_a_file(path: Path) -> tuple[Path, str]:
    path.touch()
    return path / "below", f"{path}: Not a directory"


def _dangling(path: Path) -> tuple[Path, str]:
    path.symlink_to("nowhere")
    return path, "a link to nowhere, which is not there"


def _system(path: Path) -> tuple[Path, str]:
    return Path("/proc/idc"), "/proc: No such file or directory"


def _too_long(path: Path) -> tuple[Path, str]:
    return path.parent / ("x" * 300), f"{path.parent}: File name too long"


# Permissions do not stop root; these do.
@pytest.mark.parametrize("place", [_file, _below_a_file, _dangling, _system, _too_long])
def test_a_cache_that_cannot_be_written_to_is_wrong(place: Callable[[Path], tuple[Path, str]], tmp_path: Path) -> None:
    cache, why = place(tmp_path / "place")
    findings = examined(cache)
    assert named("cache", findings) == [Finding("cache", WRONG, f"{cache} can't be written to ({why})", ELSEWHERE)]
    assert exit_code(findings) == 1


def test_a_cache_that_is_not_there_is_not_made(tmp_path: Path, wanted: BuildKey) -> None:
    cache = tmp_path / "new" / "cache"
    findings = examined(cache)
    found = f"{wanted.folder_name} is not there: it has to be built, which takes some seconds"
    remedy = f"run `idc-gateway build --cache {cache}`"
    assert named("store", findings) == [Finding("store", WARNING, found, remedy)]
    assert named("cache", findings) == [Finding("cache", OK, f"{cache} can be made")]
    assert exit_code(findings) == 0
    assert not list(tmp_path.iterdir())


def test_a_whole_store_can_be_served_from_where_nothing_can_be_written() -> None:
    found = "/proc can't be written to (No such file or directory)"
    assert cached.folder(Path("/proc"), must_build=False) == Finding("cache", WARNING, found, ELSEWHERE)


# Stores.


def _cut(store: Path) -> str:
    (store / "series.modality.npy").unlink()
    (store / "series.modality.npy").touch()
    return "damaged (series.modality.npy is missing or has another size)"


def _no_json(store: Path) -> str:
    (store / MANIFEST).unlink()
    (store / MANIFEST).write_text("{")
    return "damaged (manifest.json can't be read)"


def _layout_0(store: Path) -> str:
    rewrite_manifest(store, layout=0)
    return f"of another layout (it has layout 0, this gateway reads {LAYOUT})"


def _only_a_layout(store: Path) -> str:
    (store / MANIFEST).unlink()
    (store / MANIFEST).write_text('{"layout": 0}')
    return f"of another layout (it has layout 0, this gateway reads {LAYOUT})"


def _half_built(store: Path) -> str:
    (store / MANIFEST).unlink()
    return "half-built (it has no manifest.json)"


def _no_folder(store: Path) -> str:
    shutil.rmtree(store)
    store.touch()
    return "damaged (it is no folder)"


def _pipe(store: Path) -> str:
    (store / MANIFEST).unlink()
    os.mkfifo(store / MANIFEST)
    return "damaged (manifest.json is no file)"


@pytest.mark.parametrize("damage", [_cut, _no_json, _layout_0, _only_a_layout, _half_built, _no_folder, _pipe])
def test_a_store_that_cannot_be_served_is_wrong_and_its_remedy_mends_it(
    damage: Callable[[Path], str], whole: Path, wanted: BuildKey
) -> None:
    store = whole / wanted.folder_name
    condition = damage(store)
    findings = examined(whole)
    [finding] = bad(findings)
    assert (finding.name, finding.state) == ("store", WRONG)
    assert re.fullmatch(rf"{store.name}: {re.escape(condition)}, \d+ MB; to be built anew", finding.found)
    assert finding.remedy == f"run `rm -r {store} && idc-gateway build --cache {whole}`"
    assert exit_code(findings) == 1


def test_the_remedy_of_a_store_mends_it(whole: Path, wanted: BuildKey) -> None:
    _half_built(whole / wanted.folder_name)
    [finding] = bad(examined(whole))
    remedy = finding.remedy.removeprefix("run `").removesuffix("`")
    remedy = remedy.replace("idc-gateway", " ".join(command()))
    subprocess.run(remedy, shell=True, check=True, cwd=ROOT, timeout=120, capture_output=True)
    assert bad(examined(whole)) == []


def _other_release(store: Path) -> tuple[Path, str]:
    rewrite_manifest(store, release=24, package_version="24.0.0")
    return store.rename(store.parent / f"idc-v24-index-24.0.0-layout-{LAYOUT}"), ", of release v24, while v25 is"


def _other_index(store: Path) -> tuple[Path, str]:
    rewrite_manifest(store, package_version="25.0.0")
    moved = store.rename(store.parent / f"idc-v25-index-25.0.0-layout-{LAYOUT}")
    return moved, f", of index 25.0.0, while {installed_index().package_version} is"


@pytest.mark.parametrize("change", [_other_release, _other_index])
def test_a_store_of_another_release_is_named_beside_the_one_to_be_built(
    change: Callable[[Path], tuple[Path, str]], whole: Path, wanted: BuildKey, megabytes: str
) -> None:
    other, difference = change(whole / wanted.folder_name)
    findings = examined(whole)
    assert bad(findings) == [
        Finding(
            "store",
            WARNING,
            f"{other.name}: whole, {megabytes}{difference} installed; not served",
            f"run `rm -r {other}` once no gateway serves it",
        ),
        Finding(
            "store",
            WARNING,
            f"{wanted.folder_name} is not there: it has to be built, which takes some seconds",
            f"run `idc-gateway build --cache {whole}`",
        ),
    ]
    assert exit_code(findings) == 0


def test_a_store_that_was_renamed_is_told_by_what_it_holds(whole: Path, wanted: BuildKey, megabytes: str) -> None:
    renamed = (whole / wanted.folder_name).rename(whole / "idc-v24-index-24.0.0-layout-1")
    found = f"{renamed.name}: whole, {megabytes}, but holds {wanted.folder_name}; not served"
    assert bad(examined(whole))[0] == Finding(
        "store", WARNING, found, f"run `rm -r {renamed}` once no gateway serves it"
    )


def test_a_store_of_another_table_of_subject_kinds_is_only_to_be_built_anew(
    whole: Path, wanted: BuildKey, megabytes: str
) -> None:
    store = whole / wanted.folder_name
    rewrite_manifest(store, subject_kinds="older")
    [finding] = bad(examined(whole))
    difference = "built with another table of subject kinds"
    assert finding.found == f"{store.name}: whole, {megabytes}, {difference}; to be built anew"
    assert (finding.state, finding.remedy) == (WARNING, f"run `rm -r {store} && idc-gateway build --cache {whole}`")


def test_what_a_stopped_build_left_is_told_and_what_a_running_one_makes_is_not_to_be_removed(
    whole: Path, wanted: BuildKey
) -> None:
    unfinished = whole / f"{wanted.folder_name}{UNFINISHED}-123"
    unfinished.mkdir()
    (unfinished / "a.npy").write_bytes(b"0" * 3_000_000)
    lock = whole / f"{wanted.folder_name}.lock"
    lock.touch()
    findings = named("left-overs", examined(whole))
    left = Finding(
        "left-overs", WARNING, f"{unfinished.name}, 3 MB, of a build that was stopped", f"run `rm -r {unfinished}`"
    )
    assert findings == [left, Finding("left-overs", OK, "1 lock file of builds that ended")]
    with FileLock(lock):
        findings = named("left-overs", examined(whole))
    assert findings == [
        Finding(
            "left-overs",
            WARNING,
            f"a build holds {lock}; a start waits for it",
            f"wait for it, or find it with `fuser {lock}`",
        ),
        Finding("left-overs", OK, "no lock files of builds that ended"),
    ]


# The machine.


def test_too_little_disk_is_wrong_where_a_store_has_to_be_built(tmp_path: Path) -> None:
    need = 10**18
    finding = machine.disk(tmp_path / "new", need, must_build=True)
    assert re.fullmatch(r"[\d.]+ [GM]B free for the cache, building a store needs 1000000000\.0 GB", finding.found)
    remedy = "make room, or set IDC_GATEWAY_CACHE or --cache to a folder on another disk"
    assert (finding.state, finding.remedy) == (WRONG, remedy)
    assert machine.disk(tmp_path, need, must_build=False).state is WARNING
    assert machine.disk(tmp_path, BYTES_OF_DISK, must_build=True).state is OK


def test_the_disk_that_a_build_needs_holds_the_store(whole: Path) -> None:
    [store] = inventory(whole).stores
    assert store.size < BYTES_OF_DISK < 1.5 * store.size


def test_memory_is_what_the_container_leaves(tmp_path: Path) -> None:
    group = tmp_path / "sys" / "fs" / "cgroup"
    group.mkdir(parents=True)
    (tmp_path / "proc").mkdir()
    assert machine.available_memory(tmp_path) is None
    (tmp_path / "proc" / "meminfo").write_text("MemTotal:  9000000 kB\nMemAvailable:  8000000 kB\n")
    (group / "memory.max").write_text("max\n")
    (group / "memory.current").write_text("5\n")
    assert machine.available_memory(tmp_path) == 8_000_000 * 1024
    (group / "memory.max").write_text("500000005\n")
    assert machine.available_memory(tmp_path) == 500_000_000


def test_too_little_memory_is_a_warning_where_a_store_has_to_be_built() -> None:
    assert machine.memory(500_000_000, 10**9, must_build=True) == Finding(
        "memory",
        WARNING,
        "500 MB available, building the store needs 1.0 GB",
        "stop what uses it, raise the container's limit, or build on another machine",
    )
    assert machine.memory(500_000_000, 10**9, must_build=False).state is OK
    assert machine.memory(None, 10**9, must_build=True).state is OK


# The address.


def test_a_busy_port_is_wrong_and_ends_with_two_as_serve_does(whole: Path) -> None:
    # It accepts, and never answers.
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = doctor("--port", port, "--cache", whole)
    assert done.returncode == 2
    assert done.stdout.splitlines()[-3:] == [
        f"wrong    address      can't listen on 127.0.0.1:{port} (Address already in use); "
        "what listens there is no idc-gateway",
        f"{' ' * 22}-> {OTHER_PORT}",
        "1 wrong, no warnings",
    ]


def test_a_gateway_that_serves_there_is_nothing_wrong(server: Server, whole: Path) -> None:
    port = server.http.base_url.port
    findings = examined(whole, port=str(port), host="0.0.0.0")
    found = f"an idc-gateway listens on 0.0.0.0:{port} and serves v25; a second one needs another --port"
    assert named("address", findings) == [Finding("address", OK, found)]
    assert exit_code(findings) == 0


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], int]]:
    """Servers of other kinds: each gives one answer to everything, on the port that is returned."""
    servers: list[HTTPServer] = []

    def answer(body: bytes) -> int:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(503)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1].server_port

    yield answer
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_gateway_that_is_not_ready_is_a_warning(answering: Callable[[bytes], int]) -> None:
    port = answering(b'{"state": "building the store", "release": null}')
    assert listening.address("127.0.0.1", port) == Finding(
        "address",
        WARNING,
        f"an idc-gateway listens on 127.0.0.1:{port} and is not ready: building the store",
        f"wait until GET http://127.0.0.1:{port}/readyz answers 200, or read its log",
    )


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"state": 1}', b"\xff", b"[" * 60_000, b'"' + b"x" * 200_000]
)
def test_whatever_else_answers_there_is_no_gateway(body: bytes, answering: Callable[[bytes], int]) -> None:
    port = answering(body)
    found = f"can't listen on 127.0.0.1:{port} (Address already in use); what listens there is no idc-gateway"
    assert listening.address("127.0.0.1", port) == Finding("address", WRONG, found, OTHER_PORT)


@pytest.mark.parametrize(
    ("host", "why", "remedy"),
    [
        ("192.0.2.1", "can't listen on 192.0.2.1:81 (Cannot assign requested address)", " with --host, such as"),
        ("a..é", "--host=a..é: this is no name of a host", ", such as"),
    ],
)
def test_a_host_that_is_not_this_machine_is_wrong(host: str, why: str, remedy: str) -> None:
    said = f"give an address of this machine{remedy} 127.0.0.1"
    assert listening.address(host, 81) == Finding("address", WRONG, why, said)


# What is installed.


@pytest.fixture
def copied_index(tmp_path: Path) -> IndexPackage:
    """The installed index in a folder of packages of its own, its tables to be replaced, not written to."""
    installed = installed_index()
    folder = tmp_path / "packages" / "idc_index_data"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    for name in TABLES:
        (folder / f"{name}.parquet").symlink_to(installed.table(name))
    return replace(installed, folder=folder)


def test_an_index_of_another_release_is_wrong(
    copied_index: IndexPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_metadata(copied_index.folder.parent, "idc-index-data", "24.3.1", [])
    monkeypatch.setenv("PYTHONPATH", f"{copied_index.folder.parent}{os.pathsep}{os.environ['PYTHONPATH']}")
    done = doctor("--cache", tmp_path / "cache", "--port", free_port())
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    [line] = [n for n, line in enumerate(done.stdout.splitlines()) if line.startswith("wrong")]
    assert done.stdout.splitlines()[line : line + 2] == [
        "wrong    index        idc-index-data 24.3.1 is installed, idc-index-data<26,>=25 is required",
        f"{' ' * 22}-> run `pip install 'idc-index-data<26,>=25'`",
    ]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_cannot_be_read_is_wrong(table: str, copied_index: IndexPackage) -> None:
    path = copied_index.table(table)
    path.unlink()
    requirements = installation.own_requirements()
    missing = Finding("index", WRONG, f"{path} is missing", REINSTALL)
    assert installation.index(copied_index, requirements) == [missing]
    path.write_bytes(b"PAR1")
    [damaged] = installation.index(copied_index, requirements)
    assert damaged.found.startswith(f"{path} can't be read (")
    assert (damaged.state, damaged.remedy) == (WRONG, REINSTALL)


def test_what_the_metadata_require_is_compared_with_what_is_installed(packages: Path) -> None:
    requirements = [Requirement(text) for text in ("numpy>=999", "no-such-package>=1", "rich")]
    findings = installation.libraries(requirements)
    numpy = re.search(r"numpy (\S+),", findings[0].found)
    assert findings[0].state is OK and numpy
    assert findings[1:] == [
        Finding(
            "libraries",
            WRONG,
            f"numpy {numpy[1]} is installed, numpy>=999 is required",
            "run `pip install 'numpy>=999'`",
        ),
        Finding(
            "libraries",
            WRONG,
            "no-such-package is not installed, no-such-package>=1 is required",
            "run `pip install 'no-such-package>=1'`",
        ),
    ]


def test_the_index_that_is_required_is_the_same_everywhere() -> None:
    assert REQUIREMENT in PROJECT["dependencies"]
    required = installation.requirement_of("idc-index-data", installation.own_requirements())
    assert required is not None and required.specifier == Requirement(REQUIREMENT).specifier


# Compiled kernels.


def test_kernels_are_looked_for_only_where_numba_is_required(tmp_path: Path) -> None:
    assert cached.kernels(tmp_path, None, "idc-gateway build") == []


def test_compiled_kernels_are_counted_and_missing_ones_are_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    folder = tmp_path / "numba"
    numba = Requirement("numba>=0.60")
    assert cached.kernels(folder, numba, "idc-gateway build") == [
        Finding(
            "kernels",
            WARNING,
            f"none in {folder}: the first start compiles the kernels, which takes some seconds",
            "run `idc-gateway build`",
        )
    ]
    assert not folder.exists()
    (folder / "embedded_1").mkdir(parents=True)
    (folder / "embedded_1" / "masks.any-1.py311.nbi").touch()
    assert cached.kernels(folder, numba, "idc-gateway build") == [
        Finding("kernels", OK, f"1 compiled in {folder}; none needs a threading layer of numba")
    ]


def test_kernels_need_a_folder_that_can_be_written_to(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "numba"
    assert cached.kernels(folder, Requirement("numba"), "") == [
        Finding(
            "kernels",
            WRONG,
            f"{folder} can't be written to ({tmp_path / 'file'}: Not a directory)",
            "set NUMBA_CACHE_DIR to a folder that can be written to",
        )
    ]


# Whatever the state.


@pytest.fixture
def in_front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a module in front of the installed one of that name."""

    def put(name: str, source: str) -> None:
        (tmp_path / "front").mkdir()
        (tmp_path / "front" / f"{name}.py").write_text(source)
        monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'front'}{os.pathsep}{os.environ['PYTHONPATH']}")

    return put


def test_it_runs_where_what_serves_cannot_be_imported(tmp_path: Path, in_front: Callable[[str, str], None]) -> None:
    in_front("strawberry", "raise RuntimeError('no locator available')")
    done = doctor("--cache", tmp_path / "cache", "--port", free_port())
    assert (done.returncode, done.stderr) == (0, "")


def test_where_it_cannot_be_imported_itself_it_says_so(tmp_path: Path, in_front: Callable[[str, str], None]) -> None:
    in_front("packaging", "")
    done = doctor("--cache", tmp_path / "cache", "--port", free_port())
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "idc-gateway: No module named 'packaging.requirements'; 'packaging' is not a package: "
        "install it again with `pip install --force-reinstall idc-gateway`\n"
    )


def test_remedies_hold_whatever_the_cache_is_called(
    tmp_path: Path, wanted: BuildKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-r a  b" / wanted.folder_name).mkdir(parents=True)
    [finding] = named("store", examined(Path("-r a  b")))
    cache = tmp_path / "-r a  b"
    assert finding.remedy == f"run `rm -r '{cache / wanted.folder_name}' && idc-gateway build --cache '{cache}'`"
    assert finding.remedy in as_text([finding]).plain


@pytest.mark.parametrize("key", ["layout", "files", "release", "package_version", "subject_kinds", "columns"])
def test_no_manifest_makes_it_fail(key: str, tmp_path: Path, wanted: BuildKey) -> None:
    store = tmp_path / wanted.folder_name
    store.mkdir()
    whole = {"layout": LAYOUT, "files": {}, "release": 25, "package_version": "", "subject_kinds": "", "columns": {}}
    for value in (None, 0, "", "a\0b", [], [[1, 2]], {"": 0}, {"x" * 300: 1}, {"../..": 1}, {"a\0": 1}, "\x1b[2J"):
        (store / MANIFEST).write_text(json.dumps(whole | {key: value}))
        findings = examined(tmp_path)
        assert len(named("store", findings)) == 1
        assert not [f for f in findings if "can't be looked at" in f.found]
        as_text(findings).plain.encode()


def test_odd_things_in_the_cache_are_told(tmp_path: Path) -> None:
    (tmp_path / "idc-v1-loop").symlink_to("idc-v1-loop")
    (tmp_path / "idc-v2.lock").symlink_to("nowhere")
    os.mkfifo(tmp_path / "idc-v3.lock")
    os.mkfifo(tmp_path / "idc-v4")
    (tmp_path / os.fsdecode(b"idc-v5\xff\n")).mkdir()
    (tmp_path / "notes.txt").touch()
    before = tree(tmp_path)
    findings = examined(tmp_path)
    assert [f.found.partition(":")[0] for f in named("store", findings)[:-1]] == [
        "idc-v1-loop",
        "idc-v4",
        "idc-v5\udcff\n",
    ]
    assert exit_code(findings) == 0
    assert as_text(findings).plain.isascii()
    assert tree(tmp_path) == before
