"""What links a patient to the records that commons returned: real crosswalk rows, contradictions, adversaries."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.commons.identity import Disagreement, FoundCase, LinkKey, LinkResult, candidates, link
from resolvers.commons.identity.rules import link_rules
from schema.vocabulary import Commons, LinkEvidence, LinkStatus, SubjectKind
from tests.identity.release import linkable, patients, prospects

CROSSWALK = json.loads((Path(__file__).parent.parent / "data" / "crosswalk.json").read_text(encoding="utf-8"))
IN_IDC = [row for row in CROSSWALK if row["collectionID"]]

GDC_ID, OTHER_GDC_ID = "ad9a7ce1-9f9e-4092-8eae-493297289022", "14b0b2d5-46a1-426c-aec2-9b6520f92347"
PDC_ID, OTHER_PDC_ID = "dae8930e-1fb8-11e9-b7f8-0a80fada099c", "f1ed9eb2-cf1e-11e9-9a07-0a80fada099c"
ID = "C3L-00791"
PROSPECTS = candidates("cptac_ccrcc", ID, SubjectKind.HUMAN)
GDC_CASE = FoundCase(GDC_ID, (ID,), ("CPTAC-3",))
PDC_CASE = FoundCase(PDC_ID, (ID,), ("CPTAC3-Discovery",), gdc_case_ids=(GDC_ID,))
CDA_SUBJECT = FoundCase("CPTAC.C3L-00791", (ID, GDC_ID), ("cptac_ccrcc", "CPTAC-3", "phs001287"))
GDC_KEY = LinkKey(GDC_ID, ID, "CPTAC-3")
PDC_KEY = LinkKey(PDC_ID, ID, "CPTAC3-Discovery")


def results(**found: list[FoundCase]) -> dict[Commons, LinkResult]:
    """The links of one CPTAC patient; a commons that is not named did not answer."""
    return link(PROSPECTS, {Commons(name.upper()): records for name, records in found.items()})


def found_by(row: dict[str, Any]) -> dict[Commons, list[FoundCase]]:
    """What the commons returned for a row of the crosswalk, as far as it was recorded."""
    found = {}
    if row["gdcCase"]:
        found[Commons.GDC] = [FoundCase(row["gdcCase"], (row["patientID"],), (row["gdcProject"],))]
    if row["pdcCase"]:
        named = (row["gdcCaseByPDC"],) if row["gdcCaseByPDC"] else ()
        found[Commons.PDC] = [FoundCase(row["pdcCase"], (row["patientID"],), (row["pdcProject"],), named)]
    return found


@pytest.mark.parametrize("row", IN_IDC, ids=lambda row: row["patientID"])
def test_every_row_of_the_crosswalk_links(row: dict[str, Any]) -> None:
    patient = (row["collectionID"], row["patientID"])
    got = link(prospects()[patient], found_by(row))
    confirmed = row["gdcCase"] is not None and row["gdcCase"] == row["gdcCaseByPDC"]
    evidence = LinkEvidence.EXPLICIT_XREF if confirmed else LinkEvidence.SUBMITTER_ID_IN_ALLOWED_PROJECT
    for commons, case, project in (
        (Commons.GDC, row["gdcCase"], row["gdcProject"]),
        (Commons.PDC, row["pdcCase"], row["pdcProject"]),
    ):
        if case:
            rule = got[commons].rule
            key = LinkKey(case, row["patientID"], project)
            assert got[commons] == LinkResult(commons, LinkStatus.LINKED, evidence, (key,), rule)
            assert rule is not None
        elif commons is Commons.GDC or patient[0] != "hcmi_cmdc":
            assert got[commons].status is LinkStatus.NOT_CHECKED
    assert got[Commons.CDA].status is LinkStatus.NOT_CHECKED
    assert got[Commons.ICDC].status is LinkStatus.NOT_LINKABLE


def test_the_crosswalk_has_all_its_kinds_of_rows() -> None:
    assert len(CROSSWALK) == 50 and len(IN_IDC) == 46
    assert {(row["collectionID"], row["patientID"]) for row in IN_IDC} <= set(patients())
    names = {patient_id for _, patient_id in patients()}
    assert [row["patientID"] for row in CROSSWALK if row["patientID"] not in names] == [
        "HCM-BROD-0328-C15",
        "HCM-BROD-0682-C64",
        "HCM-SANG-1322-C15",
        "HCM-SANG-1335-C18",
    ]
    confirmed = [row["patientID"] for row in IN_IDC if row["gdcCase"] and row["gdcCase"] == row["gdcCaseByPDC"]]
    assert confirmed == ["05BR016", "C3L-00094", "C3L-00791"]


def test_a_case_in_an_allowed_project_is_linked_by_its_submitter_id() -> None:
    got = results(gdc=[GDC_CASE])[Commons.GDC]
    evidence = LinkEvidence.SUBMITTER_ID_IN_ALLOWED_PROJECT
    assert got == LinkResult(Commons.GDC, LinkStatus.LINKED, evidence, (GDC_KEY,), "cptac-3-case")


def test_a_cross_reference_of_pdc_that_agrees_makes_both_links_explicit() -> None:
    shouted = replace(PDC_CASE, gdc_case_ids=(GDC_ID.upper(),))
    for pdc in (PDC_CASE, shouted):
        got = results(gdc=[GDC_CASE], pdc=[pdc])
        assert got[Commons.GDC] == LinkResult(
            Commons.GDC, LinkStatus.LINKED, LinkEvidence.EXPLICIT_XREF, (GDC_KEY,), "cptac-3-case"
        )
        assert got[Commons.PDC] == LinkResult(
            Commons.PDC, LinkStatus.LINKED, LinkEvidence.EXPLICIT_XREF, (PDC_KEY,), "cptac-3-case"
        )


def test_a_cross_reference_that_contradicts_is_a_conflict_that_shows_both_and_decides_nothing() -> None:
    got = results(gdc=[GDC_CASE], pdc=[replace(PDC_CASE, gdc_case_ids=(OTHER_GDC_ID,))])
    message = f"PDC names {OTHER_GDC_ID} in GDC, and GDC itself has {GDC_ID}."
    note = Disagreement(Commons.PDC, Commons.GDC, message, (OTHER_GDC_ID,))
    for commons, key in ((Commons.GDC, GDC_KEY), (Commons.PDC, PDC_KEY)):
        assert got[commons] == LinkResult(commons, LinkStatus.CONFLICT, None, (key,), "cptac-3-case", message, (note,))


def test_a_cross_reference_to_a_case_that_gdc_does_not_have_is_a_conflict() -> None:
    got = results(gdc=[], pdc=[PDC_CASE])
    assert {got[commons].status for commons in (Commons.GDC, Commons.PDC)} == {LinkStatus.CONFLICT}
    assert got[Commons.GDC].reason == f"PDC names {GDC_ID} in GDC, and GDC itself has no such case."


def test_a_cross_reference_proves_nothing_while_gdc_does_not_answer() -> None:
    got = results(pdc=[PDC_CASE])
    assert got[Commons.GDC] == LinkResult(
        Commons.GDC,
        LinkStatus.NOT_CHECKED,
        rule="cptac-3-case",
        reason="GDC was not asked, or did not answer.",
    )
    assert got[Commons.PDC].evidence is LinkEvidence.SUBMITTER_ID_IN_ALLOWED_PROJECT


def test_a_submitter_id_of_several_cases_is_ambiguous() -> None:
    twin = replace(GDC_CASE, id=OTHER_GDC_ID)
    got = results(gdc=[GDC_CASE, twin], pdc=[PDC_CASE])
    assert got[Commons.GDC] == LinkResult(
        Commons.GDC,
        LinkStatus.AMBIGUOUS,
        None,
        (LinkKey(OTHER_GDC_ID, ID, "CPTAC-3"), GDC_KEY),
        "cptac-3-case",
        "GDC has 2 records of C3L-00791.",
    )
    assert got[Commons.PDC].evidence is LinkEvidence.SUBMITTER_ID_IN_ALLOWED_PROJECT


def test_pdc_cases_with_one_submitter_id_are_ambiguous_and_reference_cases_are_nobodys() -> None:
    reference = replace(PDC_CASE, id=OTHER_PDC_ID, reference=True, gdc_case_ids=())
    assert results(pdc=[PDC_CASE, reference])[Commons.PDC].keys == (PDC_KEY,)
    twin = replace(reference, reference=False)
    got = results(gdc=[GDC_CASE], pdc=[PDC_CASE, twin])
    assert got[Commons.PDC].status is LinkStatus.AMBIGUOUS
    assert got[Commons.GDC].evidence is LinkEvidence.SUBMITTER_ID_IN_ALLOWED_PROJECT


def test_a_redacted_case_is_withheld_without_its_key() -> None:
    got = results(gdc=[replace(GDC_CASE, withheld=True)], pdc=[PDC_CASE])
    reason = "GDC has redacted this case."
    assert got[Commons.GDC] == LinkResult(Commons.GDC, LinkStatus.WITHHELD, rule="cptac-3-case", reason=reason)
    assert got[Commons.PDC].evidence is LinkEvidence.EXPLICIT_XREF


def test_a_redacted_case_stays_withheld_when_pdc_names_another() -> None:
    redacted = replace(GDC_CASE, withheld=True)
    got = results(gdc=[redacted], pdc=[replace(PDC_CASE, gdc_case_ids=(OTHER_GDC_ID,))])
    assert (got[Commons.GDC].status, got[Commons.GDC].keys) == (LinkStatus.WITHHELD, ())
    message = f"PDC names {OTHER_GDC_ID} in GDC, and GDC itself has a redacted case."
    assert (got[Commons.PDC].status, got[Commons.PDC].reason) == (LinkStatus.CONFLICT, message)
    both = results(gdc=[redacted], pdc=[replace(PDC_CASE, gdc_case_ids=(OTHER_GDC_ID, GDC_ID))])
    assert both == got
    assert GDC_ID not in repr(got)


def test_a_case_that_came_redacted_once_is_redacted() -> None:
    redacted = replace(GDC_CASE, withheld=True)
    for records in ([GDC_CASE, redacted], [redacted, GDC_CASE]):
        assert results(gdc=records)[Commons.GDC].status is LinkStatus.WITHHELD


def test_of_two_cases_a_redacted_one_is_counted_and_not_shown() -> None:
    got = results(gdc=[replace(GDC_CASE, withheld=True), replace(GDC_CASE, id=OTHER_GDC_ID)])[Commons.GDC]
    assert (got.status, got.keys) == (LinkStatus.AMBIGUOUS, (LinkKey(OTHER_GDC_ID, ID, "CPTAC-3"),))


def test_a_case_that_is_nowhere_is_not_found_and_that_is_known() -> None:
    got = results(gdc=[])[Commons.GDC]
    reason = "GDC has no C3L-00791 in CPTAC-3."
    assert got == LinkResult(Commons.GDC, LinkStatus.NOT_FOUND, rule="cptac-3-case", reason=reason)


def test_a_case_of_the_same_name_in_another_project_is_told_and_not_linked() -> None:
    got = results(gdc=[replace(GDC_CASE, projects=("CPTAC-2",))])[Commons.GDC]
    message = "GDC has C3L-00791 in CPTAC-2 too, where cptac-3-case allows no link."
    assert (got.status, got.keys) == (LinkStatus.NOT_FOUND, ())
    assert got.disagreements == (Disagreement(Commons.GDC, Commons.GDC, message, (GDC_ID,)),)


@pytest.mark.parametrize("near", ["c3l-00791", "C3L-00791 ", "C3L-0079", "C3L-007910", "C3L-00791-01"])
def test_only_the_exact_key_matches(near: str) -> None:
    got = results(gdc=[replace(GDC_CASE, submitter_ids=(near,))])[Commons.GDC]
    assert (got.status, got.disagreements) == (LinkStatus.NOT_FOUND, ())


def test_a_subject_of_cda_needs_the_same_collection() -> None:
    got = results(cda=[CDA_SUBJECT])[Commons.CDA]
    key = LinkKey("CPTAC.C3L-00791", ID, "cptac_ccrcc")
    assert got == LinkResult(Commons.CDA, LinkStatus.LINKED, LinkEvidence.CDA_ONLY, (key,), "cptac-3-case")
    other = results(cda=[replace(CDA_SUBJECT, projects=("CPTAC-3", "cptac_luad"))])[Commons.CDA]
    assert other.status is LinkStatus.NOT_FOUND


def test_what_cda_does_not_have_is_not_known_to_be_absent() -> None:
    got = results(cda=[])[Commons.CDA]
    assert got.reason == (
        "CDA has no C3L-00791 in cptac_ccrcc. It takes IDC in a release late, so the patient may come yet."
    )


def test_cda_contradicts_its_own_link_alone() -> None:
    got = results(gdc=[GDC_CASE], cda=[replace(CDA_SUBJECT, gdc_case_ids=(OTHER_GDC_ID,))])
    assert got[Commons.CDA].status is LinkStatus.CONFLICT
    assert got[Commons.GDC].status is LinkStatus.LINKED
    assert [note.ids for note in got[Commons.GDC].disagreements] == [(OTHER_GDC_ID,)]


def test_a_subject_of_cda_may_have_several_ids_and_still_be_one() -> None:
    subject = replace(CDA_SUBJECT, submitter_ids=(ID, GDC_ID, PDC_ID), gdc_case_ids=(GDC_ID,))
    got = results(gdc=[GDC_CASE], pdc=[PDC_CASE], cda=[subject])
    assert {got[commons].status for commons in (Commons.GDC, Commons.PDC, Commons.CDA)} == {LinkStatus.LINKED}
    assert got[Commons.CDA].evidence is LinkEvidence.CDA_ONLY


def test_an_alias_is_told_as_the_evidence() -> None:
    prospects_ = candidates("tcga_coad", "TCGA-AY-4070A", SubjectKind.HUMAN)
    case = FoundCase(GDC_ID, ("TCGA-AY-4070",), ("TCGA-COAD",))
    got = link(prospects_, {Commons.GDC: [case], Commons.CDA: [FoundCase("x", ("TCGA-AY-4070A",), ("tcga_coad",))]})
    key = LinkKey(GDC_ID, "TCGA-AY-4070", "TCGA-COAD")
    assert got[Commons.GDC] == LinkResult(Commons.GDC, LinkStatus.LINKED, LinkEvidence.ALIAS, (key,), "tcga-barcode")
    assert got[Commons.CDA].evidence is LinkEvidence.CDA_ONLY


def test_a_dog_of_icdc_is_linked_by_its_case_id() -> None:
    dog = "GLIOMA01-i_03A6"
    got = link(
        candidates("icdc_glioma", dog, SubjectKind.ANIMAL), {Commons.ICDC: [FoundCase(dog, (dog,), ("GLIOMA01",))]}
    )[Commons.ICDC]
    evidence = LinkEvidence.SUBMITTER_ID_IN_ALLOWED_PROJECT
    key = LinkKey(dog, dog, "GLIOMA01")
    assert got == LinkResult(Commons.ICDC, LinkStatus.LINKED, evidence, (key,), "icdc-case")


def test_no_commons_can_talk_the_gateway_into_a_link_that_no_rule_allows() -> None:
    """Every commons has every PatientID of IDC in every project that any rule names."""
    every = {
        commons: tuple(
            sorted({p for rules in link_rules().values() for r in rules for p in r.projects.get(commons, ())})
        )
        for commons in Commons
    }
    linked = dict.fromkeys(Commons, 0)
    for (_, patient_id), found in prospects().items():
        offered = {commons: [FoundCase("id", (patient_id,), every[commons])] for commons in Commons}
        for commons, result in link(found, offered).items():
            linked[commons] += result.status is LinkStatus.LINKED
    # The four misspelt ones are looked for by another name than was offered.
    assert linked[Commons.GDC] == 14_266 - 4 and linked[Commons.PDC] == 13_221 - 4
    assert linked[Commons.CDA] == sum(1 for _ in linkable(Commons.CDA)) and linked[Commons.ICDC] == 80


RECORDS = st.builds(
    FoundCase,
    id=st.sampled_from([GDC_ID, OTHER_GDC_ID, PDC_ID]),
    submitter_ids=st.sampled_from([(ID,), ("C3L-00097",), ()]),
    projects=st.sampled_from([("CPTAC-3",), ("CPTAC3-Discovery",), ("cptac_ccrcc",), ("TCGA-KIRC",), ()]),
    gdc_case_ids=st.sampled_from([(), (GDC_ID,), (OTHER_GDC_ID,), (GDC_ID, OTHER_GDC_ID)]),
    withheld=st.booleans(),
    reference=st.booleans(),
)


@given(st.dictionaries(st.sampled_from(Commons), st.lists(RECORDS, max_size=4)), st.randoms(use_true_random=False))
def test_order_and_repetition_of_records_change_nothing_and_the_shape_of_a_result_holds(
    found: Any, random: Any
) -> None:
    got = link(PROSPECTS, found)
    shuffled = {commons: random.sample(records * 2, len(records) * 2) for commons, records in found.items()}
    assert link(PROSPECTS, shuffled) == got
    for commons, result in got.items():
        linked = result.status is LinkStatus.LINKED
        assert linked == (result.evidence is not None) == (result.reason is None)
        assert not linked or len(result.keys) == 1
        assert not result.keys or result.status in (LinkStatus.LINKED, LinkStatus.AMBIGUOUS, LinkStatus.CONFLICT)
        assert all(key.submitter_id == ID for key in result.keys)
        if result.status is LinkStatus.NOT_CHECKED:
            assert commons not in found


def test_every_status_is_reached() -> None:
    twin, redacted = replace(GDC_CASE, id=OTHER_GDC_ID), replace(GDC_CASE, withheld=True)
    reached = {
        result.status
        for found in ([GDC_CASE], [GDC_CASE, twin], [redacted], [])
        for result in results(gdc=found).values()
    }
    reached |= {result.status for result in results(gdc=[twin], pdc=[PDC_CASE]).values()}
    phantom = candidates("lung_phantom", "4482356", SubjectKind.PHANTOM)
    reached |= {result.status for result in link(phantom, {}).values()}
    assert reached == set(LinkStatus)
    assert list(itertools.chain(link(phantom, {}))) == list(Commons)
