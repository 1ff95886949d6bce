"""All clients together: few requests for many patients, and for each client every fault its typed error in time."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest
from aiohttp import web

from resolvers.commons import ledger
from resolvers.commons.addresses import CommonsAddresses
from resolvers.commons.clients import CommonsClients
from resolvers.commons.limits import KeepingLimits
from resolvers.commons.pdc import CASES_OF_A_PAGE, Pdc
from resolvers.commons.transport import DEADLINE
from schema.errors import GatewayError
from tests.commons.small import LIMITS, Answer, Received, page, small, told, until
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.pdc import Pdc as PdcStandIn
from tests.commons.standins.world import World

KEEPING = KeepingLimits()
ASK: dict[str, Callable[[CommonsClients], Awaitable[Any]]] = {
    "GDC": lambda commons: commons.gdc.cases(["TCGA-DD-A4NO"], ["TCGA-LIHC"]),
    "PDC": lambda commons: commons.pdc.cases(["C3L-00791"]),
    "CDA": lambda commons: commons.cda.subjects(["TCGA-DD-A4NO"]),
    "ICDC": lambda commons: commons.icdc.cases(["GLIOMA01-i_0001"]),
    "DRS": lambda commons: commons.drs.objects(["641121f1-5ca0-42cc-9156-fb5538c14355"]),
}
# Answers without a hit, by path, or by field of a GraphQL document.
NOTHING: dict[str, Any] = {
    "/status": {"status": "OK", "data_release": "1"},
    "/cases": {"data": {"hits": [], "pagination": {"total": 0}}, "warnings": {}},
    "/release_metadata/": {"result": [{"data_source": "IDC", "data_source_version": "v24"}]},
    "/data/subject": {"result": [], "total_row_count": 0, "next_url": None},
    "uiDataVersionSoftwareVersion": {"data": {"uiDataVersionSoftwareVersion": {"data_release": "6.1"}}},
    "case": {"data": {"case": []}},
    "/ga4gh/drs/v1/objects": {"resolved_drs_objects": []},
}


def nothing(request: Received) -> web.Response:
    if request.path.endswith(("/graphql", "/graphql/")):
        field = "uiDataVersionSoftwareVersion" if "uiDataVersion" in request.json["query"] else "case"
        return told(NOTHING[field])
    return told(NOTHING[request.path])


@asynccontextmanager
async def clients(url: str) -> AsyncIterator[CommonsClients]:
    addresses = CommonsAddresses(gdc=url, pdc=url, cda=url, icdc=url, drs=url)
    async with CommonsClients(addresses, LIMITS, KEEPING) as commons:
        yield commons


async def stall(_: Received) -> web.Response:
    await asyncio.sleep(30)
    return told({})


def truncated(request: Received) -> web.Response:
    body = bytes(nothing(request).body or b"")  # type: ignore[arg-type]
    return web.Response(body=body[: len(body) // 2], content_type="application/json")


def as_text(request: Received) -> web.Response:
    return web.Response(body=nothing(request).body, content_type="text/plain")


FAULTS: dict[str, tuple[Answer, str, bool]] = {
    "stall": (stall, "UPSTREAM_TIMEOUT", True),
    "500": (lambda _: told({"error_type": "DatabaseConnectionDrop"}, 500), "UPSTREAM_UNAVAILABLE", True),
    "502 in HTML": (lambda _: page(502), "UPSTREAM_UNAVAILABLE", True),
    "504 in HTML": (lambda _: page(504), "UPSTREAM_UNAVAILABLE", True),
    "403 in HTML": (lambda _: page(403), "UPSTREAM_BAD_RESPONSE", True),
    "429": (lambda _: told({}, 429, Retry_After="0"), "UPSTREAM_RATE_LIMITED", True),
    "429 for a minute": (lambda _: told({}, 429, Retry_After="60"), "UPSTREAM_RATE_LIMITED", True),
    "truncated": (truncated, "UPSTREAM_BAD_RESPONSE", True),
    "wrong content type": (as_text, "UPSTREAM_BAD_RESPONSE", True),
    "HTML with 200": (lambda _: page(200), "UPSTREAM_BAD_RESPONSE", True),
    "redirect": (
        lambda _: web.Response(status=307, headers={"Location": "http://127.0.0.1:9/"}),
        "UPSTREAM_BAD_RESPONSE",
        True,
    ),
    "not understood": (lambda _: told({"error_type": "ColumnNotFound"}, 400), "SCHEMA_DRIFT", False),
    "another form": (lambda _: told(["other"]), "SCHEMA_DRIFT", False),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ASK)
async def test_every_fault_is_its_error_inside_the_deadline(name: str, fault: str) -> None:
    answer, code, retryable = FAULTS[fault]

    async def asked(commons: CommonsClients) -> GatewayError:
        DEADLINE.set(time.monotonic() + 1)
        with pytest.raises(GatewayError) as error:
            await ASK[name](commons)
        return error.value

    async with small(answer) as server, clients(server.url) as commons:
        begun = time.monotonic()
        with ledger.opened() as noted:
            error = await asyncio.create_task(asked(commons))
        assert time.monotonic() - begun < 3
        told_of = {key: value for key, value in error.extensions.items() if key != "upstreamStatus"}
        assert told_of == {"code": code, "service": name, "retryable": retryable}
        assert noted.told[name].status == "error"
        assert server.url not in str(error) and "10.0.0.7" not in str(error) and "html" not in str(error)
        assert commons.shelf.bytes == 0


@pytest.mark.parametrize("name", ASK)
async def test_a_commons_that_falls_ill_is_left_alone_and_comes_back(name: str) -> None:
    ill = True

    def answer(request: Received) -> web.Response:
        return page(503) if ill else nothing(request)

    async with small(answer) as server, clients(server.url) as commons:
        service = commons.services[name]
        for _ in range(LIMITS.failures):
            with pytest.raises(GatewayError):
                await ASK[name](commons)
        assert service.breaker.state == "open"
        requests = len(server.received)
        with pytest.raises(GatewayError, match="left alone for a while"):
            await ASK[name](commons)
        assert len(server.received) == requests
        # The others are not touched by it.
        assert [each.breaker.state for each in commons.services.values() if each is not service] == ["closed"] * 4
        ill = False
        await until(lambda: service.breaker.state != "open")
        await ASK[name](commons)
        assert service.breaker.state == "closed"


@pytest.mark.parametrize("name", ASK)
async def test_a_commons_that_fails_after_it_answered_is_stood_in_for(name: str) -> None:
    ill = False

    def answer(request: Received) -> web.Response:
        return page(503) if ill else nothing(request)

    async with small(answer) as server:
        addresses = CommonsAddresses(*[server.url] * 5)
        keeping = replace(KEEPING, lacking_seconds=0)
        async with CommonsClients(addresses, LIMITS, keeping) as commons:
            first = await ASK[name](commons)
            ill = True
            with ledger.opened() as noted:
                assert await ASK[name](commons) == first
            assert (noted.told[name].status, noted.told[name].kept) == ("stale", 1)


async def test_a_hundred_patients_are_few_requests(gdc: GdcStandIn, pdc: PdcStandIn, truth: World) -> None:
    names = sorted({case.submitter_id for case in truth.pdc_cases if case.patient is not None})[:100]
    assert len(names) == 100
    projects = sorted({case.project_id for case in truth.gdc_cases})
    gdc.forget()
    pdc.forget()
    async with small(nothing) as server:
        addresses = CommonsAddresses(gdc.url, pdc.url, server.url, server.url, server.url)
        async with CommonsClients(addresses, LIMITS, KEEPING) as commons:
            with ledger.opened() as noted:
                of_gdc, of_pdc, _ = await asyncio.gather(
                    commons.gdc.cases(names, projects), commons.pdc.cases(names), commons.cda.subjects(names)
                )
            assert {record["submitter_id"] for record in of_pdc} == set(names)
            in_gdc = {case.submitter_id for case in truth.gdc_cases}
            assert {record["submitter_id"] for record in of_gdc} == in_gdc & set(names)
            released = sum("uiDataVersion" in request.body for request in pdc.requests)
            assert (gdc.count("/cases"), len(pdc.requests) - released, server.count("/data/subject")) == (1, 4, 1)
            # Besides, each is asked for its release, once.
            assert (gdc.count("/status"), released, server.count("/release_metadata/")) == (1, 1, 1)
            assert {name: told_of.requests for name, told_of in noted.told.items()} == {"GDC": 2, "PDC": 5, "CDA": 2}
            assert noted.told["GDC"].releases == {gdc.release} and noted.told["CDA"].releases == {"IDC v24"}


async def test_pdc_is_asked_for_one_root_field_and_25_cases_at_a_time(pdc: PdcStandIn, truth: World) -> None:
    pdc.forget()
    async with CommonsClients(CommonsAddresses(pdc=pdc.url), LIMITS, KEEPING) as commons:
        studies = await commons.pdc.studies()
        study = next(each for each in studies if each["analytical_fraction"] == "Proteome")
        members = await commons.pdc.members(study["pdc_study_id"])
        counts = await commons.pdc.file_counts(study["pdc_study_id"])
    assert members and {count.files > 0 for count in counts} == {True}
    documents = [orjson.loads(request.body)["query"] for request in pdc.requests]
    assert len(documents) == 5 and not any("signedUrl" in document for document in documents)


async def test_pages_of_all_cases_of_pdc_are_not_kept(pdc: PdcStandIn, truth: World) -> None:
    pdc.forget()
    true = {case.submitter_id for case in truth.pdc_cases if case.project == "CPTAC-2"}
    async with CommonsClients(CommonsAddresses(pdc=pdc.url), LIMITS, KEEPING) as commons:
        for _ in range(2):
            found = await Pdc(commons.kept["PDC"]).of_project("CPTAC-2")
            assert {record["submitter_id"] for record in found} == true
    # Of the second time nothing else is asked.
    asked = ["allCases" in request.body for request in pdc.requests]
    pages = -(-len(truth.pdc_cases) // CASES_OF_A_PAGE)
    assert sum(asked) == 2 * pages and all(asked[-pages:])
