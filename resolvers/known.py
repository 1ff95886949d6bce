"""What is known to hold: conditions on records elsewhere are decided, and unknown truth goes up by Kleene's rules.

A row is selected if the condition surely holds for it, and by `not` if it surely fails: who is unknown is in neither.
Engines stay two-valued. Each condition with a `Recorded` in it becomes one that says "it surely holds"; where negation
asks for "it surely fails", the rules are mirrored.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from resolvers.selection import (
    And,
    Condition,
    Count,
    Field,
    In,
    Keys,
    Leaf,
    Not,
    Or,
    Range,
    Recorded,
    Rows,
    RowSet,
    Selection,
    Some,
    SomeRow,
    Test,
    all_of,
    any_of,
    complement,
)
from schema.vocabulary import Level


@dataclass(frozen=True)
class Known:
    """The patients for whom a condition on records surely holds, and those for whom it surely fails."""

    holds: RowSet
    fails: RowSet


# Whole numbers from one to the other, both included; None: no bound.
_Span = tuple[int | None, int | None]


def recorded(condition: Condition) -> Iterator[Recorded]:
    """All conditions on records elsewhere in a condition."""
    match condition:
        case Recorded():
            yield condition
        case And(parts) | Or(parts):
            for part in parts:
                yield from recorded(part)
        case Not(inner) | Some(_, inner) | Count(_, inner):
            yield from recorded(inner)
        case Leaf() | Keys() | Rows() | Field() | SomeRow():
            return


def decided(selection: Selection, known: Mapping[Recorded, Known]) -> Selection:
    """The rows for which the condition surely holds; `known` has every Recorded in it."""
    if not speaks_of_records(selection.condition):
        return selection
    return Selection(selection.level, _Decided(known).holds(selection.condition))


class _Decided:
    def __init__(self, known: Mapping[Recorded, Known]) -> None:
        self._known = known

    def holds(self, condition: Condition) -> Condition:
        """It surely does."""
        match condition:
            case Recorded():
                return Rows(Level.PATIENT, self._known[condition].holds)
            case And(parts):
                return all_of(self.holds(part) for part in parts)
            case Or(parts):
                return any_of(self.holds(part) for part in parts)
            case Not(inner):
                return self.fails(inner)
            case Some(level, inner):
                return Some(level, self.holds(inner))
            case Count(level, inner, tests) if speaks_of_records(inner):
                return self._number_is(level, inner, _passing(tests))
            case _:
                return condition

    def fails(self, condition: Condition) -> Condition:
        """It surely fails."""
        match condition:
            case Recorded():
                return Rows(Level.PATIENT, self._known[condition].fails)
            case And(parts):
                return any_of(self.fails(part) for part in parts)
            case Or(parts):
                return all_of(self.fails(part) for part in parts)
            case Not(inner):
                return self.holds(inner)
            case Some(level, inner):
                return complement(Some(level, complement(self.fails(inner))))
            case Count(level, inner, tests) if speaks_of_records(inner):
                return self._number_is(level, inner, _gaps(_passing(tests)))
            case _:
                return complement(condition)

    def _number_is(self, level: Level, inner: Condition, spans: Iterable[_Span]) -> Condition:
        """The number of members lies in one of the spans, whatever is true of those who are unknown."""
        least, most = self.holds(inner), complement(self.fails(inner))
        cases = []
        for low, high in spans:
            bounds: list[Condition] = []
            if low is not None and low > 0:
                bounds.append(Count(level, least, (Range(low),)))
            if high is not None:
                bounds.append(Count(level, most, (Range(upper=high),)))
            cases.append(all_of(bounds))
        return any_of(cases)


def speaks_of_records(condition: Condition) -> bool:
    """Whether there is a condition on records elsewhere in it."""
    return next(recorded(condition), None) is not None


def _passing(tests: Iterable[Test]) -> list[_Span]:
    """The whole numbers that pass all tests, as spans that don't touch, ascending."""
    return reduce(_both, (_spans(test) for test in tests), [(None, None)])


def _spans(test: Test) -> list[_Span]:
    match test:
        case In(values):
            return _merged(sorted(int(value) for value in values))
        case Range():
            low = None if test.lower is None else int(test.lower) + (not test.lower_included)
            high = None if test.upper is None else int(test.upper) - (not test.upper_included)
            return [(low, high)]
        case _:
            raise TypeError(f"{test} is no test of numbers")


def _merged(numbers: Iterable[int]) -> list[_Span]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number <= found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return [*found]


def _both(one: list[_Span], other: list[_Span]) -> list[_Span]:
    shared = [(_higher(a, c), _lower(b, d)) for a, b in one for c, d in other]
    return [(low, high) for low, high in shared if low is None or high is None or low <= high]


def _higher(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else max(one, other)


def _lower(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else min(one, other)


def _gaps(spans: list[_Span]) -> list[_Span]:
    """What lies before, between and after spans that ascend and don't touch."""
    found: list[_Span] = []
    start: int | None = None
    for low, high in spans:
        if low is not None:
            found.append((start, low - 1))
        if high is None:
            return found
        start = high + 1
    return [*found, (start, None)]
