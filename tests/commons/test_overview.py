"""How commons are as a whole, and the denominators of what is said about them."""

from typing import Any

from tests.commons.conftest import HARVESTED
from tests.commons.standins import faults
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.records import CdaSubject, GdcCase, IcdcCase, Patient, PdcCase
from tests.commons.standins.world import World
from tests.commons.test_live import Live
from tests.conftest import Gateway

STATUS = """{ commonsStatus { commons asked answers complaint code release linkable
  harvest { release harvestedAt linked } } }"""
COVERAGE = """query($where: SeriesWhere, $match: MatchLevel) { counts(where: $where, match: $match) { patients }
  commonsCoverage(where: $where, match: $match) { commons patients linkable linked notFound withheld undecided
    notChecked notLinkable } }"""


def test_what_was_harvested_is_told(
    harvested: Gateway, in_gdc: dict[Patient, GdcCase], in_pdc: dict[Patient, PdcCase]
) -> None:
    gdc, pdc, *_ = harvested.data(STATUS)["commonsStatus"]
    assert (gdc["asked"], gdc["answers"], gdc["release"]) == (False, None, None)
    assert gdc["linkable"] > 14_000
    assert gdc["harvest"] == {
        "release": "Data Release 45.0 - December 04, 2025",
        "harvestedAt": HARVESTED.isoformat(),
        "linked": len(in_gdc),
    }
    assert pdc["harvest"]["linked"] == len(in_pdc)


def test_commons_that_are_asked_tell_their_releases(live: Live, gdc: GdcStandIn) -> None:
    with live() as gateway:
        first, *others = gateway.data(STATUS)["commonsStatus"]
        assert first["release"] == "Data Release 45.0 - December 04, 2025"
        assert [(each["commons"], each["answers"], each["code"]) for each in others] == [
            ("PDC", True, None),
            ("CDA", True, None),
            ("ICDC", True, None),
        ]
        assert "IDC" in others[1]["release"] and others[2]["release"] is None
        gdc.faults.add(faults.Status(403))
        try:
            first, *others = gateway.data(STATUS)["commonsStatus"]
        finally:
            gdc.faults.clear()
        assert (first["answers"], first["code"]) == (False, "UPSTREAM_BAD_RESPONSE")
        assert first["complaint"] == "GDC answered with status 403; ask again later"
        assert all(each["answers"] for each in others)


def coverage(gateway: Gateway, where: Any = None, match: str = "SERIES") -> dict[str, Any]:
    """Per commons, after the sums are found to be right."""
    answer = gateway.data(COVERAGE, where=where, match=match)
    for each in answer["commonsCoverage"]:
        parts = ("linked", "notFound", "withheld", "undecided", "notChecked", "notLinkable")
        assert each["patients"] == answer["counts"]["patients"] == sum(each[part] for part in parts)
        assert each["linkable"] == each["patients"] - each["notLinkable"]
    return {each.pop("commons"): each for each in answer["commonsCoverage"]}


def test_of_how_many_patients_records_are_known(
    harvested: Gateway,
    truth: World,
    in_gdc: dict[Patient, GdcCase],
    in_pdc: dict[Patient, PdcCase],
    in_cda: dict[Patient, CdaSubject],
    in_icdc: dict[Patient, IcdcCase],
) -> None:
    every = coverage(harvested)
    redacted = {case.patient for case in truth.gdc_cases if case.redacted and case.patient}
    assert every["GDC"]["patients"] == 86_451
    assert (every["GDC"]["linked"], every["GDC"]["withheld"]) == (len(in_gdc), len(redacted))
    assert every["PDC"]["linked"] == len(in_pdc)
    assert every["GDC"]["undecided"] == len(truth.conflicting) and every["GDC"]["notChecked"] == 0
    assert (every["CDA"]["linked"], every["ICDC"]["linked"]) == (len(in_cda), len(in_icdc))
    assert every["CDA"]["undecided"] == every["CDA"]["withheld"] == every["ICDC"]["undecided"] == 0
    assert (every["CDA"]["linkable"], every["ICDC"]["linkable"]) == (19_485, 80)
    assert all(each["notChecked"] == 0 for each in every.values())


def test_whom_nobody_looked_for_is_not_checked(idc: Gateway) -> None:
    for each in coverage(idc).values():
        assert each["notChecked"] == each["linkable"] > 0 and each["linked"] == each["notFound"] == 0


def test_of_the_patients_of_a_condition(harvested: Gateway, truth: World, in_gdc: dict[Patient, GdcCase]) -> None:
    ct = coverage(harvested, {"modality": {"eq": "CT"}, "patient": {"gdc": {}}})["GDC"]
    assert ct["patients"] == ct["linked"] == sum("CT" in truth.modalities(patient) for patient in in_gdc)
    nobody = coverage(harvested, {"collectionID": {"eq": "nlst"}})["GDC"]
    assert nobody["linkable"] == 0 and nobody["notLinkable"] == nobody["patients"]
    both = coverage(harvested, {"modality": {"eq": "CT"}, "objectKind": {"eq": "SEGMENTATION"}}, "PATIENT")
    assert both["GDC"]["patients"] > 0
