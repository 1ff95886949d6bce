"""Flags over variables over defaults, and a remedy for everything that can't be used."""

import os
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings, SettingsError, load_settings
from tests.gateway.conftest import ROOT

REMEDY = "Correct it, or leave it out for the default."
DESCRIPTIONS = {
    "host": "Address to listen on; 0.0.0.0 for all.",
    "port": "Port to listen on.",
    "threads": "Threads that compute answers.",
    "log_level": "Least severity that is logged.",
    "operation_seconds": "Seconds that one operation may take.",
    "drain_seconds": "Seconds for which a stopping gateway still takes requests, ending connections one by one.",
}
BAD_VALUES = [
    ("host", ""),
    ("port", "http"),
    ("port", "0"),
    ("port", "65536"),
    ("port", "80.5"),
    ("threads", "many"),
    ("threads", "0"),
    ("threads", "257"),
    ("log_level", "loud"),
    ("log_level", ""),
    ("operation_seconds", "inf"),
    ("drain_seconds", "inf"),
]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("IDC_GATEWAY_") or name.upper() in {"PORT", "XDG_CACHE_HOME"}:
            monkeypatch.delenv(name)


def loaded(**flags: Any) -> dict[str, Any]:
    return load_settings(**flags).model_dump()


def complaint(**flags: Any) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(**flags)
    return str(refused.value)


def test_without_flags_and_variables_there_are_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    given = loaded()
    assert (given["host"], given["port"], given["cache"]) == ("127.0.0.1", 8000, Path("/xdg/idc-gateway"))
    assert (given["threads"], given["log_level"]) == (os.cpu_count(), "info")


def test_every_setting_stands_in_the_documentation_with_its_default() -> None:
    defaults = {
        "cache": "`$XDG_CACHE_HOME/idc-gateway` or `~/.cache/idc-gateway`",
        "threads": "the number of cores",
    }
    table = []
    for name, field in Settings.model_fields.items():
        default = defaults.get(name, "none" if field.default in (None, "") else str(field.default).lower())
        variable = f"`IDC_GATEWAY_{name.upper()}`" + (" or `PORT`" if name == "port" else "")
        table.append(f"| `--{name.replace('_', '-')}` | {variable} | {default} | {field.description} |")
    assert "\n".join(table) in (ROOT / "docs" / "operation.md").read_text("utf-8")


def test_without_an_xdg_cache_stores_lie_in_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert loaded()["cache"] == Path("/home/someone/.cache/idc-gateway")


def test_every_setting_has_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"HOST": "0.0.0.0", "PORT": "81", "CACHE": "/stores", "THREADS": "3", "LOG_LEVEL": "debug"}
    for name, value in given.items():
        monkeypatch.setenv(f"IDC_GATEWAY_{name}", value)
    expected = {"host": "0.0.0.0", "port": 81, "cache": Path("/stores"), "threads": 3, "log_level": "debug"}
    assert loaded().items() >= expected.items()


def test_flags_win_over_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "::1", "PORT": "81", "CACHE": "/a", "THREADS": "3", "LOG_LEVEL": "debug"}.items():
        monkeypatch.setenv(f"IDC_GATEWAY_{name}", value)
    monkeypatch.setenv("PORT", "82")
    flags = {"host": "0.0.0.0", "port": "83", "cache": "/b", "threads": "4", "log_level": "error"}
    expected = {"host": "0.0.0.0", "port": 83, "cache": Path("/b"), "threads": 4, "log_level": "error"}
    assert loaded(**flags).items() >= expected.items()


def test_a_flag_that_was_not_given_leaves_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDC_GATEWAY_THREADS", "3")
    assert loaded(threads=None)["threads"] == 3


def test_the_port_can_be_given_as_platforms_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "82")
    assert loaded()["port"] == 82
    monkeypatch.setenv("IDC_GATEWAY_PORT", "81")
    assert loaded()["port"] == 81


@pytest.mark.parametrize(("name", "value"), BAD_VALUES)
def test_a_bad_variable_is_named_with_its_remedy(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"IDC_GATEWAY_{name.upper()}", value)
    said = complaint()
    assert said.startswith(f"IDC_GATEWAY_{name.upper()}={value}: ")
    assert said.endswith(f". {DESCRIPTIONS[name]} {REMEDY}")


@pytest.mark.parametrize(("name", "value"), BAD_VALUES)
def test_a_bad_flag_is_named_with_its_remedy(name: str, value: str) -> None:
    said = complaint(**{name: value})
    assert said.startswith(f"--{name.replace('_', '-')}={value}: ")
    assert said.endswith(f". {DESCRIPTIONS[name]} {REMEDY}")


def test_a_bad_flag_is_blamed_rather_than_the_good_variable_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDC_GATEWAY_PORT", "81")
    assert complaint(port="http").startswith("--port=http: ")


def test_everything_bad_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDC_GATEWAY_THREADS", "many")
    lines = complaint(port="http", log_level="loud").splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "--port=http",
        "IDC_GATEWAY_THREADS=many",
        "--log-level=loud",
    ]


def test_what_is_no_setting_is_refused() -> None:
    assert complaint(prot="81") == f"--prot=81: extra inputs are not permitted. This is no setting. {REMEDY}"


def test_a_bad_port_names_the_variable_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    assert complaint().startswith("PORT=http: ")


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDC_GATEWAY_PROT", "81")
    assert complaint() == (
        "IDC_GATEWAY_PROT=81: there is no such setting; did you mean IDC_GATEWAY_PORT? "
        "`idc-gateway serve --help` names them all."
    )
    monkeypatch.delenv("IDC_GATEWAY_PROT")
    monkeypatch.setenv("IDC_GATEWAY_XYZZY", "81")
    assert complaint() == ("IDC_GATEWAY_XYZZY=81: there is no such setting. `idc-gateway serve --help` names them all.")


def test_only_trusted_documents_need_documents(tmp_path: Path) -> None:
    assert complaint(trusted_only="true").startswith(
        "--trusted-only=true: there are no trusted documents; name their file in IDC_GATEWAY_TRUSTED_DOCUMENTS. "
    )
    assert loaded(trusted_only="true", trusted_documents=str(tmp_path / "x.json"))["trusted_only"] is True


def test_proxies_are_addresses_or_networks() -> None:
    assert complaint(trusted_proxies="10.0.0.0/8, proxy").startswith(
        "--trusted-proxies=10.0.0.0/8, proxy: 'proxy' does not appear to be an IPv4 or IPv6 network. "
    )
    networks = load_settings(trusted_proxies="10.0.0.0/8, ::1,").trusted_networks
    assert [str(network) for network in networks] == ["10.0.0.0/8", "::1/128"]


def test_an_empty_cache_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaint(cache="").startswith("--cache=: the path is empty. ")
    monkeypatch.setenv("IDC_GATEWAY_CACHE", "")
    assert complaint().startswith("IDC_GATEWAY_CACHE=: the path is empty. ")


def test_a_log_level_may_be_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDC_GATEWAY_LOG_LEVEL", "WARNING")
    assert loaded()["log_level"] == "warning"


def test_a_cache_may_start_at_the_home_folder() -> None:
    assert loaded(cache="~/stores")["cache"] == Path.home() / "stores"


def test_the_home_folder_of_nobody_is_no_cache() -> None:
    said = complaint(cache="~no-such-user/stores")
    assert said.startswith("--cache=~no-such-user/stores: could not determine home directory. ")
    assert said.endswith(REMEDY)
