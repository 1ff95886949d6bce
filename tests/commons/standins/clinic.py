"""What is drawn for one patient: demographics, diagnoses with stages and treatments, exposures."""

from random import Random

from tests.commons.standins.cohorts import COHORTS, Cohort
from tests.commons.standins.draw import made_uuid, stream, weighted
from tests.commons.standins.records import Demographic, Diagnosis, Exposure, Stage, Treatment

NOT_REPORTED = "Not Reported"
SUBSTAGES = {"I": ("", "A", "B"), "II": ("", "A", "B"), "III": ("", "A", "B", "C"), "IV": ("", "A")}
FIGO_SUBSTAGES = {"I": ("A", "B"), "II": ("",), "III": ("A", "B", "C", "C1"), "IV": ("A", "B")}
GROUPS = (("I", 3.0), ("II", 2.0), ("III", 3.0), ("IV", 1.5), (NOT_REPORTED, 0.6), ("Unknown", 0.2), (None, 0.7))
RACES = (
    ("white", 6.0),
    ("black or african american", 1.5),
    ("asian", 1.5),
    (NOT_REPORTED.lower(), 1.0),
    ("Unknown", 0.3),
    (None, 0.3),
)
ETHNICITIES = (
    ("not hispanic or latino", 6.0),
    ("hispanic or latino", 1.0),
    (NOT_REPORTED.lower(), 1.5),
    (None, 0.5),
)
# (treatment_type, therapeutic_agents, treatment_or_therapy)
TREATMENTS = (
    ("Chemotherapy", "Cisplatin", "yes"),
    ("Chemotherapy", "Carboplatin", "yes"),
    ("Pharmaceutical Therapy, NOS", "Cisplatin", "no"),
    ("Pharmaceutical Therapy, NOS", None, NOT_REPORTED.lower()),
    ("Radiation Therapy, NOS", None, "yes"),
    ("Radiation Therapy, NOS", None, "no"),
    ("Targeted Molecular Therapy", "Sunitinib Malate", "yes"),
)
YEAR = 365.25


def stages(cohort: Cohort, numbers: Random) -> tuple[Stage, ...]:
    """One stage by the cohort's system; for FIGO often a second, of AJCC, that says nothing or agrees."""
    group = weighted(numbers, GROUPS)
    if not cohort.stage_system or group is None:
        return ()
    if group not in SUBSTAGES:
        return (Stage(cohort.stage_system, group, None),)
    figo = cohort.stage_system == "figo_stage"
    spelled = f"Stage {group}{numbers.choice((FIGO_SUBSTAGES if figo else SUBSTAGES)[group])}"
    first = Stage(cohort.stage_system, spelled, group)
    if figo and numbers.random() < 0.5:
        return (first, Stage("ajcc_pathologic_stage", NOT_REPORTED, None))
    if not figo and cohort.stage_system == "ajcc_pathologic_stage" and numbers.random() < 0.2:
        return (first, Stage("ajcc_clinical_stage", f"Stage {group}", group))
    return (first,)


def treatments(key: str, numbers: Random) -> tuple[Treatment, ...]:
    """None to three of a diagnosis."""
    chosen = numbers.sample(TREATMENTS, numbers.choice((0, 1, 1, 2, 3)))
    return tuple(Treatment(made_uuid("treatment", key, place), *what) for place, what in enumerate(chosen))


def demographic(cohort: Cohort, key: str) -> Demographic | None:
    """None for one in thirty: GDC has cases without any."""
    numbers = stream("demographic", key)
    if numbers.random() < 1 / 30:
        return None
    age = numbers.randint(38, 88)
    vital = weighted(numbers, (("Alive", 6.0), ("Dead", 4.0), (NOT_REPORTED, 0.5)))
    return Demographic(
        sex=cohort.sex or weighted(numbers, (("female", 1.0), ("male", 1.0), (NOT_REPORTED.lower(), 0.05))),
        race=weighted(numbers, RACES),
        ethnicity=weighted(numbers, ETHNICITIES),
        vital_status=vital,
        days_to_birth=-int(age * YEAR) - numbers.randint(0, 300) if numbers.random() < 0.9 else None,
        days_to_death=numbers.randint(20, 3000) if vital == "Dead" else None,
        age_at_index=age,
    )


def primary(cohort: Cohort, submitter: str, flagged: bool) -> Diagnosis:
    """The diagnosis of the primary disease."""
    numbers = stream("diagnosis", submitter)
    return Diagnosis(
        diagnosis_id=made_uuid("diagnosis", submitter),
        submitter_id=f"{submitter}_diagnosis",
        primary=True,
        flagged=flagged,
        name=cohort.diagnosis,
        classification="primary" if flagged else NOT_REPORTED.lower(),
        stages=stages(cohort, numbers),
        grade=weighted(numbers, (("G1", 1.0), ("G2", 2.0), ("G3", 2.0), (NOT_REPORTED, 1.0), (None, 0.5))),
        age_days=int(numbers.randint(36, 88) * YEAR) + numbers.randint(0, 360) if numbers.random() < 0.93 else None,
        site=f"{cohort.primary_site}, NOS" if "," not in cohort.primary_site else cohort.primary_site,
        morphology=cohort.morphology,
        icd_10_code=cohort.icd_10_code if numbers.random() < 0.8 else None,
        treatments=treatments(submitter, numbers),
        last_follow_up_days=float(numbers.randint(30, 3000)) if numbers.random() < 0.6 else None,
    )


def other(cohort: Cohort, submitter: str) -> Diagnosis:
    """A diagnosis that isn't the primary disease: often of another stage, so that it misleads who doesn't look."""
    numbers = stream("other", submitter)
    group = numbers.choice(("I", "III", "IV"))
    metastasis = numbers.random() < 0.6
    return Diagnosis(
        diagnosis_id=made_uuid("other", submitter),
        submitter_id=f"{submitter}_diagnosis2",
        primary=False,
        flagged=True,
        name=NOT_REPORTED if metastasis else "Basal cell carcinoma, NOS",
        classification="metastasis" if metastasis else "Prior primary",
        stages=(Stage("ajcc_pathologic_stage", f"Stage {group}", group),),
        grade=NOT_REPORTED,
        age_days=int(numbers.randint(40, 85) * YEAR),
        site="Lung, NOS" if metastasis else "Skin, NOS",
        morphology=NOT_REPORTED,
        icd_10_code="C79.8" if metastasis else None,
        treatments=treatments(f"{submitter}2", numbers),
    )


def diagnoses(cohort: Cohort, submitter: str) -> tuple[Diagnosis, ...]:
    """None for one in forty; one for most; the other one first for some, so that place says nothing."""
    numbers = stream("diagnoses", submitter)
    if numbers.random() < 1 / 40:
        return ()
    if numbers.random() < 0.75:
        return (primary(cohort, submitter, flagged=numbers.random() < 0.6),)
    both = [primary(cohort, submitter, flagged=True), other(cohort, submitter)]
    numbers.shuffle(both)
    return tuple(both)


def exposures(submitter: str) -> tuple[Exposure, ...]:
    """Smoking, for half of the cases."""
    numbers = stream("exposure", submitter)
    if numbers.random() < 0.5:
        return ()
    smoked = numbers.random() < 0.6
    status = "Current Reformed Smoker for > 15 yrs" if smoked else "Lifelong Non-Smoker"
    years = round(numbers.uniform(1, 80), 1) if smoked else None
    return (Exposure(made_uuid("exposure", submitter), years, status),)


def cohort_of(collection: str) -> Cohort | None:
    """The cohort of a collection; None where its patients have no cases in this world."""
    return COHORTS.get(collection)
