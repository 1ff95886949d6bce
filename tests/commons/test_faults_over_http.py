"""Whatever goes wrong with a commons: IDC's part of an answer is whole, and what failed says so."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.commons.standins import faults
from tests.commons.standins.cda import Cda as CdaStandIn
from tests.commons.standins.faults import Fault
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.icdc import Icdc as IcdcStandIn
from tests.commons.standins.pdc import Pdc as PdcStandIn
from tests.commons.standins.server import StandIn
from tests.commons.standins.world import World
from tests.conftest import Gateway
from tests.gateway.conftest import Server, serving

COLLECTION = "cptac_ccrcc"
DOCUMENT = """query($patients: PatientWhere!) {
  patients(where: $patients, first: 5) { totalCount nodes { patientID counts { studies series }
    links { commons status reason provenance { stale } } gdcCase { caseID } pdcCase { caseID } } }
  inGDC: counts(where: { patient: { and: [$patients, { gdc: {} }] } }) { patients series }
  inPDC: counts(where: { patient: { and: [$patients, { pdc: {} }] } }) { patients series }
  outsideGDC: counts(where: { patient: { and: [$patients, { not: { gdc: {} } }] } }) { patients series }
}"""
FIELDS = {"gdc": "gdcCase", "pdc": "pdcCase"}
CONDITIONS = {"gdc": {"inGDC", "outsideGDC"}, "pdc": {"inPDC"}}

LASTING: dict[str, tuple[Fault, str]] = {
    "connection cut": (faults.Reset(), "UPSTREAM_UNAVAILABLE"),
    "stall": (faults.Stall(), "UPSTREAM_TIMEOUT"),
    "a body that never ends": (faults.Drip(), "UPSTREAM_TIMEOUT"),
    "500": (faults.Status(500), "UPSTREAM_UNAVAILABLE"),
    "502 in HTML": (faults.Status(502), "UPSTREAM_UNAVAILABLE"),
    "504 in HTML": (faults.Status(504), "UPSTREAM_UNAVAILABLE"),
    "429": (faults.rate_limited(1), "UPSTREAM_RATE_LIMITED"),
    "broken JSON": (faults.Truncated(), "UPSTREAM_BAD_RESPONSE"),
    "cut in the body": (faults.Truncated(cut=True), "UPSTREAM_UNAVAILABLE"),
    "no JSON": (faults.WrongType("text/html", "<html></html>"), "UPSTREAM_BAD_RESPONSE"),
    "redirect": (faults.Redirect("http://127.0.0.1:9/elsewhere"), "UPSTREAM_BAD_RESPONSE"),
    "403 in HTML": (faults.Status(403), "UPSTREAM_BAD_RESPONSE"),
    "data null": (faults.null_data(), "UPSTREAM_BAD_RESPONSE"),
    "all null": (faults.null_data(whole=True), "UPSTREAM_BAD_RESPONSE"),
    "warnings": (faults.warned(fields="unrecognized values: [diagnoses.tumor_grade]"), "SCHEMA_DRIFT"),
    "schema drift": (faults.drifted(case_id="case_uuid"), "SCHEMA_DRIFT"),
}
# GDC has no nulls in place of data and PDC no warnings, but errors of its own.
# Of what takes all the time that there is, one of each is enough.
APART = {("pdc", "stall"), ("gdc", "a body that never ends"), ("cda", "a body that never ends"),
         ("gdc", "data null"), ("gdc", "all null"), ("pdc", "warnings"), ("cda", "data null"), ("cda", "all null"),
         ("cda", "warnings"), ("cda", "schema drift")}  # fmt: skip


@pytest.fixture(scope="module")
def standins(gdc: GdcStandIn, pdc: PdcStandIn, cda: CdaStandIn, icdc: IcdcStandIn) -> Iterator[dict[str, StandIn]]:
    yield {each.service: each for each in (gdc, pdc, cda, icdc)}


Ask = Callable[[Server], Any]


@pytest.fixture(scope="module")
def asked(truth: World) -> Ask:
    """Asks for five patients whom all commons have."""
    known = {case.patient for case in truth.gdc_cases} & {case.patient for case in truth.pdc_cases}
    sure = known - truth.conflicting - truth.ambiguous
    five = sorted(patient[1] for patient in sure if patient and patient[0] == COLLECTION)[:5]
    where = {"collectionID": {"eq": COLLECTION}, "patientID": {"in": five}}

    def ask(server: Server) -> Any:
        answer = server.http.post("/graphql", json={"query": DOCUMENT, "variables": {"patients": where}})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture(scope="module")
def server(
    idc: Gateway, cache: Path, standins: dict[str, StandIn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A gateway that has not harvested anything, and keeps no answers of commons."""
    addresses = {name: standin.url for name, standin in standins.items()}
    log = tmp_path_factory.mktemp("asking") / "log"
    settings = {"commons_seconds": 4, "commons_retries": 0, "commons_failures": 1000, "commons_kept_bytes": 0}
    with serving(cache, log, **addresses, **settings, operation_seconds=25) as server:
        server.wait_until_ready()
        yield server


@pytest.fixture(autouse=True)
def well(standins: dict[str, StandIn]) -> Iterator[None]:
    yield
    for standin in standins.values():
        standin.faults.clear()


def of_idc(answer: Any) -> Any:
    patients = answer["data"]["patients"]
    return patients["totalCount"], [(node["patientID"], node["counts"]) for node in patients["nodes"]]


def of_commons(answer: Any, name: str) -> Any:
    """All that a commons says in an answer."""
    nodes = answer["data"]["patients"]["nodes"]
    links = [link["status"] for node in nodes for link in node["links"] if link["commons"] == name.upper()]
    cases = [node[FIELDS[name]] for node in nodes] if name in FIELDS else []
    return links, cases, {each: answer["data"][each] for each in CONDITIONS.get(name, ())}


@pytest.fixture(scope="module")
def undisturbed(server: Server, asked: Ask) -> Any:
    answer = asked(server)
    assert "errors" not in answer and len(answer["data"]["patients"]["nodes"]) == 5
    assert answer["data"]["inGDC"]["patients"] > 0 and answer["data"]["inPDC"]["patients"] > 0
    for name in ("gdc", "pdc", "cda"):
        told = answer["extensions"]["commons"][name]
        assert (told["status"], told["stale"]) == ("ok", False) and told["requests"] > 0 and told["release"]
        assert "LINKED" in of_commons(answer, name)[0]
    return answer


@pytest.mark.parametrize(
    ("name", "fault"),
    [(name, fault) for name in ("gdc", "pdc", "cda") for fault in LASTING if (name, fault) not in APART],
)
def test_what_fails_is_null_with_path_and_code_and_the_rest_stands(
    name: str, fault: str, server: Server, standins: dict[str, StandIn], asked: Ask, undisturbed: Any
) -> None:
    injected, code = LASTING[fault]
    standins[name].faults.add(injected)
    answer = asked(server)
    # A firewall of CDA refuses what is too large with 403: it is asked for less, until that can't be.
    assert of_idc(answer) == of_idc(undisturbed)
    for other in {"gdc", "pdc", "cda"} - {name}:
        assert of_commons(answer, other) == of_commons(undisturbed, other)
        assert answer["extensions"]["commons"][other]["status"] == "ok"
    links, cases, conditions = of_commons(answer, name)
    assert set(links) == {"NOT_CHECKED"}
    reasons = {link["reason"] for node in answer["data"]["patients"]["nodes"] for link in node["links"]
               if link["commons"] == name.upper()}  # fmt: skip
    assert all(reason.startswith(name.upper()) for reason in reasons) and "html" not in str(reasons).lower()
    # A condition fails closed, and so does its complement.
    assert [*conditions.values(), *cases] == [None] * (len(conditions) + len(cases))
    expected = {(*("patients", "nodes", number), FIELDS[name]) for number in range(5)} if name in FIELDS else set()
    expected |= {(each,) for each in conditions}
    errors = answer.get("errors", [])
    assert {tuple(error["path"]) for error in errors} == expected
    assert {error["extensions"]["code"] for error in errors} == ({code} if expected else set())
    assert {error["extensions"]["service"] for error in errors} <= {name.upper()}
    assert answer["extensions"]["commons"][name]["status"] == "error"


@pytest.mark.parametrize("name", ["gdc", "pdc", "cda"])
def test_a_refused_connection(
    name: str, server: Server, standins: dict[str, StandIn], asked: Ask, undisturbed: Any
) -> None:
    with standins[name].refusing_in_thread():
        answer = asked(server)
    assert of_idc(answer) == of_idc(undisturbed)
    assert set(of_commons(answer, name)[0]) == {"NOT_CHECKED"}
    assert {error["extensions"]["code"] for error in answer.get("errors", [])} <= {"UPSTREAM_UNAVAILABLE"}
    assert asked(server)["data"] == undisturbed["data"]


@pytest.mark.parametrize("paging", [faults.DUPLICATE_PAGES, faults.SHUFFLED_PAGES])
@pytest.mark.parametrize("name", ["gdc", "pdc", "cda"])
def test_rows_in_any_order_change_nothing(
    name: str, paging: Fault, server: Server, standins: dict[str, StandIn], asked: Ask, undisturbed: Any
) -> None:
    standins[name].faults.add(paging)
    assert asked(server)["data"] == undisturbed["data"]


def test_pages_without_end_are_no_answer(
    server: Server, standins: dict[str, StandIn], asked: Ask, undisturbed: Any
) -> None:
    """CDA's next_url leads back to its pages, and its total is none."""
    standins["cda"].faults.add(faults.ENDLESS_PAGES)
    answer = asked(server)
    assert "errors" not in answer and set(of_commons(answer, "cda")[0]) == {"NOT_CHECKED"}
    assert of_idc(answer) == of_idc(undisturbed) and of_commons(answer, "gdc") == of_commons(undisturbed, "gdc")
    assert answer["extensions"]["commons"]["cda"]["requests"] < 5


def test_all_commons_down_at_once(server: Server, standins: dict[str, StandIn], asked: Ask, undisturbed: Any) -> None:
    with ExitStack() as down:
        for standin in standins.values():
            down.enter_context(standin.refusing_in_thread())
        answer = asked(server)
    assert of_idc(answer) == of_idc(undisturbed)
    assert {told["status"] for told in answer["extensions"]["commons"].values()} == {"error"}


def test_answers_of_commons_are_given_for_a_while_and_again_when_nobody_answers(
    idc: Gateway, cache: Path, standins: dict[str, StandIn], tmp_path: Path, asked: Ask, undisturbed: Any
) -> None:
    """Kept answers are told from new ones, and stale ones from both."""
    addresses = {name: standin.url for name, standin in standins.items()}
    settings = {"commons_retries": 0, "commons_failures": 3, "commons_open_seconds": 1, "commons_fresh_seconds": 0}
    with serving(cache, tmp_path / "log", **addresses, **settings) as server:
        server.wait_until_ready()
        first = asked(server)
        assert first["data"] == undisturbed["data"]
        standins["gdc"].faults.add(faults.Status(503))
        for _ in range(5):
            stale = asked(server)
            assert of_commons(stale, "gdc") == of_commons(first, "gdc") and "errors" not in stale
            told = stale["extensions"]["commons"]["gdc"]
            assert (told["status"], told["stale"]) == ("stale", True)
            assert told["release"] == first["extensions"]["commons"]["gdc"]["release"]
            links = [link for node in stale["data"]["patients"]["nodes"] for link in node["links"]]
            assert {link["commons"] for link in links if link["provenance"]["stale"]} == {"GDC"}
        # It is left alone by now.
        requests = len(standins["gdc"].requests)
        asked(server)
        assert 'idc_gateway_commons_left_alone{commons="GDC"} 1.0' in server.http.get("/metrics").text
        standins["gdc"].faults.clear()
        server.wait_until(lambda: not asked(server)["extensions"]["commons"]["gdc"]["stale"])
        assert len(standins["gdc"].requests) > requests
        assert 'idc_gateway_commons_left_alone{commons="GDC"} 0.0' in server.http.get("/metrics").text
