"""Slide images joined to the samples that GDC has of them: by the barcode on the glass, and by nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexers.index_package import SourceError
from indexers.slide_index import SlideIndex
from tests.commons.standins import faults
from tests.commons.standins.draw import made_uuid
from tests.commons.standins.gdc import RELEASE
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.records import GdcCase, Patient
from tests.conftest import Gateway

Live = Callable[..., AbstractContextManager[Gateway]]
Cases = dict[Patient, GdcCase]
Barcodes = dict[str, tuple[Patient, str]]

LINK = """containerIdentifier status reason slides { slideID submitterID caseID sampleID sampleSubmitterID sampleType
  tissueType } provenance { status evidence rule commonsRelease stale }"""
MANY = f"""query($where: SeriesWhere) {{ allSeries: series(where: $where, first: 1000) {{ nodes {{
  seriesInstanceUID containerIdentifier gdcSlideLink {{ {LINK} }} }} }} }}"""


def table(folder: Path, containers: dict[str, str]) -> SlideIndex:
    """IDC's table of slides with some containers, by series."""
    path = folder / "sm_index.parquet"
    columns = {"SeriesInstanceUID": list(containers), "ContainerIdentifier": list(containers.values())}
    pq.write_table(pa.table(columns), path)
    return SlideIndex(path)


def linked(gateway: Gateway, uids: list[str]) -> dict[str, Any]:
    """Series by UID."""
    nodes = gateway.data(MANY, where={"seriesInstanceUID": {"in": uids}})["allSeries"]["nodes"]
    return {node["seriesInstanceUID"]: node for node in nodes}


def test_a_slide_is_joined_to_the_sample_that_it_was_cut_from(
    live: Live, harvest: Path, slides: SlideIndex, barcodes: Barcodes, in_gdc: Cases, gdc: GdcStandIn
) -> None:
    uids = sorted(barcodes)[:300]
    with live(harvest, slides) as gateway:
        gdc.forget()
        found = linked(gateway, uids)
        assert gdc.count("/cases") == 1
    assert sorted(found) == uids and len(uids) > 100
    for uid in uids:
        patient, barcode = barcodes[uid]
        case = in_gdc[patient]
        (sample,) = [sample for sample in case.samples if barcode in sample.slides]
        shown = found[uid]["gdcSlideLink"]
        rule = shown["provenance"].pop("rule")
        assert rule and found[uid]["containerIdentifier"] == barcode
        assert shown == {
            "containerIdentifier": barcode,
            "status": "LINKED",
            "reason": None,
            "slides": [
                {
                    "slideID": made_uuid("slide", barcode),
                    "submitterID": barcode,
                    "caseID": case.case_id,
                    "sampleID": sample.sample_id,
                    "sampleSubmitterID": sample.submitter_id,
                    "sampleType": sample.sample_type,
                    "tissueType": sample.tissue_type,
                }
            ],
            "provenance": {"status": "LINKED", "evidence": "BARCODE", "commonsRelease": RELEASE, "stale": False},
        }


def test_another_barcode_is_another_slide(
    live: Live, harvest: Path, barcodes: Barcodes, in_gdc: Cases, tmp_path: Path
) -> None:
    """One that GDC does not have is not found; one of another case contradicts the link."""
    (absent, (_, own)), (contrary, (patient, _)) = list(barcodes.items())[:2]
    stranger = next(barcode for other, barcode in barcodes.values() if other != patient and barcode != own)
    index = table(tmp_path, {absent: own[:-1], contrary: stranger})
    with live(harvest, index) as gateway:
        found = linked(gateway, [absent, contrary])
    lost, other = found[absent]["gdcSlideLink"], found[contrary]["gdcSlideLink"]
    assert (lost["status"], lost["slides"], lost["provenance"]["evidence"]) == ("NOT_FOUND", [], None)
    assert lost["reason"] == "GDC has no slide with this barcode."
    assert (other["status"], other["reason"]) == (
        "CONFLICT",
        "GDC has this barcode in another case than the patient's.",
    )
    assert [slide["submitterID"] for slide in other["slides"]] == [stranger]
    assert other["slides"][0]["caseID"] != in_gdc[patient].case_id


def test_what_is_not_known_is_told_with_its_reason(
    live: Live, harvest: Path, slides: SlideIndex, barcodes: Barcodes
) -> None:
    uid = next(iter(barcodes))
    with live(harvest) as gateway:
        shown = linked(gateway, [uid])[uid]
        assert (shown["containerIdentifier"], shown["gdcSlideLink"]["status"]) == (None, "NOT_CHECKED")
        assert shown["gdcSlideLink"]["reason"].endswith("start it with --slide-index.")
    of = """query($collection: ID!) { series(where: {modality: {eq: "SM"}, collectionID: {eq: $collection}}, first: 1) {
      nodes { containerIdentifier gdcSlideLink { status reason slides { slideID } } } } }"""
    with live(harvest, slides) as gateway:
        (gtex,) = gateway.data(of, collection="gtex")["series"]["nodes"]
        ct = gateway.data(
            """{ series(where: {modality: {eq: "CT"}}, first: 1) { nodes {
              containerIdentifier gdcSlideLink { status } } } }"""
        )["series"]["nodes"]
    assert gtex["gdcSlideLink"]["status"] == "NOT_LINKABLE" and gtex["gdcSlideLink"]["reason"]
    assert ct == [{"containerIdentifier": None, "gdcSlideLink": None}]


def test_slides_that_are_not_told_leave_the_series(
    live: Live, harvest: Path, slides: SlideIndex, barcodes: Barcodes, gdc: GdcStandIn
) -> None:
    uid, (_, barcode) = next(iter(barcodes.items()))
    gdc.faults.add(faults.Status(502), "/cases")
    try:
        with live(harvest, slides) as gateway:
            result = gateway.execute(MANY, {"where": {"seriesInstanceUID": {"eq": uid}}})
    finally:
        gdc.faults.clear()
    assert result.data["allSeries"]["nodes"] == [
        {"seriesInstanceUID": uid, "containerIdentifier": barcode, "gdcSlideLink": None}
    ]
    (error,) = result.errors or ()
    assert error.extensions is not None and error.extensions["code"] == "UPSTREAM_UNAVAILABLE"


def test_a_file_that_is_no_table_of_slides_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sm_index.parquet"
    with pytest.raises(SourceError, match=r"can't be read as IDC's sm_index .*: give --slide-index another file"):
        SlideIndex(path)
    pq.write_table(pa.table({"SeriesInstanceUID": ["1.2"]}), path)
    with pytest.raises(SourceError, match="--slide-index"):
        SlideIndex(path)
    path.write_bytes(b"PAR1 but no more")
    with pytest.raises(SourceError, match="--slide-index"):
        SlideIndex(path)
