"""The compiler alone: what is said of a row, of those above it and of those below it stands where it can be decided."""

import pytest

from resolvers.search.elasticsearch.lowering import (
    FALSE,
    TRUE,
    All,
    AnyOf,
    AtLeast,
    Below,
    Cell,
    Excluded,
    Numbered,
    Within,
    cell,
)
from resolvers.selection import And, Condition, Count, In, Keys, Leaf, Not, Or, Range, Selection, Some
from schema.vocabulary import Level

PATIENT, STUDY, SERIES = Level.PATIENT, Level.STUDY, Level.SERIES


def leaf(value: str, column: str = "modality", level: Level = SERIES) -> Leaf:
    return Leaf(level, column, (In((value,)),))


CT, PT, SEG, MR = leaf("CT"), leaf("PT"), leaf("SEG"), leaf("MR")
UID = leaf("1.2", "study_instance_uid", STUDY)
P1 = leaf("P1", "patient_id", PATIENT)
STUDY_HAS_PT = Some(STUDY, Some(SERIES, PT))
PATIENT_HAS_SEG = Some(PATIENT, Some(SERIES, SEG))
HAS_PT, HAS_SEG, HAS_CT = Below(SERIES, PT), Below(SERIES, SEG), Below(SERIES, CT)

SERIES_CASES: dict[str, tuple[Condition, Cell]] = {
    "everything": (And(()), Cell()),
    "nothing": (Or(()), Cell(series=(FALSE,))),
    "a leaf": (CT, Cell(series=(CT,))),
    "its study and its patient": (
        And((CT, STUDY_HAS_PT, PATIENT_HAS_SEG)),
        Cell(patients=(HAS_SEG,), studies=(HAS_PT,), series=(CT,)),
    ),
    "not its study": (Not(STUDY_HAS_PT), Cell(studies=(Excluded(HAS_PT),))),
    "not (itself or its study)": (
        Not(Or((CT, STUDY_HAS_PT))),
        Cell(studies=(Excluded(HAS_PT),), series=(Excluded(CT),)),
    ),
    "itself or its study: studies first": (
        Or((SEG, STUDY_HAS_PT)),
        Cell(series=(AnyOf((SEG, Within(STUDY, HAS_PT))),)),
    ),
    "itself or its patient: patients first": (
        Or((CT, PATIENT_HAS_SEG)),
        Cell(series=(AnyOf((CT, Within(PATIENT, HAS_SEG))),)),
    ),
    "two studies' conditions are one": (
        Or((STUDY_HAS_PT, Some(STUDY, UID))),
        Cell(studies=(AnyOf((HAS_PT, UID)),)),
    ),
    "the patient of its study": (Some(STUDY, Some(PATIENT, P1)), Cell(patients=(P1,))),
    "its study, or that study's patient": (
        Some(STUDY, Or((UID, Some(PATIENT, P1)))),
        Cell(studies=(AnyOf((UID, Within(PATIENT, P1))),)),
    ),
    "what documents of series hold themselves": (
        Or((CT, Some(PATIENT, leaf("HUMAN", "subject_kind", PATIENT)))),
        Cell(series=(AnyOf((CT, leaf("HUMAN", "subject_kind", PATIENT))),)),
    ),
    "keys are numbers everywhere": (
        Or((CT, Some(PATIENT, Keys(PATIENT, (("a", "P1"),))))),
        Cell(series=(AnyOf((CT, Keys(PATIENT, (("a", "P1"),)))),)),
    ),
    "how many members its patient has": (
        Some(PATIENT, Count(SERIES, CT, (Range(2, True, 4, False),))),
        Cell(patients=(AtLeast(SERIES, CT, 2), Excluded(AtLeast(SERIES, CT, 4)))),
    ),
    "one of three numbers of members": (
        Some(STUDY, Count(SERIES, And(()), (In((0, 2)),))),
        Cell(
            studies=(
                AnyOf(
                    (
                        Excluded(AtLeast(SERIES, TRUE, 1)),
                        All((AtLeast(SERIES, TRUE, 2), Excluded(AtLeast(SERIES, TRUE, 3)))),
                    )
                ),
            )
        ),
    ),
    "members counted by their own studies": (
        Some(PATIENT, Count(SERIES, And((CT, STUDY_HAS_PT)), (Range(2),))),
        Cell(patients=(AtLeast(SERIES, All((CT, Within(STUDY, HAS_PT))), 2),)),
    ),
}

PATIENT_CASES: dict[str, tuple[Condition, Cell]] = {
    "every series": (Not(Some(SERIES, Not(CT))), Cell(patients=(Excluded(Below(SERIES, Excluded(CT))),))),
    "members of either kind": (Some(SERIES, Or((CT, PT))), Cell(patients=(AnyOf((HAS_CT, HAS_PT)),))),
    "a series in a study with another": (
        Some(SERIES, And((CT, STUDY_HAS_PT))),
        Cell(patients=(Below(STUDY, All((HAS_PT, HAS_CT))),)),
    ),
    "a series, and the patient itself": (
        Some(SERIES, And((CT, PATIENT_HAS_SEG))),
        Cell(patients=(HAS_CT, HAS_SEG)),
    ),
    "a series that is one thing or whose study is another": (
        Some(SERIES, Or((CT, Some(STUDY, UID)))),
        Cell(patients=(AnyOf((HAS_CT, Below(STUDY, UID))),)),
    ),
    "some series at all": (Some(SERIES, And(())), Cell()),
}

STUDY_CASES: dict[str, tuple[Condition, Cell]] = {
    "its one patient": (Some(PATIENT, P1), Cell(patients=(P1,))),
    "one patient of it": (Count(PATIENT, P1, (In((1,)),)), Cell(patients=(P1,))),
    "no patient of it": (Count(PATIENT, P1, (Range(None, True, 1, False),)), Cell(patients=(Excluded(P1),))),
    "two patients of it": (Count(PATIENT, P1, (In((2,)),)), Cell(studies=(FALSE,))),
    "any number of patients": (Count(PATIENT, P1, (Range(0),)), Cell()),
    "itself or its patient": (Or((UID, Some(PATIENT, P1))), Cell(studies=(AnyOf((UID, Within(PATIENT, P1))),))),
}


@pytest.mark.parametrize(("condition", "expected"), SERIES_CASES.values(), ids=SERIES_CASES)
def test_series(condition: Condition, expected: Cell) -> None:
    assert cell(Selection(SERIES, condition)) == expected


@pytest.mark.parametrize(("condition", "expected"), PATIENT_CASES.values(), ids=PATIENT_CASES)
def test_patients(condition: Condition, expected: Cell) -> None:
    assert cell(Selection(PATIENT, condition)) == expected


@pytest.mark.parametrize(("condition", "expected"), STUDY_CASES.values(), ids=STUDY_CASES)
def test_studies(condition: Condition, expected: Cell) -> None:
    assert cell(Selection(STUDY, condition)) == expected


def test_one_meaning_has_one_cell() -> None:
    """So that what is remembered of it is found again, and Elasticsearch's request cache, too."""
    one = cell(Selection(SERIES, And((CT, And((STUDY_HAS_PT, PATIENT_HAS_SEG))))))
    other = cell(Selection(SERIES, And((PATIENT_HAS_SEG, And((STUDY_HAS_PT, CT)), CT))))
    assert one == other


def test_further_conditions_join() -> None:
    assert cell(Selection(SERIES, CT), Numbered(PATIENT, (1, 2))) == Cell(series=(CT, Numbered(PATIENT, (1, 2))))
