"""Files of cases, each by itself: pages that hold all of them once, and few questions for many cases."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from resolvers.commons.gdc import Gdc
from resolvers.commons.gdc_case import gdc_record
from tests.commons.small import service_of
from tests.commons.standins import faults
from tests.commons.standins.gdc import NEXT_RELEASE, RELEASE
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.records import GdcCase, GdcFile, Patient
from tests.commons.standins.world import World
from tests.conftest import Gateway

Live = Callable[..., AbstractContextManager[Gateway]]
Cases = dict[Patient, GdcCase]

FILE = """fileID fileName sizeBytes md5sum access studyAccession accessPolicy dataCategory dataType dataFormat
  experimentalStrategy platform state"""
ONE = f"""query($collection: ID!, $patient: ID!, $first: Int, $after: String, $access: [String!],
    $dataFormat: [String!]) {{
  patient(collectionID: $collection, patientID: $patient) {{ gdcCase {{ project {{ dbgapAccessionNumber }}
    filePage(first: $first, after: $after, access: $access, dataFormat: $dataFormat) {{ totalCount
      pageInfo {{ hasNextPage endCursor hasPreviousPage startCursor }} nodes {{ {FILE} }}
    }} }} }} }}"""
MANY = """query($where: PatientWhere, $patients: Int, $first: Int) { patients(where: $where, first: $patients) { nodes {
  collectionID patientID gdcCase { caseID
    open: filePage(first: $first, access: "open") { totalCount nodes { fileID } } } } } }"""
LINKED: dict[str, Any] = {"gdc": {}}


def true_files(truth: World, case: GdcCase, holds: Callable[[GdcFile], bool] = lambda file: True) -> list[GdcFile]:
    """The files of a case by their ids."""
    return sorted(filter(holds, truth.files_of(case)), key=lambda file: file.file_id)


@pytest.fixture(scope="module")
def largest(in_gdc: Cases, truth: World) -> tuple[Patient, GdcCase]:
    """The patient with most files."""
    return max(in_gdc.items(), key=lambda each: len(truth.files_of(each[1])))


def test_a_file_is_shown_as_it_is(live: Live, harvest: Path, largest: tuple[Patient, GdcCase], truth: World) -> None:
    (collection, patient), case = largest
    with live(harvest) as gateway:
        found = gateway.data(ONE, collection=collection, patient=patient)["patient"]["gdcCase"]
    files = true_files(truth, case)
    shown = found["filePage"]
    assert shown["totalCount"] == len(files) == len(shown["nodes"])
    accession = found["project"]["dbgapAccessionNumber"]
    for node, file in zip(shown["nodes"], files, strict=True):
        closed = file.access == "controlled"
        assert (node["accessPolicy"] is None) is not closed
        assert accession is None or not closed or accession in node["accessPolicy"]
        assert len(node["md5sum"]) == 32 and node["state"] == "released"
        assert {name: node[name] for name in node if name not in ("accessPolicy", "md5sum", "state")} == {
            "fileID": file.file_id,
            "fileName": file.file_name,
            "sizeBytes": file.file_size,
            "access": file.access,
            "studyAccession": accession if closed else None,
            "dataCategory": file.data_category,
            "dataType": file.data_type,
            "dataFormat": file.data_format,
            "experimentalStrategy": file.experimental_strategy,
            "platform": "Illumina" if file.data_format == "BAM" else None,
        }
    assert {node["access"] for node in shown["nodes"]} == {"open", "controlled"}


def test_pages_hold_every_file_once(live: Live, harvest: Path, largest: tuple[Patient, GdcCase], truth: World) -> None:
    (collection, patient), case = largest
    true = [file.file_id for file in true_files(truth, case)]
    found: list[str] = []
    after: str | None = None
    with live(harvest) as gateway:
        while len(found) < len(true):
            document = gateway.data(ONE, collection=collection, patient=patient, first=2, after=after)
            page = document["patient"]["gdcCase"]["filePage"]
            ids = [node["fileID"] for node in page["nodes"]]
            assert page["totalCount"] == len(true)
            assert page["pageInfo"]["hasNextPage"] is (len(found) + len(ids) < len(true))
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            assert (page["pageInfo"]["startCursor"] == page["pageInfo"]["endCursor"]) is (len(ids) == 1)
            found, after = found + ids, page["pageInfo"]["endCursor"]
    assert found == true


def test_filters_are_of_several_values_and_all_hold(
    live: Live, harvest: Path, largest: tuple[Patient, GdcCase], truth: World
) -> None:
    (collection, patient), case = largest
    forms = ["BAM", "VCF", "MAF"]
    with live(harvest) as gateway:
        for access in ("open", "controlled"):
            found = gateway.data(ONE, collection=collection, patient=patient, access=access, dataFormat=forms)
            expected = true_files(truth, case, lambda f, access=access: f.access == access and f.data_format in forms)  # type: ignore[misc]
            shown = found["patient"]["gdcCase"]["filePage"]
            assert [node["fileID"] for node in shown["nodes"]] == [file.file_id for file in expected]
            assert shown["totalCount"] == len(expected)


def test_files_of_many_cases_are_asked_for_together(
    live: Live, harvest: Path, gdc: GdcStandIn, in_gdc: Cases, truth: World
) -> None:
    with live(harvest) as gateway:
        gdc.forget()
        nodes = gateway.data(MANY, where=LINKED, patients=100, first=3)["patients"]["nodes"]
        assert gdc.count("/files") == 1
    assert len(nodes) == 100
    for node in nodes:
        case = in_gdc[node["collectionID"], node["patientID"]]
        true = [file.file_id for file in true_files(truth, case, lambda file: file.access == "open")]
        assert [each["fileID"] for each in node["gdcCase"]["open"]["nodes"]] == true[:3]
        assert node["gdcCase"]["open"]["totalCount"] == len(true)


def test_files_of_more_cases_are_refused_with_the_remedy(live: Live, harvest: Path, gdc: GdcStandIn) -> None:
    gdc.forget()
    with live(harvest) as gateway:
        result = gateway.execute(MANY, {"where": LINKED, "patients": 102, "first": 1})
    assert result.errors is not None and gdc.count("/files") == 0
    assert result.data["patients"]["nodes"][0]["gdcCase"]["caseID"]
    messages = {error.message for error in result.errors}
    (message,) = messages
    assert message.startswith("filePage: asked of 1") and "more than 100; lower `first` of the" in message
    assert result.errors[0].extensions == {"code": "COST_LIMIT_EXCEEDED", "argument": "filePage"}


def test_a_cursor_holds_for_its_case_its_filters_and_the_release(
    live: Live, harvest: Path, gdc: GdcStandIn, largest: tuple[Patient, GdcCase], in_gdc: Cases
) -> None:
    (collection, patient), _ = largest
    other = next(each for each in in_gdc if each != (collection, patient))
    own = {"collection": collection, "patient": patient, "first": 1}
    with live(harvest) as gateway:
        shown = gateway.data(ONE, **own)["patient"]["gdcCase"]["filePage"]
        after = shown["pageInfo"]["endCursor"]
        for changed in ({"collection": other[0], "patient": other[1]}, {"access": ["open"]}):
            error = gateway.error(ONE, **{**own, "after": after, **changed})
            assert error.extensions == {"code": "STALE_CURSOR", "argument": "after"}
        assert gateway.error(ONE, **{**own, "after": "nonsense"}).extensions["code"] == "BAD_USER_INPUT"
    gdc.publish(NEXT_RELEASE)
    try:
        with live(harvest) as gateway:
            assert gateway.error(ONE, **{**own, "after": after}).extensions["code"] == "STALE_CURSOR"
    finally:
        gdc.publish(RELEASE)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"access": []}, "access: the list is empty; leave it out or give at least one value"),
        ({"dataFormat": []}, "dataFormat: the list is empty; leave it out or give at least one value"),
        ({"first": 0}, "first: 0 is not between 1 and 1000; for more rows page on with after"),
    ],
)
def test_arguments_that_can_not_be_meant(
    more: dict[str, Any], message: str, live: Live, harvest: Path, largest: tuple[Patient, GdcCase]
) -> None:
    (collection, patient), _ = largest
    with live(harvest) as gateway:
        error = gateway.error(ONE, collection=collection, patient=patient, **more)
    assert (error.message, error.extensions["code"]) == (message, "BAD_USER_INPUT")


def test_files_that_are_not_told_leave_the_case(
    live: Live, harvest: Path, gdc: GdcStandIn, largest: tuple[Patient, GdcCase]
) -> None:
    (_, patient), case = largest
    gdc.faults.add(faults.Status(504), "/files")
    try:
        with live(harvest) as gateway:
            result = gateway.execute(MANY, {"where": {"patientID": {"eq": patient}}, "patients": 2, "first": 1})
    finally:
        gdc.faults.clear()
    assert result.data["patients"]["nodes"][0]["gdcCase"] == {"caseID": case.case_id, "open": None}
    (error,) = result.errors or ()
    assert error.path == ["patients", "nodes", 0, "gdcCase", "open"]
    assert error.extensions is not None and error.extensions["code"] == "UPSTREAM_UNAVAILABLE"


def test_where_nobody_is_asked_the_setting_is_named(harvested: Gateway, largest: tuple[Patient, GdcCase]) -> None:
    (collection, patient), _ = largest
    error = harvested.error(ONE, collection=collection, patient=patient)
    assert error.extensions == {"code": "NOT_ASKED", "service": "GDC"}


async def test_a_file_of_cases_of_several_questions_counts_once(
    gdc: GdcStandIn, truth: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clinical supplements are of all cases of a project, so that they come with each chunk of these."""
    monkeypatch.setattr("resolvers.commons.gdc.IDS_AT_ONCE", 10)
    cases = [case for case in truth.gdc_cases if case.project_id == "TCGA-KIRC" and not case.redacted]
    assert len(cases) > 20
    async with service_of(gdc.url) as service:
        kinds = await Gdc(service).file_kinds(case.case_id for case in cases)
    for case in cases:
        assert sum(kind["file_count"] for kind in kinds[case.case_id]) == len(truth.files_of(case))


def test_a_project_without_an_accession_has_that_of_its_program() -> None:
    def accession(project: dict[str, Any]) -> Any:
        return gdc_record({"case_id": "one", "project": project})["project"]["dbgap_accession_number"]

    program = {"name": "TCGA", "dbgap_accession_number": "phs000178"}
    assert accession({"project_id": "TCGA-KIRC", "dbgap_accession_number": None, "program": program}) == "phs000178"
    assert accession({"dbgap_accession_number": "phs001287", "program": program}) == "phs001287"
    assert accession({"program": {"name": "TCGA"}}) is None
