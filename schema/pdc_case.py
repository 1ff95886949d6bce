"""The case of a patient in the Proteomic Data Commons: https://pdc.cancer.gov/data-dictionary/dictionary.html."""

import strawberry

from schema.clinical import Demographic, Diagnosis, Treatment
from schema.commons_link import Provenance
from schema.context import Info
from schema.cost import many
from schema.fields import described


@strawberry.type(description="How many files of one kind PDC has for a study.")
class PDCFileCount:
    data_category: str | None = described(
        "Category of their data, such as Raw Mass Spectra; mzML files are Processed Mass Spectra."
    )
    file_type: str | None = described("Their type: Proprietary, Open Standard (as mzML), Text, ...")
    file_count: int = described("Number of files.")


@strawberry.type(description="A study of PDC, in its latest version.")
class PDCStudy:
    pdc_study_id: str = described("Its id, such as PDC000127.")
    study_submitter_id: str | None = described("The name that its submitter gave it.")
    name: str | None = described("Its name.")
    analytical_fraction: str | None = described("Proteome, Phosphoproteome, Glycoproteome, ...")
    experiment_type: str | None = described("How it was measured, such as TMT10.")
    acquisition_type: str | None = described("How spectra were acquired: DDA or DIA.")

    @strawberry.field(
        description="How many files of each kind PDC has for the whole study, of all its cases: PDC is asked now, once "
        "for each study of a document.",
        directives=[many(12)],
    )
    async def file_counts(self, info: Info) -> list[PDCFileCount] | None:
        return await info.context.commons.pdc_file_counts(self.pdc_study_id)


@strawberry.type(description="The case of the patient in the Proteomic Data Commons.")
class PDCCase:
    case_id: str = described("Its id in PDC.")
    submitter_id: str | None = described("The identifier that its submitter gave it.")
    project: str | None = described("Its project, such as CPTAC3-Discovery.")
    primary_site: str | None = described("Primary site of the disease.")
    disease_type: str | None = described("Type of the disease.")
    gdc_case_ids: list[str] = described("The cases of GDC that PDC names for it.")
    demographic: Demographic | None = described("Who the patient is.")
    diagnoses: list[Diagnosis] = described("All diagnoses.", many(2))
    treatments: list[Treatment] = described("What was done about them.", many(4))
    provenance: Provenance = described("Where this comes from.")
    # None: PDC has to be asked for them.
    known_studies: strawberry.Private[list[PDCStudy] | None]

    @strawberry.field(description="The latest versions of the studies that have the case.", directives=[many(6)])
    async def studies(self, info: Info) -> list[PDCStudy] | None:
        if self.known_studies is not None:
            return self.known_studies
        return await info.context.commons.pdc_studies(self.case_id, str(self.project))
