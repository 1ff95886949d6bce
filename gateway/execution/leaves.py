"""How generated code recognises a leaf that stands in the answer as it is, or can be converted at once."""

import datetime
import uuid
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
)
from strawberry.schema.schema_converter import CustomGraphQLEnumType

from gateway.execution.source import Source
from schema.scalars import SCALARS, BigInt

Leaf = GraphQLScalarType | GraphQLEnumType

# Only infinity and NaN, multiplied by zero, do not give zero.
_REFUSED: dict[Leaf, str] = {
    GraphQLString: "type({0}) is not str",
    GraphQLID: "type({0}) is not str",
    GraphQLInt: f"(type({{0}}) is not int or not {GRAPHQL_MIN_INT} <= {{0}} <= {GRAPHQL_MAX_INT})",
    GraphQLFloat: "(type({0}) is not float or {0} * 0.0 != 0.0)",
    GraphQLBoolean: "({0} is not True and {0} is not False)",
}

# Values of exactly this class are what the serialiser makes of them.
_UNCHANGED: dict[Callable[[Any], Any] | None, type] = {
    SCALARS[BigInt].serialize: int,
    SCALARS[datetime.date].serialize: str,
}

# A serialiser is given nothing else: of an exception or an awaitable it might make a value.
_SERIALISED = frozenset(
    {str, int, float, bool, bytes, datetime.date, datetime.datetime, datetime.time, datetime.timedelta, Decimal}
    | {uuid.UUID, list, tuple, dict}
)
# And it may make nothing else: anything else might be awaited or refused.
_SHOWN = frozenset({str, int, float, bool, list, dict})


def refusal(type_: Leaf, value: str, nullable: bool) -> str | None:
    """The test whether the variable `value` is not in the answer as it is; None for a leaf that has to be converted."""
    refused = _REFUSED.get(type_)
    return None if refused is None else _given(value, nullable) + refused.format(value)


def write_conversion(source: Source, type_: Leaf, value: str, nullable: bool) -> None:
    """Lines that convert the variable `value`, or hand its row over. Nothing is done to None if it is nullable."""
    given = _given(value, nullable)
    if isinstance(type_, CustomGraphQLEnumType):
        _write_enum(source, type_, value, given)
    else:
        _write_serialised(source, type_, value, given)


def _given(value: str, nullable: bool) -> str:
    return f"{value} is not None and " if nullable else ""


def _write_enum(source: Source, type_: CustomGraphQLEnumType, value: str, given: str) -> None:
    # Members are singletons; their own hash is a Python function.
    members = cast(type[Enum], type_.wrapped_cls)
    names = source.bind({id(member): type_.coerce_output_value(member) for member in members})
    source.refuse_if(f"{given}type({value}) is not {source.bind(members)}")
    source.line(f"{value} = {names}[id({value})]" + (f" if {value} is not None else None" if given else ""))


def _write_serialised(source: Source, type_: Leaf, value: str, given: str) -> None:
    serialise = type_.coerce_output_value
    unchanged = _UNCHANGED.get(serialise)
    test = given + (f"type({value}) is not {unchanged.__name__}" if unchanged else "True")
    with source.block(f"if {test}:"):
        source.refuse_if(f"type({value}) not in {source.bind(_SERIALISED)}")
        source.line(f"{value} = {source.bind(serialise)}({value})")
        source.refuse_if(f"type({value}) not in {source.bind(_SHOWN)}")
