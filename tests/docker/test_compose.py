"""The compose file says what the gateway understands; the image is built by rules that hadolint knows."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.cli import _parser
from gateway.settings import PREFIX, Settings, load_settings
from tests.elasticsearch.server import VERSION

FOLDER = Path(__file__).parents[2] / "docker"
DOCKERFILE = FOLDER / "Dockerfile"


@pytest.fixture
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))["services"]
    return found


def test_every_variable_of_the_gateway_is_a_setting_that_is_taken(
    services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = dict(line.split("=", 1) for line in services["gateway"]["environment"])
    assert {name.removeprefix(PREFIX).lower() for name in given} <= set(Settings.model_fields)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.engine, settings.elasticsearch) == ("elasticsearch", "http://elasticsearch:9200")


@pytest.mark.parametrize("service", ["gateway", "index"])
def test_commands_are_those_of_the_command_line(services: dict[str, Any], service: str) -> None:
    assert _parser().parse_args(services[service]["command"]).command == services[service]["command"][0]


def test_the_gateway_is_reached_where_it_listens(services: dict[str, Any]) -> None:
    (published,) = services["gateway"]["ports"]
    assert published.split(":")[-1] == str(Settings.model_fields["port"].default)
    assert f"EXPOSE {Settings.model_fields['port'].default}" in DOCKERFILE.read_text("utf-8")


def test_elasticsearch_is_the_version_that_tests_run(services: dict[str, Any]) -> None:
    assert services["elasticsearch"]["image"].split(":")[1] == VERSION
    assert "ports" not in services["elasticsearch"]


def linted(dockerfile: Path) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("hadolint")
    assert program.is_file()
    return subprocess.run([program, "--no-color", dockerfile], capture_output=True, text=True, check=False)


def test_the_image_keeps_the_rules() -> None:
    ran = linted(DOCKERFILE)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_a_broken_rule_of_images_is_found(tmp_path: Path) -> None:
    broken = tmp_path / "Dockerfile"
    shutil.copy(DOCKERFILE, broken)
    broken.write_text(broken.read_text("utf-8").replace("python:3.11-slim AS build", "python AS build"), "utf-8")
    ran = linted(broken)
    assert ran.returncode == 1
    assert "DL3006" in ran.stdout


def test_the_image_runs_as_a_user_without_rights() -> None:
    last = DOCKERFILE.read_text("utf-8").rsplit("FROM ", 1)[1]
    assert "\nUSER 10001\n" in last
