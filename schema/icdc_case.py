"""The case of a dog in the Integrated Canine Data Commons: https://caninecommons.cancer.gov."""

import strawberry

from schema.commons_link import Provenance
from schema.cost import many
from schema.fields import described


@strawberry.type(description="Who the dog is. What ICDC calls unknown or not determined is null.")
class ICDCDemographic:
    breed: str | None = described("Breed, such as Boxer.")
    sex: str | None = described("Sex: Female or Male.")
    neutered: str | None = described("Whether it was neutered: Yes or No.")
    age_at_enrollment: float | None = described("Age when it was enrolled in the study, in ageUnit.")
    age_unit: str | None = described("Unit of ageAtEnrollment as ICDC gives it, such as years.")
    age_at_enrollment_years: float | None = described(
        "The same age in years, as conditions ask for it; null if its unit is none that is known."
    )


@strawberry.type(description="A diagnosis of a dog. What ICDC calls not applicable or not determined is null.")
class ICDCDiagnosis:
    disease_term: str | None = described("The disease, such as Astrocytoma.")
    primary_disease_site: str | None = described("Organ in which it began, such as Brain.")
    stage_of_disease: str | None = described("Stage, as ICDC spells it; gliomas of dogs have none.")
    histological_grade: str | None = described("Histological grade, as ICDC spells it.")
    date_of_diagnosis: str | None = described("Day on which it was made, as ICDC spells it.")


@strawberry.type(description="A sample of a dog. That IDC has a slide of it is not said.")
class ICDCSample:
    sample_id: str | None = described("Its id in ICDC.")
    sample_site: str | None = described("Site of the body where it was taken.")
    physical_sample_type: str | None = described("What it is, such as Tissue or Whole Blood.")
    general_sample_pathology: str | None = described("Whether it is of the tumor: Malignant, Normal, ...")
    sample_chronology: str | None = described("When in the course of treatment it was taken.")


@strawberry.type(description="A file of ICDC: what is said of it, never an address.")
class ICDCFile:
    file_name: str | None = described("Its name.")
    file_type: str | None = described("What it is, such as Whole Genome Sequence File.")
    file_format: str | None = described("Its format, such as bam.")


@strawberry.type(
    description="The case of the patient, a dog, in the Integrated Canine Data Commons: the dog as it takes part in "
    "one study."
)
class ICDCCase:
    case_id: str = described("Its id in ICDC, which is the PatientID in IDC, such as GLIOMA01-i_03A6.")
    patient_id: str | None = described(
        "The last part of caseID, which names the dog inside its study and nothing without it."
    )
    study: str | None = described("Designation of the study, such as GLIOMA01.")
    study_name: str | None = described("Name of the study.")
    accession: str | None = described("Accession of the study in ICDC, such as 000009.")
    demographic: ICDCDemographic | None = described("Who the dog is.")
    diagnoses: list[ICDCDiagnosis] = described("Its diagnoses.", many(2))
    samples: list[ICDCSample] = described("Its samples.", many(6))
    files: list[ICDCFile] = described("Its files.", many(6))
    provenance: Provenance = described("On what the link rests, and when this was read.")
