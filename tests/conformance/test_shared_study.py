"""The one study that IDC holds under two patients: 108001 with two of its series, 123342 with one."""

from typing import Any

import pytest

from tests.conftest import Gateway

STUDY = "1.2.840.113654.2.55.125969098001031158877420279905106225610"
PATIENTS = ["108001", "123342"]


def own_series(gateway: Gateway, patient: str) -> list[str]:
    document = """query($uid: ID, $patient: ID) { series(where: {studyInstanceUID: {eq: $uid},
        patientID: {eq: $patient}}) { nodes { seriesInstanceUID } } }"""
    nodes = gateway.data(document, uid=STUDY, patient=patient)["series"]["nodes"]
    return [node["seriesInstanceUID"] for node in nodes]


def test_each_patient_has_its_own_series_of_it(sampled: Gateway) -> None:
    assert [len(own_series(sampled, patient)) for patient in PATIENTS] == [2, 1]


@pytest.mark.parametrize("patient", PATIENTS)
def test_a_condition_met_by_one_patient_alone_reaches_the_study(sampled: Gateway, patient: str) -> None:
    own = own_series(sampled, patient)
    wheres: list[dict[str, Any]] = [
        {"patients": {"some": {"patientID": {"eq": patient}}}, "studyInstanceUID": {"eq": STUDY}},
        {"patientID": {"eq": patient}, "studyInstanceUID": {"eq": STUDY}},
        {"series": {"some": {"seriesInstanceUID": {"in": own}}}},
        {"series": {"count": {"where": {"seriesInstanceUID": {"in": own}}, "n": {"eq": len(own)}}}},
    ]
    for where in wheres:
        document = (
            "query($where: StudyWhere) { studies(where: $where) { nodes { studyInstanceUID } counts { series } } }"
        )
        assert sampled.data(document, where=where)["studies"] == {
            "nodes": [{"studyInstanceUID": STUDY}],
            "counts": {"series": 3},
        }, where


@pytest.mark.parametrize("patient", PATIENTS)
def test_it_is_one_study_in_counts_and_one_of_each_patient(sampled: Gateway, patient: str) -> None:
    data = sampled.data(
        """query($uid: ID, $own: [ID!], $patient: ID!) {
          all: counts(where: {studyInstanceUID: {eq: $uid}}) { patients studies series }
          own: counts(where: {seriesInstanceUID: {in: $own}}) { patients studies series }
          matched: counts(match: STUDY, where: {seriesInstanceUID: {in: $own}}) { patients studies series }
          patient(collectionID: "nlst", patientID: $patient) {
            counts(where: {studyInstanceUID: {eq: $uid}}) { patients studies series }
            studies(where: {studyInstanceUID: {eq: $uid}}) { counts { series } nodes { series { totalCount } } } } }""",
        uid=STUDY,
        own=own_series(sampled, patient),
        patient=patient,
    )
    size = 2 if patient == "108001" else 1
    assert data["all"] == data["matched"] == {"patients": 2, "studies": 1, "series": 3}
    assert data["own"] == {"patients": 1, "studies": 1, "series": size}
    assert data["patient"] == {
        "counts": {"patients": 1, "studies": 1, "series": size},
        "studies": {"counts": {"series": size}, "nodes": [{"series": {"totalCount": 3}}]},
    }


def test_not_and_ne_speak_of_all_its_patients(sampled: Gateway) -> None:
    document = "query($where: StudyWhere) { studies(where: $where) { totalCount } }"
    for where in ({"patientID": {"ne": "123342"}}, {"not": {"patientID": {"eq": "108001"}}}):
        found = sampled.data(document, where={"studyInstanceUID": {"eq": STUDY}, **where})
        assert found["studies"]["totalCount"] == 0


def test_it_sorts_by_the_smaller_patient_id_everywhere(sampled: Gateway) -> None:
    data = sampled.data("""{ patient(collectionID: "nlst", patientID: "123342") {
        studies { nodes { studyInstanceUID patients { patientID } } } } }""")
    first = data["patient"]["studies"]["nodes"][0]
    assert first == {"studyInstanceUID": STUDY, "patients": [{"patientID": patient} for patient in PATIENTS]}
