"""Hints on the values of a where that the release does not have."""

import random
from typing import Any

import pytest

from indexers.columns import Identifiers, Terms
from resolvers.hints.near_values import MOST_SUGGESTED, words
from schema.attributes import ATTRIBUTES, Attribute, Values
from schema.global_id import GlobalID
from schema.vocabulary import AttributeType
from tests.conftest import Gateway

HINTS = "query($where: SeriesWhere) { hints(where: $where) { argument value suggestions message } }"
TEXTS = [a for a in ATTRIBUTES if a.values in (Values.ID, Values.STRING) and a.where_path]
# UIDs are not written by hand: none is near another.
NEAR = [a for a in TEXTS if a.type is not AttributeType.TEXT and not a.column.endswith(("instance_uid", "series_uuid"))]
MOST_SINGLE = 10


def hints(gateway: Gateway, where: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = gateway.data(HINTS, where=where)["hints"]
    return found


def only(gateway: Gateway, where: Any) -> dict[str, Any]:
    (hint,) = hints(gateway, where)
    return hint


def compared(attribute: Attribute, operator: str, value: Any) -> dict[str, Any]:
    """A where of series that compares an attribute."""
    where: dict[str, Any] = {operator: value}
    for name in reversed(attribute.where_path or ()):
        where = {name: where}
    return where


def vocabulary(gateway: Gateway, attribute: Attribute) -> list[str]:
    """The values of an attribute of text, elements of lists singly; of unique identifiers some."""
    column = gateway.catalogue.store.column(attribute.level, attribute.column)
    if isinstance(column, Identifiers):
        return [text.decode() for text in column.texts[:5000].tolist()]
    assert isinstance(column, Terms)
    found = {e for value in column.values for e in (value if isinstance(value, tuple) else (value,))}
    return sorted(map(str, found))


def test_another_case_matches_nothing_and_is_hinted_at(idc: Gateway) -> None:
    where = {"modality": {"eq": "mr"}}
    assert idc.data("query($w: SeriesWhere) { counts(where: $w) { series } }", w=where) == {"counts": {"series": 0}}
    assert only(idc, where) == {
        "argument": "where.modality.eq",
        "value": "mr",
        "suggestions": ["MR"],
        "message": "modality 'mr' matches nothing; did you mean 'MR'?",
    }


@pytest.mark.parametrize(
    ("where", "argument", "suggestions", "said"),
    [
        ({"collectionID": {"eq": "LIDC-IDRI"}}, "where.collectionID.eq", ["lidc_idri"], "'lidc_idri'?"),
        ({"collectionID": {"in": ["nlst", "no_such"]}}, "where.collectionID.in", [], "'no_such' matches nothing"),
        ({"bodyPartExamined": {"eq": "lung"}}, "where.bodyPartExamined.eq", ["LUNG"], "also a cancer"),
        ({"bodyPartExamined": {"eq": "lung"}}, "where.bodyPartExamined.eq", ["LUNG"], "a tumour location"),
        ({"modality": {"eq": "PROSTATE"}}, "where.modality.eq", [], "PROSTATE is a cancer"),
        ({"modality": {"eq": "PROSTATE"}}, "where.modality.eq", [], "and a bodyPartExamined"),
        ({"modality": {"eq": "segmentation"}}, "where.modality.eq", [], "is an objectKind ('SEGMENTATION')"),
        ({"modality": {"eq": "nonsense"}}, "where.modality.eq", [], "modality 'nonsense' matches nothing"),
        ({"modality": {"ne": "ct"}}, "where.modality.ne", ["CT"], "nothing is excluded"),
        ({"modality": {"notIn": ["CT", "ct"]}}, "where.modality.notIn", ["CT"], "nothing is excluded"),
        ({"patientID": {"eq": "lidc-idri-0012"}}, "where.patientID.eq", ["LIDC-IDRI-0012"], "'LIDC-IDRI-0012'?"),
        ({"collectionID": {"eq": "TCGA-B0-4698"}}, "where.collectionID.eq", [], "is a patientID"),
        ({"seriesInstanceUID": {"eq": "1.2.3"}}, "where.seriesInstanceUID.eq", [], "'1.2.3' matches nothing"),
        (
            {"sourceDOI": {"eq": "https://doi.org/10.7937/K9/TCIA.2015.LO9QL9SX"}},
            "where.sourceDOI.eq",
            ["10.7937/k9/tcia.2015.lo9ql9sx"],
            "did you mean",
        ),
        (
            {"seriesInstanceUID": {"eq": "1.2.840.113654.2.55.125969098001031158877420279905106225610"}},
            "where.seriesInstanceUID.eq",
            [],
            "is a studyInstanceUID",
        ),
    ],
)
def test_what_may_be_meant(idc: Gateway, where: Any, argument: str, suggestions: list[str], said: str) -> None:
    hint = only(idc, where)
    assert (hint["argument"], hint["suggestions"]) == (argument, suggestions)
    assert said in hint["message"]


@pytest.mark.parametrize(
    ("where", "argument"),
    [
        ({"and": [{"modality": {"eq": "CT"}}, {"modality": {"eq": "xx"}}]}, "where.and[1].modality.eq"),
        ({"or": [{"not": {"modality": {"in": ["CT", "xx"]}}}]}, "where.or[0].not.modality.in"),
        ({"collection": {"cancerTypes": {"eq": "xx"}}}, "where.collection.cancerTypes.eq"),
        ({"patient": {"studies": {"some": {"studyDescription": {"ne": "x!x"}}}}},
         "where.patient.studies.some.studyDescription.ne"),
        ({"study": {"series": {"none": {"modality": {"eq": "xx"}}}}}, "where.study.series.none.modality.eq"),
        ({"study": {"series": {"every": {"modality": {"eq": "xx"}}}}}, "where.study.series.every.modality.eq"),
        ({"study": {"series": {"count": {"n": {"gte": 1}, "where": {"modality": {"eq": "xx"}}}}}},
         "where.study.series.count.where.modality.eq"),
        ({"study": {"patients": {"some": {"patientID": {"eq": "?"}}}}}, "where.study.patients.some.patientID.eq"),
        ({"patient": {"id": {"ne": GlobalID("Patient", ("nlst", "no such")).encode()}}}, "where.patient.id.ne"),
    ],
)  # fmt: skip
def test_every_depth_is_looked_at(sampled: Gateway, where: Any, argument: str) -> None:
    assert only(sampled, where)["argument"] == argument


def test_what_is_not_compared_by_name_gives_no_hint(sampled: Gateway) -> None:
    where = {
        "modality": {"contains": "xx"},
        "bodyPartExamined": {"startsWith": "xx"},
        "seriesDescription": {"search": "xyzzy"},
        "studyDate": {"eq": "1800-01-01"},
        "instanceCount": {"eq": 123_456_789},
        "subjectKind": {"ne": "SIMULATED"},
    }
    assert hints(sampled, where) == hints(sampled, None) == hints(sampled, {}) == []


@pytest.mark.parametrize("attribute", TEXTS, ids=lambda a: a.column)
def test_a_value_that_exists_gives_no_hint(sampled: Gateway, attribute: Attribute) -> None:
    values = vocabulary(sampled, attribute)
    assert values and hints(sampled, compared(attribute, "in", values)) == []
    assert hints(sampled, compared(attribute, "ne", values[0])) == []


@pytest.mark.parametrize("attribute", NEAR, ids=lambda a: a.column)
def test_another_spelling_of_a_value_leads_to_it(sampled: Gateway, attribute: Attribute) -> None:
    values, chance = vocabulary(sampled, attribute), random.Random(25)
    known = set(values)
    for value in chance.sample(values, min(len(values), 40)):
        changed = chance.choice(["-", "_", " ", "."]).join(words(value)) if chance.random() < 0.5 else value
        changed = chance.choice([str.swapcase, str.upper, str.lower])(changed)
        if changed not in known and words(value):
            suggestions = only(sampled, compared(attribute, "eq", changed))["suggestions"]
            assert value in suggestions and len(suggestions) <= MOST_SUGGESTED, (value, changed, suggestions)


@pytest.mark.parametrize("column", ["series_instance_uid", "patient_id", "modality"])
def test_a_long_list_of_unknown_values_is_counted(sampled: Gateway, column: str) -> None:
    attribute = next(a for a in TEXTS if a.column == column)
    known = vocabulary(sampled, attribute)[0]
    found = hints(sampled, compared(attribute, "in", [known, *(f"9.9.{n}" for n in range(10_000)), "9.9.0"]))
    assert [hint["value"] for hint in found] == [f"9.9.{n}" for n in range(MOST_SINGLE + 1)]
    assert "and 9,989 values after it match nothing" in found[-1]["message"]
    assert "of the 10,001 values given here 10,000 are unknown" in found[-1]["message"]


def test_many_unknown_values_are_all_named(sampled: Gateway) -> None:
    conditions = [{"modality": {"in": [f"m{place}r{n}" for n in range(10)]}} for place in range(10)]
    found = hints(sampled, {"and": conditions})
    assert len(found) == 100
    assert "near values are sought for 25 values" in found[-1]["message"]


def test_a_text_of_any_length_is_hinted_at(sampled: Gateway) -> None:
    text = "Z9 lung " * 100_000
    hint = only(sampled, {"bodyPartExamined": {"eq": text}})
    assert (hint["value"], hint["suggestions"]) == (text, []) and len(hint["message"]) < 200


def test_a_bad_where_is_an_error_of_hints_too(sampled: Gateway) -> None:
    error = sampled.error(HINTS, where={"modality": {"in": []}})
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": "where.modality.in"}
