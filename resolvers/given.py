"""What a where-input was given."""

from dataclasses import fields
from typing import Any

from strawberry import UNSET

from schema.errors import BadUserInput


def given_fields(where: Any) -> dict[str, Any]:
    """The fields of an input object that were given; null counts as not given."""
    if where is None or where is UNSET:
        return {}
    values = ((field.name, getattr(where, field.name)) for field in fields(where))
    return {name: value for name, value in values if value is not None and value is not UNSET}


def items(values: list[Any], argument: str) -> list[tuple[str, Any]]:
    """The where-inputs of an `and` or `or`, each with the path to it."""
    if not values:
        raise BadUserInput(argument, "the list is empty; leave it out or give at least one condition")
    return [(f"{argument}[{number}]", value) for number, value in enumerate(values)]
