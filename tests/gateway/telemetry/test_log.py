"""The lines of the log: whole, one an event, and nothing that a client writes makes another."""

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.telemetry.log import Form, JsonFormatter, TextFormatter, configure, write_operation
from gateway.telemetry.operation import Operation
from tests.gateway.telemetry.operations import DOCUMENT, answered

LOGGERS = ("", "uvicorn", "uvicorn.error", "uvicorn.access", "numba")
# What ends a line, moves the cursor, hides text or turns it round, somewhere.
HOSTILE = "a\r\n2026-01-01 INFO forged\x1b[2J\x00\x7f\x85\x9b\u2028\u202e\U000e0001\ud800 ="


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(each.handlers[:], each.level, each.propagate) for each in loggers]
    yield
    logging.captureWarnings(False)
    for each, (handlers, level, propagate) in zip(loggers, before, strict=True):
        each.handlers[:], each.propagate = handlers, propagate
        each.setLevel(level)


def record(message: str, **fields: Any) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "idc_gateway", "msg": message, "created": 1792836428.1239, **fields})
    made.levelno, made.levelname = logging.WARNING, "WARNING"
    return made


def failure(message: str) -> Any:
    try:
        raise ValueError(message)
    except ValueError:
        return sys.exc_info()


def written(form: Form, capsys: pytest.CaptureFixture[str], operation: Operation) -> str:
    """The audit line behind its time."""
    configure("info", form)
    write_operation(operation)
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_an_operation_is_one_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    time, _, line = written("text", capsys, answered()).partition(" ")
    assert len(time) == len("2026-10-24T10:07:08.123Z")
    assert line == (
        f"INFO idc_gateway.operation operation request_id={'b7' * 16} client=192.0.2.7 method=POST status=200 "
        f"operation_type=query operation_name=Cohort document={DOCUMENT} persisted=false cost=120 cached=miss "
        "release=25 bytes=1234 prepare_seconds=0.0002 execute_seconds=0.0107 encode_seconds=0.0005 "
        "total_seconds=0.012 user_agent=curl/8.5.0"
    )


def test_an_operation_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    line = json.loads(written("json", capsys, answered(status=400, codes=("BAD_USER_INPUT", "INTERNAL"))))
    assert len(line.pop("time")) == len("2026-10-24T10:07:08.123Z")
    assert list(line.items()) == [
        ("level", "info"),
        ("logger", "idc_gateway.operation"),
        ("message", "operation"),
        ("request_id", "b7" * 16),
        ("client", "192.0.2.7"),
        ("method", "POST"),
        ("status", 400),
        ("codes", ["BAD_USER_INPUT", "INTERNAL"]),
        ("operation_type", "query"),
        ("operation_name", "Cohort"),
        ("document", DOCUMENT),
        ("persisted", False),
        ("cost", 120.0),
        ("cached", "miss"),
        ("release", 25),
        ("bytes", 1234),
        ("prepare_seconds", 0.0002),
        ("execute_seconds", 0.0107),
        ("encode_seconds", 0.0005),
        ("total_seconds", 0.012),
        ("user_agent", "curl/8.5.0"),
    ]


def test_what_is_not_known_of_an_operation_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    refused = Operation("id", "192.0.2.7", method="POST", status=413, codes=("DOCUMENT_TOO_LARGE",))
    assert written("text", capsys, refused).partition(" ")[2] == (
        "INFO idc_gateway.operation operation request_id=id client=192.0.2.7 method=POST status=413 "
        "codes=DOCUMENT_TOO_LARGE persisted=false cached=bypass bytes=0"
    )


def test_what_a_client_wrote_is_spelt_out_in_text(capsys: pytest.CaptureFixture[str]) -> None:
    line = written("text", capsys, answered(user_agent=HOSTILE, operation_name='say "x" a=b'))
    assert ' operation_name="say \\"x\\" a=b" ' in line
    assert line.endswith(
        ' user_agent="a\\r\\n2026-01-01 INFO forged\\u001b[2J\\u0000\\u007f\\u0085\\u009b\\u2028\\u202e\\udb40\\udc01'
        '\\ud800 ="'
    )
    assert line.isprintable()


def test_what_a_client_wrote_is_spelt_out_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    line = written("json", capsys, answered(user_agent=HOSTILE, operation_name="Größe"))
    assert line.isprintable()
    told = json.loads(line)
    assert (told["user_agent"], told["operation_name"]) == (HOSTILE, "Größe")


@pytest.mark.parametrize("form", ["text", "json"])
def test_long_values_are_cut(form: Form, capsys: pytest.CaptureFixture[str]) -> None:
    line = written(form, capsys, answered(user_agent="u" * 60_000, operation_name="n" * 60_000))
    assert "u" * 200 + "…" in line and "n" * 200 + "…" in line
    assert len(line) < 1500


@pytest.mark.parametrize("form", ["text", "json"])
def test_above_info_operations_are_not_told(form: Form, capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning", form)
    write_operation(answered())
    assert capsys.readouterr().err == ""


def test_a_traceback_is_indented_in_text_and_forges_no_event() -> None:
    lines = TextFormatter().format(record("no store", exc_info=failure(HOSTILE), path="/x y")).splitlines()
    assert lines[0] == '2026-10-24T10:07:08.123Z WARNING idc_gateway no store path="/x y"'
    assert lines[1] == "    Traceback (most recent call last):"
    assert lines[-2:] == [
        "    ValueError: a\\r",
        "    2026-01-01 INFO forged\\x1b[2J\\x00\\x7f\\x85\\x9b\\u2028\\u202e\\U000e0001\\ud800 =",
    ]
    assert all(line.startswith("    ") and line.isprintable() for line in lines[1:])


def test_a_traceback_is_one_text_in_json() -> None:
    line = JsonFormatter().format(record("no store", exc_info=failure(HOSTILE)))
    told = json.loads(line)
    exception = told.pop("exception")
    assert told == {
        "time": "2026-10-24T10:07:08.123Z",
        "level": "warning",
        "logger": "idc_gateway",
        "message": "no store",
    }
    assert exception.startswith("Traceback (most recent call last):\n")
    assert exception.endswith(f"\nValueError: {HOSTILE}")
    assert line.isprintable()


def test_a_message_stays_on_its_line() -> None:
    assert TextFormatter().format(record("a\nb\x1b\n")) == "2026-10-24T10:07:08.123Z WARNING idc_gateway a\\nb\\x1b"
    assert json.loads(JsonFormatter().format(record("a\nb")))["message"] == "a\nb"


def test_fields_may_be_anything_and_do_not_replace_what_every_line_has() -> None:
    fields = {"level": "x", "time": "y", "big": 1 << 70, "odd": {1: object}, "none": None}
    line = json.loads(JsonFormatter().format(record("m", **fields)))
    assert line == {
        "time": "2026-10-24T10:07:08.123Z",
        "level": "warning",
        "logger": "idc_gateway",
        "message": "m",
        "big": 1 << 70,
        "odd": {"1": "<class 'object'>"},
        "none": None,
    }
    text = TextFormatter().format(record("m", number=0.1 + 0.2, empty="", many=["a", "b"], flag=True))
    assert text == '2026-10-24T10:07:08.123Z WARNING idc_gateway m number=0.3 empty="" many=a,b flag=true'


def test_libraries_and_warnings_are_logged_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    # As uvicorn leaves it when it was set up before.
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler())
    logging.getLogger("uvicorn").propagate = False
    configure("info", "json")
    logging.getLogger("uvicorn.error").info("Started %d", 7, extra={"color_message": "Started \x1b[36m%d"})
    logging.getLogger("numba.core").debug("one of very many")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("careful", UserWarning, stacklevel=1)
    started, careful = map(json.loads, capsys.readouterr().err.splitlines())
    assert (started["logger"], started["level"], started["message"]) == ("uvicorn.error", "info", "Started 7")
    assert set(started) == {"time", "level", "logger", "message"}
    assert (careful["logger"], careful["level"]) == ("py.warnings", "warning")
    assert "UserWarning: careful" in careful["message"]


def test_the_server_writes_no_access_log_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    configure("debug", "text")
    logging.getLogger("uvicorn.access").info("GET /healthz 200")
    assert not logging.getLogger("uvicorn.access").hasHandlers()  # by which it knows that nobody listens
    assert capsys.readouterr().err == ""
