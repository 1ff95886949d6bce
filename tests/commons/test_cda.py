"""CDA's client, against a small server with its quirks: a firewall, rows in no order, a next_url that never ends."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from resolvers.commons.cda import RELEASE, Cda
from resolvers.commons.cda_subject import cda_record, found_case
from resolvers.commons.identity import FoundCase
from resolvers.commons.kept import KeptService, Shelf
from resolvers.commons.limits import KeepingLimits
from schema.errors import SchemaDrift, UpstreamBadResponse
from tests.commons.small import Received, Small, page, service_of, small, told

# A subject as cdapython prints it, but for the columns of terms; collated.
SUBJECT: dict[str, Any] = {
    "subject_id": "TCGA.TCGA-DD-A4NO",
    "subject_crdc_id": None,
    "species": "human",
    "year_of_birth": None,
    "year_of_death": None,
    "cause_of_death": None,
    "race": "White",
    "ethnicity": "Not Reported",
    "subject_data_at_gc": False,
    "subject_data_at_gdc": True,
    "subject_data_at_ctdc": True,
    "subject_data_at_idc": True,
    "subject_data_source_count": 3,
    "race_containing_terms": [],
    "upstream_identifiers_columns": [
        {"upstream_source": "GDC", "upstream_field": "case.case_id", "upstream_id": "75f78c38-6854"},
        {"upstream_source": "IDC", "upstream_field": "dicom_all.PatientID", "upstream_id": "TCGA-DD-A4NO"},
    ],
    "project_columns": [{"project_short_name": "tcga_lihc"}, {"project_short_name": "TCGA-LIHC"}],
}
RELEASES = [
    {"cda_table": "subject", "data_source": source, "data_source_version": version}
    for source, version in (("IDC", "v24"), ("GDC", "45.0"), ("PDC", "6.1"), ("GDC", "45.0"))
]


@dataclass
class Quirks:
    """Subjects by upstream id, and what is wrong with the service."""

    subjects: list[str] = field(default_factory=list)
    firewall: int = 8_000
    told_more: int = 0
    shuffled: bool = False
    refuses: bool = False

    def answer(self, request: Received) -> web.Response:
        if request.path == "/release_metadata/":
            return told({"result": RELEASES})
        if len(request.body) > self.firewall or self.refuses:
            return page(403)
        wanted = {text.removeprefix("upstream_id = ") for text in request.json["MATCH_SOME"]}
        rows = [
            {**SUBJECT, "subject_id": f"TCGA.{name}", "upstream_identifiers_columns": [{"upstream_id": name}]}
            for name in self.subjects
            if name in wanted or "project_short_name = tcga_lihc" in wanted
        ]
        if self.shuffled:
            random.Random(str(request.query)).shuffle(rows)
        limit, offset = int(request.query["limit"]), int(request.query["offset"])
        # next_url leads to the first page for ever.
        return told(
            {
                "result": rows[offset : offset + limit],
                "query_sql": "...",
                "total_row_count": len(rows) + self.told_more,
                "next_url": "/data/subject?limit=1",
            }
        )


@asynccontextmanager
async def cda(quirks: Quirks) -> AsyncIterator[tuple[Cda, Small]]:
    async with small(quirks.answer) as server, service_of(server.url, name="CDA") as service:
        yield Cda(service), server


def ids(count: int) -> list[str]:
    return [f"TCGA-{number // 10000:02}-{number % 10000:04}" for number in range(count)]


def test_a_subject_is_read_from_what_is_collated_and_what_is_not() -> None:
    record = cda_record(SUBJECT)
    assert record == {
        "subject_id": "TCGA.TCGA-DD-A4NO",
        "species": "human",
        "race": "White",
        "ethnicity": None,
        "year_of_birth": None,
        "year_of_death": None,
        "cause_of_death": None,
        "projects": ["TCGA-LIHC", "tcga_lihc"],
        "upstream": [
            {"source": "GDC", "field": "case.case_id", "id": "75f78c38-6854"},
            {"source": "IDC", "field": "dicom_all.PatientID", "id": "TCGA-DD-A4NO"},
        ],
        "upstream_ids": ["75f78c38-6854", "TCGA-DD-A4NO"],
        "data_at": ["CTDC", "GDC", "IDC"],
        "raw": {
            "species": {"field": "species", "value": "human"},
            "race": {"field": "race", "value": "White"},
            "ethnicity": {"field": "ethnicity", "value": "Not Reported"},
        },
    }
    in_another_order = {**SUBJECT, "upstream_identifiers_columns": SUBJECT["upstream_identifiers_columns"][::-1]}
    assert cda_record(in_another_order) == record
    assert found_case(record) == FoundCase(
        "TCGA.TCGA-DD-A4NO", ("75f78c38-6854", "TCGA-DD-A4NO"), ("TCGA-LIHC", "tcga_lihc"), ("75f78c38-6854",)
    )
    flat = {"subject_id": "x", "upstream_id": ["b", "a"], "project_short_name": ["p"]}
    assert found_case(cda_record(flat)) == FoundCase("x", ("a", "b"), ("p",))


async def test_the_release_is_that_of_its_sources() -> None:
    async with cda(Quirks()) as (client, _):
        assert await client.release() == "GDC 45.0, IDC v24, PDC 6.1"


async def test_a_hundred_ids_are_one_request() -> None:
    async with cda(Quirks(ids(100))) as (client, server):
        found = await client.subjects([*ids(100), "TCGA-XX-XXXX"])
        assert [record["subject_id"] for record in found.records] == [f"TCGA.{name}" for name in ids(100)]
        assert found.not_askable == () and len(server.received) == 1
        assert server.received[0].query == {"limit": "2000", "offset": "0"}


@pytest.mark.parametrize("length", [12, 36])
async def test_no_body_is_larger_than_the_firewall_takes(length: int) -> None:
    wanted = [name.ljust(length, "0") for name in ids(1001)]
    async with cda(Quirks(wanted)) as (client, server):
        assert len((await client.subjects(wanted)).records) == 1001
        sizes = [len(request.body) for request in server.received]
        filters = [len(request.json["MATCH_SOME"]) for request in server.received]
        assert max(sizes) <= 7_500 and max(filters) <= 200 and sum(filters) == 1001
        assert len(filters) == (6 if length == 12 else 8)


async def test_what_the_firewall_refuses_is_asked_in_halves() -> None:
    async with cda(Quirks(ids(200), firewall=2_500)) as (client, server):
        assert len((await client.subjects(ids(200))).records) == 200
        filters = [len(request.json["MATCH_SOME"]) for request in server.received]
        assert filters == [200, 100, 50, 50, 100, 50, 50]


async def test_a_firewall_that_refuses_all_is_an_error_soon() -> None:
    async with cda(Quirks(ids(200), refuses=True)) as (client, server):
        with pytest.raises(UpstreamBadResponse) as error:
            await client.subjects(ids(200))
        assert error.value.extensions == {
            "code": "UPSTREAM_BAD_RESPONSE",
            "service": "CDA",
            "retryable": True,
            "upstreamStatus": 403,
        }
        assert [len(request.json["MATCH_SOME"]) for request in server.received] == [200, 100, 50, 25, 12, 6, 3, 1]
        with pytest.raises(UpstreamBadResponse, match="CDA answered with status 403"):
            await client.of_project("tcga_lihc")


async def test_ids_that_its_parser_breaks_on_are_told_and_not_sent() -> None:
    strange = ["ZZ RIDER MR8 1", "GBM_DSC_MRI_DRO_Bo=15T", 'a"b', "a*", "a,b", ""]
    async with cda(Quirks(["a.b-c_d"])) as (client, server):
        found = await client.subjects([*strange, "a.b-c_d"])
        assert found.not_askable == tuple(sorted(strange))
        assert [record["upstream_ids"] for record in found.records] == [["a.b-c_d"]]
        assert server.received[0].json == {
            "MATCH_SOME": ["upstream_id = a.b-c_d"],
            "ADD_COLUMNS": ["upstream_identifiers.*", "project_short_name"],
            "COLLATE_RESULTS": True,
        }
        assert (await client.subjects(strange)).records == [] and len(server.received) == 1


@pytest.mark.parametrize("shuffled", [False, True])
async def test_all_subjects_of_a_project_by_own_offsets(shuffled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages in no order overlap: then one page holds everything."""
    monkeypatch.setattr("resolvers.commons.cda.ROWS_OF_A_PAGE", 40)
    async with cda(Quirks(ids(100), shuffled=shuffled)) as (client, server):
        pages: list[int] = []
        records = await client.of_project("tcga_lihc", pages.append)
        assert [record["upstream_ids"] for record in records] == [[name] for name in ids(100)]
        asked = [request.query["offset"] for request in server.received]
        assert asked[:3] == ["0", "40", "80"]
        assert shuffled == (server.received[-1].query == {"limit": "100", "offset": "0"})
        assert len(asked) <= 5


async def test_later_pages_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.commons.cda.ROWS_OF_A_PAGE", 40)
    async with small(Quirks(ids(100)).answer) as server, service_of(server.url, name="CDA") as service:
        client = Cda(KeptService(service, RELEASE, Shelf(10**6), KeepingLimits()))
        assert await client.of_project("tcga_lihc") == await client.of_project("tcga_lihc")
        asked = [request.query["offset"] for request in server.received if request.path == "/data/subject"]
        assert asked == ["0", "40", "80", "40", "80"]


async def test_a_total_that_never_comes_is_an_error() -> None:
    async with cda(Quirks(ids(10), told_more=5)) as (client, server):
        with pytest.raises(UpstreamBadResponse, match="told of 15 subjects and gave 10"):
            await client.of_project("tcga_lihc")
        assert len(server.received) == 3


async def test_another_form_is_drift() -> None:
    forms: list[Any] = [
        {"rows": []},
        {"result": [{"id": 1}], "total_row_count": 1},
        {"result": [], "total_row_count": "none"},
        [],
        {"result": [{"subject_id": "a", "upstream_identifiers_columns": 7}], "total_row_count": 1},
    ]
    for form in forms:
        async with small(lambda _, form=form: told(form)) as server, service_of(server.url, name="CDA") as service:
            with pytest.raises(SchemaDrift):
                await Cda(service).subjects(["TCGA-DD-A4NO"])
            assert len(server.received) == 1
