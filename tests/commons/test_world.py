"""The world of the stand-ins has what questions over commons need, and every trap that they may fall into."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commons.conftest import ALIASES
from tests.commons.standins.gdc_cases import real_rows
from tests.commons.standins.imaged import drawn
from tests.commons.standins.records import GdcCase, Patient
from tests.commons.standins.world import World, next_world

ROOT = Path(__file__).parents[2]
LATE = {"III", "IV"}
PRINT = """
import hashlib
from tests.commons.standins.world import world
w = world()
subjects = [(subject.subject_id, sorted(subject.data_at), subject.upstream) for subject in w.cda_subjects]
all_of_it = (w.gdc_cases, w.gdc_files, w.pdc_cases, w.pdc_studies, w.pdc_files, w.icdc_cases, subjects, w.drs_objects)
print(hashlib.sha256(repr(all_of_it).encode()).hexdigest())
"""


def open_expression(truth: World) -> set[str]:
    return {
        case_id
        for file in truth.gdc_files
        if (file.access, file.experimental_strategy) == ("open", "RNA-Seq")
        for case_id in file.case_ids
    }


def late(case: GdcCase) -> bool:
    return case.primary_diagnosis is not None and bool(case.primary_diagnosis.groups & LATE)


def with_proteome(truth: World) -> set[Patient]:
    return {case.patient for case in truth.pdc_cases if case.patient and "Proteome" in truth.fractions(case)}


def test_the_world_is_the_same_each_time() -> None:
    made = {
        subprocess.run([sys.executable, "-c", PRINT], cwd=ROOT, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
                       capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(made) == 1


def test_the_headline_question_has_tens_of_patients_and_each_condition_many_more(truth: World) -> None:
    rna, proteome = open_expression(truth), with_proteome(truth)
    imaged = [case for case in truth.gdc_cases if case.patient]
    conditions = [
        {case.patient for case in imaged if case.patient and "CT" in truth.modalities(case.patient)},
        {case.patient for case in imaged if case.case_id in rna},
        proteome,
        {case.patient for case in imaged if late(case)},
    ]
    both = set.intersection(*map(set, conditions))
    assert 20 <= len(both) <= 100
    assert all(len(condition) > 2 * len(both) for condition in conditions)


def test_real_cases_have_their_real_ids(truth: World) -> None:
    known = {case.submitter_id: case for case in truth.gdc_cases}
    in_pdc = {case.submitter_id: case.case_id for case in truth.pdc_cases}
    for submitter, row in real_rows().items():
        if row.get("gdc_case_id"):
            assert known[submitter].case_id == row["gdc_case_id"]
        if row.get("pdc_case_id"):
            assert in_pdc[submitter] == row["pdc_case_id"]


def test_the_world_has_cases_of_every_kind(truth: World) -> None:
    diagnoses = [d for case in truth.gdc_cases for d in case.diagnoses]
    stages = {(stage.system, stage.raw) for d in diagnoses for stage in d.stages}
    assert {system for system, _ in stages} >= {"ajcc_pathologic_stage", "ajcc_clinical_stage", "figo_stage"}
    assert ("ajcc_pathologic_stage", "Not Reported") in stages
    # A second diagnosis of another stage, and one that comes before the primary one.
    assert any(len(c.diagnoses) > 1 and late(c) != bool(c.diagnoses[1].groups & LATE) for c in truth.gdc_cases)
    assert any(case.diagnoses and not case.diagnoses[0].primary for case in truth.gdc_cases)
    assert any(case.demographic is None for case in truth.gdc_cases)
    assert any(not case.diagnoses for case in truth.gdc_cases)
    assert any(t.therapeutic_agents == "Cisplatin" for d in diagnoses for t in d.treatments)
    assert any(case.exposures for case in truth.gdc_cases)
    kinds = {(a.classification, a.entity_type) for case in truth.gdc_cases for a in case.annotations}
    assert kinds >= {("Redaction", "case"), ("Redaction", "aliquot"), ("Notification", "case")}
    files = {(file.access, file.data_format, file.experimental_strategy) for file in truth.gdc_files}
    assert files >= {("open", "TSV", "RNA-Seq"), ("controlled", "BAM", "WXS"), ("controlled", "VCF", "WXS"),
                     ("open", "MAF", "WXS"), ("open", "SVS", "Diagnostic Slide")}  # fmt: skip
    assert all(file.accession for file in truth.gdc_files if file.access == "controlled")
    assert {mutation.gene for mutation in truth.mutations} >= {"KRAS", "TP53"}


def test_commons_disagree_about_some_people(truth: World) -> None:
    disagreeing = {"sex": 0, "race": 0, "vital_status": 0}
    for case in truth.pdc_cases:
        other = truth.gdc_of(case.patient) if case.patient else None
        for name in disagreeing:
            one = getattr(case.demographic, name, None)
            two = getattr(other.demographic, name, None) if other else None
            disagreeing[name] += bool(one and two and one.lower() != two.lower())
    assert all(disagreeing.values())


def test_identity_has_every_trap(truth: World) -> None:
    assert len(truth.conflicting) == 2
    assert len(truth.ambiguous) == 2
    assert {case.gdc_case_id is None for case in truth.pdc_cases if case.patient} == {True, False}
    aliased = {
        case.patient[1]: case.submitter_id for case in truth.gdc_cases if case.patient and case.patient[1] in ALIASES
    }
    assert aliased == {spelled: spelled.removesuffix("A") for spelled in ALIASES}
    # Ids of patients of IDC that are cases of somebody else.
    strangers = {case.submitter_id for case in truth.gdc_cases if case.patient is None}
    for collection in ("eay131", "nlst", "varepop_apollo", "tcga_stad"):
        assert {patient.patient_id for patient in drawn() if patient.collection_id == collection} & strangers
    assert {"Ref", "Pooled Sample", "263"} <= {case.submitter_id for case in truth.pdc_cases}


@pytest.mark.parametrize("of", ["gdc_cases", "pdc_cases", "icdc_cases"])
def test_cases_vanish_with_the_next_release(truth: World, of: str) -> None:
    before = {case.case_id for case in getattr(truth, of)}
    after = {case.case_id for case in getattr(next_world(truth), of)}
    assert after < before


def test_cda_catches_up_with_the_next_release(truth: World) -> None:
    before = {subject.patient for subject in truth.cda_subjects if subject.patient}
    after = {subject.patient for subject in next_world(truth).cda_subjects if subject.patient}
    assert before < after
