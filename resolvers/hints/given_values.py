"""The values that a where-input compares with, each list with the way to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from resolvers.given import given_fields, items
from resolvers.search.engine import ColumnValues
from resolvers.selection import Keys
from resolvers.where import ANCESTORS, ATTRIBUTES, MEMBERS, RECORDS
from schema.attributes import Attribute, Values
from schema.global_id import decode
from schema.names import graphql_name
from schema.vocabulary import Level

# Numbers and days are compared by size more than by name, and enum values are checked by the schema.
_CHECKED = (Values.ID, Values.STRING)
_EXCLUDING = ("ne", "not_in")
_COMPARING = ("eq", "in_", *_EXCLUDING)


@dataclass(frozen=True)
class GivenValues:
    """What one operator was given: distinct values of an attribute or, without one, global ids of the level."""

    argument: str
    level: Level
    attribute: Attribute | None
    values: tuple[str, ...]
    excluding: bool

    @property
    def name(self) -> str:
        """What the where-input calls the attribute."""
        return "id" if self.attribute is None else graphql_name(self.attribute.where_field)

    @property
    def asked(self) -> ColumnValues | Keys:
        """What engines are asked."""
        if self.attribute is None:
            found = [decode(id) for id in self.values]
            return Keys(self.level, tuple(id.key for id in found if id is not None))
        return ColumnValues(self.attribute.level, self.attribute.column, self.values)


def given_values(level: Level, where: Any, argument: str) -> Iterator[GivenValues]:
    """Of a where-input of `level` that compiles: what its eq, in, ne and notIn were given, at any depth."""
    for name, value in given_fields(where).items():
        path = f"{argument}.{graphql_name(name)}"
        attribute = ATTRIBUTES[level].get(name)
        if attribute is not None or name == "id":
            if attribute is None or attribute.values in _CHECKED:
                yield from _of_operators(level, attribute, given_fields(value), path)
        elif name in MEMBERS:
            yield from _of_members(MEMBERS[name], given_fields(value), path)
        elif name in RECORDS:
            continue
        elif isinstance(value, list):
            for item, inner in items(value, path):
                yield from given_values(level, inner, item)
        else:
            yield from given_values(ANCESTORS.get(name, level), value, path)


def _of_members(level: Level, quantifiers: dict[str, Any], argument: str) -> Iterator[GivenValues]:
    for name, value in quantifiers.items():
        path = f"{argument}.{name}"
        if name == "count":
            yield from given_values(level, given_fields(value).get("where"), f"{path}.where")
        else:
            yield from given_values(level, value, path)


def _of_operators(
    level: Level, attribute: Attribute | None, operators: dict[str, Any], argument: str
) -> Iterator[GivenValues]:
    for name in _COMPARING:
        if name in operators:
            given = operators[name]
            values: Iterable[str] = given if isinstance(given, list) else [given]
            path = f"{argument}.{graphql_name(name)}"
            yield GivenValues(path, level, attribute, tuple(dict.fromkeys(values)), name in _EXCLUDING)
