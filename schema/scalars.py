"""Scalars of the contract: they take exactly one spelling, so that a typing error is never taken for a value."""

import datetime
import re
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from schema.errors import GatewayError

BigInt = NewType("BigInt", int)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Beyond 64 bits no count or size can be meant, and JSON clients lose digits long before.
_BIG_INT_LIMIT = 2**63


class _RefusedLiteral(GatewayError):
    code = "BAD_USER_INPUT"


def parse_big_int(value: object) -> int:
    """An integer that is not written as text, fraction or boolean. BAD_USER_INPUT otherwise."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise _RefusedLiteral(f"BigInt cannot represent {value!r}: write a whole number without quotes, as in 12")
    if not -_BIG_INT_LIMIT <= value < _BIG_INT_LIMIT:
        raise _RefusedLiteral(f"BigInt cannot represent {value}: it does not fit 64 bits")
    return value


def parse_date(value: object) -> datetime.date:
    """A calendar day written YYYY-MM-DD. BAD_USER_INPUT otherwise; Python would also take 20200101 and 2020-W01-1."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise _RefusedLiteral(f"Date cannot represent {value!r}: write it as YYYY-MM-DD, for example 2020-01-31")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        raise _RefusedLiteral(f"Date cannot represent {value!r}: {error}") from None


def _serialize_date(value: datetime.date | str) -> str:
    # The store keeps ISO text, which is what the contract asks for.
    return value if isinstance(value, str) else value.isoformat()


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number that may exceed 32 bits, as a JSON number. Input: an integer, nothing else.",
        serialize=int,
        parse_value=parse_big_int,
        specified_by_url="https://ibm.github.io/graphql-specs/custom-scalars/big-int.html",
    ),
    datetime.date: strawberry.scalar(
        name="Date",
        description="A calendar day, written YYYY-MM-DD. Input: that form, nothing else.",
        serialize=_serialize_date,
        parse_value=parse_date,
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
    ),
}
