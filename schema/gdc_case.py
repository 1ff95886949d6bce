"""The case of a patient in the Genomic Data Commons: https://docs.gdc.cancer.gov/Data_Dictionary/viewer/."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.arguments import DEFAULT_FIRST, First
from schema.clinical import Demographic, Diagnosis, Treatment
from schema.commons_link import Provenance
from schema.context import Info, Paging
from schema.cost import NODES_PAGE, many
from schema.fields import described
from schema.gdc_file import Among, FileAfter, FileFilter, GDCFilePage
from schema.gdc_mutation import GDCMutation
from schema.record_attributes import MOST_GENES
from schema.scalars import BigInt

Genes = Annotated[
    list[str],
    strawberry.argument(description=f"Symbols of 1 to {MOST_GENES} genes, such as KRAS, exactly as HGNC writes them."),
]


@strawberry.type(description="A project of GDC.")
class GDCProject:
    project_id: str = described("Its id, such as TCGA-KIRC.")
    name: str | None = described("Its name.")
    program: str | None = described("The program that it belongs to, such as TCGA.")
    dbgap_accession_number: str | None = described(
        "Its accession in dbGaP, where access to controlled data is asked for."
    )


@strawberry.type(description="What the patient was exposed to.")
class GDCExposure:
    tobacco_smoking_status: str | None = described("Whether the patient smokes or smoked.")
    pack_years_smoked: float | None = described("Packs of cigarettes per day times years.")


@strawberry.type(description="A slide of GDC. The slide of IDC with the same barcode is an image of it.")
class GDCSlide:
    slide_id: str | None = described("Its id in GDC.")
    submitter_id: str | None = described("Its barcode: the ContainerIdentifier (0040,0512) of its image.")


@strawberry.type(description="A sample.")
class GDCSample:
    sample_id: str | None = described("Its id in GDC.")
    submitter_id: str | None = described("Its barcode.")
    sample_type: str | None = described("Its type.")
    tissue_type: str | None = described("Tumor, Normal, ...")
    tumor_descriptor: str | None = described("Primary, Metastatic, ...")
    specimen_type: str | None = described("What it is made of.")
    preservation_method: str | None = described("How it was kept.")
    slides: list[GDCSlide] = described("Slides that were cut from it.", many(3))


@strawberry.type(description="A remark of GDC on the case or a part of it.")
class GDCAnnotation:
    annotation_id: str | None = described("Its id in GDC.")
    entity_type: str | None = described("What it is about: case, sample, aliquot, ...")
    entity_submitter_id: str | None = described("Barcode of what it is about.")
    classification: str | None = described("Redaction, Notification, Observation, ...")
    category: str | None = described("Its category.")
    notes: str | None = described("The remark.")


@strawberry.type(description="How many files of one kind GDC has for the case.")
class GDCFileCount:
    access: str | None = described("open, or controlled: then it is asked for in dbGaP, by the project's accession.")
    data_category: str | None = described("Category of their data.")
    data_type: str | None = described("Type of their data.")
    data_format: str | None = described("Their format.")
    experimental_strategy: str | None = described("How the data was measured.")
    file_count: int = described("Number of files.")
    size_bytes: BigInt = described("Their size in bytes.")


@strawberry.type(description="The case of the patient in the Genomic Data Commons.")
class GDCCase:
    case_id: str = described("Its id in GDC.")
    submitter_id: str | None = described("The identifier that its submitter gave it.")
    project: GDCProject = described("Its project.")
    primary_site: str | None = described("Primary site of the disease.")
    disease_type: str | None = described("Type of the disease.")
    index_date: str | None = described("What happened on the day from which days are counted.")
    demographic: Demographic | None = described("Who the patient is.")
    diagnoses: list[Diagnosis] = described("All diagnoses.", many(3))
    treatments: list[Treatment] = described("What was done about them.", many(6))
    exposures: list[GDCExposure] = described("What the patient was exposed to.", many(2))
    samples: list[GDCSample] = described("Samples taken from the patient.", many(6))
    annotations: list[GDCAnnotation] = described("What GDC remarks on the case.", many(2))
    provenance: Provenance = described("Where this comes from.")

    @strawberry.field(
        description="Files of the case, each by itself. GDC is asked for them now, for at most 100 cases together.",
        directives=[NODES_PAGE],
    )
    async def file_page(
        self,
        info: Info,
        first: First = DEFAULT_FIRST,
        after: FileAfter = UNSET,
        access: Among = None,
        data_category: Among = None,
        data_type: Among = None,
        data_format: Among = None,
        experimental_strategy: Among = None,
    ) -> GDCFilePage | None:
        asked = FileFilter(access, data_category, data_type, data_format, experimental_strategy)
        return await info.context.commons.gdc_file_page(self, asked, Paging(first, after))

    @strawberry.field(
        description="Its simple somatic mutations in genes, of which GDC is asked now, for all cases of the document "
        "together. null: it has no open calls of mutations, so that nothing is known.",
        directives=[many(2)],
    )
    async def mutations(self, info: Info, genes: Genes) -> list[GDCMutation] | None:
        return await info.context.commons.gdc_mutations(self, genes)

    # None: GDC has to be asked for them.
    known_files: strawberry.Private[list[GDCFileCount] | None]

    @strawberry.field(description="How many files of each kind GDC has for the case.", directives=[many(40)])
    async def files(self, info: Info) -> list[GDCFileCount] | None:
        if self.known_files is not None:
            return self.known_files
        return await info.context.commons.gdc_files(self.case_id)
