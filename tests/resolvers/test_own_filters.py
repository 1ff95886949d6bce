"""Whose own each conjunct is, and what it selects."""

from typing import Any

import pytest

from resolvers.own_filters import Spoken, spoken
from resolvers.selection import In, Range
from resolvers.where import conjuncts
from schema.attributes import attribute
from schema.operators import FloatWhere, IDWhere, NodeIDWhere, StringWhere
from schema.vocabulary import Level
from schema.where import CollectionWhere, PatientWhere, SeriesListWhere, SeriesWhere, StudyWhere

MODALITY, MANUFACTURER, AGE = attribute("modality"), attribute("manufacturer"), attribute("patient_age")
COLLECTION, SPECIES = attribute("collection_id"), attribute("species")
SEX = attribute("patient_sex")


def modality(**operators: Any) -> SeriesWhere:
    return SeriesWhere(modality=StringWhere(**operators))


def only(where: SeriesWhere) -> Spoken:
    (found,) = spoken(where)
    return found


def test_each_sibling_and_each_part_of_and_is_a_conjunct() -> None:
    where = SeriesWhere(
        modality=StringWhere(eq="CT"),
        and_=[SeriesWhere(manufacturer=StringWhere(eq="GE"), and_=[modality(ne="MR")])],
        collection=CollectionWhere(
            species=StringWhere(eq="Human"), and_=[CollectionWhere(collection_id=IDWhere(eq="nlst"))]
        ),
    )
    found = [said.attributes for said in spoken(where)]
    assert sorted(found, key=repr) == sorted(
        [{MODALITY}, {MANUFACTURER}, {MODALITY}, {SPECIES}, {COLLECTION}], key=repr
    )
    assert len(found) == len(conjuncts(Level.SERIES, where, "where"))


@pytest.mark.parametrize(
    "where",
    [
        modality(eq="CT"),
        SeriesWhere(or_=[modality(eq="CT"), modality(is_null=True)]),
        SeriesWhere(not_=modality(eq="CT")),
        SeriesWhere(not_=SeriesWhere(or_=[modality(eq="CT"), SeriesWhere(not_=modality(eq="MR"))])),
        SeriesWhere(or_=[SeriesWhere(and_=[modality(eq="CT"), modality(ne="MR")])]),
    ],
)
def test_a_conjunct_whose_leaves_name_one_attribute_is_its_own(where: SeriesWhere) -> None:
    assert only(where).own_of(MODALITY)
    assert not only(where).own_of(MANUFACTURER)


CT = SeriesListWhere(some=modality(eq="CT"))


@pytest.mark.parametrize(
    "where",
    [
        SeriesWhere(or_=[modality(eq="CT"), SeriesWhere(manufacturer=StringWhere(eq="GE"))]),
        SeriesWhere(not_=SeriesWhere(modality=StringWhere(eq="CT"), manufacturer=StringWhere(eq="GE"))),
        SeriesWhere(or_=[modality(eq="CT"), SeriesWhere(study=StudyWhere(series=CT))]),
        SeriesWhere(or_=[modality(eq="CT"), SeriesWhere(id=NodeIDWhere(eq="x"))]),
        SeriesWhere(study=StudyWhere(series=CT)),
        SeriesWhere(patient=PatientWhere(patient_sex=StringWhere(eq="F"))),
        SeriesWhere(collection=CollectionWhere(series=CT)),
        SeriesWhere(id=NodeIDWhere(eq="x")),
    ],
)
def test_any_other_conjunct_is_nobodys_own(where: SeriesWhere) -> None:
    assert not any(only(where).own_of(one) for one in (MODALITY, MANUFACTURER, SEX, COLLECTION))


def test_an_attribute_is_the_same_at_the_series_and_inside_its_collection() -> None:
    inside = CollectionWhere(or_=[CollectionWhere(collection_id=IDWhere(eq="b"))])
    where = SeriesWhere(or_=[SeriesWhere(collection_id=IDWhere(eq="a")), SeriesWhere(collection=inside)])
    assert only(where).own_of(COLLECTION)
    assert only(where).selected == {"a", "b"}


def test_selected_are_the_values_of_eq_and_in_that_no_not_stands_before() -> None:
    said = only(
        SeriesWhere(
            or_=[
                modality(eq="CT", ne="no"),
                modality(in_=["MR", "PT"], contains="r"),
                modality(not_in=["no"]),
                SeriesWhere(not_=modality(eq="no")),
                SeriesWhere(not_=SeriesWhere(not_=modality(eq="no"))),
            ]
        )
    )
    assert said.own_of(MODALITY) and said.selected == {"CT", "MR", "PT"}


@pytest.mark.parametrize(
    ("operators", "missing"),
    [
        ({"is_null": True}, True),
        ({"eq": "CT", "or_null": True}, True),
        ({"is_null": False}, False),
        ({"eq": "CT", "or_null": False}, False),
        ({"eq": "CT", "or_null": None}, False),
        ({"ne": "CT"}, False),
    ],
)
def test_missing_is_asked_for_by_is_null_or_or_null(operators: dict[str, Any], missing: bool) -> None:
    assert only(modality(**operators)).missing is missing
    assert only(SeriesWhere(or_=[modality(eq="MR"), modality(**operators)])).missing is missing
    assert only(SeriesWhere(not_=modality(**operators))).missing is False


def test_tests_are_kept_per_operator_object() -> None:
    ages = SeriesWhere(
        or_=[
            SeriesWhere(patient_age=FloatWhere(gte=10.0, lt=20.0)),
            SeriesWhere(patient_age=FloatWhere(eq=40.0, lt=50.0)),
        ]
    )
    assert only(ages).own_of(AGE)
    assert only(ages).tests == ((Range(10.0, True, 20.0, False),), (In((40.0,)), Range(None, True, 50.0, False)))


def test_no_where_says_nothing() -> None:
    assert spoken(None) == spoken(SeriesWhere()) == []
