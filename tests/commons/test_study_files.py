"""How many files PDC has for studies, of which it is asked."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.commons.standins import faults
from tests.commons.standins.pdc import Pdc as PdcStandIn
from tests.commons.standins.records import Patient, PdcCase
from tests.commons.standins.world import World
from tests.conftest import Gateway

Live = Callable[..., AbstractContextManager[Gateway]]

COUNTED = """query($collection: ID!, $patient: ID!) {
  patient(collectionID: $collection, patientID: $patient) { pdcCase {
  caseID studies { pdcStudyID fileCounts { dataCategory fileType fileCount } } } } }"""


@pytest.fixture(scope="module")
def studied(in_pdc: dict[Patient, PdcCase], truth: World) -> tuple[Patient, list[str]]:
    """A patient of two studies, and these."""
    for patient, case in in_pdc.items():
        own = [study.pdc_study_id for study in truth.pdc_studies if study.latest and case.case_id in study.cases]
        if len(own) == 2:
            return patient, sorted(own)
    raise AssertionError


def test_a_study_that_is_not_told_leaves_the_other(
    live: Live, harvest: Path, pdc: PdcStandIn, studied: tuple[Patient, list[str]]
) -> None:
    (collection, patient), own = studied
    pdc.faults.add(faults.Status(404), times=1, where=lambda body: "filesCountPerStudy" in body)
    try:
        with live(harvest) as gateway:
            result = gateway.execute(COUNTED, {"collection": collection, "patient": patient})
    finally:
        pdc.faults.clear()
    studies = result.data["patient"]["pdcCase"]["studies"]
    assert sorted(study["pdcStudyID"] for study in studies) == own
    assert sorted(study["fileCounts"] is None for study in studies) == [False, True]
    (error,) = result.errors or ()
    assert error.extensions is not None and error.extensions["code"] == "SCHEMA_DRIFT"
    assert error.path is not None and error.path[-1] == "fileCounts"


def test_where_nobody_is_asked_the_setting_is_named(harvested: Gateway, studied: tuple[Patient, list[str]]) -> None:
    (collection, patient), own = studied
    result = harvested.execute(COUNTED, {"collection": collection, "patient": patient})
    assert sorted(study["pdcStudyID"] for study in result.data["patient"]["pdcCase"]["studies"]) == own
    assert result.errors is not None
    assert [error.extensions for error in result.errors] == [{"code": "NOT_ASKED", "service": "PDC"}] * 2
