"""From an operator object, such as `{gte: 40, lt: 50, orNull: true}`, to a condition.

The attribute of a row is the set of its elements: one or none for a scalar, several for a list or for an attribute
asked above its level. The positive operators of one object hold together on one element; ne, notIn, isNull and orNull
speak of the whole set.
"""

import datetime
import re
from collections.abc import Callable
from enum import Enum
from itertools import islice
from typing import Any

from resolvers.selection import (
    Condition,
    Contains,
    Keys,
    Leaf,
    Range,
    Scalar,
    Search,
    Some,
    StartsWith,
    Test,
    Word,
    all_of,
    among,
    any_of,
    complement,
)
from schema.attributes import Attribute
from schema.errors import BadUserInput
from schema.global_id import decode
from schema.names import graphql_name
from schema.vocabulary import Level

# A word is a run of letters and digits of any script; a star right after it makes it a prefix.
# Of one search; titles and descriptions of series have a dozen.
MOST_WORDS = 50

_WORD = re.compile(r"([^\W_]+)(\*?)")
_NO_OPERATOR = "an operator object needs an operator that is not null; give one or leave the object out"

# The condition that some element of what the operators speak of passes all tests; without tests: there is an element.
Reach = Callable[[tuple[Test, ...]], Condition]


def operator_condition(reach: Reach, given: dict[str, Any], argument: str) -> Condition:
    """The rows whose set of elements meets the operators.

    `reach` gives the condition that some element passes all of the tests passed to it.
    """
    _check_nulls(given, argument)
    conditions: list[Condition] = []
    tests = positive_tests(given, argument)
    if tests:
        conditions.append(reach(tests))
    if "ne" in given:
        conditions.append(complement(reach((among([_scalar(given["ne"])]),))))
    if "not_in" in given:
        conditions.append(complement(reach((among(_list(given["not_in"], f"{argument}.notIn")),))))
    if "is_null" in given:
        conditions.append(complement(reach(())) if given["is_null"] else reach(()))
    found = all_of(conditions)
    return any_of([found, complement(reach(()))]) if given.get("or_null") else found


def attribute_reach(level: Level, attribute: Attribute) -> Reach:
    """Elements of an attribute as seen from rows of `level`."""

    def reach(tests: tuple[Test, ...]) -> Condition:
        leaf = Leaf(attribute.level, attribute.column, tests)
        return leaf if attribute.level is level else Some(attribute.level, leaf)

    return reach


def node_id_condition(level: Level, given: dict[str, Any], argument: str) -> Condition:
    """The rows of `level` with, or without, these global ids."""
    if not given:
        raise BadUserInput(argument, _NO_OPERATOR)
    conditions = []
    for name, value in given.items():
        where = f"{argument}.{graphql_name(name)}"
        ids = _not_empty(value, where) if isinstance(value, list) else [value]
        keys = Keys(level, tuple(sorted({_key(level, id, where) for id in ids})))
        conditions.append(complement(keys) if name in ("ne", "not_in") else keys)
    return all_of(conditions)


def _key(level: Level, id: str, argument: str) -> tuple[str, ...]:
    typename = level.value.capitalize()
    found = decode(id)
    if found is None:
        raise BadUserInput(argument, f"{id!r} is not a global id; take one from the id field of a {typename}")
    if found.typename != typename:
        raise BadUserInput(argument, f"{id!r} is the id of a {found.typename}; give the id of a {typename}")
    return found.key


def _check_nulls(given: dict[str, Any], argument: str) -> None:
    if not given:
        raise BadUserInput(argument, _NO_OPERATOR)
    if "or_null" in given and "is_null" in given:
        raise BadUserInput(argument, "isNull and orNull exclude each other; give one of them")
    if "or_null" in given and len(given) == 1:
        raise BadUserInput(f"{argument}.orNull", "it needs another operator beside it; for missing values: isNull")


def positive_tests(given: dict[str, Any], argument: str = "where") -> tuple[Test, ...]:
    """The tests of the positive operators, in a canonical order."""
    tests: list[Test] = []
    if "eq" in given:
        tests.append(among([_scalar(given["eq"])]))
    if "in_" in given:
        tests.append(among(_list(given["in_"], f"{argument}.in")))
    if any(name in given for name in ("gt", "gte", "lt", "lte")):
        tests.append(_range(given, argument))
    if "contains" in given:
        tests.append(Contains(_text(given["contains"], f"{argument}.contains")))
    if "starts_with" in given:
        tests.append(StartsWith(_text(given["starts_with"], f"{argument}.startsWith")))
    if "search" in given:
        tests.append(_search(given["search"], f"{argument}.search"))
    return tuple(tests)


def _range(given: dict[str, Any], argument: str) -> Range:
    lower = [(_scalar(given[name]), name == "gte") for name in ("gt", "gte") if name in given]
    upper = [(_scalar(given[name]), name == "lte") for name in ("lt", "lte") if name in given]
    # Of two bounds on one side the tighter one counts; of equal ones that which excludes the bound.
    low, low_included = max(lower, key=lambda bound: (bound[0], not bound[1])) if lower else (None, True)
    high, high_included = min(upper, key=lambda bound: (bound[0], bound[1])) if upper else (None, True)
    if low is not None and high is not None:
        if low > high:  # type: ignore[operator]
            raise BadUserInput(argument, f"the interval is empty: {low} is above {high}; exchange the bounds")
        if low == high and not (low_included and high_included):
            raise BadUserInput(argument, f"the interval is empty: it excludes its only value {low}; use gte and lte")
    return Range(low, low_included, high, high_included)


def _search(text: str, argument: str) -> Search:
    matches = list(islice(_WORD.finditer(_text(text, argument)), MOST_WORDS + 1))
    if len(matches) > MOST_WORDS:
        raise BadUserInput(argument, f"there are more than {MOST_WORDS} words; search for fewer")
    words = {Word(match[1], bool(match[2])) for match in matches}
    if not words:
        raise BadUserInput(argument, f"{text!r} holds no word; give letters or digits, a trailing * for a beginning")
    return Search(tuple(sorted(words, key=lambda word: (word.text, word.prefix))))


def _text(text: str, argument: str) -> str:
    if not text:
        raise BadUserInput(argument, "the text is empty, which every value contains; leave it out or give some text")
    return text.lower()


def _list(values: list[Any], argument: str) -> list[Scalar]:
    # Lists of ten thousand identifiers come: text is what it is.
    return [value if type(value) is str else _scalar(value) for value in _not_empty(values, argument)]


def _not_empty(values: list[Any], argument: str) -> list[Any]:
    if not values:
        raise BadUserInput(argument, "the list is empty; leave it out or give at least one value")
    return values


def _scalar(value: Any) -> Scalar:
    """A value as stores hold it: days as ISO text, enum values by name."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    found: Scalar = value
    return found
