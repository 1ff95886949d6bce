"""Links and cases of patients: what commons hold, where it comes from, and never of anybody else."""

from typing import Any

import pytest

from tests.commons.conftest import ALIASES, HARVESTED
from tests.commons.standins.records import GdcCase, Patient, PdcCase
from tests.commons.standins.world import World
from tests.conftest import Gateway

PROVENANCE = "provenance { status evidence rule idcRelease commonsRelease fetchedAt stale }"
LINKS = f"""query($collection: ID!, $patient: ID!) {{ patient(collectionID: $collection, patientID: $patient) {{
  links {{ commons status reason records {{ id submitterID project }} disagreements {{ source about message ids }}
    {PROVENANCE} }}
  gdcCase {{ caseID submitterID project {{ projectID program dbgapAccessionNumber }} primarySite diseaseType
    demographic {{ sex vitalStatus ageAtIndex daysToDeath }}
    diagnoses {{ diagnosisID isPrimaryDisease primaryDiagnosis stages {{ system raw group }} stageGroup tumorGrade
      ageAtDiagnosis }}
    treatments {{ diagnosisID treatmentType therapeuticAgents }}
    samples {{ submitterID tissueType slides {{ submitterID }} }}
    annotations {{ classification entityType notes }}
    files {{ access dataCategory experimentalStrategy fileCount sizeBytes }} {PROVENANCE} }}
  pdcCase {{ caseID submitterID project gdcCaseIDs studies {{ pdcStudyID analyticalFraction }}
    diagnoses {{ stageGroup ageAtDiagnosis }} {PROVENANCE} }} }} }}"""


def asked(gateway: Gateway, patient: Patient) -> Any:
    return gateway.data(LINKS, collection=patient[0], patient=patient[1])["patient"]


def link(shown: Any, commons: str) -> Any:
    (found,) = [each for each in shown["links"] if each["commons"] == commons]
    return found


def test_a_case_of_gdc_is_shown_as_it_is(harvested: Gateway, in_gdc: dict[Patient, GdcCase], truth: World) -> None:
    for patient, case in list(in_gdc.items())[::7]:
        shown = asked(harvested, patient)["gdcCase"]
        files = truth.files_of(case)
        assert (shown["caseID"], shown["submitterID"]) == (case.case_id, case.submitter_id)
        assert shown["project"]["projectID"] == case.project_id
        assert shown["primarySite"] == case.primary_site
        assert [each["diagnosisID"] for each in shown["diagnoses"]] == [each.diagnosis_id for each in case.diagnoses]
        for told, true in zip(shown["diagnoses"], case.diagnoses, strict=True):
            assert told["isPrimaryDisease"] is true.primary
            assert told["ageAtDiagnosis"] == true.age_days
            assert {stage["group"] for stage in told["stages"]} - {None} == set(true.groups)
        done = [(each["diagnosisID"], each["treatmentType"]) for each in shown["treatments"]]
        assert done == [(d.diagnosis_id, t.treatment_type) for d in case.diagnoses for t in d.treatments]
        assert [each["submitterID"] for each in shown["samples"]] == [each.submitter_id for each in case.samples]
        slides = [slide["submitterID"] for each in shown["samples"] for slide in each["slides"]]
        assert slides == [slide for each in case.samples for slide in each.slides]
        assert sum(each["fileCount"] for each in shown["files"]) == len(files)
        assert sum(int(each["sizeBytes"]) for each in shown["files"]) == sum(file.file_size for file in files)
        rna = {(file.access, file.data_category) for file in files if file.experimental_strategy == "RNA-Seq"}
        kinds = [each for each in shown["files"] if each["experimentalStrategy"] == "RNA-Seq"]
        assert {(each["access"], each["dataCategory"]) for each in kinds} == rna
        assert shown["provenance"] == {
            "status": "LINKED",
            "evidence": link(asked(harvested, patient), "GDC")["provenance"]["evidence"],
            "rule": shown["provenance"]["rule"],
            "idcRelease": 25,
            "commonsRelease": "Data Release 45.0 - December 04, 2025",
            "fetchedAt": HARVESTED.isoformat(),
            "stale": False,
        }


def test_evidence_says_on_what_a_link_rests(
    harvested: Gateway, in_gdc: dict[Patient, GdcCase], in_pdc: dict[Patient, PdcCase]
) -> None:
    seen = set()
    for patient, case in in_gdc.items():
        found = link(asked(harvested, patient), "GDC")
        own = in_pdc.get(patient)
        expected = "ALIAS" if patient[1] in ALIASES else "SUBMITTER_ID_IN_ALLOWED_PROJECT"
        if own is not None and own.gdc_case_id == case.case_id:
            expected = "EXPLICIT_XREF"
        assert found["provenance"]["evidence"] == expected, patient
        assert found["records"] == [{"id": case.case_id, "submitterID": case.submitter_id, "project": case.project_id}]
        seen.add(expected)
    assert seen >= {"EXPLICIT_XREF", "SUBMITTER_ID_IN_ALLOWED_PROJECT"}


def test_a_redacted_case_is_withheld_with_all_its_values(harvested: Gateway, truth: World) -> None:
    redacted = [case.patient for case in truth.gdc_cases if case.redacted and case.patient]
    assert redacted
    for patient in redacted:
        shown = asked(harvested, patient)
        found = link(shown, "GDC")
        assert (found["status"], found["records"], shown["gdcCase"]) == ("WITHHELD", [], None)


def test_contradictions_are_reported_and_nothing_is_decided(harvested: Gateway, truth: World) -> None:
    assert truth.conflicting
    for patient in truth.conflicting:
        shown = asked(harvested, patient)
        assert shown["gdcCase"] is None and shown["pdcCase"] is None
        for commons in ("GDC", "PDC"):
            found = link(shown, commons)
            assert found["status"] == "CONFLICT" and found["disagreements"]


def test_several_records_that_fit_are_all_named(harvested: Gateway, truth: World) -> None:
    assert truth.ambiguous
    for patient in truth.ambiguous - truth.conflicting:
        shown = asked(harvested, patient)
        found = link(shown, "PDC")
        assert found["status"] == "AMBIGUOUS" and shown["pdcCase"] is None
        assert {each["id"] for each in found["records"]} == {case.case_id for case in truth.pdc_of(patient)}


@pytest.mark.parametrize(
    ("patient", "status"),
    [
        (("nlst", "100002"), "NOT_LINKABLE"),
        (("cbis_ddsm", "Calc-Test_P_00038_LEFT_MLO_1"), "NOT_A_SUBJECT"),
        (("lidc_idri", "LIDC-IDRI-0001"), "NOT_LINKABLE"),
        (("vestibular_schwannoma_seg", "VS-SEG-001"), "NOT_LINKABLE"),
    ],
)
def test_who_can_not_be_linked_is_told_why(harvested: Gateway, patient: Patient, status: str) -> None:
    shown = asked(harvested, patient)
    assert {each["status"] for each in shown["links"]} == {status}
    assert all(each["reason"] and not each["records"] for each in shown["links"])
    assert (shown["gdcCase"], shown["pdcCase"]) == (None, None)


def test_pdc_studies_of_a_case(harvested: Gateway, in_pdc: dict[Patient, PdcCase], truth: World) -> None:
    for patient, case in list(in_pdc.items())[::9]:
        shown = asked(harvested, patient)["pdcCase"]
        assert (shown["caseID"], shown["project"]) == (case.case_id, case.project)
        assert {each["analyticalFraction"] for each in shown["studies"]} == set(truth.fractions(case))


def test_commons_that_were_not_harvested_are_not_checked(idc: Gateway) -> None:
    document = """{ patient(collectionID: "tcga_kirc", patientID: "TCGA-B0-5812") {
      patientID links { commons status reason } gdcCase { caseID } } }"""
    result = idc.execute(document)
    assert result.data is not None and result.errors is not None
    assert result.data["patient"]["patientID"] == "TCGA-B0-5812" and result.data["patient"]["gdcCase"] is None
    statuses = {each["commons"]: each["status"] for each in result.data["patient"]["links"]}
    assert statuses == {"GDC": "NOT_CHECKED", "PDC": "NOT_CHECKED", "CDA": "NOT_CHECKED", "ICDC": "NOT_LINKABLE"}
    reasons = {each["commons"]: each["reason"] for each in result.data["patient"]["links"]}
    assert reasons["PDC"] == "PDC was not harvested: run `idc-gateway harvest pdc`"
    assert reasons["CDA"] == "CDA was not harvested: run `idc-gateway harvest cda`"
    (error,) = result.errors
    assert error.path == ["patient", "gdcCase"]
    assert error.extensions is not None and error.extensions["code"] == "NOT_HARVESTED"


DEMOGRAPHICS = """query($collection: ID!, $patient: ID!) { patient(collectionID: $collection, patientID: $patient) {
  demographics { name value differs sources { commons value rawValue sourceField } } } }"""


def test_demographics_of_commons_stand_side_by_side(
    harvested: Gateway, in_gdc: dict[Patient, GdcCase], in_pdc: dict[Patient, PdcCase]
) -> None:
    """Where they differ, both are shown and neither is chosen."""
    differing = 0
    for patient in in_gdc.keys() & in_pdc.keys():
        told = [("GDC", in_gdc[patient].demographic), ("PDC", in_pdc[patient].demographic)]
        shown = harvested.data(DEMOGRAPHICS, collection=patient[0], patient=patient[1])["patient"]["demographics"]
        for each, name in zip(shown, ("sex", "race", "ethnicity", "vital_status"), strict=True):
            assert [source["commons"] for source in each["sources"]] == [commons for commons, one in told if one]
            unsaid = ("not reported", "unknown", "not available", "n/a", "")
            true = [(getattr(one, name) or "").lower() for _, one in told if one]
            known = {value for value in true if value not in unsaid}
            assert each["differs"] is (len(known) > 1)
            assert each["value"] == (known.pop() if len(known) == 1 else None)
            differing += each["differs"]
    assert differing


RAW = """query($collection: ID!, $patient: ID!) { patient(collectionID: $collection, patientID: $patient) {
  gdcCase { demographic { sex race ethnicity vitalStatus ageAtIndex rawValues { name sourceField rawValue } }
    diagnoses { tumorGrade rawValues { name sourceField rawValue } } }
  pdcCase { demographic { ageAtIndex daysToBirth rawValues { name sourceField rawValue } }
    diagnoses { ageAtDiagnosis rawValues { name sourceField rawValue } } } } }"""


def test_what_is_shown_otherwise_is_told_as_it_was_written(
    harvested: Gateway, in_gdc: dict[Patient, GdcCase], in_pdc: dict[Patient, PdcCase]
) -> None:
    """GDC says in many ways that nothing is known, and PDC writes numbers as text."""
    unsaid = 0
    for patient in sorted(in_gdc.keys() & in_pdc.keys())[::5]:
        shown = harvested.data(RAW, collection=patient[0], patient=patient[1])["patient"]
        demographic = in_gdc[patient].demographic
        for name in ("race", "ethnicity") if demographic else ():
            raw = [each for each in shown["gdcCase"]["demographic"]["rawValues"] if each["name"] == name]
            value = getattr(demographic, name)
            if value is not None and shown["gdcCase"]["demographic"][name] is None:
                assert raw == [{"name": name, "sourceField": f"demographic.{name}", "rawValue": value}]
                unsaid += 1
            else:
                assert raw == []
        for diagnosis in shown["pdcCase"]["diagnoses"]:
            ages = {each["name"]: each["rawValue"] for each in diagnosis["rawValues"]}
            if diagnosis["ageAtDiagnosis"] is not None:
                assert int(float(ages["ageAtDiagnosis"])) == diagnosis["ageAtDiagnosis"]
    assert unsaid
