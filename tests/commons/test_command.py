"""`idc-gateway harvest`, and a gateway that serves meanwhile."""

import subprocess
from pathlib import Path

import pytest

from gateway.doctor.commons import harvests
from gateway.doctor.finding import State
from gateway.settings import load_settings
from tests.commons.standins import faults
from tests.commons.standins.cda import Cda as CdaStandIn
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.icdc import Icdc as IcdcStandIn
from tests.commons.standins.pdc import Pdc as PdcStandIn
from tests.conftest import Gateway
from tests.gateway.conftest import ROOT, command, serving

COUNT = "{ patients(first: 1, where: { gdc: {} }) { totalCount } }"

PAGE = """query($after: String) {
  patients(first: 1, after: $after, where: { gdc: {} }) { nodes { patientID } pageInfo { endCursor } } }"""


@pytest.fixture
def own_cache(idc: Gateway, tmp_path: Path) -> Path:
    """A cache with the store of the release, and nothing else."""
    store = idc.catalogue.store.folder
    (tmp_path / store.name).symlink_to(store)
    return tmp_path


def harvest(commons: str, url: str, cache: Path) -> "subprocess.CompletedProcess[str]":
    call = command("harvest", commons, "--cache", cache, f"--{commons}", url, "--commons-seconds", "5")
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_a_gateway_takes_a_harvest_up_when_it_is_whole(
    own_cache: Path, gdc: GdcStandIn, pdc: PdcStandIn, in_gdc: dict[object, object], tmp_path: Path
) -> None:
    with serving(own_cache, tmp_path / "log") as server:
        server.wait_until_ready()

        def asked() -> tuple[object, str]:
            answer = server.http.get("/graphql", params={"query": COUNT})
            return answer.json(), answer.headers.get("etag", "")

        refused, _ = asked()
        assert refused["errors"][0]["extensions"] == {"code": "NOT_HARVESTED", "service": "GDC"}  # type: ignore[index]
        done = harvest("gdc", gdc.url, own_cache)
        assert (done.returncode, done.stderr) == (0, "")
        linked, before = asked()
        page = server.http.post("/graphql", json={"query": PAGE, "variables": {}}).json()["data"]["patients"]
        cursor = page["pageInfo"]["endCursor"]
        many = linked["data"]["patients"]["totalCount"]  # type: ignore[index]
        assert done.stdout == f"GDC: {many:,} patients are linked\n"
        # What PDC says contradicts some links: they fall when it is harvested, and no answer from before is kept.
        assert harvest("pdc", pdc.url, own_cache).returncode == 0
        linked, after = asked()
        assert linked["data"]["patients"]["totalCount"] == len(in_gdc) < many  # type: ignore[index]
        assert before != after
        onward = server.http.post("/graphql", json={"query": PAGE, "variables": {"after": cursor}}).json()
        assert onward["errors"][0]["extensions"]["code"] == "STALE_CURSOR"


def test_cda_and_icdc_are_harvested_by_themselves(
    own_cache: Path, cda: CdaStandIn, icdc: IcdcStandIn, in_cda: dict[object, object], in_icdc: dict[object, object]
) -> None:
    """What was harvested before is linked anew with each."""
    done = harvest("cda", cda.url, own_cache)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"CDA: {len(in_cda):,} patients are linked\n", "")
    done = harvest("icdc", icdc.url, own_cache)
    told = [f"CDA: {len(in_cda):,} patients are linked", f"ICDC: {len(in_icdc):,} patients are linked"]
    assert (done.returncode, sorted(done.stdout.splitlines()), done.stderr) == (0, told, "")


def test_a_firewall_that_refuses_a_harvest(own_cache: Path, cda: CdaStandIn) -> None:
    cda.faults.add(faults.Status(403))
    try:
        done = harvest("cda", cda.url, own_cache)
    finally:
        cda.faults.clear()
    assert (done.returncode, done.stdout) == (1, "") and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("idc-gateway: CDA answered with status 403")


def test_a_commons_that_does_not_answer(own_cache: Path, gdc: GdcStandIn) -> None:
    gdc.faults.add(faults.Status(504))
    try:
        done = harvest("gdc", gdc.url, own_cache)
    finally:
        gdc.faults.clear()
    assert done.returncode == 1 and done.stdout == ""
    told = "idc-gateway: GDC answered with status 504; ask again later; what was harvested before still is"
    assert done.stderr.splitlines()[-1].startswith(told)
    assert "Traceback" not in done.stderr


def test_an_address_that_is_none(own_cache: Path) -> None:
    done = harvest("gdc", "gdc.example", own_cache)
    assert done.returncode == 2 and "--gdc" in done.stderr


def test_doctor_tells_what_was_harvested(own_cache: Path, idc: Gateway, gdc: GdcStandIn) -> None:
    def found() -> list[tuple[State, str, str]]:
        findings = harvests(load_settings(cache=own_cache), idc.catalogue.store)
        return [(each.state, each.found, each.remedy) for each in findings]

    assert found()[0] == (State.OK, "GDC: not harvested, asked while questions are answered", "")
    assert harvest("gdc", gdc.url, own_cache).returncode == 0
    state, told, _ = found()[0]
    assert state is State.OK and told.startswith("GDC: Data Release 45.0 - December 04, 2025, harvested 20")
    (own_cache / "commons" / f"gdc-{idc.catalogue.store.folder.name}" / "links.arrow").write_bytes(b"")
    state, told, remedy = found()[0]
    assert (state, remedy) == (State.WARNING, "run `idc-gateway harvest gdc`") and "is damaged" in told
    assert len(found()) == 4
