"""Each fault that stand-ins can be given, as it is seen over HTTP; and what they keep of what was asked."""

import asyncio
import http.client
import time
import urllib.error
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import orjson
import pytest

from tests.commons.standins import faults
from tests.commons.standins.asking import Answer, ask
from tests.commons.standins.cda import Cda
from tests.commons.standins.drs import ROOT, Drs
from tests.commons.standins.drs_objects import RECORDED_SERIES
from tests.commons.standins.gdc import NEXT_RELEASE, Gdc
from tests.commons.standins.icdc import Icdc
from tests.commons.standins.pdc import Pdc
from tests.commons.standins.server import StandIn
from tests.commons.standins.world import World, next_world

PATIENCE = 0.2
PAGE = "/cases?size=20&fields=case_id,submitter_id"


@pytest.fixture(scope="module")
def running(truth: World) -> Iterator[Gdc]:
    with Gdc(truth) as standin:
        yield standin


@pytest.fixture
def gdc_in_trouble(running: Gdc) -> Iterator[Gdc]:
    running.forget()
    yield running
    running.faults.clear()


def ids(answer: Answer) -> list[str]:
    return [hit["case_id"] for hit in answer.json["data"]["hits"]]


def test_connections_are_refused_and_taken_again(gdc_in_trouble: Gdc) -> None:
    with gdc_in_trouble.refusing_in_thread(), pytest.raises(urllib.error.URLError) as error:
        ask(gdc_in_trouble, "/status")
    assert isinstance(error.value.reason, ConnectionRefusedError)
    assert ask(gdc_in_trouble, "/status").status == 200


def test_a_connection_is_cut_before_an_answer(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.Reset(), times=1)
    with pytest.raises((ConnectionError, urllib.error.URLError)):
        ask(gdc_in_trouble, "/status")
    assert ask(gdc_in_trouble, "/status").status == 200


def test_a_stall_is_longer_than_patience_and_ends(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.Stall(), times=1)
    with pytest.raises(TimeoutError):
        ask(gdc_in_trouble, "/status", seconds=PATIENCE)
    gdc_in_trouble.faults.add(faults.Stall(PATIENCE), times=1)
    begun = time.monotonic()
    assert ask(gdc_in_trouble, "/status").status == 200
    assert time.monotonic() - begun >= PATIENCE


def test_a_body_may_never_end(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.Drip(), times=1)
    # Each of its bytes comes in time: only a deadline of the whole ends it.
    connection = http.client.HTTPConnection(gdc_in_trouble.url.removeprefix("http://"), timeout=5)
    connection.request("GET", "/cases")
    response = connection.getresponse()
    assert (response.status, response.read(20)) == (200, b'{"data": {"hits": [ ')
    connection.close()


@pytest.mark.parametrize("status", [403, 500, 502, 503, 504])
def test_a_gateway_answers_in_html(gdc_in_trouble: Gdc, status: int) -> None:
    gdc_in_trouble.faults.add(faults.Status(status), times=1)
    answer = ask(gdc_in_trouble, "/cases")
    assert (answer.status, answer.content_type) == (status, "text/html")
    assert f"<title>{status} ".encode() in answer.body


@pytest.mark.parametrize("after", [1, "Mon, 23 Nov 2026 12:00:00 GMT", None])
def test_too_many_requests_may_say_when_to_come_again(gdc_in_trouble: Gdc, after: int | str | None) -> None:
    gdc_in_trouble.faults.add(faults.rate_limited(after), times=1)
    answer = ask(gdc_in_trouble, "/cases")
    assert (answer.status, answer.headers.get("Retry-After")) == (429, None if after is None else str(after))


def test_a_redirect_leads_to_another_host(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.Redirect("http://elsewhere.example.org/cases"), times=1)
    answer = ask(gdc_in_trouble, "/cases")
    assert (answer.status, answer.headers["Location"]) == (302, "http://elsewhere.example.org/cases")


def test_json_ends_in_the_middle(gdc_in_trouble: Gdc) -> None:
    whole = ask(gdc_in_trouble, "/status").body
    gdc_in_trouble.faults.add(faults.Truncated(), times=1)
    half = ask(gdc_in_trouble, "/status")
    assert (half.status, half.body) == (200, whole[: len(whole) // 2])
    with pytest.raises(orjson.JSONDecodeError):
        _ = half.json
    gdc_in_trouble.faults.add(faults.Truncated(cut=True), times=1)
    with pytest.raises(http.client.IncompleteRead):
        ask(gdc_in_trouble, "/status")


def test_a_content_type_may_be_wrong(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.WrongType(), times=1)
    answer = ask(gdc_in_trouble, "/status")
    assert (answer.status, answer.content_type, answer.json["status"]) == (200, "text/plain", "OK")
    gdc_in_trouble.faults.add(faults.WrongType("text/html", "<html>maintenance</html>"), times=1)
    answer = ask(gdc_in_trouble, "/status")
    assert (answer.status, answer.content_type, answer.body) == (200, "text/html", b"<html>maintenance</html>")


def test_200_may_come_with_warnings_or_with_null(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.warned(fields="unrecognized values: [case_id]"), times=1)
    assert ask(gdc_in_trouble, PAGE).json["warnings"] == {"fields": "unrecognized values: [case_id]"}
    gdc_in_trouble.faults.add(faults.null_data(whole=True), times=1)
    assert ask(gdc_in_trouble, PAGE).json == {"data": None}


def test_fields_may_be_renamed_or_gone(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.drifted(submitter_id="label", case_id=None), times=1)
    assert {frozenset(hit) for hit in ask(gdc_in_trouble, PAGE).json["data"]["hits"]} == {frozenset({"id", "label"})}


def test_pages_may_have_rows_twice_and_lack_the_last(gdc_in_trouble: Gdc, truth: World) -> None:
    gdc_in_trouble.faults.add(faults.DUPLICATE_PAGES)
    total, found = len(truth.gdc_cases), []
    # The last page is nearly full: what a page has twice pushes its last rows out.
    size = next(size for size in range(50, total) if total % size > 0.9 * size)
    for start in range(0, total, size):
        found += ids(ask(gdc_in_trouble, f"/cases?fields=case_id&size={size}&from={start}&sort=case_id:asc"))
    assert len(found) > len(set(found))
    assert set(found) < {case.case_id for case in truth.gdc_cases}


def test_pages_may_be_of_another_order_each_time(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.SHUFFLED_PAGES)
    pages = {tuple(ids(ask(gdc_in_trouble, f"{PAGE}&sort=case_id:asc"))) for _ in range(3)}
    assert len({frozenset(page) for page in pages}) == 3


def test_a_release_may_come_between_two_pages(truth: World) -> None:
    with Gdc(truth) as gdc:
        gdc.faults.add(faults.Released(NEXT_RELEASE, next_world(truth)), route="/cases", after=1, times=1)
        totals = [ask(gdc, f"{PAGE}&from={start}").json["data"]["pagination"]["total"] for start in (0, 20)]
        assert ask(gdc, "/status").json["data_release"] == NEXT_RELEASE
    assert totals == [len(truth.gdc_cases), len(truth.gdc_cases) - 3]


def test_faults_are_of_a_route_for_some_requests(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.Status(500), route="/files", after=1, times=2)
    assert [ask(gdc_in_trouble, "/files?size=1").status for _ in range(5)] == [200, 500, 500, 200, 200]
    assert ask(gdc_in_trouble, "/cases?size=1").status == 200
    gdc_in_trouble.faults.add(faults.Status(500), where=lambda body: "TCGA-KIRC" in body)
    asked = {"filters": {"op": "=", "content": {"field": "project.project_id", "value": "TCGA-KIRC"}}, "size": 1}
    assert (ask(gdc_in_trouble, "/cases", asked).status, ask(gdc_in_trouble, "/cases", {"size": 1}).status) == (
        500,
        200,
    )
    gdc_in_trouble.faults.clear()
    assert ask(gdc_in_trouble, "/cases", asked).status == 200


def test_two_faults_may_meet_in_one_request(gdc_in_trouble: Gdc) -> None:
    gdc_in_trouble.faults.add(faults.WrongType("text/html"), times=1)
    gdc_in_trouble.faults.add(faults.Truncated(0.25), times=1)
    broken, whole = (ask(gdc_in_trouble, "/projects?size=1") for _ in range(2))
    assert (broken.content_type, broken.body) == ("text/html", whole.body[: len(whole.body) // 4])


def test_what_was_asked_is_kept(truth: World) -> None:
    with Drs(truth) as drs:
        drs.faults.add(faults.Status(500), times=1)
        ask(drs, f"{ROOT}/objects?size=1", {"bulk_object_ids": []})
        ask(drs, f"{ROOT}/service-info")
    first, second = drs.requests
    assert (first.method, first.path, first.query) == ("POST", f"{ROOT}/objects", {"size": "1"})
    assert (first.json, first.headers["Content-Type"]) == ({"bulk_object_ids": []}, "application/json")
    assert (second.method, second.path, second.json) == ("GET", f"{ROOT}/service-info", None)
    assert (drs.count(), drs.count(f"{ROOT}/objects"), drs.most_at_once) == (2, 1, 1)
    drs.forget()
    assert (drs.count(), drs.most_at_once) == (0, 0)


async def test_a_stand_in_runs_in_the_running_loop_and_counts_requests_at_once(truth: World) -> None:
    async with Gdc(truth) as gdc, aiohttp.ClientSession() as session:
        gdc.faults.add(faults.Stall(PATIENCE))

        async def asked() -> int:
            async with session.get(f"{gdc.url}/status") as response:
                return response.status

        assert await asyncio.gather(*(asked() for _ in range(4))) == [200] * 4
        assert gdc.most_at_once == 4
        async with gdc.refusing():
            with pytest.raises(aiohttp.ClientError):
                await asked()
        gdc.faults.clear()
        assert await asked() == 200


STANDINS: dict[str, tuple[Callable[[World], StandIn], str, Any]] = {
    "GDC": (Gdc, "/cases", {"size": 1}),
    "PDC": (Pdc, "/graphql", {"query": "{ allCases(offset: 0 limit: 1) { case_id } }"}),
    "CDA": (Cda, "/data/subject?limit=1&offset=0", {"MATCH_ALL": ["species = human"]}),
    "ICDC": (Icdc, "/v1/graphql/", {"query": "{ case(first: 1) { case_id } }"}),
    "DRS": (Drs, f"{ROOT}/objects/dg.4DFC/{RECORDED_SERIES}", None),
}


@pytest.mark.parametrize("name", STANDINS)
def test_every_stand_in_fails_when_told_to_and_recovers(truth: World, name: str) -> None:
    build, path, body = STANDINS[name]
    with build(truth) as standin:
        standin.faults.add(faults.Status(502), times=1)
        standin.faults.add(faults.rate_limited(), times=1, after=1)
        answers = [ask(standin, path, body) for _ in range(3)]
        assert [answer.status for answer in answers] == [502, 429, 200]
        assert [answer.content_type for answer in answers] == ["text/html", "application/json", "application/json"]
        with standin.refusing_in_thread(), pytest.raises(urllib.error.URLError):
            ask(standin, path, body)
        assert ask(standin, path, body).status == 200
        assert standin.count() == 4
