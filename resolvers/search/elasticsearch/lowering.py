"""From conditions to conditions that Elasticsearch can decide where a document stands in its tree.

A query sees a row and the rows below it, never those above it. So what is said of a row's study or patient is pulled
out to where that study or patient is looked at; where that can't be, because it stands in an "or" beside what is said
of the row itself, the studies or patients are found first and become a list of numbers (`Within`).

Every row has one patient and one study here: patients that share a study are not indexed. Conditions on collections
have become lists of collections before (`collections`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexers.elasticsearch.fields import holds
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
    Selection,
    Some,
    SomeRow,
    Test,
    undecided,
)
from schema.vocabulary import Level

DEPTH = {Level.COLLECTION: -1, Level.PATIENT: 0, Level.STUDY: 1, Level.SERIES: 2}


@dataclass(frozen=True)
class All:
    """All hold; of none: true."""

    parts: tuple["Lowered", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one holds; of none: false."""

    parts: tuple["Lowered", ...]


@dataclass(frozen=True)
class Excluded:
    """Does not hold."""

    part: "Lowered"


@dataclass(frozen=True)
class Above:
    """Holds for the row's own patient or study."""

    level: Level
    part: "Lowered"


@dataclass(frozen=True)
class Below:
    """Holds for some member of the row."""

    level: Level
    part: "Lowered"


@dataclass(frozen=True)
class AtLeast:
    """Holds for so many members of the row, one or more."""

    level: Level
    part: "Lowered"
    number: int


@dataclass(frozen=True)
class Within:
    """The row's own patient or study is one of those that meet the condition, which are found first."""

    level: Level
    part: "Lowered"


@dataclass(frozen=True)
class Numbered:
    """The row's own patient, study or series has one of these numbers."""

    level: Level
    numbers: tuple[int, ...]


Lowered = Leaf | Keys | Rows | Numbered | All | AnyOf | Excluded | Above | Below | AtLeast | Within

TRUE, FALSE = All(()), AnyOf(())


@dataclass(frozen=True)
class Cell:
    """What is said of patients, of their studies, and of the series of these: all of it must hold."""

    patients: tuple[Lowered, ...] = ()
    studies: tuple[Lowered, ...] = ()
    series: tuple[Lowered, ...] = ()


def cell(selection: Selection, *further: Lowered) -> Cell:
    """The rows of a Selection that meet further conditions, too."""
    return placed(selection.level, all_of([lowered(selection.level, selection.condition), *further]))


def placed(level: Level, condition: Lowered) -> Cell:
    """Every part where the rows that it speaks of are looked at."""
    found: dict[Level, list[Lowered]] = {Level.PATIENT: [], Level.STUDY: [], Level.SERIES: []}
    left = list(_parts(condition))
    while left:
        part = left.pop()
        if isinstance(part, Above) and isinstance(part.part, All):
            left += [_above(part.level, each) for each in part.part.parts]
        elif isinstance(part, Above):
            found[part.level].append(settled(part.part))
        else:
            found[level].append(settled(part))
    # One order for one meaning, so that answers that are remembered are found again.
    ordered = {each: tuple(sorted(set(parts), key=repr)) for each, parts in found.items()}
    return Cell(ordered[Level.PATIENT], ordered[Level.STUDY], ordered[Level.SERIES])


def lowered(at: Level, condition: Condition) -> Lowered:
    """The same meaning for rows of a level; negation stands right before what it negates."""
    match condition:
        case Leaf() | Keys() | Rows():
            return condition
        case And(parts):
            return all_of(lowered(at, part) for part in parts)
        case Or(parts):
            return any_of(lowered(at, part) for part in parts)
        case Not(inner):
            return negated(lowered(at, inner))
        case Some(level, inner):
            return _some(at, level, inner)
        case Count(level, inner, tests):
            return _counted(at, level, inner, tests)
        case Recorded() | Field() | SomeRow():
            raise undecided(condition)


def _some(at: Level, level: Level, inner: Condition) -> Lowered:
    if level is at:
        return lowered(at, inner)
    if DEPTH[level] > DEPTH[at]:
        return _below(at, level, lowered(level, inner))
    if isinstance(inner, Leaf) and holds(at, inner.column):
        return inner
    if level is Level.COLLECTION:  # all of them, or none
        return lowered(level, inner)
    return _above(level, lowered(level, inner))


def _above(level: Level, inner: Lowered) -> Lowered:
    if isinstance(inner, Above | Keys | Rows | Numbered | Within):
        return inner  # patients above studies; numbers are known at every level below
    return inner if inner in (TRUE, FALSE) else Above(level, inner)


def _below(at: Level, level: Level, inner: Lowered) -> Lowered:
    """Some member: parts of an "or" each by themselves, and out of an "and" what is said of the row and those above."""
    if isinstance(inner, AnyOf):
        return any_of(_below(at, level, part) for part in inner.parts)
    if at is Level.PATIENT and level is Level.SERIES and Level.STUDY in spoken_of(inner):
        return _below(at, Level.STUDY, _below(Level.STUDY, level, inner))
    outer: list[Lowered] = []
    own: list[Lowered] = []
    for part in _parts(inner):
        if isinstance(part, Above) and DEPTH[part.level] <= DEPTH[at]:
            outer.append(part.part if part.level is at else part)
        else:
            own.append(part)
    # Without a condition of its own: every row has members.
    return all_of([*outer, *([Below(level, settled(all_of(own)))] if own else [])])


def _counted(at: Level, level: Level, inner: Condition, tests: tuple[Test, ...]) -> Lowered:
    if DEPTH[level] <= DEPTH[at]:  # a row has one of these: the number is 1 or 0
        one = _some(at, level, inner)
        cases = [case for case, number in ((one, 1), (negated(one), 0)) if all(_passes(test, number) for test in tests)]
        return TRUE if len(cases) == 2 else any_of(cases)
    counted = settled(lowered(level, inner))
    return all_of(_number_of(level, counted, test) for test in tests)


def _number_of(level: Level, counted: Lowered, test: Test) -> Lowered:
    match test:
        case In(values):
            return any_of(_between(level, counted, int(value), int(value)) for value in values)
        case Range():
            lower = None if test.lower is None else int(test.lower) + (not test.lower_included)
            upper = None if test.upper is None else int(test.upper) - (not test.upper_included)
            return _between(level, counted, lower, upper)
        case _:
            raise TypeError(f"{test} is no test of numbers")


def _between(level: Level, counted: Lowered, lower: int | None, upper: int | None) -> Lowered:
    found: list[Lowered] = []
    if lower is not None and lower > 0:
        found.append(AtLeast(level, counted, lower))
    if upper is not None:
        found.append(Excluded(AtLeast(level, counted, upper + 1)) if upper >= 0 else FALSE)
    return all_of(found)


def _passes(test: Test, number: int) -> bool:
    match test:
        case In(values):
            return number in values
        case Range():
            above = test.lower is None or int(test.lower) + (not test.lower_included) <= number
            return above and (test.upper is None or number <= int(test.upper) - (not test.upper_included))
        case _:
            raise TypeError(f"{test} is no test of numbers")


def settled(part: Lowered) -> Lowered:
    """Without `Above`: what was said of those above is asked first."""
    match part:
        case All(parts):
            return all_of(settled(each) for each in parts)
        case AnyOf(parts):
            return any_of(settled(each) for each in parts)
        case Excluded(inner):
            return negated(settled(inner))
        case Above(level, inner):
            return Within(level, inner)
        case _:
            return part


def spoken_of(part: Lowered) -> set[Level]:
    """The levels above that a condition speaks of."""
    match part:
        case All(parts) | AnyOf(parts):
            return set().union(*(spoken_of(each) for each in parts))
        case Excluded(inner):
            return spoken_of(inner)
        case Above(level, inner):
            return {level} | spoken_of(inner)
        case _:
            return set()


def negated(part: Lowered) -> Lowered:
    """The complement."""
    match part:
        case All(parts):
            return any_of(negated(each) for each in parts)
        case AnyOf(parts):
            return all_of(negated(each) for each in parts)
        case Excluded(inner):
            return inner
        case Above(level, inner):
            return _above(level, negated(inner))
        case _:
            return Excluded(part)


def all_of(parts: Iterable[Lowered]) -> Lowered:
    """All hold."""
    found = list(dict.fromkeys(each for part in parts for each in _parts(part)))
    if FALSE in found:
        return FALSE
    return found[0] if len(found) == 1 else All(tuple(found))


def any_of(parts: Iterable[Lowered]) -> Lowered:
    """At least one holds; what is said of one level above is said together, and is found in one request."""
    flat = [each for part in parts for each in (part.parts if isinstance(part, AnyOf) else (part,))]
    above: dict[Level, list[Lowered]] = {}
    found: list[Lowered] = []
    for each in dict.fromkeys(flat):
        if isinstance(each, Above):
            above.setdefault(each.level, []).append(each.part)
        else:
            found.append(each)
    found += [_above(level, any_of(own)) for level, own in above.items()]
    if TRUE in found:
        return TRUE
    return found[0] if len(found) == 1 else AnyOf(tuple(found))


def _parts(condition: Lowered) -> Iterator[Lowered]:
    if isinstance(condition, All):
        yield from condition.parts
    else:
        yield condition


def withins(part: Lowered) -> Iterator[Within]:
    """The lists of numbers that a condition needs, but not those that these need themselves."""
    match part:
        case Within():
            yield part
        case All(parts) | AnyOf(parts):
            for each in parts:
                yield from withins(each)
        case Excluded(inner) | Below(_, inner) | AtLeast(_, inner, _):
            yield from withins(inner)


def everything(where: Cell) -> Iterator[Lowered]:
    """All conditions of a cell."""
    yield from (*where.patients, *where.studies, *where.series)
