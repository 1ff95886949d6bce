"""The own filter of a facet, read off the JSON of a `where`: which conjuncts it is made of and what they select."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from .sql import LEVELS, RANGES, Where, conjuncts, given

# The bounds that an open side of an interval of dates has.
DAYS = ("0001-01-01", "9999-12-31")


class Leaf(NamedTuple):
    """Operators on an attribute; None stands for whatever else a condition can say."""

    attribute: str | None
    operators: Mapping[str, Any]
    negated: bool


def leaves(where: Where, level: str = "SERIES", negated: bool = False) -> Iterator[Leaf]:
    """Through and, or, not and the collection of a series."""
    for field, value in given(where):
        if field in ("and", "or"):
            for part in value:
                yield from leaves(part, level, negated)
        elif field == "not":
            yield from leaves(value, level, True)
        elif field == "collection" and level == "SERIES":
            yield from leaves(value, "COLLECTION", negated)
        else:
            known = field in LEVELS[level].attributes
            yield Leaf(field, dict(given(value)), negated) if known else Leaf(None, {}, negated)


@dataclass(frozen=True)
class OwnFilter:
    """The leaves of an attribute's own conjuncts, and the conjuncts that are left without them."""

    said: Sequence[Leaf]
    others: Sequence[Where]

    @classmethod
    def of(cls, attribute: str, where: Where) -> "OwnFilter":
        said: list[Leaf] = []
        others: list[Where] = []
        for conjunct in conjuncts(where):
            found = list(leaves(conjunct))
            if all(leaf.attribute == attribute for leaf in found):
                said += found
            else:
                others.append(conjunct)
        return cls([leaf for leaf in said if not leaf.negated], others)

    @property
    def rest(self) -> Where:
        """The where without the own filter."""
        return {"and": self.others} if self.others else {}

    @property
    def selects_missing(self) -> bool:
        return any(leaf.operators.get("isNull") or leaf.operators.get("orNull") for leaf in self.said)

    @property
    def values(self) -> set[Any]:
        """Every value of eq and in."""
        return {value for leaf in self.said for value in listed(leaf.operators)}

    def meets_days(self, start: str, end: str) -> bool:
        """Whether what some own operators ask for meets the days from start to end, which is excluded."""
        last = day_after(end, -1)
        return any(days_meet(leaf.operators, start, last) for leaf in self.said)

    def meets_numbers(self, lower: float, upper: float, whole: bool) -> bool:
        """The same for an interval of numbers, of which the upper is excluded."""
        return any(numbers_meet(leaf.operators, lower, upper, whole) for leaf in self.said)


def listed(operators: Mapping[str, Any]) -> list[Any]:
    return [*([operators["eq"]] if "eq" in operators else []), *operators.get("in", [])]


def exact(operators: Mapping[str, Any]) -> set[Any] | None:
    """The values that eq and in leave together; None if neither is given."""
    sets = [{operators["eq"]}] if "eq" in operators else []
    sets += [set(operators["in"])] if "in" in operators else []
    return set.intersection(*sets) if sets else None


def passes(value: Any, operators: Mapping[str, Any]) -> bool:
    tests = {
        "gt": lambda bound: value > bound,
        "gte": lambda bound: value >= bound,
        "lt": lambda bound: value < bound,
        "lte": lambda bound: value <= bound,
    }
    return all(tests[name](operators[name]) for name in RANGES if name in operators)


def day_after(day: str, days: int = 1) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def days_meet(operators: Mapping[str, Any], first: str, last: str) -> bool:
    values = exact(operators)
    if values is not None:
        return any(first <= value <= last and passes(value, operators) for value in values)
    if not any(name in operators for name in RANGES):
        return False
    day = date.fromisoformat(first)
    return any(
        passes((day + timedelta(days=n)).isoformat(), operators)
        for n in range((date.fromisoformat(last) - day).days + 1)
    )


def numbers_meet(operators: Mapping[str, Any], lower: float, upper: float, whole: bool) -> bool:
    values = exact(operators)
    if values is not None:
        return any(lower <= value < upper and passes(value, operators) for value in values)
    if not any(name in operators for name in RANGES):
        return False
    # What is between whole numbers belongs to no range of them: after 9 comes 10.
    step = 1 if whole else 0
    low = max([operators.get("gte", -math.inf), operators.get("gt", -math.inf) + step])
    high = min([operators.get("lte", math.inf), operators.get("lt", math.inf) - step])
    if whole:
        return low <= high and low < upper and high >= lower
    closed_high = operators.get("lt", math.inf) > high
    open_low = operators.get("gt", -math.inf) >= low
    if low == high and (open_low or not closed_high):
        return False
    return low < upper and (high > lower or (high == lower and closed_high)) and low <= high
