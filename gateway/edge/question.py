"""What a client sent: the parameters of a GraphQL request, from a JSON body or a URL (GraphQL over HTTP, section 5)."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect, Request

from gateway.edge.refusal import Refusal, ill_formed

_BODY = "the body"
_PARAMETERS = ("query", "documentId", "operationName", "variables", "extensions")


@dataclass(frozen=True)
class Question:
    """One request. `document` is None where the client names a document that the gateway knows."""

    document: str | None
    document_id: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, parameters: dict[str, Any]) -> "Question":
        """The request with these parameters. Refusal if one of them has another type than the specification says."""
        question = cls(
            document=_text(parameters, "query"),
            document_id=_text(parameters, "documentId"),
            operation_name=_text(parameters, "operationName"),
            variables=_object(parameters, "variables"),
            extensions=_object(parameters, "extensions"),
        )
        if question.document == "":
            raise ill_formed("query", "it is empty; write a document")
        if question.document is not None and question.document_id is not None:
            raise ill_formed("documentId", "leave it out where `query` is given")
        if question.document is None and question.document_id is None and not question.extensions:
            raise ill_formed("query", 'it is missing; the body is a JSON object such as {"query": "{ __typename }"}')
        return question


def names_a_document(request: Request) -> bool:
    """Whether the URL of a GET asks a question at all."""
    return any(name in request.query_params for name in ("query", "documentId", "extensions"))


def from_url(request: Request) -> Question:
    """The request of a GET, whose variables and extensions are JSON in the URL."""
    given: dict[str, Any] = {}
    try:
        pairs = parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise ill_formed("the URL", "it is not UTF-8 in percent-encoding") from None
    for name, value in pairs:
        if name in given:
            raise ill_formed(name, "it is given twice in the URL")
        if name in _PARAMETERS:
            given[name] = _parsed(value, name) if name in ("variables", "extensions") and value else value
    for name in ("variables", "extensions", "operationName"):
        if given.get(name) == "":
            given[name] = None
    return Question.of(given)


async def from_body(request: Request, most_bytes: int, seconds: float) -> Question:
    """The request of a POST. Refusal if its body is too large, too slow, of another type or no request."""
    _check_type(request)
    try:
        async with asyncio.timeout(seconds):
            body = await _body(request, most_bytes)
    except TimeoutError:
        raise Refusal(408, "TIMEOUT", f"the body did not arrive within {seconds:g} s") from None
    except ClientDisconnect:
        raise ill_formed(_BODY, "the connection was closed before its end") from None
    parsed = _parsed(body, _BODY)
    if not isinstance(parsed, dict):
        raise ill_formed(_BODY, "it must be a JSON object; ask several documents in several requests")
    return Question.of(parsed)


def _check_type(request: Request) -> None:
    given = request.headers.get("content-type", "")
    name, *parameters = (part.strip().lower() for part in given.split(";"))
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")]
    if name != "application/json" or any(charset not in ("utf-8", "utf8") for charset in charsets):
        complaint = f"send the body as application/json in UTF-8, not as {given or 'nothing'}"
        raise ill_formed("Content-Type", complaint, 415, Accept="application/json")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ill_formed("Content-Encoding", "send the body uncompressed", 415, **{"Accept-Encoding": "identity"})


async def _body(request: Request, most_bytes: int) -> bytes:
    too_large = Refusal(
        413,
        "DOCUMENT_TOO_LARGE",
        f"the body is larger than {most_bytes:,} bytes (setting IDC_GATEWAY_BODY_BYTES); ask in several requests",
    )
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most_bytes:
        raise too_large
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most_bytes:
            raise too_large
    return bytes(body)


def _parsed(text: str | bytes, argument: str) -> Any:
    # Half a surrogate pair is refused: no store holds one, and no answer could repeat it.
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ill_formed(argument, f"this is not JSON in UTF-8: {error}") from None


def _text(parameters: dict[str, Any], name: str) -> str | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, str):
        raise ill_formed(name, "it must be a string")
    return value


def _object(parameters: dict[str, Any], name: str) -> dict[str, Any]:
    value = parameters.get(name)
    if value is not None and not isinstance(value, dict):
        raise ill_formed(name, "it must be a JSON object")
    return value or {}
