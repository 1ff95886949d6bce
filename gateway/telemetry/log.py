"""Structured logs: one line an event, for people or for machines, and one line for every operation."""

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from gateway.printable import printable
from gateway.telemetry.operation import Operation

Form = Literal["text", "json"]

audit = logging.getLogger("idc_gateway.operation")

# What every record has, and what uvicorn adds for terminals; all else was given by `extra`.
_OWN = {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName", "color_message"}
# Characters of a value that a client gave.
_MOST_CHARACTERS = 200
_BARE = re.compile(r"[\w.,:;/@+*()-]+")


def configure(level: str, form: Form) -> None:
    """Log to standard error what is at least as severe as `level`, of the gateway and of all libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"  # the lines of operations say more
    # It tells of each instruction that it compiles.
    logging.getLogger("numba").setLevel(logging.WARNING)


def write_operation(operation: Operation) -> None:
    """The audit line. What was asked is told by the hash of the document alone, never by its text or variables."""
    if not audit.isEnabledFor(logging.INFO):
        return
    fields: dict[str, Any] = {
        "request_id": operation.request_id,
        "client": operation.client,
        "method": operation.method,
        "status": operation.status,
        "codes": operation.codes,
        "operation_type": operation.operation_type,
        "operation_name": _shortened(operation.operation_name),
        "document": operation.document,
        "persisted": operation.persisted,
        "cost": operation.cost,
        "cached": operation.cached,
        "release": operation.release,
        "bytes": operation.bytes,
        **{f"{phase}_seconds": round(seconds, 6) for phase, seconds in operation.durations.items()},
        "user_agent": _shortened(operation.user_agent),
    }
    audit.info("operation", extra={name: value for name, value in fields.items() if value not in (None, "", ())})


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"


class JsonFormatter(logging.Formatter):
    """A JSON object on one line: time, level, logger, message, the fields of the event, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one event."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in _fields(record).items() if name not in line}
        trace = _trace(record, self.formatException)
        return _json(line | {"exception": trace} if trace else line)


class TextFormatter(logging.Formatter):
    """Time, level, logger, message and the fields as `name=value`; a traceback stands under it, every line indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one event."""
        message = printable(record.getMessage().rstrip())
        fields = (f"{printable(name)}={_text(value)}" for name, value in _fields(record).items())
        line = " ".join((_time(record), record.levelname, record.name, message, *fields))
        # What a client wrote may stand in an exception: indented it can't be taken for another event.
        trace = _trace(record, self.formatException).split("\n")
        return "\n".join((line, *(f"    {printable(told)}" for told in trace if told)))


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _OWN}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _trace(record: logging.LogRecord, formatted: Callable[[Any], str]) -> str:
    """The traceback of an exception, and the stack if it was asked for."""
    parts = (formatted(record.exc_info) if record.exc_info else "", record.stack_info or "")
    return "\n".join(part for part in parts if part)


def _text(value: object) -> str:
    """A value after `name=`, in quotes if it could be misread."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple | list):
        value = ",".join(map(str, value))
    return value if isinstance(value, str) and _BARE.fullmatch(value) and value.isprintable() else _json(value)


def _json(value: object) -> str:
    """JSON without any character that moves the cursor or ends a line."""
    try:
        text = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # half a surrogate pair, or an integer of more than 64 bits
        text = json.dumps(value, default=str)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
