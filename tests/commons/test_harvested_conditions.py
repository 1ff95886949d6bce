"""Conditions on GDC over what was harvested: exactly the patients that the world's own records say."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.commons.standins.records import Diagnosis, GdcCase, GdcFile, Patient, PdcCase
from tests.commons.standins.world import World
from tests.conftest import Gateway

ALL = """query($where: PatientWhere) {
  patients(where: $where, first: 1000) { totalCount nodes { collectionID patientID } } }"""


def asked(gateway: Gateway, where: dict[str, Any]) -> set[Patient]:
    """All patients that meet a condition."""
    found = gateway.data(ALL, where=where)["patients"]
    assert found["totalCount"] == len(found["nodes"])
    return {(node["collectionID"], node["patientID"]) for node in found["nodes"]}


Holds = Callable[[GdcCase, list[GdcFile]], bool]


def primary(holds: Callable[[Diagnosis], bool]) -> Holds:
    return lambda case, files: case.primary_diagnosis is not None and holds(case.primary_diagnosis)


CONDITIONS: dict[str, tuple[dict[str, Any], Holds]] = {
    "linked": ({}, lambda case, files: True),
    "project": ({"project": {"eq": "CPTAC-3"}}, lambda case, files: case.project_id == "CPTAC-3"),
    "open RNA-Seq": (
        {"files": {"some": {"experimentalStrategy": {"eq": "RNA-Seq"}, "access": {"eq": "open"}}}},
        lambda case, files: any(f.experimental_strategy == "RNA-Seq" and f.access == "open" for f in files),
    ),
    "VCF or MAF": (
        {"files": {"some": {"dataFormat": {"in": ["VCF", "MAF"]}}}},
        lambda case, files: any(f.data_format in ("VCF", "MAF") for f in files),
    ),
    "stage III or IV": (
        {"diagnoses": {"stageGroup": {"in": ["III", "IV"]}}},
        primary(lambda diagnosis: bool(diagnosis.groups & {"III", "IV"})),
    ),
    "any diagnosis of stage III or IV": (
        {"diagnoses": {"stageGroup": {"in": ["III", "IV"]}, "anyDiagnosis": True}},
        lambda case, files: any(d.groups & {"III", "IV"} for d in case.diagnoses),
    ),
    "dead": (
        {"demographic": {"vitalStatus": {"eq": "Dead"}}},
        lambda case, files: case.demographic is not None and case.demographic.vital_status == "Dead",
    ),
    "cisplatin": (
        {"treatments": {"some": {"therapeuticAgents": {"contains": "cisplatin"}}}},
        lambda case, files: any(
            "cisplatin" in (t.therapeutic_agents or "").lower() for d in case.diagnoses for t in d.treatments
        ),
    ),
    "aged 60 to 70 at diagnosis": (
        {"diagnoses": {"ageAtDiagnosis": {"gte": 21915, "lt": 25567}}},
        primary(lambda diagnosis: diagnosis.age_days is not None and 21915 <= diagnosis.age_days < 25567),
    ),
    "a normal sample": (
        {"samples": {"some": {"tissueType": {"eq": "Normal"}}}},
        lambda case, files: any(sample.tissue_type == "Normal" for sample in case.samples),
    ),
    "dead or of lung": (
        {"or": [{"demographic": {"vitalStatus": {"eq": "Dead"}}}, {"primarySite": {"contains": "lung"}}]},
        lambda case, files: (
            "lung" in case.primary_site.lower()
            or (case.demographic is not None and case.demographic.vital_status == "Dead")
        ),
    ),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_finds_whom_the_world_says(
    name: str, harvested: Gateway, truth: World, in_gdc: dict[Patient, GdcCase]
) -> None:
    where, holds = CONDITIONS[name]
    expected = {patient for patient, case in in_gdc.items() if holds(case, list(truth.files_of(case)))}
    assert expected
    assert asked(harvested, {"gdc": where}) == expected


def test_a_condition_on_pdc_finds_whom_the_world_says(
    harvested: Gateway, truth: World, in_pdc: dict[Patient, PdcCase]
) -> None:
    for fraction in ("Proteome", "Phosphoproteome"):
        expected = {patient for patient, case in in_pdc.items() if fraction in truth.fractions(case)}
        assert expected
        found = asked(harvested, {"pdc": {"studies": {"some": {"analyticalFraction": {"eq": fraction}}}}})
        assert found == expected
    assert asked(harvested, {"pdc": {}}) == set(in_pdc)


def test_who_is_unknown_meets_neither_a_condition_nor_its_complement(
    harvested: Gateway, in_gdc: dict[Patient, GdcCase], truth: World
) -> None:
    dead = {"demographic": {"vitalStatus": {"eq": "Dead"}}}
    alive = asked(harvested, {"not": {"gdc": dead}})
    assert alive == asked(harvested, {"gdc": {"not": dead}})
    told = {patient for patient, case in in_gdc.items() if case.demographic is not None}
    assert alive | asked(harvested, {"gdc": dead}) == told
    assert alive & asked(harvested, {"gdc": dead}) == set()
    assert asked(harvested, {"not": {"gdc": {}}}) == set()


def test_unknown_truth_may_count(harvested: Gateway, in_gdc: dict[Patient, GdcCase]) -> None:
    """With `unknown: INCLUDE` who is unknown meets the condition, and its complement, too."""
    dead = {"demographic": {"vitalStatus": {"eq": "Dead"}}}
    counts = "query($where: PatientWhere) { patients(where: $where, first: 1) { totalCount } }"

    def many(where: dict[str, Any]) -> int:
        found: int = harvested.data(counts, where=where)["patients"]["totalCount"]
        return found

    everyone = many({})
    assert many({"gdc": {**dead, "unknown": "INCLUDE"}}) == everyone - many({"not": {"gdc": dead}})
    assert many({"not": {"gdc": {**dead, "unknown": "INCLUDE"}}}) == everyone - many({"gdc": dead})


def test_conditions_on_records_stand_wherever_patients_do(harvested: Gateway) -> None:
    """Studies, series, counts, facets, crosstabs and attrition ask for the same patients."""
    gdc = {"files": {"some": {"experimentalStrategy": {"eq": "RNA-Seq"}, "access": {"eq": "open"}}}}
    found = harvested.data(
        """query($series: SeriesWhere, $study: StudyWhere, $patient: PatientWhere, $step: SeriesWhere!) {
          patients(where: $patient, first: 1000) { totalCount nodes { counts { studies series } } }
          studies(where: $study, first: 1) { totalCount }
          series(where: $series, first: 1) { totalCount }
          counts(where: $series) { patients studies series }
          facets(where: $series, by: [{field: MODALITY}]) { total { patients } }
          crosstab(where: $series, by: [{field: MODALITY}, {field: SUBJECT_KIND}]) { axes { total { patients } } }
          attrition(steps: [$step], where: {}) { counts { patients } }
        }""".replace(", where: {}", ""),
        series={"patient": {"gdc": gdc}},
        study={"patients": {"some": {"gdc": gdc}}},
        patient={"gdc": gdc},
        step={"patient": {"gdc": gdc}},
    )
    patients = found["patients"]["totalCount"]
    studies = sum(node["counts"]["studies"] for node in found["patients"]["nodes"])
    series = sum(node["counts"]["series"] for node in found["patients"]["nodes"])
    assert patients > 100
    assert found["counts"] == {"patients": patients, "studies": studies, "series": series}
    assert (found["studies"]["totalCount"], found["series"]["totalCount"]) == (studies, series)
    assert found["facets"]["total"]["patients"] == patients
    assert found["crosstab"]["axes"][0]["total"]["patients"] == patients
    assert found["attrition"][-1]["counts"]["patients"] == patients


def test_without_a_harvest_a_condition_is_refused(idc: Gateway) -> None:
    error = idc.error(ALL, where={"pdc": {}})
    assert str(error.message) == "PDC was not harvested: run `idc-gateway harvest pdc`"
    assert error.extensions["code"] == "NOT_HARVESTED"


@pytest.mark.parametrize(
    ("where", "argument"),
    [
        ({"files": {}}, "where.gdc.files"),
        ({"project": {}}, "where.gdc.project"),
        ({"and": []}, "where.gdc.and"),
        ({"or": [{}]}, "where.gdc.or[0]"),
        ({"not": {"unknown": "INCLUDE"}}, "where.gdc.not.unknown"),
        ({"files": {"some": {"access": {"in": []}}}}, "where.gdc.files.some.access.in"),
    ],
)
def test_what_says_nothing_is_refused(where: dict[str, Any], argument: str, harvested: Gateway) -> None:
    error = harvested.error(ALL, where={"gdc": where})
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": argument}
