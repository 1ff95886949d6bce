"""Conditions whose truth may be unknown: what engines are asked selects the rows for which they surely hold."""

import random
from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest

from resolvers.known import Known, decided, recorded
from resolvers.selection import (
    And,
    Condition,
    Count,
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
    Test,
)
from schema.vocabulary import Level

CT = Leaf(Level.SERIES, "modality", (In(("CT",)),))
GDC, PDC = Recorded("gdc", "one"), Recorded("pdc", "other")
LEVELS = (Level.COLLECTION, Level.PATIENT, Level.STUDY, Level.SERIES)
PATIENTS = 5
# Patients of whom a commons may know anything.
UNKNOWN = {GDC: (1, 3), PDC: (0, 3, 4)}
WORLD = list[tuple[int, int, int, int, bool]]


def drawn(draw: random.Random) -> WORLD:
    """Series of two collections, five patients and seven studies, of which two lie under two patients."""
    patient_of = {study: draw.sample(range(PATIENTS), 2 if study < 2 else 1) for study in range(7)}
    series = []
    for number in range(14):
        study = draw.randrange(7)
        patient = draw.choice(patient_of[study])
        series.append((patient % 2, patient, study, number, draw.random() < 0.5))
    return series


def rows(world: WORLD, level: Level) -> set[int]:
    return {series[LEVELS.index(level)] for series in world}


def related(world: WORLD, level: Level, row: int, other: Level) -> set[int]:
    here, there = LEVELS.index(level), LEVELS.index(other)
    return {series[there] for series in world if series[here] == row}


def holds(world: WORLD, level: Level, row: int, condition: Condition, records: Mapping[Recorded, set[int]]) -> bool:
    """Two-valued truth, by the definition of each condition."""
    match condition:
        case Leaf():
            return world[row][4]
        case Recorded():
            return row in records[condition]
        case Rows(_, chosen):
            return bool(chosen.mask[row])
        case And(parts):
            return all(holds(world, level, row, part, records) for part in parts)
        case Or(parts):
            return any(holds(world, level, row, part, records) for part in parts)
        case Not(inner):
            return not holds(world, level, row, inner, records)
        case Some(other, inner):
            return any(holds(world, other, each, inner, records) for each in related(world, level, row, other))
        case Count(other, inner, tests):
            number = sum(holds(world, other, each, inner, records) for each in related(world, level, row, other))
            return all(passes(number, test) for test in tests)
        case Keys():
            raise NotImplementedError


def passes(number: int, test: Test) -> bool:
    match test:
        case In(values):
            return number in values
        case Range(lower, lower_included, upper, upper_included):
            above = lower is None or number > int(lower) or (lower_included and number == lower)
            return above and (upper is None or number < int(upper) or (upper_included and number == upper))
        case _:
            raise NotImplementedError


def random_condition(draw: random.Random, level: Level, depth: int) -> Condition:
    if depth == 0 or draw.random() < 0.1:
        record = draw.choice([GDC, PDC])
        own = record if level is Level.PATIENT else Some(Level.PATIENT, record)
        return draw.choice([own, own, CT if level is Level.SERIES else Some(Level.SERIES, CT)])
    match draw.choice(["and", "or", "not", "some", "count"]):
        case "and":
            return And((random_condition(draw, level, depth - 1), random_condition(draw, level, depth - 1)))
        case "or":
            return Or((random_condition(draw, level, depth - 1), random_condition(draw, level, depth - 1)))
        case "not":
            return Not(random_condition(draw, level, depth - 1))
        case "count" if level is not Level.SERIES:
            below = draw.choice(LEVELS[LEVELS.index(level) + 1 :])
            tests = [Range(1), Range(upper=2), Range(2, upper=3), In((0, 2)), In((1, 2)), Range(0, False, 2, False)]
            return Count(
                below, random_condition(draw, below, depth - 1), tuple(draw.sample(tests, draw.choice([1, 2])))
            )
        case _:
            other = draw.choice([each for each in LEVELS if each is not level])
            return Some(other, random_condition(draw, other, depth - 1))


def known(truths: Mapping[Recorded, set[int]]) -> dict[Recorded, Known]:
    found = {}
    for each, unknown in UNKNOWN.items():
        true = np.array([row in truths[each] and row not in unknown for row in range(PATIENTS)])
        false = np.array([row not in truths[each] and row not in unknown for row in range(PATIENTS)])
        found[each] = Known(RowSet(true), RowSet(false))
    return found


def worlds(truths: Mapping[Recorded, set[int]]) -> list[dict[Recorded, set[int]]]:
    """Every way that the records of unknown patients could be."""
    ways = []
    for told in product([False, True], repeat=sum(map(len, UNKNOWN.values()))):
        left = iter(told)
        way = {each: {row for row in truths[each] if row not in unknown} for each, unknown in UNKNOWN.items()}
        for each, unknown in UNKNOWN.items():
            way[each] |= {row for row in unknown if next(left)}
        ways.append(way)
    return ways


@pytest.mark.parametrize("seed", range(400))
def test_rows_are_selected_that_no_unknown_record_could_take_away(seed: int) -> None:
    """Never more than all worlds agree on; and no less where no record is named twice and nothing is counted."""
    draw = random.Random(seed)
    world, level = drawn(draw), draw.choice(LEVELS)
    condition = random_condition(draw, level, 3)
    truths = {each: {row for row in range(PATIENTS) if draw.random() < 0.5} for each in UNKNOWN}
    found = decided(Selection(level, condition), known(truths)).condition
    negated = decided(Selection(level, Not(condition)), known(truths)).condition
    assert not list(recorded(found)) and not list(recorded(negated))
    names = list(recorded(condition))
    exact = len(set(names)) == len(names) and "Count(" not in repr(condition)
    for row in rows(world, level):
        everywhere = {holds(world, level, row, condition, way) for way in worlds(truths)}
        surely, never = (holds(world, level, row, each, {}) for each in (found, negated))
        assert not (surely and False in everywhere), "it does not hold in every world"
        assert not (never and True in everywhere), "it does not fail in every world"
        assert not exact or (surely == (everywhere == {True}) and never == (everywhere == {False}))


@pytest.mark.parametrize(
    ("tests", "holding", "failing"),
    [
        ((Range(2),), [2, 3], [0, 1]),
        ((In((1, 2)),), [1, 2], [0, 3]),
        ((In((0, 3)),), [0, 3], [1, 2]),
        ((Range(1), Range(upper=2)), [1, 2], [0, 3]),
        ((Range(3), Range(upper=1)), [], [0, 1, 2, 3]),
    ],
)
def test_numbers_of_members_of_whom_some_are_unknown(
    tests: tuple[Test, ...], holding: list[int], failing: list[int]
) -> None:
    """The last of three patients is unknown: a number passes if it does with and without this one."""
    world: WORLD = [(0, patient, patient, patient, False) for patient in range(3)]
    condition = Count(Level.PATIENT, GDC, tests)
    for true in range(3):
        holding_rows = np.array([row < true for row in range(2)] + [False])
        failing_rows = np.array([row >= true for row in range(2)] + [False])
        at_hand = {GDC: Known(RowSet(holding_rows), RowSet(failing_rows))}
        surely = decided(Selection(Level.COLLECTION, condition), at_hand).condition
        never = decided(Selection(Level.COLLECTION, Not(condition)), at_hand).condition
        assert holds(world, Level.COLLECTION, 0, surely, {}) == ({true, true + 1} <= set(holding))
        assert holds(world, Level.COLLECTION, 0, never, {}) == ({true, true + 1} <= set(failing))


def test_a_selection_without_records_is_left_as_it_is() -> None:
    selection = Selection(Level.SERIES, Not(And((CT, Not(Some(Level.STUDY, Some(Level.SERIES, CT)))))))
    assert decided(selection, {}) is selection
