"""GDC's client against its stand-in: requests, chunks, files, mutations, releases that change while pages are read."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from resolvers.commons import gdc_pages
from resolvers.commons.gdc import Gdc
from resolvers.commons.gdc_pages import among
from resolvers.commons.kept import KeptService, Shelf
from resolvers.commons.limits import KeepingLimits
from schema.errors import UpstreamBadResponse
from tests.commons.small import service_of
from tests.commons.standins import faults
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.world import World

PROJECTS = ["CPTAC-3", "TCGA-KIRC"]


@asynccontextmanager
async def client(gdc: GdcStandIn) -> AsyncIterator[Gdc]:
    gdc.forget()
    gdc.faults.clear()
    try:
        async with service_of(gdc.url) as service:
            yield Gdc(service)
    finally:
        gdc.faults.clear()


async def test_cases_by_submitter_id_in_their_projects_alone(gdc: GdcStandIn, truth: World) -> None:
    of_kidney = [case for case in truth.gdc_cases if case.project_id == "TCGA-KIRC"][:100]
    elsewhere = next(case for case in truth.gdc_cases if case.project_id not in PROJECTS)
    asked = [*(case.submitter_id for case in of_kidney), elsewhere.submitter_id, "TCGA-XX-XXXX"]
    async with client(gdc) as commons:
        found = await commons.cases(asked, PROJECTS)
        assert sorted(record["case_id"] for record in found) == sorted(case.case_id for case in of_kidney)
        assert gdc.count("/cases") == len(gdc.requests) == 1


async def test_cases_by_id_are_asked_for_in_chunks_of_500(gdc: GdcStandIn, truth: World) -> None:
    known = [case.case_id for case in truth.gdc_cases][:200]
    absent = [f"00000000-0000-4000-8000-{number:012}" for number in range(1_101 - len(known))]
    async with client(gdc) as commons:
        found = await commons.cases_by_id([*known, *absent, *known])
        assert sorted(record["case_id"] for record in found) == sorted(known)
        chunks = [request.json["filters"]["content"]["value"] for request in gdc.requests]
        assert sorted(map(len, chunks)) == [101, 500, 500]
        assert {request.json["size"] for request in gdc.requests} == {500}
        assert {request.json["sort"] for request in gdc.requests} == {"case_id:asc"}


async def test_files_of_a_case_by_filter_and_page(gdc: GdcStandIn, truth: World) -> None:
    of_case = Counter(case for file in truth.gdc_files for case in file.case_ids if file.access == "open")
    case, count = of_case.most_common(1)[0]
    true = sorted(f.file_id for f in truth.gdc_files if case in f.case_ids and f.access == "open")
    async with client(gdc) as commons:
        found = []
        for start in range(0, count, 2):
            page = await commons.files(case, [among("access", ["open"])], first=2, start=start)
            assert page.total == count and len(page.hits) == min(2, count - start)
            found += [hit["file_id"] for hit in page.hits]
        assert found == true
        # Metadata alone.
        assert all(request.path == "/files" for request in gdc.requests)


async def test_mutations_of_cases_in_genes(gdc: GdcStandIn, truth: World) -> None:
    known = {mutation.ssm_id: mutation for mutation in truth.mutations}
    cases = truth.gdc_cases[:600]
    genes = {"KRAS", "TP53"}
    # GDC shows none of redacted cases.
    true = {
        case.case_id: {ssm for ssm in case.mutations if known[ssm].gene in genes and not case.redacted}
        for case in cases
    }
    assert any(true.values())
    async with client(gdc) as commons:
        found = await commons.mutations([case.case_id for case in cases], genes)
        assert {case: {each["ssm_id"] for each in own} for case, own in found.items()} == true
        for each in (each for own in found.values() for each in own):
            mutation = known[each["ssm_id"]]
            assert (each["gene"], each["aa_change"], each["is_canonical"]) == (mutation.gene, mutation.aa_change, True)
            assert each["consequence_type"] == mutation.consequence
        assert len(gdc.requests) == -(-len(cases) // 500)


async def test_all_cases_of_a_project_as_pages(gdc: GdcStandIn, truth: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.commons.gdc.CASES_OF_A_PAGE", 50)
    true = sorted(case.case_id for case in truth.gdc_cases if case.project_id == "TCGA-KIRC")
    async with client(gdc) as commons:
        pages = [[record["case_id"] for record in page] async for page in commons.case_pages("TCGA-KIRC")]
        assert [case for page in pages for case in page] == true
        assert [len(page) for page in pages] == [50] * (len(true) // 50) + ([len(true) % 50] if len(true) % 50 else [])


async def test_a_release_that_changes_between_pages_starts_them_over(
    gdc: GdcStandIn, truth: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; then it is an error. What is kept does not bring the old pages back."""
    monkeypatch.setattr("resolvers.commons.gdc.CASES_OF_A_PAGE", 40)
    known = sorted(case.case_id for case in truth.gdc_cases)[:100]
    before = gdc.release
    gdc.forget()
    try:
        async with service_of(gdc.url) as service:
            kept = KeptService(service, gdc_pages.STATUS, Shelf(10**7), KeepingLimits())
            # The first page tells that there are more, then three pages; the release comes out before the second one.
            gdc.faults.add(faults.Released("46.0"), "/cases", times=1, after=2)
            found = await Gdc(kept).cases_by_id(known)
            assert [record["case_id"] for record in found] == known
            assert gdc.count("/cases") == 1 + 3 + 3 and kept.known_release == "46.0"
            gdc.faults.add(faults.Released("47.0"), "/cases", times=1, after=2)
            gdc.faults.add(faults.Released("48.0"), "/cases", times=1, after=4)
            with pytest.raises(UpstreamBadResponse, match="changed its release while it was being read"):
                await Gdc(kept).cases_by_id(known)
    finally:
        gdc.faults.clear()
        gdc.publish(before)


async def test_what_was_asked_is_not_asked_again(gdc: GdcStandIn, truth: World) -> None:
    known = [case.case_id for case in truth.gdc_cases][:50]
    gdc.forget()
    async with service_of(gdc.url) as service:
        commons = Gdc(KeptService(service, gdc_pages.STATUS, Shelf(10**7), KeepingLimits()))
        first = await commons.cases_by_id(known)
        assert await commons.cases_by_id(reversed(known)) == first
        assert (gdc.count("/cases"), gdc.count("/status")) == (1, 1)


async def test_fields_that_gdc_no_longer_knows_are_no_answer_that_is_kept(gdc: GdcStandIn, truth: World) -> None:
    known = [truth.gdc_cases[0].case_id]
    gdc.faults.add(faults.warned(fields="unrecognized values: [x]"), "/cases")
    try:
        async with service_of(gdc.url) as service:
            shelf = Shelf(10**7)
            commons = Gdc(KeptService(service, gdc_pages.STATUS, shelf, KeepingLimits()))
            with pytest.raises(Exception, match="knows no longer all fields"):
                await commons.cases_by_id(known)
            assert shelf.bytes == 0
            gdc.faults.clear()
            assert [record["case_id"] for record in await commons.cases_by_id(known)] == known
    finally:
        gdc.faults.clear()
