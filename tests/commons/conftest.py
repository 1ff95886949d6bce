"""The release of IDC, with what the stand-ins of sister commons hold of its patients."""

import asyncio
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gateway.open_release import LiveCommons, OpenRelease
from indexers.slide_index import SlideIndex
from resolvers.commons.addresses import CommonsAddresses
from resolvers.commons.cda import Cda
from resolvers.commons.clients import CommonsClients
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.gdc import Gdc
from resolvers.commons.harvest import pulled, relink
from resolvers.commons.icdc import Icdc
from resolvers.commons.identity.rules import link_rules
from resolvers.commons.limits import CommonsLimits, KeepingLimits
from resolvers.commons.pdc import Pdc
from resolvers.commons.transport import Service
from schema.build import build_schema
from schema.vocabulary import Commons
from tests.commons.standins.cda import Cda as CdaStandIn
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.icdc import Icdc as IcdcStandIn
from tests.commons.standins.pdc import Pdc as PdcStandIn
from tests.commons.standins.records import CdaSubject, GdcCase, IcdcCase, Patient, PdcCase
from tests.commons.standins.world import World, world
from tests.conftest import Gateway

HARVESTED = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
ALIASES = {"TCGA-AY-4070A", "TCGA-AY-5543A", "TCGA-AY-6197A", "TCGA-AY-6386A"}


@pytest.fixture(scope="session")
def truth() -> World:
    return world()


@pytest.fixture(scope="session")
def gdc(truth: World) -> Iterator[GdcStandIn]:
    with GdcStandIn(truth) as standin:
        yield standin


@pytest.fixture(scope="session")
def pdc(truth: World) -> Iterator[PdcStandIn]:
    with PdcStandIn(truth) as standin:
        yield standin


@pytest.fixture(scope="session")
def cda(truth: World) -> Iterator[CdaStandIn]:
    with CdaStandIn(truth) as standin:
        yield standin


@pytest.fixture(scope="session")
def icdc(truth: World) -> Iterator[IcdcStandIn]:
    with IcdcStandIn(truth) as standin:
        yield standin


@pytest.fixture(scope="session")
def live(
    idc: Gateway, gdc: GdcStandIn, pdc: PdcStandIn, cda: CdaStandIn, icdc: IcdcStandIn
) -> Callable[..., AbstractContextManager[Gateway]]:
    """Gateways over the whole release that ask the stand-ins, and have asked nothing yet.

    `harvest`: they have it beside them. `slides`: they know these.
    """
    store = idc.catalogue.store
    addresses = CommonsAddresses(gdc=gdc.url, pdc=pdc.url, cda=cda.url, icdc=icdc.url)

    @contextmanager
    def opened(harvest: Path | None = None, slides: SlideIndex | None = None) -> Iterator[Gateway]:
        with asyncio.Runner() as runner:

            async def made() -> tuple[CommonsClients, OpenRelease]:
                clients = CommonsClients(addresses, CommonsLimits(), KeepingLimits())
                crosswalks = Crosswalks(harvest, idc.catalogue) if harvest else None
                live = LiveCommons(clients, 2000)
                return clients, OpenRelease.over(store, crosswalks=crosswalks, live=live, slides=slides)

            clients, release = runner.run(made())
            schema = build_schema()

            def execute(document: str, variables: dict[str, Any] | None = None) -> Any:
                return runner.run(schema.execute(document, variable_values=variables, context_value=release.context()))

            yield Gateway(idc.source, idc.catalogue, execute)
            runner.run(release.close())
            runner.run(clients.close())

    return opened


@pytest.fixture(scope="session")
def harvest(
    idc: Gateway,
    gdc: GdcStandIn,
    pdc: PdcStandIn,
    cda: CdaStandIn,
    icdc: IcdcStandIn,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A cache with what the stand-ins hold."""
    cache = tmp_path_factory.mktemp("harvested")

    async def pull() -> None:
        async with aiohttp.ClientSession() as session:
            limits = CommonsLimits()
            await pulled(Gdc(Service("GDC", gdc.url, limits, session)), Commons.GDC, cache)
            await pulled(Pdc(Service("PDC", pdc.url, limits, session)), Commons.PDC, cache)
            await pulled(Cda(Service("CDA", cda.url, limits, session)), Commons.CDA, cache)
            await pulled(Icdc(Service("ICDC", icdc.url, limits, session)), Commons.ICDC, cache)

    asyncio.run(pull())
    relink(idc.catalogue, cache, HARVESTED)
    return cache


@pytest.fixture(scope="session")
def harvested(idc: Gateway, harvest: Path) -> Iterator[Gateway]:
    """The whole release, with what was harvested; nobody is asked."""
    store = idc.catalogue.store
    with asyncio.Runner() as runner:

        async def opened() -> OpenRelease:
            return OpenRelease.over(store, crosswalks=Crosswalks(harvest, idc.catalogue))

        release, schema = runner.run(opened()), build_schema()

        def execute(document: str, variables: dict[str, Any] | None = None) -> Any:
            return runner.run(schema.execute(document, variable_values=variables, context_value=release.context()))

        yield Gateway(idc.source, idc.catalogue, execute)
        runner.run(release.close())


@pytest.fixture(scope="session")
def barcodes(idc: Gateway, in_gdc: dict[Patient, GdcCase]) -> dict[str, tuple[Patient, str]]:
    """Of slide images the patient and a barcode of its case: the world's, since IDC's table of slides is in no package.

    Of a patient with more images than slides some have none.
    """
    document = """query($where: SeriesWhere, $after: String) { series(where: $where, first: 1000, after: $after) {
      nodes { seriesInstanceUID collectionID patientID } pageInfo { hasNextPage endCursor } } }"""
    of_patient: dict[Patient, list[str]] = defaultdict(list)
    where = {"modality": {"eq": "SM"}, "patientID": {"in": sorted({patient for _, patient in in_gdc})}}
    after, more = None, True
    while more:
        page = idc.data(document, where=where, after=after)["series"]
        for node in page["nodes"]:
            of_patient[node["collectionID"], node["patientID"]].append(node["seriesInstanceUID"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return {
        uid: (patient, barcode)
        for patient, case in in_gdc.items()
        for uid, barcode in zip(
            of_patient[patient], (s for sample in case.samples for s in sample.slides), strict=False
        )
    }


def _slides(case: GdcCase) -> list[str]:
    return [slide for sample in case.samples for slide in sample.slides]


@pytest.fixture(scope="session")
def slides(barcodes: dict[str, tuple[Patient, str]], tmp_path_factory: pytest.TempPathFactory) -> SlideIndex:
    """IDC's table of slides with these barcodes."""
    path = tmp_path_factory.mktemp("slides") / "sm_index.parquet"
    columns = {
        "SeriesInstanceUID": list(barcodes),
        "ContainerIdentifier": [barcode for _, barcode in barcodes.values()],
    }
    pq.write_table(pa.table(columns), path)
    return SlideIndex(path)


@pytest.fixture(scope="session")
def in_gdc(truth: World) -> dict[Patient, GdcCase]:
    """The patients whom a case of GDC is linked to. IDC has those whose id it misspells under the right one, too."""
    found = {}
    for case in truth.gdc_cases:
        if case.patient is not None and not case.redacted and case.patient not in truth.conflicting:
            found[case.patient] = case
            if case.patient[1] in ALIASES:
                found["tcga_coad", case.submitter_id] = case
    return found


@pytest.fixture(scope="session")
def in_pdc(truth: World) -> dict[Patient, PdcCase]:
    """The patients whom a case of PDC is linked to."""
    found = {}
    for case in truth.pdc_cases:
        if case.patient is not None and case.patient not in truth.conflicting | truth.ambiguous:
            found[case.patient] = case
            if case.patient[1] in ALIASES:
                found["tcga_coad", case.submitter_id] = case
    return found


@pytest.fixture(scope="session")
def in_cda(truth: World) -> dict[Patient, CdaSubject]:
    """The patients whom a subject of CDA is linked to. It has EAY131 and nlst, too, whom no rule allows."""
    return {
        subject.patient: subject
        for subject in truth.cda_subjects
        if subject.patient is not None and subject.patient[0] in link_rules()
    }


@pytest.fixture(scope="session")
def in_icdc(truth: World) -> dict[Patient, IcdcCase]:
    """The dogs whom a case of ICDC is linked to."""
    return {case.patient: case for case in truth.icdc_cases if case.patient is not None}
