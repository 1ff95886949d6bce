"""Whose own each condition of a where-input is, for facets that leave their own filter out.

A conjunct of the flattened `where` is an attribute's own if all its leaves, through `or` and `not`, name that attribute
at the series or its collection. What stands under study, patient, some, none or every is nobody's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from resolvers.given import given_fields
from resolvers.operators import positive_tests
from resolvers.selection import In, Scalar, Test
from resolvers.where import ATTRIBUTES
from schema.attributes import Attribute
from schema.vocabulary import Level

Tests = tuple[Test, ...]


@dataclass(frozen=True)
class Spoken:
    """What one conjunct speaks of.

    `attributes`: those that its leaves name; None stands among them for anything else. `tests`: per operator object
    that is not under `not`, its positive operators. `missing`: whether one of these asks for rows without a value.
    """

    attributes: frozenset[Attribute | None]
    tests: tuple[Tests, ...] = ()
    missing: bool = False

    def own_of(self, attribute: Attribute) -> bool:
        """Whether it is the attribute's own filter, or a part of it."""
        return self.attributes == {attribute}

    @property
    def selected(self) -> frozenset[Scalar]:
        """The values of eq and in."""
        tests = chain.from_iterable(self.tests)
        return frozenset(value for test in tests if isinstance(test, In) for value in test.values)


_OTHER = Spoken(frozenset({None}))


def spoken(where: Any) -> list[Spoken]:
    """One for each of the conditions that resolvers.where.conjuncts makes of a SeriesWhere, in the same order."""
    return list(_spoken(Level.SERIES, where))


def _spoken(level: Level, where: Any) -> Iterator[Spoken]:
    for name, value in given_fields(where).items():
        attribute = ATTRIBUTES[level].get(name)
        if attribute is not None:
            given = given_fields(value)
            missing = bool(given.get("is_null") or given.get("or_null"))
            yield Spoken(frozenset({attribute}), (positive_tests(given),), missing)
        elif name == "and_":
            yield from chain.from_iterable(_spoken(level, item) for item in value)
        elif name == "or_":
            yield _joined(chain.from_iterable(_spoken(level, item) for item in value))
        elif name == "not_":
            yield Spoken(_joined(_spoken(level, value)).attributes)
        elif name == "collection":
            yield from _spoken(Level.COLLECTION, value)
        else:
            yield _OTHER


def _joined(parts: Iterable[Spoken]) -> Spoken:
    found = list(parts)
    return Spoken(
        frozenset().union(*(part.attributes for part in found)),
        tuple(chain.from_iterable(part.tests for part in found)),
        any(part.missing for part in found),
    )
