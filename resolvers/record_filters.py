"""A where-input without what is an attribute of records' own filter, for facets that leave it out.

Own is what names nothing but the attribute, through and, or, not, `patient` and the commons: `patient: {gdc: {...}}`.
Where several conditions have to hold on one diagnosis or file, none of them is own.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from strawberry import UNSET

from resolvers.given import given_fields
from resolvers.operators import positive_tests
from resolvers.own_filters import Spoken
from schema.record_attributes import RECORD, RecordAttribute, record_table
from schema.where import SeriesWhere


class OwnFilter:
    """The own filter of one attribute in one `where`: `said` by it, and the `rest` of the where-input."""

    def __init__(self, attribute: RecordAttribute, where: SeriesWhere | None) -> None:
        self._attribute = attribute
        self._commons = attribute.commons.value.lower()
        self.said: list[Spoken] = []
        self.rest: SeriesWhere | None = self._without(where) if given_fields(where) else where

    def _without(self, where: Any) -> Any:
        """The same where-input without what is own; UNSET if nothing is left."""
        left: dict[str, Any] = {}
        for name, value in given_fields(where).items():
            if self._is_own(name, value):
                self.said += self._spoken(name, value)
            elif name == "and_":
                items = [item for item in map(self._without, value) if item is not UNSET]
                left[name] = items or UNSET
            elif name in ("patient", self._commons) and given_fields(value):
                left[name] = self._without(value)
            else:
                left[name] = value
        if all(value is UNSET or name == "unknown" for name, value in left.items()):
            return UNSET
        return replace(where, **{name: left.get(name, UNSET) for name in given_fields(where)})

    def _is_own(self, name: str, value: Any) -> bool:
        """Whether all its leaves name the attribute, and there is one."""
        leaves = list(self._leaves(name, value))
        return bool(leaves) and all(leaves)

    def _leaves(self, name: str, value: Any) -> Iterator[bool]:
        """Of each leaf of a field whether it names the attribute."""
        match name:
            case "and_" | "or_":
                yield from chain.from_iterable(self._leaves_of(item) for item in value)
            case "not_" | "patient":
                yield from self._leaves_of(value)
            case "unknown":
                return
            case self._commons:
                yield from self._leaves_of(value)
            case _:
                yield self._operators(name, value) is not None

    def _leaves_of(self, where: Any) -> Iterator[bool]:
        given = given_fields(where)
        if not given:
            yield False  # it asks for a record
        for name, value in given.items():
            yield from self._leaves(name, value)

    def _operators(self, name: str, value: Any) -> Any:
        """The operators on the attribute, if a field of a record names it alone."""
        attribute = self._attribute
        if attribute.table == RECORD:
            return value if name == attribute.column else None
        if name != attribute.table:
            return None
        table = record_table(attribute.commons, name)
        given = given_fields(given_fields(value).get("some") if table.listed else value)
        return given[attribute.column] if given.keys() == {attribute.column} else None

    def _spoken(self, name: str, value: Any, negated: bool = False) -> Iterator[Spoken]:
        """What own fields ask for."""
        match name:
            case "and_" | "or_":
                for item in value:
                    yield from self._spoken_of(item, negated)
            case "not_":
                yield from self._spoken_of(value, True)
            case "patient" | self._commons:
                yield from self._spoken_of(value, negated)
            case "unknown":
                return
            case _ if not negated:
                given = given_fields(self._operators(name, value))
                missing = bool(given.get("is_null") or given.get("or_null"))
                yield Spoken(frozenset(), (positive_tests(given),), missing)

    def _spoken_of(self, where: Any, negated: bool) -> Iterator[Spoken]:
        for name, value in given_fields(where).items():
            yield from self._spoken(name, value, negated)
