"""Commons that were not harvested are asked while questions are answered: the same answers, by few requests."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.commons.standins.cda import Cda as CdaStandIn
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.pdc import Pdc as PdcStandIn
from tests.commons.standins.records import GdcCase, Patient, PdcCase
from tests.commons.standins.world import World
from tests.conftest import Gateway

Live = Callable[[], AbstractContextManager[Gateway]]

LINK = "commons status reason records { id submitterID project } disagreements { source about ids }"
RECORDS = f"""query($where: PatientWhere) {{ patients(where: $where, first: 1000) {{ totalCount nodes {{
  collectionID patientID
  links {{ {LINK} provenance {{ status evidence rule commonsRelease stale }} }}
  gdcCase {{ caseID project {{ projectID }} demographic {{ sex vitalStatus }} diagnoses {{ diagnosisID stageGroup }}
    files {{ access dataCategory experimentalStrategy fileCount sizeBytes }} provenance {{ status commonsRelease }} }}
  pdcCase {{ caseID gdcCaseIDs studies {{ pdcStudyID analyticalFraction }} provenance {{ status evidence }} }}
  demographics {{ name value differs sources {{ commons rawValue }} }} }} }} }}"""
HUNDRED = """query($where: PatientWhere) { patients(where: $where, first: 100) { nodes { patientID
  links { commons status } gdcCase { caseID diagnoses { stageGroup } } pdcCase { caseID primarySite } } } }"""


def of(patients: set[Patient]) -> dict[str, Any]:
    """The condition that only these patients meet."""
    return {"or": [{"collectionID": {"eq": own}, "patientID": {"in": sorted(p for c, p in patients if c == own)}}
                   for own in sorted({collection for collection, _ in patients})]}  # fmt: skip


def linked(truth: World) -> list[tuple[Patient, str]]:
    """The patients of whom GDC or PDC have cases."""
    cases = [*((case.patient, "GDC") for case in truth.gdc_cases), *((case.patient, "PDC") for case in truth.pdc_cases)]
    return [(patient, commons) for patient, commons in cases if patient is not None]


def in_commons(link: dict[str, Any]) -> bool:
    return link["commons"] in ("GDC", "PDC")


def test_answers_are_those_of_a_harvest(
    live: Live, harvested: Gateway, in_gdc: dict[Patient, GdcCase], in_pdc: dict[Patient, PdcCase], truth: World
) -> None:
    redacted = {case.patient for case in truth.gdc_cases if case.redacted and case.patient}
    patients = set(in_gdc) | set(in_pdc) | truth.conflicting | truth.ambiguous | redacted
    with live() as gateway:
        asked, kept = (each.data(RECORDS, where=of(patients))["patients"] for each in (gateway, harvested))
    assert asked["totalCount"] == kept["totalCount"] == len(patients)
    for one, other in zip(asked["nodes"], kept["nodes"], strict=True):
        # CDA was not harvested.
        one["links"], other["links"] = (list(filter(in_commons, each["links"])) for each in (one, other))
        assert one == other


def test_links_and_cases_of_a_hundred_patients_cost_six_requests(
    live: Live, gdc: GdcStandIn, pdc: PdcStandIn, cda: CdaStandIn, in_gdc: dict[Patient, GdcCase]
) -> None:
    with live() as gateway:
        # The releases are asked for once in five minutes.
        gateway.data(HUNDRED, where=of({("tcga_lihc", "TCGA-DD-A4NO")}))
        for standin in (gdc, pdc, cda):
            standin.forget()
        found = gateway.data(HUNDRED, where=of(set(list(in_gdc)[:100])))["patients"]["nodes"]
        assert len(found) == 100 and all(each["gdcCase"] for each in found)
        asked = {standin.service: len(standin.requests) for standin in (gdc, pdc, cda)}
        assert asked["gdc"] == asked["cda"] == 1 and 1 <= asked["pdc"] <= 4
        # And again none: what was answered is kept.
        gateway.data(HUNDRED, where=of(set(list(in_gdc)[:100])))
        assert asked == {standin.service: len(standin.requests) for standin in (gdc, pdc, cda)}


COUNTED = """query($where: SeriesWhere) { counts(where: $where) { patients studies series } }"""
STAGED = {"diagnoses": {"stageGroup": {"in": ["III", "IV"]}}}
RNA = {"files": {"some": {"experimentalStrategy": {"eq": "RNA-Seq"}, "access": {"eq": "open"}}}}
PROTEOME = {"studies": {"some": {"analyticalFraction": {"eq": "Proteome"}}}}


@pytest.mark.parametrize(
    "condition",
    [
        {"gdc": {}},
        {"gdc": STAGED},
        {"not": {"gdc": STAGED}},
        {"gdc": {"unknown": "INCLUDE", **STAGED}},
        {"gdc": RNA},
        {"not": {"gdc": RNA}},
        {"pdc": PROTEOME},
        {"or": [{"gdc": STAGED}, {"not": {"pdc": PROTEOME}}]},
        {"gdc": {"and": [STAGED, RNA]}, "pdc": PROTEOME},
    ],
    ids=str,
)
def test_conditions_on_few_patients_are_decided_by_asking(
    condition: dict[str, Any], live: Live, harvested: Gateway, truth: World
) -> None:
    """As after a harvest. Only there contradictions are known to conditions: they need two commons."""
    patients = {patient for patient, _ in linked(truth)} - truth.conflicting | {("nlst", "100002")}
    where = {"patient": {"and": [of(patients), condition]}}
    with live() as gateway:
        asked = gateway.data(COUNTED, where=where)["counts"]
    assert asked == harvested.data(COUNTED, where=where)["counts"]
    assert 0 < asked["patients"] <= len(patients)


def test_patients_of_a_collection_under_a_condition(live: Live, harvested: Gateway) -> None:
    """Whom a condition concerns is known from where it stands."""
    document = """query($where: PatientWhere) { collection(collectionID: "cptac_ccrcc") {
      patients(where: $where, first: 500) { totalCount nodes { patientID } } } }"""
    with live() as gateway:
        asked = gateway.data(document, where={"gdc": STAGED})["collection"]["patients"]
    assert asked == harvested.data(document, where={"gdc": STAGED})["collection"]["patients"]
    assert asked["totalCount"] > 10


def test_collections_with_patients_who_meet_a_condition(live: Live, harvested: Gateway) -> None:
    document = """query($where: CollectionWhere) { collections(where: $where) { nodes { collectionID } } }"""
    where = {"collectionID": {"in": ["cptac_ccrcc", "cptac_luad", "nlst"]}, "patients": {"some": {"gdc": STAGED}}}
    with live() as gateway:
        asked = gateway.data(document, where=where)["collections"]["nodes"]
    assert asked == harvested.data(document, where=where)["collections"]["nodes"] != []


def test_conditions_on_many_patients_are_refused_with_both_remedies(live: Live) -> None:
    with live() as gateway:
        error = gateway.error(COUNTED, where={"patient": {"gdc": STAGED}})
    assert error.extensions["code"] == "NOT_HARVESTED"
    assert re.fullmatch(
        r"GDC was not harvested, and this may concern 1\d,\d{3} patients, more than the 2,000 that are asked for at "
        r"once: run `idc-gateway harvest gdc`, or narrow `where`",
        error.message,
    ), error.message
