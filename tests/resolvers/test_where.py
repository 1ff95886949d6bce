"""From where-inputs to Selections: the forms that the oracle's answers can't tell apart."""

from typing import Any

from resolvers.selection import And, In, Leaf, Range, Selection, Some, all_of
from resolvers.where import conjuncts, selection, series_selection
from schema.operators import IntWhere, StringWhere
from schema.vocabulary import Level, MatchLevel
from schema.where import CollectionWhere, SeriesWhere, StudyWhere

CT = Leaf(Level.SERIES, "modality", (In(("CT",)),))
CHEST = Leaf(Level.SERIES, "body_part_examined", (In(("CHEST",)),))


def equal(value: str) -> Any:
    return StringWhere(eq=value)


def test_conjuncts_are_those_of_the_flattened_where() -> None:
    where = SeriesWhere(
        modality=equal("CT"),
        and_=[SeriesWhere(and_=[SeriesWhere(body_part_examined=equal("CHEST"))])],
        collection=CollectionWhere(name=equal("NLST"), and_=[CollectionWhere(status=equal("Complete"))]),
        or_=[SeriesWhere(modality=equal("MR"), body_part_examined=equal("HEAD"))],
        study=StudyWhere(study_description=equal("a"), and_=[StudyWhere(study_description=equal("b"))]),
    )
    found = conjuncts(Level.SERIES, where, "where")
    assert len(found) == 6
    assert {CT, CHEST} < set(found)
    assert [c.level for c in found if isinstance(c, Some)].count(Level.COLLECTION) == 2


def test_the_operators_of_one_field_are_one_conjunct() -> None:
    where = SeriesWhere(series_description=StringWhere(contains="a", ne="b"))
    (conjunct,) = conjuncts(Level.SERIES, where, "where")
    matched = series_selection(where, MatchLevel.STUDY).condition
    assert matched == Some(Level.STUDY, Some(Level.SERIES, conjunct))


def test_conjuncts_meet_at_the_match_level() -> None:
    where = SeriesWhere(modality=equal("CT"), body_part_examined=equal("CHEST"))
    assert series_selection(where, None) == Selection(Level.SERIES, all_of([CT, CHEST]))
    assert series_selection(where, MatchLevel.PATIENT).condition == all_of(
        Some(Level.PATIENT, Some(Level.SERIES, leaf)) for leaf in (CT, CHEST)
    )


def test_two_bounds_on_one_side_become_the_tighter_one() -> None:
    where = SeriesWhere(instance_count=IntWhere(gt=5, gte=5, lt=9, lte=8))
    (leaf,) = conjuncts(Level.SERIES, where, "where")
    assert leaf == Leaf(Level.SERIES, "instance_count", (Range(5, False, 8, True),))


def test_an_attribute_above_its_level_is_asked_of_its_rows() -> None:
    found = selection(Level.STUDY, StudyWhere(study_description=equal("x"))).condition
    assert found == Some(Level.SERIES, Leaf(Level.SERIES, "study_description", (In(("x",)),)))


def test_no_where_selects_everything() -> None:
    assert selection(Level.SERIES, None) == selection(Level.SERIES, SeriesWhere()) == Selection(Level.SERIES, And(()))
