"""The attribute table: every attribute that can be filtered, faceted or sorted is declared here, once.

Where-inputs, orders, the `attributes` query, the store's columns and the docs are derived from it. A new attribute of
a source is one entry here, one column in `indexers/columns.py` and one field on its GraphQL type.
Keywords and tags are those of DICOM PS3.6; attributes without a keyword are IDC's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from schema.names import enum_name, graphql_name
from schema.vocabulary import AttributeType, FacetField, FacetForm, Level


class Values(Enum):
    """What one value is; the member's value names the where-input that asks for it."""

    ID = "IDWhere"
    STRING = "StringWhere"
    INT = "IntWhere"
    BIG_INT = "BigIntWhere"
    FLOAT = "FloatWhere"
    DATE = "DateWhere"
    SUBJECT_KIND = "SubjectKindWhere"
    OBJECT_KIND = "ObjectKindWhere"


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute. `level` is the level whose rows hold it: PatientSex is a series attribute, since it varies.

    `where_name` is the Python name of the where-field if it differs from `column`; `where_levels` are the levels whose
    where-inputs carry it; a level above the attribute's own asks for any value found there. `few_values`: numbers so
    few that a facet shows each of them.
    """

    column: str
    level: Level
    values: Values
    description: str
    keyword: str | None = None
    tag: str | None = None
    unit: str | None = None
    multi_valued: bool = False
    free_text: bool = False
    where_name: str | None = None
    where_levels: tuple[Level, ...] = ()
    facet: FacetField | None = None
    few_values: bool = False

    @property
    def name(self) -> str:
        """Its GraphQL name as an output field."""
        return graphql_name(self.column)

    @property
    def where_field(self) -> str:
        """The Python name of its where-field."""
        return self.where_name or self.column

    @property
    def where_path(self) -> tuple[str, ...] | None:
        """The way to it from SeriesWhere, in GraphQL names."""
        field = graphql_name(self.where_field)
        if Level.SERIES in self.where_levels:
            return (field,)
        return (self.level.value.lower(), field) if self.where_levels else None

    @property
    def order_field(self) -> str | None:
        """Its name in the order enums; lists cannot be sorted by."""
        return None if self.multi_valued else enum_name(self.column)

    @property
    def type(self) -> AttributeType:
        """What a client draws: an id box, a list of terms, a text box, a number range or a date range."""
        if self.free_text:
            return AttributeType.TEXT
        return _TYPES.get(self.values, AttributeType.NUMBER)

    @property
    def facet_form(self) -> FacetForm:
        """How a facet puts its values into buckets."""
        match self.type:
            case AttributeType.DATE:
                return FacetForm.DATES
            case AttributeType.NUMBER if not self.few_values:
                return FacetForm.NUMBERS
            case _:
                return FacetForm.TERMS

    @property
    def title(self) -> str:
        """The description, with the DICOM keyword and tag where there are any."""
        if self.keyword is None:
            return self.description
        return f"{self.description} DICOM {self.keyword} {self.tag}."


_TYPES = {
    Values.ID: AttributeType.ID,
    Values.STRING: AttributeType.TERM,
    Values.SUBJECT_KIND: AttributeType.TERM,
    Values.OBJECT_KIND: AttributeType.TERM,
    Values.DATE: AttributeType.DATE,
}

_COLLECTION, _PATIENT, _STUDY, _SERIES = Level.COLLECTION, Level.PATIENT, Level.STUDY, Level.SERIES

# fmt: off
ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        column="collection_id", level=_COLLECTION, values=Values.ID,
        where_levels=(_COLLECTION, _PATIENT, _STUDY, _SERIES), facet=FacetField.COLLECTION_ID,
        description="Short name of the collection, as in download paths and in BigQuery, for example lidc_idri.",
    ),
    Attribute(
        column="name", level=_COLLECTION, values=Values.STRING, free_text=True, where_levels=(_COLLECTION,),
        description="Name of the collection as its authors write it, for example LIDC-IDRI.",
    ),
    Attribute(
        column="program_id", level=_COLLECTION, values=Values.STRING, where_levels=(_COLLECTION,),
        facet=FacetField.PROGRAM_ID,
        description="Program or initiative that the collection belongs to, for example tcga or community.",
    ),
    Attribute(
        column="status", level=_COLLECTION, values=Values.STRING, where_levels=(_COLLECTION,),
        description="Whether the collection is Complete or Ongoing.",
    ),
    Attribute(
        column="updated", level=_COLLECTION, values=Values.DATE, where_levels=(_COLLECTION,),
        description="Day on which the collection was last updated; missing for some collections.",
    ),
    Attribute(
        column="cancer_types", level=_COLLECTION, values=Values.STRING, multi_valued=True, where_levels=(_COLLECTION,),
        facet=FacetField.COLLECTION_CANCER_TYPE,
        description="Cancer types of the collection's subjects, as its authors spell them; a property of the whole "
        "collection, not a diagnosis of one patient.",
    ),
    Attribute(
        column="tumor_locations", level=_COLLECTION, values=Values.STRING, multi_valued=True,
        where_levels=(_COLLECTION,), facet=FacetField.COLLECTION_TUMOR_LOCATION,
        description="Tumour locations of the collection, as its authors spell them (Lung and lung both occur).",
    ),
    Attribute(
        column="species", level=_COLLECTION, values=Values.STRING, multi_valued=True, where_levels=(_COLLECTION,),
        facet=FacetField.COLLECTION_SPECIES,
        description="Species of the collection's subjects; one collection can hold several. Some phantoms are listed "
        "as Human: subjectKind tells them apart.",
    ),
    Attribute(
        column="patient_id", level=_PATIENT, values=Values.ID, keyword="PatientID", tag="(0010,0020)",
        where_levels=(_PATIENT, _STUDY, _SERIES),
        description="Identifier of the subject, unique only within its collection.",
    ),
    Attribute(
        column="subject_kind", level=_PATIENT, values=Values.SUBJECT_KIND, where_levels=(_PATIENT, _SERIES),
        facet=FacetField.SUBJECT_KIND,
        description="What the patient identifier stands for: a person, an animal, a phantom, a single image, ...",
    ),
    Attribute(
        column="study_instance_uid", level=_STUDY, values=Values.ID, keyword="StudyInstanceUID", tag="(0020,000D)",
        where_levels=(_STUDY, _SERIES),
        description="Unique identifier of the study.",
    ),
    Attribute(
        column="series_instance_uid", level=_SERIES, values=Values.ID, keyword="SeriesInstanceUID",
        tag="(0020,000E)", where_levels=(_SERIES,),
        description="Unique identifier of the series.",
    ),
    Attribute(
        column="crdc_series_uuid", level=_SERIES, values=Values.ID, where_levels=(_SERIES,),
        description="Identifier of this version of the series in the Cancer Research Data Commons; it changes whenever "
        "the content changes, and is the folder of the series in the download buckets.",
    ),
    Attribute(
        column="analysis_result_id", level=_SERIES, values=Values.ID, where_levels=(_SERIES,),
        facet=FacetField.ANALYSIS_RESULT_ID,
        description="Analysis result that the series came with; missing for series of the original collection, which "
        "can hold segmentations and measurements of its own.",
    ),
    Attribute(
        column="modality", level=_SERIES, values=Values.STRING, keyword="Modality", tag="(0008,0060)",
        where_levels=(_SERIES,), facet=FacetField.MODALITY,
        description="Type of equipment that made the series, as written in the header: CT, MR, PT, SM, SEG, ...",
    ),
    Attribute(
        column="object_kind", level=_SERIES, values=Values.OBJECT_KIND, where_levels=(_SERIES,),
        facet=FacetField.OBJECT_KIND,
        description="What the series holds, told by its SOP class: images, slides, segmentations, measurements, ...",
    ),
    Attribute(
        column="body_part_examined", level=_SERIES, values=Values.STRING, keyword="BodyPartExamined",
        tag="(0018,0015)", where_levels=(_SERIES,), facet=FacetField.BODY_PART_EXAMINED,
        description="Body part that was imaged, with IDC's spelling corrections; of a segmentation, the part imaged by "
        "its source, not the structure segmented. Missing for all slides and structured reports.",
    ),
    Attribute(
        column="sop_class_uid", level=_SERIES, values=Values.STRING, keyword="SOPClassUID", tag="(0008,0016)",
        where_levels=(_SERIES,),
        description="Class of the DICOM objects in the series, as a UID.",
    ),
    Attribute(
        column="sop_class_name", level=_SERIES, values=Values.STRING, where_levels=(_SERIES,),
        facet=FacetField.SOP_CLASS_NAME,
        description="Name of the SOP class, for example CT Image Storage.",
    ),
    Attribute(
        column="transfer_syntax_uids", level=_SERIES, values=Values.STRING, keyword="TransferSyntaxUID",
        tag="(0002,0010)", multi_valued=True, where_name="transfer_syntax_uid", where_levels=(_SERIES,),
        description="Encodings of the files of the series, as UIDs; most slide series have several.",
    ),
    Attribute(
        column="transfer_syntax_names", level=_SERIES, values=Values.STRING, multi_valued=True,
        where_name="transfer_syntax_name", where_levels=(_SERIES,), facet=FacetField.TRANSFER_SYNTAX_NAME,
        description="Names of the encodings, for example JPEG 2000 Lossless.",
    ),
    Attribute(
        column="photometric_interpretations", level=_SERIES, values=Values.STRING, keyword="PhotometricInterpretation",
        tag="(0028,0004)", multi_valued=True, where_name="photometric_interpretation", where_levels=(_SERIES,),
        facet=FacetField.PHOTOMETRIC_INTERPRETATION,
        description="How pixel values stand for colour or grey: MONOCHROME2, RGB, YBR_FULL, ...",
    ),
    Attribute(
        column="manufacturer", level=_SERIES, values=Values.STRING, keyword="Manufacturer", tag="(0008,0070)",
        where_levels=(_SERIES,), facet=FacetField.MANUFACTURER,
        description="Maker of the equipment or software, as written in the header (SIEMENS and Siemens both occur).",
    ),
    Attribute(
        column="manufacturer_model_name", level=_SERIES, values=Values.STRING, keyword="ManufacturerModelName",
        tag="(0008,1090)", where_levels=(_SERIES,), facet=FacetField.MANUFACTURER_MODEL_NAME,
        description="Model name of the equipment.",
    ),
    Attribute(
        column="series_description", level=_SERIES, values=Values.STRING, keyword="SeriesDescription",
        tag="(0008,103E)", free_text=True, where_levels=(_SERIES,), facet=FacetField.SERIES_DESCRIPTION,
        description="Free text about the series, as entered at the site.",
    ),
    Attribute(
        column="series_date", level=_SERIES, values=Values.DATE, keyword="SeriesDate", tag="(0008,0021)",
        where_levels=(_SERIES,),
        description="Day on which the series started; shifted where the data were de-identified.",
    ),
    Attribute(
        column="series_number", level=_SERIES, values=Values.INT, keyword="SeriesNumber", tag="(0020,0011)",
        where_levels=(_SERIES,),
        description="Number of the series, given by the equipment.",
    ),
    Attribute(
        column="study_date", level=_SERIES, values=Values.DATE, keyword="StudyDate", tag="(0008,0020)",
        where_levels=(_STUDY, _SERIES), facet=FacetField.STUDY_DATE,
        description="Day on which the study started, as written in this series; shifted where the data were "
        "de-identified; it can differ inside a study.",
    ),
    Attribute(
        column="study_description", level=_SERIES, values=Values.STRING, keyword="StudyDescription",
        tag="(0008,1030)", free_text=True, where_levels=(_STUDY, _SERIES), facet=FacetField.STUDY_DESCRIPTION,
        description="Free text about the study, as written in this series; it can differ inside a study.",
    ),
    Attribute(
        column="patient_sex", level=_SERIES, values=Values.STRING, keyword="PatientSex", tag="(0010,0040)",
        where_levels=(_PATIENT, _SERIES), facet=FacetField.PATIENT_SEX,
        description="Sex of the subject as written in this series: F, M, O and a few invalid codes; missing for "
        "most series.",
    ),
    Attribute(
        column="patient_age", level=_SERIES, values=Values.FLOAT, keyword="PatientAge", tag="(0010,1010)",
        unit="years", where_levels=(_PATIENT, _SERIES), facet=FacetField.PATIENT_AGE,
        description="Age of the subject when imaged, in years. Missing also where the header says 000Y, more than 120 "
        "years or something that is not a DICOM age: patientAgeStatus says which.",
    ),
    Attribute(
        column="instance_count", level=_SERIES, values=Values.INT, where_levels=(_SERIES,),
        facet=FacetField.INSTANCE_COUNT,
        description="Number of DICOM instances (files) in the series; not the number of slices of a volume.",
    ),
    Attribute(
        column="size_bytes", level=_SERIES, values=Values.BIG_INT, unit="bytes", where_levels=(_SERIES,),
        facet=FacetField.SIZE_BYTES,
        description="Size of all files of the series in bytes.",
    ),
    Attribute(
        column="license_short_name", level=_SERIES, values=Values.STRING, where_levels=(_SERIES,),
        facet=FacetField.LICENSE_SHORT_NAME,
        description="Licence of the series, for example CC BY 4.0; one collection can mix several.",
    ),
    Attribute(
        column="source_doi", level=_SERIES, values=Values.STRING, where_levels=(_SERIES,),
        description="DOI of the data set that the series came with; licence and citation belong to it.",
    ),
    Attribute(
        column="first_release", level=_SERIES, values=Values.INT, where_levels=(_SERIES,),
        facet=FacetField.FIRST_RELEASE, few_values=True,
        description="IDC release in which the series first appeared.",
    ),
    Attribute(
        column="revised_release", level=_SERIES, values=Values.INT, where_levels=(_SERIES,),
        facet=FacetField.REVISED_RELEASE, few_values=True,
        description="IDC release in which the series took its present content.",
    ),
)

# fmt: on

_BY_COLUMN = {attribute.column: attribute for attribute in ATTRIBUTES}


def attribute(column: str) -> Attribute:
    """The attribute stored under `column`. KeyError if there is none."""
    return _BY_COLUMN[column]


_BY_FACET = {attribute.facet: attribute for attribute in ATTRIBUTES if attribute.facet is not None}


# Those that IDC itself can be counted by; the others are of records in sister commons.
FACETS = tuple(_BY_FACET)


def faceted(field: FacetField) -> Attribute:
    """The attribute that a facet counts by."""
    return _BY_FACET[field]


def asked_at(level: Level) -> Iterator[Attribute]:
    """The attributes that the where-input of `level` carries."""
    return (a for a in ATTRIBUTES if level in a.where_levels)


@dataclass(frozen=True)
class Tally:
    """An order by how much a row holds, rather than by an attribute of it."""

    name: str
    levels: tuple[Level, ...]
    description: str


TALLIES: tuple[Tally, ...] = (
    Tally("patient_count", (_COLLECTION,), "Number of patients it holds."),
    Tally("study_count", (_PATIENT,), "Number of studies it holds."),
    Tally("series_count", (_COLLECTION, _PATIENT, _STUDY), "Number of series it holds."),
    Tally("size_bytes", (_COLLECTION, _PATIENT, _STUDY), "Size of all its files."),
)


def sortable_at(level: Level) -> dict[str, str]:
    """Columns and tallies that rows of `level` can be sorted by, with their descriptions.

    Sortable are the scalar attributes that the level's where-input asks for with one value a row: at the study the
    date and description of the study (one by rule), at the patient not the ages (several).
    """
    one_by_rule = {_STUDY: {"study_date", "study_description"}}.get(level, set())
    return {
        a.column: a.title
        for a in asked_at(level)
        if not a.multi_valued and (level is _SERIES or a.level is level or a.column in one_by_rule)
    } | {tally.name: tally.description for tally in TALLIES if level in tally.levels}
