"""Errors as clients see them: with a code, naming their argument where there is one, and hiding what is internal."""

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from graphql import GraphQLError, Token, TokenKind, ValueNode

from schema.errors import BadUserInput, GatewayError

log = logging.getLogger("idc_gateway")

_REFUSED_LITERAL = re.compile(r"^(Int|Float|String|Boolean|ID) cannot represent ")
_REFUSED_VARIABLE = re.compile(r"^Variable '(\$\w+)' has invalid value(?: at (\S+))?: ")
_REFUSED_ARGUMENT = re.compile(r"^Argument '\w+' ")
_TOO_DEEP = "Variable values are nested too deeply."

_OPENING = (TokenKind.PAREN_L, TokenKind.BRACKET_L, TokenKind.BRACE_L)
_CLOSING = (TokenKind.PAREN_R, TokenKind.BRACKET_R, TokenKind.BRACE_R)


def present(errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """The errors of one operation, formatted; internal ones are logged here, once, under the request id."""
    return [_presented(error, request_id) for error in errors]


def _presented(error: GraphQLError, request_id: str) -> dict[str, Any]:
    cause = _cause(error)
    if isinstance(cause, GatewayError):
        code = cause.code
    elif error.path is None or (isinstance(cause, GraphQLError) and _REFUSED_ARGUMENT.match(error.message)):
        code = _code(error.message)
    else:
        return _masked(error, cause, request_id)
    argument = None if code != BadUserInput.code or error.path is not None else _argument(error)
    message = str(cause) if isinstance(cause, GatewayError) else error.message
    extensions = {"code": code, **(error.extensions or {})}
    if argument is not None:
        extensions["argument"] = argument
        # graphql-core's own words name the variable already.
        message = message if message.startswith("Variable ") else f"{argument}: {message}"
    return {**error.formatted, "message": message, "extensions": extensions}


def _masked(error: GraphQLError, cause: BaseException, request_id: str) -> dict[str, Any]:
    """An error that is ours: the client gets the id under which it is logged."""
    log.error("internal error in request %s at %s", request_id, error.path, exc_info=cause)
    message = f"internal error; when you report it, give request {request_id}"
    return {**error.formatted, "message": message, "extensions": {"code": "INTERNAL", "requestID": request_id}}


def _cause(error: BaseException) -> BaseException:
    inner = getattr(error, "original_error", None)
    return error if inner is None else _cause(inner)


def _code(message: str) -> str:
    """Of an error of graphql-core's own: a value that it refuses is bad input, all else does not fit the schema."""
    refused = (_REFUSED_LITERAL, _REFUSED_VARIABLE, _REFUSED_ARGUMENT)
    if message == _TOO_DEEP or any(pattern.match(message) for pattern in refused):
        return BadUserInput.code
    return "GRAPHQL_VALIDATION_FAILED"


def _argument(error: GraphQLError) -> str | None:
    """The way to the argument that a refused value stands in, such as `where.studyDate.eq` or `$where.studyDate.eq`."""
    variable = _REFUSED_VARIABLE.match(error.message)
    if variable is not None:
        return variable[1] + (variable[2] or "")
    node = error.nodes[0] if error.nodes else None
    if not isinstance(node, ValueNode) or node.loc is None:
        return None
    return ".".join(reversed(list(_names_around(node.loc.start_token)))) or None


def _names_around(value: Token) -> Iterator[str]:
    """Names of the object fields and the argument around a value, from the inside out, by the tokens before it."""
    token: Token | None = value
    while token is not None:
        before = token.prev
        if before is not None and before.kind is TokenKind.COLON and before.prev is not None:
            yield before.prev.value or ""
            token = before.prev
        token = _opening(token)
        if token is None or token.kind is TokenKind.PAREN_L:
            return


def _opening(token: Token) -> Token | None:
    """The bracket that is still open before a token."""
    closed = 0
    before = token.prev
    while before is not None:
        if before.kind in _CLOSING:
            closed += 1
        elif before.kind in _OPENING:
            if closed == 0:
                return before
            closed -= 1
        before = before.prev
    return None
