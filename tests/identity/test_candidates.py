"""Who may be looked for in other commons: every patient of the installed release, collection by collection."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from indexers.subject_kind import subject_kind
from resolvers.commons.identity import Candidate, Refusal, candidates
from resolvers.commons.identity.rules import aliases, link_rules, never_forms, never_linked, unlinkable_collections
from schema.vocabulary import Commons, LinkStatus, SubjectKind
from tests.identity.release import by_rule, linkable, patients, prospects

TCGA = ("tcga_coad", "TCGA-3L-AA1B")


def statuses(collection_id: str) -> Counter[str]:
    """How many patients of a collection have which kind of prospect, over all commons."""
    return Counter(
        "CANDIDATE" if isinstance(prospect, Candidate) else prospect.status.value
        for patient, found in prospects().items()
        if patient[0] == collection_id
        for prospect in found.values()
    )


def test_every_collection_of_the_release_is_classified() -> None:
    collections = {collection_id for collection_id, _ in patients()}
    assert len(collections) == 179
    assert link_rules().keys() | unlinkable_collections().keys() == collections
    assert link_rules().keys() & unlinkable_collections().keys() == set()
    assert all(unlinkable_collections().values())
    assert len(link_rules()) == 32 + 14 + 4 + 9 + 5 + 5


def test_every_patient_of_a_collection_with_a_rule_is_covered_or_a_tissue_block() -> None:
    uncovered = [
        patient
        for patient, found in prospects().items()
        if patient[0] in link_rules() and all(isinstance(prospect, Refusal) for prospect in found.values())
    ]
    assert len(uncovered) == 96
    assert {subject_kind(*patient) for patient in uncovered} == {"SPECIMEN_BLOCK"}


def test_the_linkable_patients_of_the_release_are_those_of_the_programs() -> None:
    assert by_rule(Commons.GDC) == {
        "tcga-barcode": 11_046 + 4,
        "cptac-3-case": 1_718,
        "cptac-2-case": 449,
        "cptac-luad-11lu-case": 4,
        "hcmi-case": 382,
        "cgci-case": 573,
        "cddp-case": 49,
        "varepop-case": 41,
    }
    assert by_rule(Commons.GDC).total() == 14_266
    assert by_rule(Commons.PDC).total() == 11_050 + 1_718 + 453 == 13_221
    assert by_rule(Commons.ICDC) == {"icdc-case": 80}
    beyond = {"cog-usi": 4_407, "cmb-case": 663, "htan-participant": 69, "icdc-case": 80}
    assert by_rule(Commons.CDA) == by_rule(Commons.GDC) | Counter(beyond)
    assert len(patients()) == 86_451


def test_a_tcga_patient_is_looked_for_in_the_project_of_the_collection_alone() -> None:
    assert candidates(*TCGA, SubjectKind.HUMAN) == {
        Commons.GDC: Candidate(Commons.GDC, TCGA[1], ("TCGA-COAD",), "tcga-barcode", ("phs000178",)),
        Commons.PDC: Candidate(Commons.PDC, TCGA[1], ("CPTAC-TCGA",), "tcga-barcode", ("phs000178",)),
        Commons.CDA: Candidate(Commons.CDA, TCGA[1], ("tcga_coad",), "tcga-barcode", ("phs000178",)),
        Commons.ICDC: Refusal(
            Commons.ICDC,
            LinkStatus.NOT_LINKABLE,
            "No project of ICDC is known to hold patients of tcga_coad.",
        ),
    }


@pytest.mark.parametrize(
    ("collection_id", "expected"),
    [
        ("nlst", {"NOT_LINKABLE": 26_410 * 4}),
        ("gtex", {"NOT_LINKABLE": 971 * 4}),
        ("eay131", {"NOT_LINKABLE": 2_813 * 4}),
        ("cbis_ddsm", {"NOT_A_SUBJECT": 6_671 * 4}),
        ("victre", {"NOT_A_SUBJECT": 2_994 * 4}),
        ("rider_phantom_mri", {"NOT_A_SUBJECT": 10 * 4}),
        ("qin_pet_phantom", {"NOT_A_SUBJECT": 2 * 4}),
        ("lung_phantom", {"NOT_A_SUBJECT": 1 * 4}),
        ("catch", {"NOT_LINKABLE": 282 * 4}),
        ("pdxnet", {"NOT_A_SUBJECT": 870 * 4, "NOT_LINKABLE": 49 * 4}),
        ("cgci_blgsp", {"NOT_A_SUBJECT": 96 * 4, "CANDIDATE": 292 * 2, "NOT_LINKABLE": 292 * 2}),
        ("icdc_glioma", {"CANDIDATE": 80 * 2, "NOT_LINKABLE": 80 * 2}),
        ("ccdi_mci", {"CANDIDATE": 4_407, "NOT_LINKABLE": 4_407 * 3}),
    ],
)
def test_whole_collections_are_linkable_or_not(collection_id: str, expected: dict[str, int]) -> None:
    assert statuses(collection_id) == expected


def test_eay131_says_that_its_link_is_not_verified() -> None:
    found = candidates("eay131", "EAY131-10017", SubjectKind.HUMAN)
    reason = "That EAY131 patients are the cases of the GDC projects MATCH-* is not verified."
    assert found == {commons: Refusal(commons, LinkStatus.NOT_LINKABLE, reason) for commons in Commons}


def test_the_four_misspelt_barcodes_are_looked_for_by_their_case_and_no_other_is_trimmed() -> None:
    by_alias = {patient: candidate.key for patient, candidate in linkable(Commons.GDC) if candidate.alias}
    assert by_alias == {
        ("tcga_coad", "TCGA-AY-4070A"): "TCGA-AY-4070",
        ("tcga_coad", "TCGA-AY-5543A"): "TCGA-AY-5543",
        ("tcga_coad", "TCGA-AY-6197A"): "TCGA-AY-6197",
        ("tcga_coad", "TCGA-AY-6386A"): "TCGA-AY-6386",
    }
    assert all(candidate.key == patient[1] for patient, candidate in linkable(Commons.CDA))
    other = candidates("tcga_coad", "TCGA-AY-4071A", SubjectKind.HUMAN)
    assert {type(prospect) for prospect in other.values()} == {Refusal}


def test_the_cases_of_the_misspelt_barcodes_are_in_the_collection_under_their_own_names_too() -> None:
    # So two patients of IDC lead to one case: whoever counts cases has to count keys, not patients.
    assert {(collection_id, key) for (collection_id, _), key in aliases().items()} <= set(patients())
    keys = Counter((candidate.projects, candidate.key) for _, candidate in linkable(Commons.GDC))
    assert {key for (_, key), number in keys.items() if number > 1} == set(aliases().values())


def test_an_identifier_that_two_collections_share_is_two_patients_and_none_is_linked() -> None:
    names = Counter(patient_id for _, patient_id in patients())
    shared = {patient_id for patient_id, number in names.items() if number > 1}
    assert len(shared) == 89
    twice = [patient for patient in patients() if patient[1] in shared]
    assert len(twice) == 178
    assert {type(prospect) for patient in twice for prospect in prospects()[patient].values()} == {Refusal}


def test_an_identifier_is_linked_in_its_own_collection_alone() -> None:
    assert isinstance(candidates(*TCGA, SubjectKind.HUMAN)[Commons.GDC], Candidate)
    for collection_id in {collection_id for collection_id, _ in patients()} - {"tcga_coad"}:
        found = candidates(collection_id, TCGA[1], SubjectKind.HUMAN)
        own_project = isinstance(gdc := found[Commons.GDC], Candidate) and gdc.projects != ("TCGA-COAD",)
        assert isinstance(gdc, Refusal) or (collection_id.startswith("tcga_") and own_project)


@pytest.mark.parametrize("kind", [kind for kind in SubjectKind if kind is not SubjectKind.HUMAN])
def test_what_is_not_human_is_not_linked_as_a_patient(kind: SubjectKind) -> None:
    subjects = (SubjectKind.ANIMAL, SubjectKind.UNKNOWN)
    status = LinkStatus.NOT_LINKABLE if kind in subjects else LinkStatus.NOT_A_SUBJECT
    found = candidates(*TCGA, kind)
    no_subject = f"The identifier stands for no patient: its subjectKind is {kind.value}."
    other_kind = f"The rule tcga-barcode is for subjects of kind HUMAN, this one is {kind.value}."
    reason = other_kind if kind in subjects else no_subject
    assert {prospect.reason for prospect in found.values() if isinstance(prospect, Refusal)} == {reason}
    assert {prospect.status for prospect in found.values() if isinstance(prospect, Refusal)} == {status}
    assert len(found) == 4 and not any(isinstance(prospect, Candidate) for prospect in found.values())


def test_a_human_among_the_dogs_of_icdc_is_not_linked() -> None:
    dog = candidates("icdc_glioma", "GLIOMA01-i_03A6", SubjectKind.ANIMAL)
    assert dog[Commons.ICDC] == Candidate(Commons.ICDC, "GLIOMA01-i_03A6", ("GLIOMA01",), "icdc-case", ())
    human = candidates("icdc_glioma", "GLIOMA01-i_03A6", SubjectKind.HUMAN)[Commons.ICDC]
    reason = "The rule icdc-case is for subjects of kind ANIMAL, this one is HUMAN."
    assert human == Refusal(Commons.ICDC, LinkStatus.NOT_LINKABLE, reason)


def test_a_collection_that_the_tables_do_not_know_is_not_linkable() -> None:
    found = candidates("tcga_new", "TCGA-3L-AA1B", SubjectKind.HUMAN)[Commons.GDC]
    assert found == Refusal(Commons.GDC, LinkStatus.NOT_LINKABLE, "No rule is known for the collection tcga_new.")


FORBIDDEN = (
    "100002",
    "P123",
    "BLGSP-71-TMA1-BCL2",
    "BLGSP_TMA2_Ki67",
    "ref",
    "Ref-01",
    "Pooled Sample",
    "Taiwanese IR",
    "QIN-PET-Phantom-UI-01",
)


@pytest.mark.parametrize("identifier", FORBIDDEN)
def test_some_forms_are_linked_nowhere(identifier: str) -> None:
    assert never_linked(identifier) is not None


def test_no_key_has_a_form_that_is_linked_nowhere_or_that_breaks_a_filter() -> None:
    keys = {candidate.key for commons in Commons for _, candidate in linkable(commons)}
    assert len(keys) == 14_266 + 4_407 + 663 + 69 + 80
    assert [key for key in keys if never_linked(key) or not re.fullmatch(r"[A-Za-z0-9_-]{3,20}", key)] == []


def test_every_form_that_is_linked_nowhere_occurs_or_is_known_of_pdc() -> None:
    unused = [
        form.id_form.pattern
        for form in never_forms()
        if not any(form.id_form.fullmatch(patient_id) for _, patient_id in patients())
    ]
    assert unused == ["ref(erence)?([-_ ].*)?", "pool(ed)?([-_ ].*)?|taiwanese ir"]


def test_the_forms_of_one_collection_do_not_overlap() -> None:
    for rules in link_rules().values():
        for collection_id, patient_id in patients():
            if collection_id == rules[0].collection_id:
                assert sum(bool(rule.id_form.fullmatch(patient_id)) for rule in rules) <= 1
