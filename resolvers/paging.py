"""Paging arguments, checked."""

from resolvers.search.engine import KEYS, Order, OrderStep
from schema.arguments import DEFAULT_FIRST, MOST_FIRST
from schema.context import Paging
from schema.errors import BadUserInput


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
    """The steps of the sort, canonical: what follows KEYS or comes twice decides nothing, and KEYS ends all."""
    steps: dict[str, OrderStep] = {}
    for given in paging.order_by or ():
        column = _column(given.field.value)
        steps.setdefault(column, OrderStep(column, given.direction))
        if column == KEYS:
            break
    if steps.get(KEYS) == OrderStep(KEYS):
        del steps[KEYS]
    return tuple(steps.values())


def _column(name: str) -> str:
    # Order enums spell columns in upper case (schema.generate).
    return KEYS if name == "KEYS" else name.lower()


def after_of(paging: Paging) -> str | None:
    """The cursor, if one was given."""
    return paging.after if isinstance(paging.after, str) else None
