"""The GDC cases of the world: real ones by name, drawn ones for patients of IDC, and those that must not be linked."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.commons.standins import clinic
from tests.commons.standins.cohorts import COHORTS, Cohort
from tests.commons.standins.draw import made_uuid, stream
from tests.commons.standins.imaged import drawn, imaged
from tests.commons.standins.mutations import mutations_of
from tests.commons.standins.records import (
    Annotation,
    Demographic,
    Diagnosis,
    GdcCase,
    Patient,
    Sample,
    Stage,
)

REAL = Path(__file__).parents[2] / "data" / "commons" / "real_cases.json"
# IDC spells them with an A that GDC doesn't know.
ALIASES = {f"TCGA-AY-{number}A": f"TCGA-AY-{number}" for number in ("4070", "5543", "6197", "6386")}
# Of IDC patients with a cohort so many, in a hundred, have a case in GDC.
COVERED = 0.93
REDACTED = 0.03


@cache
def real_rows() -> dict[str, dict[str, Any]]:
    """What is really known of some cases, by submitter id."""
    return {row["submitter_id"]: row for row in json.loads(REAL.read_text())}


def samples(submitter: str, cohort: Cohort, row: dict[str, Any]) -> tuple[Sample, ...]:
    """A tumour, often a normal; slides with barcodes of the form that the programme has (TCGA: -01Z-00-DX1)."""
    numbers = stream("samples", submitter)
    tcga = cohort.program == "TCGA"
    tumor = f"{submitter}-01A" if tcga else f"{submitter}-01"
    slides = tuple(row.get("slides", ())) or (f"{tumor}-01-TSA" if tcga else f"{submitter}-21",)
    diagnostic = f"{submitter}-01Z"
    made = [(tumor, "Primary Tumor", "Tumor", tuple(s for s in slides if not s.startswith(diagnostic)))]
    if tcga:
        shown = tuple(s for s in slides if s.startswith(diagnostic)) or (f"{diagnostic}-00-DX1",)
        made.append((diagnostic, "Primary Tumor", "Tumor", shown))
    if numbers.random() < 0.7:
        made.append((f"{submitter}-10A" if tcga else f"{submitter}-06", "Blood Derived Normal", "Normal", ()))
    elif numbers.random() < 0.5:
        normal = f"{submitter}-11A" if tcga else f"{submitter}-02"
        made.append((normal, "Solid Tissue Normal", "Normal", (f"{normal}-01-TS1" if tcga else f"{submitter}-22",)))
    return tuple(Sample(made_uuid("sample", name), name, *what) for name, *what in made)


def annotations(submitter: str, cohort: Cohort, row: dict[str, Any]) -> tuple[Annotation, ...]:
    """Real ones; drawn: notifications, redactions of the case, and of an aliquot, which isn't the case's."""
    if "annotations" in row:
        return tuple(Annotation(**annotation) for annotation in row["annotations"])
    numbers = stream("annotation", submitter)
    draw, made = numbers.random(), made_uuid("annotation", submitter)
    if draw < REDACTED and not row:
        return (Annotation(made, "case", submitter, "Redaction", "Subject withdrew consent", None),)
    if draw < 0.06:
        aliquot = f"{submitter}-01A-11D-A10X-02"
        return (Annotation(made, "aliquot", aliquot, "Redaction", "Genotype mismatch", "Only this aliquot"),)
    if draw < 0.14:
        return (Annotation(made, "case", submitter, "Notification", "Prior malignancy", "[intgen.org]: prior"),)
    return ()


def case_of(cohort: Cohort, submitter: str, patient: Patient | None, project: str | None = None) -> GdcCase:
    """The case of a patient, whole."""
    row = real_rows().get(submitter, {})
    return GdcCase(
        case_id=row.get("gdc_case_id") or made_uuid("gdc", project or cohort.gdc_project, submitter),
        submitter_id=submitter,
        project_id=project or cohort.gdc_project,
        patient=patient,
        primary_site=row.get("primary_site", cohort.primary_site),
        disease_type=row.get("disease_type", cohort.disease_type),
        demographic=clinic.demographic(cohort, submitter),
        diagnoses=clinic.diagnoses(cohort, submitter),
        exposures=clinic.exposures(submitter),
        samples=samples(submitter, cohort, row),
        annotations=annotations(submitter, cohort, row),
        mutations=mutations_of(cohort, submitter),
        consent_type="Informed Consent" if stream("consent", submitter).random() < 0.4 else None,
    )


def _linked() -> Iterator[GdcCase]:
    rows = real_rows()
    for submitter, row in rows.items():
        collection = row["collection_id"] or "hcmi_cmdc"
        patient = (collection, submitter) if row["collection_id"] else None
        yield case_of(COHORTS[collection], submitter, patient)
    for patient in drawn():
        cohort = COHORTS.get(patient.collection_id)
        if cohort is None or patient.patient_id in rows or patient.patient_id in ALIASES:
            continue
        if stream("covered", *patient.key).random() < COVERED:
            yield case_of(cohort, patient.patient_id, patient.key)
    for spelled, submitter in ALIASES.items():
        yield case_of(COHORTS["tcga_coad"], submitter, ("tcga_coad", spelled))


def _not_imaged() -> Iterator[GdcCase]:
    """Cases of the same projects that IDC doesn't have."""
    for collection, form in (
        ("cptac_ccrcc", "C3N-9{:04}"),
        ("tcga_kirc", "TCGA-ZZ-A{:03}"),
        ("tcga_ov", "TCGA-ZY-0{:03}"),
    ):
        for number in range(8):
            yield case_of(COHORTS[collection], form.format(number), None)


MATCH = Cohort("", "MATCH-W", "MATCH", "phs001948", "Breast", "Epithelial Neoplasms, NOS", "Carcinoma, NOS", "8010/3",
               "C50.9")  # fmt: skip
APOLLO = replace(COHORTS["varepop_apollo"], gdc_project="APOLLO-LUAD", program="APOLLO", accession="phs003011")
TARGET = Cohort("", "TARGET-NBL", "TARGET", "phs000467", "Adrenal gland", "Neuroepitheliomatous Neoplasms",
                "Neuroblastoma, NOS", "9500/3", "C74.9")  # fmt: skip
FOUNDATION = Cohort("", "FM-AD", "FM", "phs001179", "Bronchus and lung", "Adenomas and Adenocarcinomas",
                    "Adenocarcinoma, NOS", "8140/3", "C34.9")  # fmt: skip
STRANGERS = (MATCH, APOLLO, TARGET, FOUNDATION)


def _strangers() -> Iterator[GdcCase]:
    """Cases whose submitter id is a PatientID of IDC and which nobody may link to it."""
    by_collection: dict[str, list[str]] = {}
    for patient in drawn():
        by_collection.setdefault(patient.collection_id, []).append(patient.patient_id)
    for submitter in by_collection["eay131"]:
        yield case_of(MATCH, submitter, None)
    for submitter in by_collection["varepop_apollo"][-3:]:
        yield case_of(APOLLO, submitter, None)
    for submitter in by_collection["ccdi_mci"]:
        yield case_of(TARGET, f"TARGET-30-{submitter}", None)
    for submitter in by_collection["nlst"]:
        yield case_of(FOUNDATION, submitter, None)
    for submitter in [key[1] for key in imaged() if key[0] == "cbis_ddsm"][:2]:
        yield case_of(FOUNDATION, submitter, None)
    # The same id in a project of another programme: allowed projects tell them apart.
    twin = next(p.patient_id for p in drawn() if p.collection_id == "tcga_stad")
    yield case_of(TARGET, twin, None)


def _recorded(case: GdcCase) -> GdcCase:
    """The two cases whose diagnoses are known, word by word where the world asks for it."""
    if case.submitter_id == "TCGA-BH-A0EA":
        known = Diagnosis(
            diagnosis_id="84654ad5-2a2c-5c3b-8340-ecac6a5550fe", submitter_id="TCGA-BH-A0EA_diagnosis", primary=True,
            flagged=False, name="Infiltrating duct carcinoma, NOS", classification="not reported",
            stages=(Stage("ajcc_pathologic_stage", "Stage IIA", "II"),), grade="Not Reported", age_days=26548,
            site="Breast, NOS", morphology="8500/3", icd_10_code="C50.9",
        )  # fmt: skip
        return replace(case, diagnoses=(known,))
    return case


def _sarcoma() -> GdcCase:
    """HCM-BROD-0871-C49: a metastasis recorded before the primary disease."""
    cohort = replace(COHORTS["hcmi_cmdc"], primary_site="Uterus, NOS", disease_type="Myomatous Neoplasms", sex="female")
    case = case_of(cohort, "HCM-BROD-0871-C49", None)
    metastasis = Diagnosis(
        diagnosis_id="d245f226-ed78-44d4-a452-9f219612c88c", submitter_id="HCM-BROD-0871-C49_diagnosis2",
        primary=False, flagged=True, name="Not Reported", classification="metastasis", stages=(), grade=None,
        age_days=25208, site="Pelvis, NOS", morphology="Not Reported", icd_10_code="C79.8",
    )  # fmt: skip
    primary = Diagnosis(
        diagnosis_id="f297b2b5-29a7-4f2d-a094-e2666fb04bf5", submitter_id="HCM-BROD-0871-C49_diagnosis",
        primary=True, flagged=True, name="Leiomyosarcoma, NOS", classification="primary",
        stages=(Stage("ajcc_pathologic_stage", "Stage III", "III"), Stage("ajcc_clinical_stage", "Stage III", "III")),
        grade=None, age_days=22167, site="Not Reported", morphology="8890/3", icd_10_code="C49.9",
        last_follow_up_days=3065.0,
    )  # fmt: skip
    known = "33165ed4-5f38-4566-8d0d-82e2a6d2743f"
    demographic = Demographic("female", "white", "not hispanic or latino", "Alive", -22167, None, 60)
    imaged_here = ("hcmi_cmdc", case.submitter_id) in imaged()
    patient = ("hcmi_cmdc", case.submitter_id) if imaged_here else None
    return replace(
        case, case_id=known, diagnoses=(metastasis, primary), demographic=demographic, patient=patient, annotations=()
    )


def gdc_cases() -> tuple[GdcCase, ...]:
    """All cases, in an order that says nothing."""
    cases = {}
    for case in (*_linked(), *_not_imaged(), *_strangers(), _sarcoma()):
        cases[case.case_id] = _recorded(case)
    return tuple(sorted(cases.values(), key=lambda case: made_uuid("order", case.case_id)))
