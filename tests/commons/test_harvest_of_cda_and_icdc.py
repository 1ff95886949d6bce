"""Harvests of CDA and ICDC: whom they link, what breaks off, what vanishes, and CDA's ways to mislead."""

import asyncio
import datetime
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from pyarrow import feather

from indexers.harvested import FORM, Harvested
from resolvers.commons.cda import Cda
from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.harvest import Source, projects_of, pulled, relink
from resolvers.commons.icdc import Icdc
from resolvers.commons.limits import CommonsLimits
from resolvers.commons.linking import patients_of
from resolvers.commons.transport import Service
from schema.errors import NotHarvested, UpstreamError
from schema.vocabulary import Commons, LinkStatus
from tests.commons.conftest import HARVESTED
from tests.commons.standins import faults
from tests.commons.standins.cda import NEXT_RELEASE
from tests.commons.standins.cda import Cda as CdaStandIn
from tests.commons.standins.icdc import Icdc as IcdcStandIn
from tests.commons.standins.records import CdaSubject, IcdcCase, Patient, Upstream
from tests.commons.standins.server import StandIn
from tests.commons.standins.world import World, next_world
from tests.conftest import Gateway

TODAY = datetime.date(2026, 11, 23)
LIMITS = CommonsLimits(seconds=10, retries=0, first_pause=0.01)


def pull(standin: StandIn, commons: Commons, cache: Path, day: datetime.date = TODAY) -> Harvested:
    async def asked() -> Harvested:
        async with aiohttp.ClientSession() as session:
            service = Service(commons.value, standin.url, LIMITS, session)
            source: Source = Cda(service) if commons is Commons.CDA else Icdc(service, lambda: day)
            return await pulled(source, commons, cache)

    return asyncio.run(asked())


def crosswalk(idc: Gateway, commons: Commons, cache: Path) -> Crosswalk:
    return Crosswalks(cache, idc.catalogue).of(commons)


def with_status(idc: Gateway, commons: Commons, cache: Path, status: LinkStatus = LinkStatus.LINKED) -> set[Patient]:
    rows = crosswalk(idc, commons, cache).with_status(status).nonzero()[0].tolist()
    return {(collection, name) for _, collection, name, _ in patients_of(idc.catalogue, rows)}


def test_a_harvest_of_cda_links_whom_it_has(
    cda: CdaStandIn, idc: Gateway, tmp_path: Path, in_cda: dict[Patient, CdaSubject]
) -> None:
    cda.forget()
    assert pull(cda, Commons.CDA, tmp_path).release == "GC 27.0, GDC 45.0, ICDC 2026-04-16, IDC v24, PDC 6.1"
    # One question for each collection that a rule allows, and for no other.
    filters = [orjson.loads(each.body)["MATCH_SOME"] for each in cda.requests if each.path == "/data/subject"]
    assert filters == [[f"project_short_name = {collection}"] for collection in projects_of(Commons.CDA)]
    assert relink(idc.catalogue, tmp_path, HARVESTED) == {Commons.CDA: len(in_cda)}
    assert with_status(idc, Commons.CDA, tmp_path) == in_cda.keys()


def test_a_harvest_of_icdc_links_the_dogs_that_it_has(
    icdc: IcdcStandIn, idc: Gateway, tmp_path: Path, in_icdc: dict[Patient, IcdcCase]
) -> None:
    """By one question for each study; since it tells no release, it is known by the day."""
    icdc.forget()
    assert pull(icdc, Commons.ICDC, tmp_path).release == "as of 2026-11-23"
    assert len(icdc.requests) == len(projects_of(Commons.ICDC)) == 1
    assert relink(idc.catalogue, tmp_path, HARVESTED) == {Commons.ICDC: len(in_icdc)}
    assert with_status(idc, Commons.ICDC, tmp_path) == in_icdc.keys()


def test_a_harvest_that_broke_off_goes_on_where_it_stopped(truth: World, idc: Gateway, tmp_path: Path) -> None:
    with CdaStandIn(truth) as own:
        own.faults.add(faults.Status(503), "/data/subject", after=20)
        with pytest.raises(UpstreamError):
            pull(own, Commons.CDA, tmp_path)
        assert relink(idc.catalogue, tmp_path, HARVESTED) == {}
        with pytest.raises(NotHarvested, match="CDA was not harvested: run `idc-gateway harvest cda`"):
            crosswalk(idc, Commons.CDA, tmp_path)
        own.faults.clear()
        own.forget()
        pull(own, Commons.CDA, tmp_path)
        assert own.count("/data/subject") == len(projects_of(Commons.CDA)) - 20
        assert relink(idc.catalogue, tmp_path, HARVESTED).keys() == {Commons.CDA}


@pytest.mark.parametrize("status", [403, 413])
def test_a_firewall_that_refuses_a_collection_is_an_error_of_cda(status: int, truth: World, tmp_path: Path) -> None:
    with CdaStandIn(truth) as own:
        own.faults.add(faults.Status(status), "/data/subject")
        with pytest.raises(UpstreamError, match=f"CDA answered with status {status}"):
            pull(own, Commons.CDA, tmp_path)


def test_pages_in_no_order_lose_nobody(
    truth: World, idc: Gateway, tmp_path: Path, in_cda: dict[Patient, CdaSubject], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.commons.cda.ROWS_OF_A_PAGE", 7)
    with CdaStandIn(truth) as own:
        own.faults.add(faults.SHUFFLED_PAGES, "/data/subject")
        pull(own, Commons.CDA, tmp_path)
    assert relink(idc.catalogue, tmp_path, HARVESTED) == {Commons.CDA: len(in_cda)}


def test_a_new_release_of_cda_brings_whom_it_lacked_under_other_ids(
    truth: World, idc: Gateway, tmp_path: Path, in_cda: dict[Patient, CdaSubject]
) -> None:
    def ids() -> dict[str, str]:
        keys = [orjson.loads(each)["keys"][0] for each in links(idc, tmp_path, Commons.CDA)]
        return {f"{each['project']}/{each['submitter_id']}": each["id"] for each in keys}

    with CdaStandIn(truth) as own:
        pull(own, Commons.CDA, tmp_path)
        relink(idc.catalogue, tmp_path, HARVESTED)
        before, ids_before = with_status(idc, Commons.CDA, tmp_path), ids()
        own.publish(NEXT_RELEASE, next_world(truth))
        pull(own, Commons.CDA, tmp_path)
        assert with_status(idc, Commons.CDA, tmp_path) == before == in_cda.keys()  # until all is linked
        relink(idc.catalogue, tmp_path, HARVESTED)
    after, ids_after = with_status(idc, Commons.CDA, tmp_path), ids()
    assert before < after
    assert {each for each in ids_before if ids_after[each] != ids_before[each]}
    release = crosswalk(idc, Commons.CDA, tmp_path).tables.release
    assert release == "GC 28.0, GDC 46.0, ICDC 2026-08-03, IDC v25, PDC 6.2"


def test_a_dog_that_vanished_from_icdc_vanishes_here(
    truth: World, idc: Gateway, tmp_path: Path, in_icdc: dict[Patient, IcdcCase]
) -> None:
    """On the next day: of the same one what was pulled is kept."""
    gone = min(in_icdc)
    others = tuple(case for case in truth.icdc_cases if case.patient != gone)
    with IcdcStandIn(truth) as own:
        pull(own, Commons.ICDC, tmp_path)
        own.publish("2.0.0", replace(truth, icdc_cases=others))
        own.forget()
        pull(own, Commons.ICDC, tmp_path)
        assert own.requests == []
        pull(own, Commons.ICDC, tmp_path, TODAY + datetime.timedelta(days=1))
    relink(idc.catalogue, tmp_path, HARVESTED)
    assert with_status(idc, Commons.ICDC, tmp_path) == in_icdc.keys() - {gone}
    assert gone in with_status(idc, Commons.ICDC, tmp_path, LinkStatus.NOT_FOUND)
    assert crosswalk(idc, Commons.ICDC, tmp_path).tables.release == "as of 2026-11-24"


# ------------------------------------------------------------------------------------ CDA's ways to mislead


def links(idc: Gateway, cache: Path, commons: Commons) -> list[bytes]:
    """The links of the patients that are linked."""
    table = crosswalk(idc, commons, cache).tables.links
    pairs = zip(table["status"].to_pylist(), table["link"].to_pylist(), strict=True)
    return [link for status, link in pairs if status == "LINKED"]


def harvest_of(subjects: list[CdaSubject], truth: World, idc: Gateway, cache: Path) -> dict[Commons, int]:
    with CdaStandIn(replace(truth, cda_subjects=tuple(subjects))) as own:
        pull(own, Commons.CDA, cache)
    return relink(idc.catalogue, cache, HARVESTED)


@pytest.fixture
def subject(in_cda: dict[Patient, CdaSubject]) -> CdaSubject:
    """One of cptac_ccrcc whom GDC has, too."""
    own = (in_cda[patient] for patient in sorted(in_cda) if patient[0] == "cptac_ccrcc")
    return next(each for each in own if "gdc" in each.data_at)


def test_a_subject_of_two_collections_is_kept_once(
    subject: CdaSubject, truth: World, idc: Gateway, tmp_path: Path
) -> None:
    """It comes with each of them."""
    both = replace(subject, projects=(*subject.projects, "cptac_luad"))
    assert harvest_of([both], truth, idc, tmp_path) == {Commons.CDA: 1}
    assert with_status(idc, Commons.CDA, tmp_path) == {subject.patient}
    rows = crosswalk(idc, Commons.CDA, tmp_path).tables.tables
    assert rows["record"].num_rows == 1 and rows["projects"].num_rows == len(set(both.projects))


def test_one_subject_of_two_patients_is_linked_to_both(
    subject: CdaSubject, truth: World, idc: Gateway, tmp_path: Path, in_cda: dict[Patient, CdaSubject]
) -> None:
    other = next(patient for patient in sorted(in_cda) if patient[0] == "cptac_luad")
    joined = replace(
        subject,
        projects=(*subject.projects, other[0]),
        upstream=(*subject.upstream, Upstream("IDC", "dicom_all.PatientID", other[1])),
    )
    assert harvest_of([joined], truth, idc, tmp_path) == {Commons.CDA: 2}
    assert with_status(idc, Commons.CDA, tmp_path) == {subject.patient, other}


def test_two_subjects_with_the_identifier_are_not_decided_between(
    subject: CdaSubject, truth: World, idc: Gateway, tmp_path: Path
) -> None:
    twin = replace(subject, subject_id="CPTAC.TWIN")
    assert harvest_of([subject, twin], truth, idc, tmp_path) == {Commons.CDA: 0}
    assert with_status(idc, Commons.CDA, tmp_path, LinkStatus.AMBIGUOUS) == {subject.patient}


def test_capital_and_small_letters_are_different_identifiers(
    subject: CdaSubject, truth: World, idc: Gateway, tmp_path: Path
) -> None:
    """CDA itself takes them for the same."""
    lower = replace(subject, upstream=tuple(replace(each, id=each.id.lower()) for each in subject.upstream))
    assert harvest_of([lower], truth, idc, tmp_path) == {Commons.CDA: 0}
    assert subject.patient in with_status(idc, Commons.CDA, tmp_path, LinkStatus.NOT_FOUND)


def test_the_collection_has_to_be_the_same(subject: CdaSubject, truth: World, idc: Gateway, tmp_path: Path) -> None:
    """The identifier alone is no link, even in a project of GDC that is allowed for GDC."""
    elsewhere = replace(subject, projects=("CPTAC-3", "cptac_luad"))
    assert harvest_of([elsewhere], truth, idc, tmp_path) == {Commons.CDA: 0}


# -------------------------------------------------------------------------------------------- form of records


def paths(value: Any, at: str) -> set[str]:
    """The fields of a record, and of what is in it."""
    if isinstance(value, list):
        return {path for each in value for path in paths(each, f"{at}[]")}
    if isinstance(value, dict):
        return {path for name, each in value.items() for path in ({f"{at}.{name}"} | paths(each, f"{at}.{name}"))}
    return set()


def test_records_of_another_form_have_another_number(harvest: Path) -> None:
    """If this fails: raise FORM where records have other fields than before, and put the new digest here."""
    found = sorted(
        path
        for commons in Commons
        for record in Harvested(harvest, commons).records()
        for path in paths(record, commons.value)
    )
    digest = hashlib.sha256("\n".join(dict.fromkeys(found)).encode()).hexdigest()[:16]
    assert (FORM, digest) == (2, "2431ac76cd10af32")


def test_what_was_pulled_in_another_form_is_pulled_anew(icdc: IcdcStandIn, idc: Gateway, tmp_path: Path) -> None:
    pull(icdc, Commons.ICDC, tmp_path)
    told = tmp_path / "commons" / "pulled" / "icdc" / "release.json"
    told.write_bytes(orjson.dumps({**orjson.loads(told.read_bytes()), "form": FORM - 1}))
    assert relink(idc.catalogue, tmp_path, HARVESTED) == {}
    icdc.forget()
    pull(icdc, Commons.ICDC, tmp_path)
    assert len(icdc.requests) == 1
    assert relink(idc.catalogue, tmp_path, HARVESTED).keys() == {Commons.ICDC}


@pytest.mark.parametrize("change", [{"form": FORM - 1}, {"layout": 0}])
def test_a_crosswalk_of_another_form_is_refused_with_the_remedy(
    change: dict[str, Any], icdc: IcdcStandIn, idc: Gateway, tmp_path: Path
) -> None:
    pull(icdc, Commons.ICDC, tmp_path)
    relink(idc.catalogue, tmp_path, HARVESTED)
    (manifest,) = (tmp_path / "commons").glob("icdc-*/manifest.json")
    manifest.write_bytes(orjson.dumps({**orjson.loads(manifest.read_bytes()), **change}))
    with pytest.raises(NotHarvested, match="run `idc-gateway harvest icdc`"):
        crosswalk(idc, Commons.ICDC, tmp_path)


def test_a_crosswalk_that_lacks_a_column_is_refused_with_the_remedy(
    icdc: IcdcStandIn, idc: Gateway, tmp_path: Path
) -> None:
    pull(icdc, Commons.ICDC, tmp_path)
    relink(idc.catalogue, tmp_path, HARVESTED)
    (path,) = (tmp_path / "commons").glob("icdc-*/demographic.arrow")
    table = feather.read_table(str(path), memory_map=False).drop_columns(["breed"])
    feather.write_feather(table, str(path), compression="uncompressed")
    with pytest.raises(NotHarvested, match="has other columns of demographic: run `idc-gateway harvest icdc`"):
        crosswalk(idc, Commons.ICDC, tmp_path)
