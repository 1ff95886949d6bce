"""Requests that are refused before a document is executed: an HTTP status, and an error with a code."""

from collections.abc import Mapping
from typing import Any

from schema.errors import BadUserInput


class Refusal(Exception):
    """A request that gets no answer; `message` names what is wrong and the remedy."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **extensions: object
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.error: dict[str, Any] = {"message": message, "extensions": {"code": code, **extensions}}


def ill_formed(argument: str, complaint: str, status: int = 400, **headers: str) -> Refusal:
    """A part of the request that can't be meant; `argument` names it. Headers are given as `content_type`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(status, BadUserInput.code, f"{argument}: {complaint}", named, argument=argument)
