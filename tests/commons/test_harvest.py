"""Harvests: what was pulled before stays until all of the next is there; what vanished upstream vanishes here."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from indexers.crosswalk import crosswalk_folder
from indexers.harvested import Harvested
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.gdc import Gdc
from resolvers.commons.harvest import projects_of, pulled, relink
from resolvers.commons.limits import CommonsLimits
from resolvers.commons.transport import Service
from schema.errors import NotHarvested, UpstreamError
from schema.vocabulary import Commons, LinkStatus
from tests.commons.conftest import HARVESTED
from tests.commons.standins import faults
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.world import World, next_world
from tests.conftest import Gateway

LIMITS = CommonsLimits(seconds=10, retries=0, first_pause=0.01)


def pull(gdc: GdcStandIn, cache: Path) -> Harvested:
    async def asked() -> Harvested:
        async with aiohttp.ClientSession() as session:
            return await pulled(Gdc(Service("GDC", gdc.url, LIMITS, session)), Commons.GDC, cache)

    return asyncio.run(asked())


def linked(idc: Gateway, cache: Path) -> int:
    return int(Crosswalks(cache, idc.catalogue).of(Commons.GDC).linked.sum())


@pytest.fixture
def own(truth: World) -> GdcStandIn:
    """A stand-in that one test may change."""
    return GdcStandIn(truth)


def test_a_harvest_that_broke_off_goes_on_where_it_stopped(own: GdcStandIn, idc: Gateway, tmp_path: Path) -> None:
    with own:
        own.faults.add(faults.Status(503), "/cases", after=20)
        with pytest.raises(UpstreamError):
            pull(own, tmp_path)
        assert relink(idc.catalogue, tmp_path, HARVESTED) == {}
        with pytest.raises(NotHarvested, match="GDC was not harvested: run `idc-gateway harvest gdc`"):
            linked(idc, tmp_path)
        own.faults.clear()
        own.forget()
        pull(own, tmp_path)
        assert own.count("/cases") == len(projects_of(Commons.GDC)) - 20
        assert relink(idc.catalogue, tmp_path, HARVESTED) == {Commons.GDC: linked(idc, tmp_path)}


def test_what_vanished_upstream_vanishes_here(own: GdcStandIn, idc: Gateway, tmp_path: Path, truth: World) -> None:
    with own:
        pull(own, tmp_path)
        relink(idc.catalogue, tmp_path, HARVESTED)
        crosswalks = Crosswalks(tmp_path, idc.catalogue)
        before, edition = int(crosswalks.of(Commons.GDC).linked.sum()), crosswalks.edition()
        own.publish("Data Release 46.0 - June 11, 2026", next_world(truth))
        pull(own, tmp_path)
        assert int(crosswalks.of(Commons.GDC).linked.sum()) == before  # until all is there
        relink(idc.catalogue, tmp_path, HARVESTED)
        assert int(crosswalks.of(Commons.GDC).linked.sum()) == before - 3
        assert crosswalks.of(Commons.GDC).with_status(LinkStatus.NOT_FOUND).any()
        assert crosswalks.of(Commons.GDC).tables.release == "Data Release 46.0 - June 11, 2026"
        assert crosswalks.edition() != edition


def test_a_release_that_comes_out_meanwhile_is_read_from_its_beginning(
    own: GdcStandIn, idc: Gateway, tmp_path: Path, truth: World
) -> None:
    with own:
        own.faults.add(faults.Released("Data Release 46.0 - June 11, 2026", next_world(truth)), "/files", 1, after=5)
        assert pull(own, tmp_path).release == "Data Release 46.0 - June 11, 2026"
        assert own.count("/status") == 4
        own.publish("Data Release 47.0 - October 1, 2026")
        own.faults.add(faults.Released("Data Release 48.0 - November 1, 2026"), "/files", 1, after=5)
        own.faults.add(faults.Released("Data Release 49.0 - December 1, 2026"), "/files", 1, after=60)
        with pytest.raises(UpstreamError, match="GDC changed its release while it was being read"):
            pull(own, tmp_path)


def test_a_damaged_crosswalk_is_refused_with_the_remedy(own: GdcStandIn, idc: Gateway, tmp_path: Path) -> None:
    with own:
        pull(own, tmp_path)
    relink(idc.catalogue, tmp_path, HARVESTED)
    folder = crosswalk_folder(tmp_path, Commons.GDC, idc.catalogue.store.key.folder_name)
    (folder / "files.arrow").write_bytes(b"no arrow")
    with pytest.raises(NotHarvested, match=r"files\.arrow is damaged: run `idc-gateway harvest gdc`"):
        linked(idc, tmp_path)
    (folder / "manifest.json").write_text('{"layout": 0}')
    with pytest.raises(NotHarvested, match="is no whole crosswalk"):
        linked(idc, tmp_path)
