"""What CDA and ICDC hold of patients: whom, what is shown, and what can be asked."""

from typing import Any

import pytest

from tests.commons.standins.records import CdaSubject, IcdcCase, Patient
from tests.commons.standins.world import World
from tests.commons.test_harvested_conditions import asked
from tests.conftest import Gateway

SHOWN = """query($collection: ID!, $patient: ID!) { patient(collectionID: $collection, patientID: $patient) {
  links { commons status records { id submitterID project } provenance { evidence commonsRelease } }
  cdaSubject { subjectID species race ethnicity yearOfBirth dataAt projects upstream { source field id }
    provenance { status evidence } }
  icdcCase { caseID patientID study studyName accession demographic { breed sex neutered ageAtEnrollment ageUnit }
    diagnoses { diseaseTerm primaryDiseaseSite stageOfDisease } samples { sampleID } files { fileName fileType }
    provenance { status evidence commonsRelease } }
  demographics { name value sources { commons rawValue sourceField } } } }"""


def shown(gateway: Gateway, patient: Patient) -> Any:
    return gateway.data(SHOWN, collection=patient[0], patient=patient[1])["patient"]


def link(answer: Any, commons: str) -> Any:
    (found,) = [each for each in answer["links"] if each["commons"] == commons]
    return found


@pytest.fixture(scope="module")
def in_cda(truth: World, harvested: Gateway) -> dict[Patient, CdaSubject]:
    """The subjects of patients whom a rule allows to be linked: of EAY131 nothing is verified, so nobody is."""
    return {
        subject.patient: subject
        for subject in truth.cda_subjects
        if subject.patient is not None and subject.patient[0] != "eay131"
    }


@pytest.fixture(scope="module")
def in_icdc(truth: World) -> dict[Patient, IcdcCase]:
    return {case.patient: case for case in truth.icdc_cases if case.patient is not None}


def test_whom_cda_holds(harvested: Gateway, in_cda: dict[Patient, CdaSubject]) -> None:
    found = asked(harvested, {"cda": {}, "collectionID": {"in": ["cptac_ccrcc", "tcga_kirc", "icdc_glioma", "eay131"]}})
    own = {patient for patient in in_cda if patient[0] in ("cptac_ccrcc", "tcga_kirc", "icdc_glioma")}
    assert found and found <= own
    for patient in sorted(own - found):
        # Its word on GDC contradicts GDC's, or it was not clear whose it is.
        assert link(shown(harvested, patient), "CDA")["status"] in ("CONFLICT", "AMBIGUOUS", "NOT_FOUND")


def test_a_subject_is_shown_as_it_is(harvested: Gateway, in_cda: dict[Patient, CdaSubject]) -> None:
    compared = 0
    for patient, subject in sorted(in_cda.items())[::11]:
        answer = shown(harvested, patient)
        if answer["cdaSubject"] is None:
            continue
        told = answer["cdaSubject"]
        assert told["subjectID"] == subject.subject_id
        assert {each.lower() for each in told["dataAt"]} == set(subject.data_at)
        assert set(told["projects"]) == set(subject.projects)
        assert {(each["source"], each["field"], each["id"]) for each in told["upstream"]} == {
            (each.source, each.field, each.id) for each in subject.upstream
        }
        assert told["provenance"] == {"status": "LINKED", "evidence": "CDA_ONLY"}
        compared += 1
    assert compared > 10


def test_a_miss_in_cda_is_unknown(harvested: Gateway, in_cda: dict[Patient, CdaSubject]) -> None:
    """CDA takes IDC in late: whom it lacks meets neither a condition nor its complement."""
    where = {"collectionID": {"eq": "cptac_ccrcc"}}
    condition = {"cda": {"dataAt": {"some": {"commons": {"eq": "PDC"}}}}}
    holds, fails = asked(harvested, {**where, **condition}), asked(harvested, {**where, "not": condition})
    known = asked(harvested, {**where, "cda": {}})
    assert holds and holds | fails == known and not holds & fails
    assert holds == {patient for patient in known if "pdc" in in_cda[patient].data_at}
    assert asked(harvested, where) - known


def test_conditions_on_subjects(harvested: Gateway, in_cda: dict[Patient, CdaSubject]) -> None:
    where: dict[str, Any] = {"collectionID": {"in": ["cptac_ccrcc", "tcga_kirc"]}}
    known = asked(harvested, {**where, "cda": {}})
    of_gdc = asked(harvested, {**where, "cda": {"projects": {"some": {"project": {"eq": "CPTAC-3"}}}}})
    assert of_gdc == {patient for patient in known if "CPTAC-3" in in_cda[patient].projects}
    female = asked(harvested, {**where, "cda": {"race": {"eq": "White"}}})
    assert female == {patient for patient in known if in_cda[patient].race == "White"}


def test_dogs_are_shown_as_they_are(harvested: Gateway, in_icdc: dict[Patient, IcdcCase]) -> None:
    for patient, dog in in_icdc.items():
        answer = shown(harvested, patient)
        told = answer["icdcCase"]
        assert (told["caseID"], told["patientID"], told["study"]) == (dog.case_id, dog.patient_id, dog.study)
        assert told["demographic"]["breed"] == (None if dog.breed in (None, "Unknown") else dog.breed)
        assert told["demographic"]["ageAtEnrollment"] == dog.age_years
        assert told["diagnoses"][0]["stageOfDisease"] is None  # gliomas of dogs have no stages
        assert [each["sampleID"] for each in told["samples"]] == list(dog.samples)
        assert [(each["fileName"], each["fileType"]) for each in told["files"]] == list(dog.files)
        assert told["provenance"]["evidence"] == "SUBMITTER_ID_IN_ALLOWED_PROJECT"
        sex = next(each for each in answer["demographics"] if each["name"] == "sex")
        assert (sex["value"], sex["sources"][0]["sourceField"]) == (dog.sex.lower(), "demographic.sex")


def test_conditions_on_dogs(harvested: Gateway, in_icdc: dict[Patient, IcdcCase]) -> None:
    boxers = asked(harvested, {"icdc": {"demographic": {"breed": {"eq": "Boxer"}}}})
    assert boxers == {patient for patient, dog in in_icdc.items() if dog.breed == "Boxer"} != set()
    gliomas = asked(harvested, {"icdc": {"diagnoses": {"diseaseTerm": {"eq": "Astrocytoma"}}}})
    assert gliomas == {patient for patient, dog in in_icdc.items() if dog.disease_term == "Astrocytoma"} != set()
    normal = asked(harvested, {"icdc": {"samples": {"some": {"generalSamplePathology": {"eq": "Normal"}}}}})
    assert normal == {patient for patient, dog in in_icdc.items() if any("-N" in each for each in dog.samples)} != set()
    assert asked(harvested, {"icdc": {}}) == in_icdc.keys()


def test_nothing_is_said_of_eay131(harvested: Gateway, truth: World) -> None:
    """CDA puts it together with MATCH, which nobody has verified."""
    (patient, *_) = [s.patient for s in truth.cda_subjects if s.patient and s.patient[0] == "eay131"]
    answer = shown(harvested, patient)
    assert {each["status"] for each in answer["links"]} == {"NOT_LINKABLE"}
    assert answer["cdaSubject"] is None and answer["icdcCase"] is None
