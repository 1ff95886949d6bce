"""The case of a dog in the Integrated Canine Data Commons: https://caninecommons.cancer.gov."""

import strawberry

from schema.commons_link import Provenance
from schema.cost import many
from schema.fields import described


@strawberry.type(description="Who the dog is.")
class ICDCDemographic:
    breed: str | None = described("Breed.")
    sex: str | None = described("Sex.")
    neutered: str | None = described("Whether it was neutered.")
    age_at_enrollment: float | None = described("Age when it was enrolled, in ageUnit.")
    age_unit: str | None = described("Unit of the age, such as years.")


@strawberry.type(description="A diagnosis of a dog.")
class ICDCDiagnosis:
    disease_term: str | None = described("The disease.")
    primary_disease_site: str | None = described("Where it began.")
    stage_of_disease: str | None = described("Stage, as ICDC spells it.")
    histological_grade: str | None = described("Grade.")
    date_of_diagnosis: str | None = described("When it was made, as ICDC spells it.")


@strawberry.type(description="A sample of a dog.")
class ICDCSample:
    sample_id: str | None = described("Its id in ICDC.")
    sample_site: str | None = described("Where it was taken.")
    physical_sample_type: str | None = described("Tissue, Blood, ...")
    general_sample_pathology: str | None = described("Malignant, Normal, ...")
    sample_chronology: str | None = described("When in the course of treatment it was taken.")


@strawberry.type(description="A file of ICDC: what is said of it, never an address.")
class ICDCFile:
    file_name: str | None = described("Its name.")
    file_type: str | None = described("What it is, such as Whole Genome Sequence File.")
    file_format: str | None = described("Its format, such as bam.")


@strawberry.type(description="The case of the patient, a dog, in the Integrated Canine Data Commons.")
class ICDCCase:
    case_id: str = described("Its id in ICDC.")
    patient_id: str | None = described("The id of the dog, who may be in several studies.")
    study: str | None = described("Designation of the study, such as GLIOMA01.")
    study_name: str | None = described("Name of the study.")
    accession: str | None = described("Accession of the study.")
    demographic: ICDCDemographic | None = described("Who the dog is.")
    diagnoses: list[ICDCDiagnosis] = described("Its diagnoses.", many(2))
    samples: list[ICDCSample] = described("Its samples.", many(6))
    files: list[ICDCFile] = described("Its files.", many(6))
    provenance: Provenance = described("Where this comes from.")
