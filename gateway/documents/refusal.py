"""Errors of documents that ask for more than is answered: each names the limit, its setting and a remedy."""

from typing import Any

from graphql import GraphQLError, Node

from gateway.limits import setting
from schema.errors import BadUserInput

TOO_LARGE = "DOCUMENT_TOO_LARGE"
TOO_COSTLY = "COST_LIMIT_EXCEEDED"


def too_large(said: str, limit: str, most: int, remedy: str, node: Node | None = None) -> GraphQLError:
    """A document whose shape is over a limit."""
    return GraphQLError(_message(said, limit, remedy), node, extensions={"code": TOO_LARGE, "limit": most})


def too_costly(cost: float, most: int) -> GraphQLError:
    """An operation that costs too many points."""
    said = f"the operation costs {cost:,.0f} points, more than {most:,}"
    remedy = "lower `first` of the outer fields, or ask in several requests"
    return GraphQLError(_message(said, "cost", remedy), extensions={"code": TOO_COSTLY, "cost": cost, "limit": most})


def too_much_asked(argument: str, said: str, limit: str, most: int, remedy: str, node: Node) -> GraphQLError:
    """An argument that holds too much; `argument` is the path to it."""
    extensions: dict[str, Any] = {"code": BadUserInput.code, "argument": argument, "limit": most}
    return GraphQLError(f"{argument}: {_message(said, limit, remedy)}", node, extensions=extensions)


def not_meant(argument: str, complaint: str, node: Node) -> GraphQLError:
    """An argument that no schema takes, told before it is looked at in full."""
    return GraphQLError(f"{argument}: {complaint}", node, extensions={"code": BadUserInput.code, "argument": argument})


def _message(said: str, limit: str, remedy: str) -> str:
    return f"{said} (setting {setting(limit)}); {remedy}"
