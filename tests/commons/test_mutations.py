"""Mutations, of which GDC is asked: shown by case, and as conditions whose truth is unknown without open calls."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from resolvers.commons.gdc_mutation import mutations_of
from tests.commons.standins import faults
from tests.commons.standins.gdc import Gdc as GdcStandIn
from tests.commons.standins.mutations import called
from tests.commons.standins.records import GdcCase, Patient
from tests.commons.standins.world import World
from tests.commons.test_harvested_conditions import ALL, asked
from tests.conftest import Gateway

Live = Callable[..., AbstractContextManager[Gateway]]
Cases = dict[Patient, GdcCase]

KRAS = {"mutations": {"some": {"gene": {"eq": "KRAS"}}}}
SHOWN = """query($genes: [String!]!, $collection: ID) {
  patients(where: {collectionID: {eq: $collection}}, first: 1000) { nodes { collectionID patientID
    gdcCase { caseID mutations(genes: $genes) { ssmID gene genomicDNAChange mutationSubtype transcriptID isCanonical
      aaChange consequenceType } } } } }"""


def mutated(truth: World, cases: Cases, *genes: str) -> set[Patient]:
    """The linked patients with a mutation in one of the genes."""
    own = {mutation.ssm_id for mutation in truth.mutations if mutation.gene in genes}
    return {patient for patient, case in cases.items() if own & set(case.mutations)}


def told(cases: Cases) -> set[Patient]:
    """The linked patients with open calls."""
    return {patient for patient, case in cases.items() if called(case.submitter_id)}


def test_mutations_of_cases_are_asked_for_together(
    live: Live, harvest: Path, gdc: GdcStandIn, truth: World, in_gdc: Cases
) -> None:
    known = {mutation.ssm_id: mutation for mutation in truth.mutations}
    gdc.forget()
    with live(harvest) as gateway:
        nodes = gateway.data(SHOWN, genes=["TP53", "KRAS", "TP53"], collection="cptac_pda")["patients"]["nodes"]
    assert gdc.count("/ssm_occurrences") == 1
    seen = {"null": 0, "none": 0, "some": 0}
    for node in nodes:
        case = in_gdc.get((node["collectionID"], node["patientID"]))
        if case is None:
            assert node["gdcCase"] is None
            continue
        true = {ssm for ssm in case.mutations if known[ssm].gene in ("TP53", "KRAS")}
        shown = node["gdcCase"]["mutations"]
        if not called(case.submitter_id):
            assert shown is None
            seen["null"] += 1
            continue
        assert {each["ssmID"] for each in shown} == true
        seen["some" if shown else "none"] += 1
        for each in shown:
            mutation = known[each["ssmID"]]
            change = f"{mutation.chromosome}:g.{mutation.start_position}{mutation.reference}>{mutation.tumor}"
            assert each["transcriptID"].startswith("ENST")
            assert {name: value for name, value in each.items() if name != "transcriptID"} == {
                "ssmID": mutation.ssm_id,
                "gene": mutation.gene,
                "genomicDNAChange": change,
                "mutationSubtype": "Single base substitution",
                "isCanonical": True,
                "aaChange": mutation.aa_change,
                "consequenceType": mutation.consequence,
            }
    assert all(seen.values()), seen


def test_the_canonical_transcript_of_each_gene_is_shown() -> None:
    """A mutation can be in several genes; of one whose canonical transcript it is not in, the first one is told."""

    def consequence(gene: str, transcript: str, canonical: bool | None) -> dict[str, Any]:
        known = {"transcript_id": transcript, "is_canonical": canonical, "gene": {"symbol": gene}}
        return {"transcript": {**known, "aa_change": f"of {transcript}"}}

    ssm = {
        "ssm_id": "one",
        "consequence": [
            consequence("A", "A1", False),
            consequence("B", "B1", None),
            consequence("A", "A2", True),
            consequence("B", "B2", False),
            consequence("C", "C1", True),
        ],
    }
    found = mutations_of(ssm, ["B", "A", "D"])
    assert [(each["gene"], each["transcript_id"], each["is_canonical"], each["aa_change"]) for each in found] == [
        ("A", "A2", True, "of A2"),
        ("B", "B1", False, "of B1"),
    ]


@pytest.mark.parametrize(
    ("genes", "complaint"),
    [
        ([], "genes: the list is empty; name at least one gene, such as KRAS"),
        ([f"G{n}" for n in range(21)], "genes: 21 are more than 20; ask for fewer in each request"),
    ],
)
def test_genes_are_named_and_few(genes: list[str], complaint: str, live: Live, harvest: Path) -> None:
    document = """query($genes: [String!]!) { patient(collectionID: "tcga_lihc", patientID: "TCGA-DD-A4NO") {
      gdcCase { caseID mutations(genes: $genes) { ssmID } } } }"""
    with live(harvest) as gateway:
        error = gateway.error(document, genes=genes)
    assert (error.message, error.extensions["code"]) == (complaint, "BAD_USER_INPUT")


def test_a_condition_and_its_complement_leave_out_whose_mutations_are_unknown(
    live: Live, harvest: Path, truth: World, in_gdc: Cases
) -> None:
    true = mutated(truth, in_gdc, "KRAS")
    with live(harvest) as gateway:
        found = asked(gateway, {"gdc": KRAS})
        inner = asked(gateway, {"gdc": {"not": KRAS}})
        outer = asked(gateway, {"not": {"gdc": KRAS}})
    assert found == true and len(true) > 20
    assert inner == outer == told(in_gdc) - true
    assert set(in_gdc) - found - inner


def test_conditions_on_mutations_go_with_others(live: Live, harvest: Path, truth: World, in_gdc: Cases) -> None:
    dead = {"demographic": {"vitalStatus": {"eq": "Dead"}}}
    known = {patient: case.demographic for patient, case in in_gdc.items() if case.demographic is not None}
    died = {patient for patient, person in known.items() if person.vital_status == "Dead"}
    kras, tp53 = mutated(truth, in_gdc, "KRAS"), mutated(truth, in_gdc, "TP53")
    both = {"and": [KRAS, {"mutations": {"some": {"gene": {"eq": "TP53"}}}}]}
    either = {"mutations": {"some": {"gene": {"in": ["TP53", "KRAS"]}}}}
    with live(harvest) as gateway:
        assert asked(gateway, {"gdc": {**KRAS, **dead}}) == kras & died
        assert asked(gateway, {"gdc": {"or": [KRAS, dead]}}) == kras | died
        assert asked(gateway, {"gdc": {"not": {"or": [KRAS, dead]}}}) == told(in_gdc) & set(known) - kras - died
        assert asked(gateway, {"gdc": both}) == kras & tp53
        assert asked(gateway, {"gdc": either}) == kras | tp53
        assert asked(gateway, {"gdc": {"not": either}}) == told(in_gdc) - kras - tp53
        assert asked(gateway, {"gdc": KRAS, "studies": {"some": {"series": {"some": {"modality": {"eq": "CT"}}}}}}) == {
            patient for patient in kras if "CT" in truth.modalities(patient)
        }


def test_without_a_harvest_the_same_patients_are_found(live: Live, truth: World, in_gdc: Cases) -> None:
    where = {"collectionID": {"in": ["cptac_pda", "cptac_luad"]}}
    own = {patient for patient in in_gdc if patient[0] in ("cptac_pda", "cptac_luad")}
    with live() as gateway:
        found = asked(gateway, {**where, "gdc": KRAS})
        others = asked(gateway, {**where, "gdc": {"not": KRAS}})
    # That PDC contradicts a link is not known where GDC alone is asked.
    assert found - truth.conflicting == mutated(truth, in_gdc, "KRAS") & own
    assert others - truth.conflicting == (told(in_gdc) & own) - found


def test_a_gene_is_asked_for_once_in_a_release(
    live: Live, harvest: Path, gdc: GdcStandIn, truth: World, in_gdc: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one whose cases do not fit on one page."""
    monkeypatch.setattr("resolvers.commons.gdc.FILES_OF_A_PAGE", 50)
    gdc.forget()
    with live(harvest) as gateway:
        first = asked(gateway, {"gdc": KRAS})
        requests = gdc.count("/ssm_occurrences")
        assert requests > 2
        assert asked(gateway, {"gdc": {**KRAS, "project": {"eq": "CPTAC-3"}}}) < first
        assert asked(gateway, {"not": {"gdc": KRAS}})
        assert gdc.count("/ssm_occurrences") == requests
    assert first == mutated(truth, in_gdc, "KRAS")


def test_a_commons_that_does_not_say_it_leaves_no_smaller_set(live: Live, harvest: Path, gdc: GdcStandIn) -> None:
    gdc.faults.add(faults.Status(500), "/ssm_occurrences")
    try:
        with live(harvest) as gateway:
            for where in ({"gdc": KRAS}, {"not": {"gdc": KRAS}}):
                result = gateway.execute(ALL, {"where": where})
                assert result.data == {"patients": None} and result.errors is not None
                assert result.errors[0].extensions is not None
                assert result.errors[0].extensions["code"] == "UPSTREAM_UNAVAILABLE"
                assert result.errors[0].extensions["service"] == "GDC"
    finally:
        gdc.faults.clear()


def test_where_nobody_is_asked_the_setting_is_named(harvested: Gateway) -> None:
    error = harvested.error(ALL, where={"gdc": KRAS})
    assert error.extensions == {"code": "NOT_ASKED", "service": "GDC"}
    assert error.message == (
        "mutations are asked of GDC while questions are answered, and this gateway asks nobody: "
        "start it with `--commons-live true`"
    )


@pytest.mark.parametrize(
    ("some", "argument"),
    [
        ({}, ".gene"),
        ({"gene": {}}, ".gene"),
        ({"gene": {"contains": "RAS"}}, ".gene.contains"),
        ({"gene": {"ne": "KRAS"}}, ".gene.ne"),
        ({"gene": {"eq": "KRAS", "isNull": False}}, ".gene.isNull"),
        ({"gene": {"in": []}}, ".gene.in"),
        ({"gene": {"in": [f"G{n}" for n in range(21)]}}, ".gene.in"),
    ],
)
def test_genes_of_a_condition_are_named_and_few(some: dict[str, Any], argument: str, harvested: Gateway) -> None:
    error = harvested.error(ALL, where={"gdc": {"mutations": {"some": some}}})
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": f"where.gdc.mutations.some{argument}"}
    if argument.endswith((".ne", ".contains")):
        assert "by eq or in alone; give one of them, and for a complement put `not` around mutations" in error.message
