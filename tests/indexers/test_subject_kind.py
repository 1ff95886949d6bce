"""The table of subject kinds, checked against the release that the installed idc-index-data describes."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import idc_index_data
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from indexers.subject_kind import rules, subject_kind

FOLDER = Path(idc_index_data.__file__).parent

KINDS = {"HUMAN", "XENOGRAFT", "ANIMAL", "PHANTOM", "SIMULATED", "SPECIMEN_BLOCK", "IMAGE_LABEL", "UNKNOWN"}

# Identifiers of every kind over all pairs of collection and identifier.
TOTALS = {
    "HUMAN": 74_512,
    "IMAGE_LABEL": 6_671,
    "SIMULATED": 3_079,
    "XENOGRAFT": 1_168,
    "ANIMAL": 456,
    "PHANTOM": 450,
    "SPECIMEN_BLOCK": 96,
    "UNKNOWN": 19,
}

# Identifiers of every kind in each collection that is not HUMAN throughout.
OTHER_THAN_HUMAN = {
    "catch": {"ANIMAL": 282},
    "cbis_ddsm": {"IMAGE_LABEL": 6_671},
    "cc_radiomics_phantom": {"PHANTOM": 17},
    "cc_radiomics_phantom_2": {"PHANTOM": 251},
    "cc_radiomics_phantom_3": {"PHANTOM": 95},
    "cgci_blgsp": {"SPECIMEN_BLOCK": 96, "HUMAN": 292},
    "ct4harmonization_multicentric": {"PHANTOM": 1},
    "ct_phantom4radiomics": {"PHANTOM": 1},
    "dro_toolkit": {"SIMULATED": 32},
    "gbm_dsc_mri_dro": {"SIMULATED": 3},
    "icdc_glioma": {"ANIMAL": 80},
    "ldct_and_projection_data": {"UNKNOWN": 1, "HUMAN": 199},
    "lung_phantom": {"PHANTOM": 1},
    "mouse_astrocytoma": {"ANIMAL": 48},
    "mouse_mammary": {"ANIMAL": 32},
    "mri_dir": {"PHANTOM": 1, "SIMULATED": 8},
    "pdmr_292921_168_r": {"XENOGRAFT": 20},
    "pdmr_425362_245_t": {"XENOGRAFT": 20},
    "pdmr_521955_158_r4": {"XENOGRAFT": 20},
    "pdmr_833975_119_r": {"XENOGRAFT": 20},
    "pdmr_997537_175_t": {"XENOGRAFT": 24},
    "pdmr_bl0293_f563": {"XENOGRAFT": 19},
    "pdmr_texture_analysis": {"XENOGRAFT": 175},
    "pdxnet": {"HUMAN": 49, "XENOGRAFT": 870},
    "phantom_fda": {"PHANTOM": 7},
    "pseudo_phi_dicom_data": {"SIMULATED": 42},
    "qiba_ct_1c": {"PHANTOM": 1},
    "qiba_ct_liver_phantom": {"PHANTOM": 3},
    "qin_pet_phantom": {"PHANTOM": 2},
    "rider_lung_pet_ct": {"PHANTOM": 40, "UNKNOWN": 18, "HUMAN": 185},
    "rider_phantom_mri": {"PHANTOM": 10},
    "rider_phantom_pet_ct": {"PHANTOM": 20},
    "uw_cirp_mouse_pet_ct_nsclc": {"ANIMAL": 14},
    "victre": {"SIMULATED": 2_994},
}


@cache
def original_data() -> dict[str, list[str]]:
    """Per collection the DOIs of its original data, in the order of the release."""
    table = pq.read_table(FOLDER / "collections_index.parquet", columns=["collection_id", "sources"])
    return {
        row["collection_id"]: [s["source_doi"] for s in row["sources"] if s["source_type"] == "original_data"]
        for row in table.to_pylist()
    }


@cache
def pairs() -> tuple[tuple[str, str], ...]:
    """Every collection with every identifier in it."""
    table = pq.read_table(FOLDER / "idc_index.parquet", columns=["collection_id", "PatientID"])
    distinct = table.group_by(["collection_id", "PatientID"]).aggregate([])
    ids = zip(distinct["collection_id"].to_pylist(), distinct["PatientID"].to_pylist(), strict=True)
    return tuple(sorted(ids))


@cache
def identifiers() -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for collection_id, patient_id in pairs():
        grouped[collection_id].append(patient_id)
    return grouped


def series(collection_id: str) -> list[dict[str, str | None]]:
    """What every series of a collection says about its subject."""
    columns = ["PatientID", "PatientAge", "PatientSex", "SeriesDescription"]
    only = [("collection_id", "=", collection_id)]
    return pq.read_table(FOLDER / "idc_index.parquet", columns=columns, filters=only).to_pylist()


def test_every_collection_has_exactly_one_row_for_all_other_identifiers() -> None:
    rest = [rule.collection_id for rule in rules() if not rule.id_form]
    assert len(original_data()) == 179
    assert sorted(rest) == sorted(original_data())


def test_no_row_is_for_a_collection_that_does_not_exist() -> None:
    assert {rule.collection_id for rule in rules()} <= set(original_data())
    assert set(identifiers()) == set(original_data())


def test_rows_with_a_form_come_before_the_row_without() -> None:
    closed: set[str] = set()
    for rule in rules():
        assert rule.collection_id not in closed, rule
        if not rule.id_form:
            closed.add(rule.collection_id)


def test_kinds_are_legal() -> None:
    assert {rule.kind for rule in rules()} == KINDS


def test_reasons_are_single_plain_sentences_of_their_own() -> None:
    reasons = [rule.reason for rule in rules()]
    assert len(set(reasons)) == len(reasons)
    for reason in reasons:
        assert reason == reason.strip()
        assert reason.endswith(".")
        assert reason[0].isupper()
        assert not re.search(r"[<>&]|https?:|\. [A-Z]", reason), reason


def test_references_are_the_first_original_data_of_the_collection() -> None:
    for rule in rules():
        assert rule.reference == f"https://doi.org/{original_data()[rule.collection_id][0]}"


def test_every_form_is_the_first_match_of_some_identifier() -> None:
    for collection_id in {rule.collection_id for rule in rules() if rule.id_form}:
        forms = [rule.id_form for rule in rules() if rule.collection_id == collection_id and rule.id_form]
        first = {next((f for f in forms if re.fullmatch(f, i)), None) for i in identifiers()[collection_id]}
        assert set(forms) <= first


def test_every_identifier_spelled_out_in_a_form_exists() -> None:
    for rule in rules():
        if listed := re.fullmatch(r"(RIDER-)\(([\d|]+)\)", rule.id_form):
            spelled = {listed[1] + number for number in listed[2].split("|")}
            assert spelled <= set(identifiers()[rule.collection_id])


def test_totals_per_kind() -> None:
    assert len(pairs()) == 86_451
    assert Counter(subject_kind(*pair) for pair in pairs()) == TOTALS


def test_kinds_per_collection() -> None:
    found = {c: Counter(subject_kind(c, i) for i in ids) for c, ids in identifiers().items()}
    assert {c: dict(kinds) for c, kinds in found.items() if set(kinds) != {"HUMAN"}} == OTHER_THAN_HUMAN


@pytest.mark.parametrize(
    ("collection_id", "patient_id", "kind"),
    [
        ("4d_lung", "100_HM10395", "HUMAN"),
        ("cbis_ddsm", "Calc-Test_P_00038_LEFT_MLO_1", "IMAGE_LABEL"),
        ("cbis_ddsm", "P_00038_LEFT_CC.dcm", "IMAGE_LABEL"),
        ("cgci_blgsp", "BLGSP-71-06-00001", "HUMAN"),
        ("cgci_blgsp", "BLGSP-71-TMA1-BCL2", "SPECIMEN_BLOCK"),
        ("cgci_blgsp", "BLGSP_TMA2_Ki67", "SPECIMEN_BLOCK"),
        ("gtex", "GTEX-1128S", "HUMAN"),
        ("ldct_and_projection_data", "L004", "HUMAN"),
        ("ldct_and_projection_data", "PatientID", "UNKNOWN"),
        ("mouse_astrocytoma", "TVD_GBM_U87_4493_121511", "ANIMAL"),
        ("mouse_astrocytoma", "TVD_GBM_IC1_070610_19", "ANIMAL"),
        ("mri_dir", "MRI-DIR-T2_4", "SIMULATED"),
        ("mri_dir", "MRI-DIR-zzmeatphantom", "PHANTOM"),
        ("nlm_visible_human_project", "VHP-F", "HUMAN"),
        ("pdxnet", "114434-197-R-ORIGINATOR", "HUMAN"),
        ("pdxnet", "114434-197-R-A35YC3", "XENOGRAFT"),
        ("pseudo_phi_dicom_data", "Pseudo-PHI-001", "SIMULATED"),
        ("pseudo_phi_dicom_data", "292821506", "SIMULATED"),
        ("rider_lung_pet_ct", "RIDER-2531262638", "PHANTOM"),
        ("rider_lung_pet_ct", "RIDER-8457501149", "PHANTOM"),
        ("rider_lung_pet_ct", "RIDER-1220626991", "UNKNOWN"),
        ("rider_lung_pet_ct", "RIDER-1131017950", "HUMAN"),
        ("victre", "1215936303", "SIMULATED"),
    ],
)
def test_real_identifiers(collection_id: str, patient_id: str, kind: str) -> None:
    assert patient_id in identifiers()[collection_id]
    assert subject_kind(collection_id, patient_id) == kind


def test_a_form_must_match_the_whole_identifier() -> None:
    assert subject_kind("pdxnet", "114434-197-R-ORIGINATOR-2") == "XENOGRAFT"
    assert subject_kind("ldct_and_projection_data", "PatientID2") == "HUMAN"
    assert subject_kind("mri_dir", "MRI-DIR-T3_1") == "UNKNOWN"


def test_an_unknown_collection_is_unknown() -> None:
    assert subject_kind("no_such_collection", "1") == "UNKNOWN"


def test_every_label_of_cbis_ddsm_holds_a_patient_number() -> None:
    assert all(len(re.findall(r"P_\d{5}", label)) == 1 for label in identifiers()["cbis_ddsm"])


def test_every_originator_of_pdxnet_is_described_as_human_and_every_other_as_a_model() -> None:
    for row in series("pdxnet"):
        human = subject_kind("pdxnet", str(row["PatientID"])) == "HUMAN"
        assert str(row["SeriesDescription"]).startswith("Human" if human else "Model PDX"), row


def test_the_twenty_scans_of_the_test_object_of_rider_phantom_pet_ct_are_found_in_rider_lung_pet_ct() -> None:
    for collection_id in ("rider_phantom_pet_ct", "rider_lung_pet_ct"):
        scans: set[str] = set()
        for row in series(collection_id):
            if name := re.search(r"(?i)\bcb(\d+)$", row["SeriesDescription"] or ""):
                assert subject_kind(collection_id, str(row["PatientID"])) == "PHANTOM"
                scans.add(name[1].zfill(2))
        assert scans == {f"{number:02}" for number in range(1, 21)}


def test_what_stays_unknown_in_rider_lung_pet_ct_has_neither_age_nor_sex() -> None:
    for row in series("rider_lung_pet_ct"):
        if subject_kind("rider_lung_pet_ct", str(row["PatientID"])) == "UNKNOWN":
            assert row["PatientSex"] is None
            assert row["PatientAge"] in {None, "000Y"}


def test_nothing_called_human_names_a_test_object_an_animal_or_a_tissue_array() -> None:
    words = r"(?i)phantom|porcine|canine|\bmouse\b|\bTMA\b|xenograft|\bPDX\b|hot sph|line source|ge68"
    columns = ["collection_id", "PatientID", "StudyDescription", "SeriesDescription"]
    table = pq.read_table(FOLDER / "idc_index.parquet", columns=columns)
    named: set[tuple[str, str]] = set()
    for column in columns[1:]:
        found = table.filter(pc.match_substring_regex(table[column], words)).select(columns[:2])
        named.update((row["collection_id"], row["PatientID"]) for row in found.to_pylist())
    assert len(named) > 1_000
    assert [pair for pair in sorted(named) if subject_kind(*pair) == "HUMAN"] == []


def test_the_kinds_of_the_whole_release_take_less_than_half_a_second() -> None:
    all_pairs = pairs()
    start = time.perf_counter()
    for collection_id, patient_id in all_pairs:
        subject_kind(collection_id, patient_id)
    assert time.perf_counter() - start < 0.5
