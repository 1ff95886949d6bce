"""Errors as clients see them: with a code, naming their argument where there is one, and hiding what is internal."""

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    Node,
    ObjectFieldNode,
    parse,
)

from schema.errors import GatewayError

log = logging.getLogger("idc_gateway")

_REFUSED_LITERAL = re.compile(r"^(Int|Float|String|Boolean|ID) cannot represent ")
_REFUSED_VARIABLE = re.compile(r"^Variable '(\$\w+)' has invalid value(?: at (\S+))?: ")
_TOO_DEEP = "Variable values are nested too deeply."


def present(errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """The errors of one operation, formatted; internal ones are logged here, once, under the request id."""
    return [_presented(error, request_id) for error in errors]


def _presented(error: GraphQLError, request_id: str) -> dict[str, Any]:
    cause = _cause(error)
    if error.path is not None and not isinstance(cause, GatewayError | GraphQLError):
        log.error("internal error in request %s at %s", request_id, error.path, exc_info=cause)
        shown = dict(error.formatted)
        shown["message"] = f"internal error; when you report it, give request {request_id}"
        shown["extensions"] = {"code": "INTERNAL", "requestID": request_id}
        return shown
    shown = dict(error.formatted)
    extensions = dict(error.extensions or {})
    argument = extensions.get("argument") or _argument(error)
    if isinstance(cause, GatewayError):
        shown["message"] = str(cause)
    if argument is not None and error.path is None:
        shown["message"] = f"{argument}: {shown['message']}"
        extensions["argument"] = argument
    shown["extensions"] = extensions | {"code": extensions.get("code") or _code(error)}
    return shown


def _cause(error: BaseException) -> BaseException:
    inner = getattr(error, "original_error", None)
    return error if inner is None else _cause(inner)


def _code(error: GraphQLError) -> str:
    if error.message == _TOO_DEEP or _REFUSED_LITERAL.match(error.message) or _REFUSED_VARIABLE.match(error.message):
        return "BAD_USER_INPUT"
    return "GRAPHQL_VALIDATION_FAILED"


def _argument(error: GraphQLError) -> str | None:
    """The way to the argument that a refused value stands in, such as `where.studyDate.eq` or `$where.studyDate.eq`."""
    variable = _REFUSED_VARIABLE.match(error.message)
    if variable is not None:
        return variable[1] + (variable[2] or "")
    if isinstance(error, GraphQLSyntaxError) or not error.nodes or error.source is None or not error.positions:
        return None
    names = list(_names(parse(error.source), next(iter(error.positions))))
    return ".".join(names) or None


def _names(node: Node, position: int) -> Iterator[str]:
    """Names of the argument and the object fields around a position of the document."""
    for child in _children(node):
        if child.loc is not None and child.loc.start <= position < child.loc.end:
            if isinstance(child, ArgumentNode | ObjectFieldNode):
                yield child.name.value
            elif isinstance(child, FieldNode) and _in_selection(child, position):
                yield from _names(child.selection_set, position) if child.selection_set else ()
                return
            yield from _names(child, position)
            return


def _in_selection(field: FieldNode, position: int) -> bool:
    selection = field.selection_set
    return selection is not None and selection.loc is not None and selection.loc.start <= position < selection.loc.end


def _children(node: Node) -> Iterator[Node]:
    for key in node.keys:
        value = getattr(node, key, None)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list | tuple):
            yield from (item for item in value if isinstance(item, Node))
