"""Who a patient is, and what was found and done, in one form for all sister commons."""

import strawberry

from schema.cost import many
from schema.fields import described


@strawberry.type(description="A value as the commons wrote it, where it is shown otherwise.")
class RawValue:
    name: str = described("The field here that shows it.")
    source_field: str = described("The field of the commons that holds it.")
    raw_value: str = described("What it wrote, such as Not Reported, which is shown as null.")


@strawberry.type(description="Who the patient is, as one commons has it.")
class Demographic:
    sex: str | None = described("Sex at birth.")
    race: str | None = described("Race. caDSR public id 2192199.")
    ethnicity: str | None = described("Ethnicity. caDSR public id 2192217.")
    vital_status: str | None = described("Whether the patient was alive when last heard of.")
    cause_of_death: str | None = described("Cause of death.")
    days_to_birth: int | None = described("Days from the index date to birth; negative.")
    days_to_death: int | None = described("Days from the index date to death.")
    year_of_birth: int | None = described("Year of birth.")
    age_at_index: int | None = described("Age in years at the index date, which is not that of imaging.")
    raw_values: list[RawValue] = described("What the commons wrote, of values that are shown otherwise.", many(3))


@strawberry.type(description="A stage as it was given.")
class Stage:
    system: str = described("The system that staged it, such as AJCC pathologic.")
    raw: str = described("The stage as the commons spells it.")
    group: str | None = described("Stage group 0, I, II, III or IV; null if the stage says none.")
    source_field: str = described("The field of the commons that holds it.")


@strawberry.type(description="A diagnosis.")
class Diagnosis:
    diagnosis_id: str | None = described("Its id in the commons.")
    is_primary_disease: bool = described("Whether it is the diagnosis of the primary disease, on which filters act.")
    primary_diagnosis: str | None = described("Histology, in the words of ICD-O-3.")
    classification_of_tumor: str | None = described("primary, metastasis, recurrence, ...")
    stages: list[Stage] = described("All stages that were given, pathologic before clinical.", many(2))
    stage_group: str | None = described("The group of the first stage that says one.")
    tumor_grade: str | None = described("Grade of the tumor.")
    age_at_diagnosis: int | None = described("Age in days at diagnosis.")
    morphology: str | None = described("ICD-O-3 morphology code.")
    icd_10_code: str | None = described("ICD-10 code.")
    tissue_or_organ_of_origin: str | None = described("Where the tumor began.")
    site_of_resection_or_biopsy: str | None = described("Where tissue was taken.")
    year_of_diagnosis: int | None = described("Year of diagnosis.")
    days_to_last_follow_up: int | None = described("Days from the index date to the last news of the patient.")
    raw_values: list[RawValue] = described("What the commons wrote, of values that are shown otherwise.", many(4))


@strawberry.type(description="A treatment.")
class Treatment:
    treatment_id: str | None = described("Its id in the commons.")
    diagnosis_id: str | None = described("The diagnosis that it is for; null if the commons does not say.")
    treatment_type: str | None = described("What was done.")
    therapeutic_agents: str | None = described("What was given.")
    treatment_or_therapy: str | None = described("Whether it was done: yes or no.")
