"""The command line: what it prints and the exit codes that scripts rely on."""

import socket
import subprocess
from pathlib import Path

import pytest

from gateway.cli import main
from indexers.build import find_store
from indexers.index_package import installed_index
from schema.build import build_schema
from tests.gateway.conftest import ROOT, command, free_port

COMMANDS = ("serve", "build", "doctor", "schema")
FAILED = 1
MISUSED = 2


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    call = command(*arguments)
    return subprocess.run(call, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_schema_prints_the_committed_schema() -> None:
    printed = run("schema")
    assert (printed.returncode, printed.stdout, printed.stderr) == (0, (ROOT / "schema.graphql").read_text("utf-8"), "")


def test_schema_of_clients_is_printed_without_federation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--api"]) == 0
    assert capsys.readouterr().out == build_schema().api_sdl() + "\n"


def test_schema_can_be_written_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--output", str(tmp_path / "schema.graphql")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "schema.graphql").read_bytes() == (ROOT / "schema.graphql").read_bytes()


def test_build_prints_the_folder_whether_it_builds_or_finds_it(tmp_path: Path) -> None:
    first = run("build", "--cache", tmp_path)
    assert first.returncode == 0, first.stderr
    folder = find_store(installed_index(), tmp_path)
    assert first.stdout == f"{folder}\n"
    again = run("build", "--cache", tmp_path)
    assert (again.returncode, again.stdout) == (0, f"{folder}\n")


def test_build_without_a_usable_cache_fails_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    failed = run("build", "--cache", tmp_path / "file" / "below")
    assert (failed.returncode, failed.stdout) == (FAILED, "")
    assert failed.stderr.strip() == (
        f"idc-gateway: the cache {tmp_path / 'file' / 'below'} can't be written to (Not a directory): "
        "set IDC_GATEWAY_CACHE or --cache to another"
    )


def test_serve_without_a_usable_cache_fails_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    failed = run("serve", "--port", free_port(), "--cache", tmp_path / "file" / "below")
    assert failed.returncode == FAILED
    assert "below can't be written to (Not a directory): set IDC_GATEWAY_CACHE or --cache to another" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_serve_on_what_is_no_port_is_misuse(tmp_path: Path) -> None:
    misused = run("serve", "--port", "http", "--cache", tmp_path)
    assert (misused.returncode, misused.stdout) == (MISUSED, "")
    assert misused.stderr.startswith("idc-gateway: --port=http: ")
    assert misused.stderr.endswith(" Port to listen on. Correct it, or leave it out for the default.\n")
    assert not list(tmp_path.iterdir())


def test_serve_on_a_busy_port_is_misuse_and_builds_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        misused = run("serve", "--port", port, "--cache", tmp_path)
    assert (misused.returncode, misused.stdout) == (MISUSED, "")
    assert misused.stderr == (
        f"idc-gateway: can't listen on 127.0.0.1:{port} (Address already in use): "
        "stop what listens there, or choose another with PORT or --port\n"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments", [[], ["frobnicate"], ["build", "--port", "81"], ["serve", "--prot", "81"], ["schema", "more"]]
)
def test_what_is_no_command_or_flag_is_misuse(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == MISUSED
    assert capsys.readouterr().err.startswith("usage: idc-gateway ")


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_every_command_explains_itself(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("usage: idc-gateway ")
