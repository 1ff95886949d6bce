"""The case of a patient in the Proteomic Data Commons: https://pdc.cancer.gov/data-dictionary/dictionary.html."""

import strawberry

from schema.commons_link import Provenance
from schema.cost import many
from schema.fields import described
from schema.gdc_case import Stage


@strawberry.type(description="A study of PDC, in its latest version.")
class PDCStudy:
    pdc_study_id: str = described("Its id, such as PDC000127.")
    study_submitter_id: str | None = described("The name that its submitter gave it.")
    name: str | None = described("Its name.")
    analytical_fraction: str | None = described("Proteome, Phosphoproteome, Glycoproteome, ...")
    experiment_type: str | None = described("How it was measured, such as TMT10.")
    acquisition_type: str | None = described("How spectra were acquired: DDA or DIA.")


@strawberry.type(description="Who the patient is, as PDC has it.")
class PDCDemographic:
    sex: str | None = described("Sex.")
    race: str | None = described("Race.")
    ethnicity: str | None = described("Ethnicity.")
    vital_status: str | None = described("Whether the patient was alive when last heard of.")
    days_to_birth: int | None = described("Days from the index date to birth; negative.")
    days_to_death: int | None = described("Days from the index date to death.")
    age_at_index: int | None = described("Age in years at the index date, which is not that of imaging.")


@strawberry.type(description="A diagnosis, as PDC has it.")
class PDCDiagnosis:
    diagnosis_id: str | None = described("Its id in PDC.")
    is_primary_disease: bool = described("Whether it is the diagnosis of the primary disease.")
    primary_diagnosis: str | None = described("Histology.")
    classification_of_tumor: str | None = described("primary, metastasis, recurrence, ...")
    stages: list[Stage] = described("All stages that were given, pathologic before clinical.", many(2))
    stage_group: str | None = described("The group of the first stage that says one.")
    tumor_grade: str | None = described("Grade of the tumor.")
    age_at_diagnosis: int | None = described("Age in days at diagnosis.")
    morphology: str | None = described("ICD-O-3 morphology code.")
    icd_10_code: str | None = described("ICD-10 code.")
    tissue_or_organ_of_origin: str | None = described("Where the tumor began.")
    site_of_resection_or_biopsy: str | None = described("Where tissue was taken.")


@strawberry.type(description="A treatment, as PDC has it.")
class PDCTreatment:
    treatment_type: str | None = described("What was done.")
    therapeutic_agents: str | None = described("What was given.")
    treatment_or_therapy: str | None = described("Whether it was done: yes or no.")


@strawberry.type(description="The case of the patient in the Proteomic Data Commons.")
class PDCCase:
    case_id: str = described("Its id in PDC.")
    submitter_id: str | None = described("The identifier that its submitter gave it.")
    project: str | None = described("Its project, such as CPTAC3-Discovery.")
    primary_site: str | None = described("Primary site of the disease.")
    disease_type: str | None = described("Type of the disease.")
    gdc_case_ids: list[str] = described("The cases of GDC that PDC names for it.")
    demographic: PDCDemographic | None = described("Who the patient is.")
    diagnoses: list[PDCDiagnosis] = described("All diagnoses.", many(2))
    treatments: list[PDCTreatment] = described("What was done about them.", many(4))
    studies: list[PDCStudy] = described("The latest versions of the studies that have the case.", many(6))
    provenance: Provenance = described("Where this comes from.")
