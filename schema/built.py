"""Objects of the schema from plain records: keys are the Python names of their fields."""

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def built(kind: type[T], record: dict[str, Any], **more: Any) -> T:
    """An object of a strawberry type; `more` are fields that the record has not. KeyError if one is missing."""
    hints = _hints(kind)  # type: ignore[arg-type]
    made = {name: _value(hint, record[name]) for name, hint in hints.items() if name not in more}
    return kind(**made, **more)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    # What a resolver answers is no part of the object.
    return {field.name: hints[field.name] for field in fields(kind) if field.init}


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        (hint,) = [each for each in get_args(hint) if each is not NoneType]
    if get_origin(hint) is list:
        (each,) = get_args(hint)
        return [_value(each, item) for item in value]
    return built(hint, value) if is_dataclass(hint) and isinstance(hint, type) else value
