"""Output fields that take their description from the attribute table."""

from typing import Any

import strawberry

from schema.attributes import attribute


def value_of(column: str, remark: str = "") -> Any:
    """The output field of an attribute; `remark` says what is special about it on this type."""
    description = attribute(column).title
    return strawberry.field(description=f"{description} {remark}".strip())


def described(description: str, *directives: object) -> Any:
    """An output field that is no attribute: a relation, a link, a list over rows."""
    return strawberry.field(description=description, directives=directives)
