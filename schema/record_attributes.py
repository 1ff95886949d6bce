"""The table of what can be asked of records in sister commons: each attribute is declared once.

Where-inputs and the columns that a harvest writes are derived from it. A record is the case of
one patient (a subject in CDA); parts of it that can come several times are tables of their own, with a row each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from schema.names import graphql_name
from schema.vocabulary import Commons, FacetField, FacetForm

RECORD = "record"
# Genes of one condition, and of one list of mutations: each costs GDC a search of its own.
MOST_GENES = 20
_SINGULAR = {
    "diagnoses": "diagnosis",
    "treatments": "treatment",
    "samples": "sample",
    "files": "file",
    "studies": "study",
    "mutations": "mutation",
    "projects": "project",
}


class RecordValues(Enum):
    """What one value is; the member's value names the where-input that asks for it."""

    STRING = "StringWhere"
    INT = "IntWhere"
    FLOAT = "FloatWhere"
    BOOLEAN = "BooleanWhere"


@dataclass(frozen=True)
class Teller:
    """The rows of a table of the same record that have all these values, by column."""

    table: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class RecordTable:
    """A part of a record. `listed`: what is asked of it is asked by `some`.

    `expected`: a record without it tells nothing of it, so that conditions on it are unknown there. `one_of`: of
    several rows only those count whose column of this name is true, unless `anyDiagnosis` says otherwise.
    `told_by`: a record without such a row tells nothing of this table either. `asked`: its rows are not harvested but
    asked for when a condition names them, by one attribute alone and its values.
    """

    commons: Commons
    name: str
    description: str
    listed: bool = False
    expected: bool = False
    one_of: str | None = None
    told_by: Teller | None = None
    asked: bool = False

    @property
    def title(self) -> str:
        """What a condition on its rows says."""
        if self.name == RECORD:
            return (
                f"Conditions on {self.description} of the patient in {self.commons.value}. Siblings must all hold; "
                "empty: there is one. Of patients without a link, or of whom nothing was harvested, nothing is known: "
                "they meet neither a condition nor its complement."
            )
        return f"Conditions on {self.description}. Siblings must hold on the same one."

    @property
    def where_class(self) -> str:
        """The where-input that asks for its rows."""
        words = () if self.name == RECORD else _SINGULAR.get(self.name, self.name).split("_")
        return f"{self.commons.value}{''.join(word.capitalize() for word in words)}Where"


@dataclass(frozen=True, kw_only=True)
class RecordAttribute:
    """One attribute of a table's rows.

    `source` is where the commons has it, `cde` the caDSR public id that GDC's data dictionary gives for it.
    """

    commons: Commons
    table: str
    column: str
    source: str
    description: str
    values: RecordValues = RecordValues.STRING
    cde: int | None = None
    # Whether clients can ask for it.
    asked: bool = True
    facet: FacetField | None = None

    # Facets over records are of terms.
    facet_form: ClassVar = FacetForm.TERMS

    @property
    def name(self) -> str:
        """Its GraphQL name."""
        return graphql_name(self.column)

    @property
    def title(self) -> str:
        """What it is and where it comes from."""
        cde = f" caDSR public id {self.cde}." if self.cde else ""
        return f"{self.description}{cde} In {self.commons.value}: {self.source}."


_GDC, _PDC, _CDA, _ICDC = Commons.GDC, Commons.PDC, Commons.CDA, Commons.ICDC

TABLES = (
    RecordTable(commons=_GDC, name=RECORD, description="the case"),
    RecordTable(commons=_GDC, name="demographic", description="who the patient is", expected=True),
    RecordTable(
        commons=_GDC,
        name="diagnoses",
        description="a diagnosis: that of the primary disease, unless anyDiagnosis is true",
        expected=True,
        one_of="is_primary_disease",
    ),
    RecordTable(commons=_GDC, name="treatments", description="a treatment", listed=True, expected=True),
    RecordTable(commons=_GDC, name="samples", description="a sample", listed=True),
    RecordTable(commons=_GDC, name="files", description="a file", listed=True),
    RecordTable(
        commons=_GDC,
        name="mutations",
        description="a simple somatic mutation, of which GDC itself is asked; of a case without open calls of "
        "mutations nothing is known",
        listed=True,
        told_by=Teller("files", (("access", "open"), ("data_category", "Simple Nucleotide Variation"))),
        asked=True,
    ),
    RecordTable(commons=_PDC, name=RECORD, description="the case"),
    RecordTable(
        commons=_PDC, name="studies", description="the latest version of a study that has the case", listed=True
    ),
    RecordTable(commons=_CDA, name=RECORD, description="the subject"),
    RecordTable(
        commons=_CDA, name="projects", description="a project, study or collection that has the subject", listed=True
    ),
    RecordTable(commons=_CDA, name="data_at", description="a commons that has data of the subject", listed=True),
    RecordTable(commons=_ICDC, name=RECORD, description="the case"),
    RecordTable(commons=_ICDC, name="demographic", description="who the patient is", expected=True),
    RecordTable(commons=_ICDC, name="diagnoses", description="a diagnosis", expected=True),
    RecordTable(commons=_ICDC, name="samples", description="a sample", listed=True),
    RecordTable(commons=_ICDC, name="files", description="a file", listed=True),
)


def _of(
    commons: Commons,
    table: str,
    column: str,
    source: str,
    description: str,
    *,
    values: RecordValues = RecordValues.STRING,
    cde: int | None = None,
    asked: bool = True,
    facet: FacetField | None = None,
) -> RecordAttribute:
    return RecordAttribute(
        commons=commons,
        table=table,
        column=column,
        source=source,
        description=description,
        values=values,
        cde=cde,
        asked=asked,
        facet=facet,
    )


_INT, _FLOAT, _BOOLEAN = RecordValues.INT, RecordValues.FLOAT, RecordValues.BOOLEAN

ATTRIBUTES = (
    _of(
        _GDC,
        RECORD,
        "project",
        "project.project_id",
        "Project of GDC that holds the case.",
        facet=FacetField.GDC_PROJECT,
    ),
    _of(_GDC, RECORD, "case_id", "case_id", "Its id in GDC.", asked=False),
    _of(
        _GDC, RECORD, "primary_site", "primary_site", "Primary site of the disease.", facet=FacetField.GDC_PRIMARY_SITE
    ),
    _of(_GDC, RECORD, "disease_type", "disease_type", "Type of the disease.", facet=FacetField.GDC_DISEASE_TYPE),
    _of(
        _GDC,
        "demographic",
        "sex",
        "demographic.sex_at_birth",
        "Sex at birth; GDC called it gender before 2026.",
    ),
    _of(_GDC, "demographic", "race", "demographic.race", "Race.", cde=2192199),
    _of(_GDC, "demographic", "ethnicity", "demographic.ethnicity", "Ethnicity.", cde=2192217),
    _of(
        _GDC,
        "demographic",
        "vital_status",
        "demographic.vital_status",
        "Whether the patient was alive when last heard of.",
        facet=FacetField.GDC_VITAL_STATUS,
    ),
    _of(
        _GDC,
        "demographic",
        "days_to_death",
        "demographic.days_to_death",
        "Days from the index date to death.",
        values=_INT,
    ),
    _of(
        _GDC, "demographic", "age_at_index", "demographic.age_at_index", "Age in years at the index date.", values=_INT
    ),
    _of(_GDC, "diagnoses", "primary_diagnosis", "diagnoses.primary_diagnosis", "Histology by ICD-O-3."),
    _of(
        _GDC,
        "diagnoses",
        "stage_group",
        "diagnoses.ajcc_pathologic_stage, ajcc_clinical_stage, figo_stage",
        "Stage group, 0, I, II, III or IV, read from whichever system staged it.",
        facet=FacetField.GDC_STAGE_GROUP,
    ),
    _of(_GDC, "diagnoses", "tumor_grade", "diagnoses.tumor_grade", "Grade of the tumor."),
    _of(_GDC, "diagnoses", "age_at_diagnosis", "diagnoses.age_at_diagnosis", "Age in days at diagnosis.", values=_INT),
    _of(_GDC, "diagnoses", "morphology", "diagnoses.morphology", "ICD-O-3 morphology code."),
    _of(_GDC, "diagnoses", "icd_10_code", "diagnoses.icd_10_code", "ICD-10 code."),
    _of(
        _GDC,
        "diagnoses",
        "tissue_or_organ_of_origin",
        "diagnoses.tissue_or_organ_of_origin",
        "Where the tumor began.",
        cde=3427536,
    ),
    _of(
        _GDC,
        "diagnoses",
        "is_primary_disease",
        "diagnoses.diagnosis_is_primary_disease",
        "Whether it is the diagnosis of the primary disease.",
        values=_BOOLEAN,
        asked=False,
    ),
    _of(_GDC, "treatments", "treatment_type", "diagnoses.treatments.treatment_type", "What was done."),
    _of(
        _GDC,
        "treatments",
        "therapeutic_agents",
        "diagnoses.treatments.therapeutic_agents",
        "What was given.",
        cde=2975232,
    ),
    _of(_GDC, "samples", "sample_type", "samples.sample_type", "Type of the sample.", cde=3111302),
    _of(_GDC, "samples", "tissue_type", "samples.tissue_type", "Tumor, Normal, ...", cde=5432687),
    _of(_GDC, "files", "access", "files.access", "open or controlled."),
    _of(
        _GDC,
        "files",
        "data_category",
        "files.data_category",
        "Category of its data.",
        facet=FacetField.GDC_DATA_CATEGORY,
    ),
    _of(_GDC, "files", "data_type", "files.data_type", "Type of its data."),
    _of(_GDC, "files", "data_format", "files.data_format", "Format, such as BAM, VCF, MAF."),
    _of(
        _GDC,
        "files",
        "experimental_strategy",
        "files.experimental_strategy",
        "How it was measured, such as RNA-Seq.",
        facet=FacetField.GDC_EXPERIMENTAL_STRATEGY,
    ),
    _of(
        _GDC,
        "mutations",
        "gene",
        "ssm_occurrences: ssm.consequence.transcript.gene.symbol",
        f"Symbol of the gene, such as KRAS, exactly as HGNC writes it; by eq or in, at most {MOST_GENES}.",
    ),
    _of(_PDC, RECORD, "project", "project_submitter_id", "Project of PDC that holds the case."),
    _of(_PDC, RECORD, "disease_type", "disease_type", "Type of the disease."),
    _of(_PDC, RECORD, "primary_site", "primary_site", "Primary site of the disease."),
    _of(_PDC, "studies", "pdc_study_id", "pdc_study_id", "Study, such as PDC000127."),
    _of(
        _PDC,
        "studies",
        "analytical_fraction",
        "analytical_fraction",
        "Proteome, Phosphoproteome, ...",
        facet=FacetField.PDC_ANALYTICAL_FRACTION,
    ),
    _of(_PDC, "studies", "experiment_type", "experiment_type", "How it was measured, such as TMT10."),
    _of(_CDA, RECORD, "species", "subject.species", "Species in CDA's words, such as human."),
    _of(_CDA, RECORD, "race", "subject.race", "Race in CDA's words, such as White: those of GDC differ."),
    _of(
        _CDA,
        RECORD,
        "ethnicity",
        "subject.ethnicity",
        "Ethnicity in CDA's words, such as Non-Hispanic: those of GDC differ.",
    ),
    _of(_CDA, RECORD, "cause_of_death", "subject.cause_of_death", "Cause of death in CDA's words."),
    _of(_CDA, RECORD, "year_of_birth", "subject.year_of_birth", "Year of birth.", values=_INT),
    _of(_CDA, RECORD, "year_of_death", "subject.year_of_death", "Year of death.", values=_INT),
    _of(
        _CDA,
        "projects",
        "project",
        "project.project_short_name",
        "Short name of the project; of a collection of IDC its collectionID.",
    ),
    _of(_CDA, "data_at", "commons", "subject_data_at_*", "GDC, PDC, IDC, ICDC, GC, as CDA abbreviates them."),
    _of(_ICDC, RECORD, "study", "study.clinical_study_designation", "Designation of the study, such as GLIOMA01."),
    _of(_ICDC, "demographic", "breed", "demographic.breed", "Breed of the dog, such as Boxer."),
    _of(_ICDC, "demographic", "sex", "demographic.sex", "Sex of the dog: Female or Male."),
    _of(_ICDC, "demographic", "neutered", "demographic.neutered_indicator", "Whether the dog was neutered: Yes or No."),
    _of(
        _ICDC,
        "demographic",
        "age_at_enrollment_years",
        "demographic.patient_age_at_enrollment, patient_age_at_enrollment_unit",
        "Age in years when the dog was enrolled; of an age in another unit it is computed, of one without a unit null.",
        values=_FLOAT,
    ),
    _of(_ICDC, "diagnoses", "disease_term", "diagnosis.disease_term", "The disease, such as Astrocytoma."),
    _of(_ICDC, "diagnoses", "primary_disease_site", "diagnosis.primary_disease_site", "Organ in which it began."),
    _of(
        _ICDC,
        "diagnoses",
        "stage_of_disease",
        "diagnosis.stage_of_disease",
        "Stage, as ICDC spells it; gliomas of dogs have none.",
    ),
    _of(_ICDC, "diagnoses", "histological_grade", "diagnosis.histological_grade", "Histological grade."),
    _of(_ICDC, "samples", "sample_site", "sample.sample_site", "Site of the body where it was taken."),
    _of(_ICDC, "samples", "physical_sample_type", "sample.physical_sample_type", "Tissue, Blood, ..."),
    _of(
        _ICDC,
        "samples",
        "general_sample_pathology",
        "sample.general_sample_pathology",
        "Malignant, Normal, ...",
    ),
    _of(_ICDC, "files", "file_type", "file.file_type", "What it is, such as Whole Genome Sequence File."),
    _of(_ICDC, "files", "file_format", "file.file_format", "Format, such as bam."),
)


def tables_of(commons: Commons) -> Iterator[RecordTable]:
    """The parts of its records, the record itself first."""
    return (table for table in TABLES if table.commons is commons)


def kept_tables(commons: Commons) -> Iterator[RecordTable]:
    """Those of them that a harvest has."""
    return (table for table in tables_of(commons) if not table.asked)


def attributes_of(commons: Commons, table: str | None = None) -> Iterator[RecordAttribute]:
    """The attributes of its records, of one table or of all."""
    return (each for each in ATTRIBUTES if each.commons is commons and table in (None, each.table))


def record_table(commons: Commons, name: str) -> RecordTable:
    """A part of a commons' records, by name."""
    return next(table for table in tables_of(commons) if table.name == name)


def record_attribute(commons: Commons, table: str, column: str) -> RecordAttribute:
    """An attribute, by its table and column."""
    return next(each for each in attributes_of(commons, table) if each.column == column)


_BY_FACET = {each.facet: each for each in ATTRIBUTES if each.facet is not None}


def recorded_facet(field: FacetField) -> RecordAttribute | None:
    """The attribute of records that a facet counts by; None if it is one of IDC."""
    return _BY_FACET.get(field)


# The commons whose records can be asked for.
RECORDED = tuple(dict.fromkeys(table.commons for table in TABLES))
