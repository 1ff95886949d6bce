"""What CDA and ICDC hold of patients: whom, what is shown, and what can be asked."""

from collections import Counter
from typing import Any

import pytest

from resolvers.commons.identity.rules import link_rules
from tests.commons.conftest import ALIASES, HARVESTED
from tests.commons.standins.records import CdaSubject, IcdcCase, Patient
from tests.commons.standins.world import World
from tests.commons.test_live import Live, of
from tests.conftest import Gateway

CDA_RELEASE = "GC 27.0, GDC 45.0, ICDC 2026-04-16, IDC v24, PDC 6.1"
CDA = """cdaSubject { subjectID species race ethnicity yearOfBirth yearOfDeath causeOfDeath dataAt projects
  upstream { source field id }
  provenance { status evidence rule idcRelease commonsRelease fetchedAt stale } }"""
ICDC = """icdcCase { caseID patientID study studyName accession
  demographic { breed sex neutered ageAtEnrollment ageUnit ageAtEnrollmentYears }
  diagnoses { diseaseTerm primaryDiseaseSite stageOfDisease histologicalGrade dateOfDiagnosis }
  samples { sampleID sampleSite physicalSampleType generalSamplePathology sampleChronology }
  files { fileName fileType fileFormat }
  provenance { status evidence rule idcRelease commonsRelease fetchedAt stale } }"""
SHOWN = f"""query($where: PatientWhere, $after: String) {{ patients(where: $where, first: 500, after: $after) {{
  pageInfo {{ hasNextPage endCursor }}
  nodes {{ collectionID patientID
    links {{ commons status reason records {{ id submitterID project }} disagreements {{ message }} }}
    {CDA} {ICDC} demographics {{ name value sources {{ commons rawValue sourceField }} }} }} }} }}"""


def shown(gateway: Gateway, where: dict[str, Any]) -> dict[Patient, Any]:
    """What is shown of all patients that meet a condition."""
    found: dict[Patient, Any] = {}
    after = None
    while True:
        page = gateway.data(SHOWN, where=where, after=after)["patients"]
        found |= {(node["collectionID"], node["patientID"]): node for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def link(answer: Any, commons: str) -> Any:
    (found,) = [each for each in answer["links"] if each["commons"] == commons]
    return found


@pytest.fixture(scope="module")
def known(truth: World) -> set[Patient]:
    """The patients of whom any commons of the world has something, and those of their kind of whom none has."""
    records = (*truth.gdc_cases, *truth.pdc_cases, *truth.cda_subjects, *truth.icdc_cases)
    collections = ("cptac_ccrcc", "icdc_glioma", "cgci_blgsp")
    return {each.patient for each in records if each.patient} | {p for p in truth.imaged if p[0] in collections}


@pytest.fixture(scope="module")
def everyone(harvested: Gateway, known: set[Patient]) -> dict[Patient, Any]:
    """What is shown of them."""
    return shown(harvested, of(known))


# ------------------------------------------------------------------------------------------------ identity


def test_whom_cda_is_linked_to(everyone: dict[Patient, Any], truth: World, in_cda: dict[Patient, CdaSubject]) -> None:
    """Each patient whom a rule allows, by exactly its id; nobody else, though CDA has subjects of them, too."""
    for patient, answer in everyone.items():
        found, subject = link(answer, "CDA"), in_cda.get(patient)
        if subject is not None:
            records = [{"id": subject.subject_id, "submitterID": patient[1], "project": patient[0]}]
            assert (found["status"], found["records"]) == ("LINKED", records), patient
            assert answer["cdaSubject"]["subjectID"] == subject.subject_id
        else:
            assert found["status"] in ("NOT_FOUND", "NOT_LINKABLE", "NOT_A_SUBJECT") and found["reason"]
            assert found["records"] == [] and answer["cdaSubject"] is None
    assert in_cda.keys() <= everyone.keys()
    refused = {subject.patient[0] for subject in truth.cda_subjects if subject.patient} - link_rules().keys()
    assert {"eay131", "nlst", "gtex"} <= refused


def test_whom_cda_lacks_may_come_yet(everyone: dict[Patient, Any], in_cda: dict[Patient, CdaSubject]) -> None:
    missed = [answer for answer in everyone.values() if link(answer, "CDA")["status"] == "NOT_FOUND"]
    assert len(missed) > 20
    for answer in missed:
        reason = f"CDA has no {answer['patientID']} in {answer['collectionID']}. It takes IDC in a release late, so"
        assert link(answer, "CDA")["reason"].startswith(reason)


def test_cda_knows_no_aliases(everyone: dict[Patient, Any], in_cda: dict[Patient, CdaSubject]) -> None:
    """A misspelled id is a subject of its own there, and each patient is linked to the subject of its own id."""
    misspelled = {patient for patient in in_cda if patient[1] in ALIASES}
    assert misspelled
    for patient in misspelled:
        assert everyone[patient]["cdaSubject"]["subjectID"] == f"tcga_coad.{patient[1]}"


def test_a_subject_with_several_cases_of_a_commons_is_one(
    everyone: dict[Patient, Any], in_cda: dict[Patient, CdaSubject]
) -> None:
    several = {
        patient
        for patient, subject in in_cda.items()
        if max(Counter((each.source, each.field) for each in subject.upstream).values()) > 1
    }
    assert several
    for patient in several:
        assert link(everyone[patient], "CDA")["status"] == "LINKED"
        ids = [each["id"] for each in everyone[patient]["cdaSubject"]["upstream"] if each["field"] == "Case.case_id"]
        assert len(set(ids)) == 2


def test_whom_icdc_is_linked_to(harvested: Gateway, in_icdc: dict[Patient, IcdcCase]) -> None:
    """The dogs of icdc_glioma that it has, and no human."""
    dogs = shown(harvested, {"collectionID": {"eq": "icdc_glioma"}})
    assert in_icdc.keys() < dogs.keys()
    for patient, answer in dogs.items():
        found = link(answer, "ICDC")
        records = [{"id": patient[1], "submitterID": patient[1], "project": "GLIOMA01"}] if patient in in_icdc else []
        assert (found["status"], found["records"]) == ("LINKED" if patient in in_icdc else "NOT_FOUND", records)
        assert (answer["icdcCase"] is not None) is (patient in in_icdc)
        assert {link(answer, commons)["status"] for commons in ("GDC", "PDC")} == {"NOT_LINKABLE"}


def test_no_human_is_a_dog(everyone: dict[Patient, Any]) -> None:
    humans = [answer for (collection, _), answer in everyone.items() if collection != "icdc_glioma"]
    assert len(humans) > 500
    for answer in humans:
        assert link(answer, "ICDC")["status"] in ("NOT_LINKABLE", "NOT_A_SUBJECT") and answer["icdcCase"] is None


# ------------------------------------------------------------------------------------------- what is shown


def provenance(commons: str, evidence: str, rule: str) -> dict[str, Any]:
    """Where something comes from, if it was harvested."""
    return {
        "status": "LINKED",
        "evidence": evidence,
        "rule": rule,
        "idcRelease": 25,
        "commonsRelease": commons,
        "fetchedAt": HARVESTED.isoformat(),
        "stale": False,
    }


def test_a_subject_is_shown_as_it_is(everyone: dict[Patient, Any], in_cda: dict[Patient, CdaSubject]) -> None:
    for patient, subject in in_cda.items():
        told = everyone[patient]["cdaSubject"]
        rule = told["provenance"]["rule"]
        assert rule in {each.name for each in link_rules()[patient[0]]}
        upstream = sorted((each.source, each.field, each.id) for each in subject.upstream)
        assert told == {
            "subjectID": subject.subject_id,
            "species": subject.species,
            "race": subject.race,
            "ethnicity": subject.ethnicity,
            "yearOfBirth": None,  # the world tells none
            "yearOfDeath": None,
            "causeOfDeath": subject.cause_of_death,
            "dataAt": sorted(each.upper() for each in subject.data_at),
            "projects": sorted(subject.projects),
            "upstream": [{"source": source, "field": field, "id": id} for source, field, id in upstream],
            "provenance": provenance(CDA_RELEASE, "CDA_ONLY", rule),
        }


def said(value: str | None) -> str | None:
    return None if value in (None, "", "Unknown", "Not Applicable", "Not Determined") else value


def test_a_dog_is_shown_as_it_is(everyone: dict[Patient, Any], in_icdc: dict[Patient, IcdcCase]) -> None:
    for patient, dog in in_icdc.items():
        told = dict(everyone[patient]["icdcCase"])
        own = told.pop("provenance")
        assert own.pop("commonsRelease").startswith("as of 20")  # ICDC tells no release
        expected = provenance("", "SUBMITTER_ID_IN_ALLOWED_PROJECT", "icdc-case")
        assert own == {name: value for name, value in expected.items() if name != "commonsRelease"}
        assert told == {
            "caseID": dog.case_id,
            "patientID": dog.patient_id,
            "study": "GLIOMA01",
            "studyName": "Comparative molecular life history of spontaneous canine and human gliomas",
            "accession": "000009",
            "demographic": {
                "breed": said(dog.breed),
                "sex": dog.sex,
                "neutered": said(dog.neutered),
                "ageAtEnrollment": dog.age_years,
                "ageUnit": "years",
                "ageAtEnrollmentYears": dog.age_years,
            },
            "diagnoses": [
                {
                    "diseaseTerm": dog.disease_term,
                    "primaryDiseaseSite": dog.primary_disease_site,
                    "stageOfDisease": None,  # gliomas of dogs have none
                    "histologicalGrade": None,
                    "dateOfDiagnosis": None,
                }
            ],
            "samples": [
                {
                    "sampleID": name,
                    "sampleSite": "Blood" if "-N" in name else "Brain",
                    "physicalSampleType": "Whole Blood" if "-N" in name else "Tissue",
                    "generalSamplePathology": "Normal" if "-N" in name else "Malignant",
                    "sampleChronology": "Before Treatment",
                }
                for name in dog.samples
            ],
            "files": [
                {"fileName": name, "fileType": kind, "fileFormat": name.removesuffix(".gz").rpartition(".")[2]}
                for name, kind in dog.files
            ],
        }


def test_the_sex_of_a_dog_is_what_icdc_says(everyone: dict[Patient, Any], in_icdc: dict[Patient, IcdcCase]) -> None:
    for patient, dog in in_icdc.items():
        (sex,) = [each for each in everyone[patient]["demographics"] if each["name"] == "sex"]
        assert dog.sex is not None and sex == {
            "name": "sex",
            "value": dog.sex.lower(),
            "sources": [{"commons": "ICDC", "rawValue": dog.sex, "sourceField": "demographic.sex"}],
        }


# ---------------------------------------------------------------------------------------------------- asked

ASKED = f"""query($where: PatientWhere) {{ patients(where: $where, first: 1000) {{ totalCount nodes {{
  collectionID patientID links {{ commons status reason records {{ id submitterID project }} }} {CDA} {ICDC} }} }} }}"""


def test_answers_are_those_of_a_harvest(live: Live, harvested: Gateway, known: set[Patient]) -> None:
    """Who is asked for is shown as who was harvested is; but for when that was, and for ICDC's day."""
    patients = {p for number, p in enumerate(sorted(known)) if number % 3 == 0 or p[0] in ("icdc_glioma", "eay131")}

    def shown_by(gateway: Gateway) -> Any:
        found = gateway.data(ASKED, where=of(patients))["patients"]
        for node in found["nodes"]:
            node["links"] = [each for each in node["links"] if each["commons"] in ("CDA", "ICDC")]
            for record in (node["cdaSubject"], node["icdcCase"]):
                if record:
                    del record["provenance"]["fetchedAt"]
            if node["icdcCase"]:
                del node["icdcCase"]["provenance"]["commonsRelease"]
        return found

    with live() as gateway:
        asked_for = shown_by(gateway)
    assert asked_for == shown_by(harvested)
    assert sum(node["cdaSubject"] is not None for node in asked_for["nodes"]) > 50
