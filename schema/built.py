"""Objects of the schema from plain records: keys are the Python names of their fields."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

# What makes the value of a field from that of a record; None: it is the same.
_Make = Callable[[Any], Any] | None


def built(kind: type[T], record: dict[str, Any], **more: Any) -> T:
    """An object of a strawberry type; `more` are fields that the record has not. KeyError if one is missing."""
    for name, make in _makers(kind):  # type: ignore[arg-type]
        if name not in more:
            value = record[name]
            more[name] = value if make is None or value is None else make(value)
    return kind(**more)


@cache
def _makers(kind: Any) -> tuple[tuple[str, _Make], ...]:
    """Of each field how its value is made. What a resolver answers is no part of the object."""
    hints = get_type_hints(kind)
    return tuple((field.name, _maker(hints[field.name])) for field in fields(kind) if field.init)


def _maker(hint: Any) -> _Make:
    if get_origin(hint) in (Union, UnionType):
        given = [each for each in get_args(hint) if each is not NoneType]
        # Scalars may be several things; what is built is one.
        return _maker(given[0]) if len(given) == 1 else None
    if get_origin(hint) is list:
        make = _maker(get_args(hint)[0])
        return None if make is None else lambda values: [None if v is None else make(v) for v in values]
    if is_dataclass(hint) and isinstance(hint, type):
        return lambda record: built(hint, record)
    return None
