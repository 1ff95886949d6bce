"""Paging arguments, checked."""

from typing import Any

from resolvers.search.engine import KEYS, Order, OrderStep
from schema.context import Paging
from schema.errors import BadUserInput

DEFAULT_FIRST = 50
MOST_FIRST = 1000


def page_size(paging: Paging) -> int:
    """How many rows to return; null means 50. BadUserInput outside 1..1000."""
    if paging.first is None:
        return DEFAULT_FIRST
    if not 1 <= paging.first <= MOST_FIRST:
        raise BadUserInput(
            "first", f"{paging.first} is not between 1 and {MOST_FIRST}; for more rows page on with after"
        )
    return paging.first


def order_of(paging: Paging) -> Order:
    """The steps of the sort; none means key order."""
    return tuple(OrderStep(_column(step.field.value), step.direction) for step in _steps(paging))


def _steps(paging: Paging) -> list[Any]:
    return list(paging.order_by or ())


def _column(name: str) -> str:
    # Order enums spell columns in upper case (schema.generate).
    return KEYS if name == "KEYS" else name.lower()


def after_of(paging: Paging) -> str | None:
    """The cursor, if one was given."""
    return paging.after if isinstance(paging.after, str) else None
