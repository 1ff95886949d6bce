"""The closed vocabularies of the contract as plain enums, for every floor; `schema.enums` gives them to GraphQL."""

from dataclasses import dataclass
from enum import Enum

# What can be counted among series: fields of Counts in Python's spelling, in the order of the contract.
COUNTABLE = ("collections", "patients", "studies", "series", "instances", "size_bytes")


class Level(Enum):
    """A level of the hierarchy, from the top down."""

    COLLECTION = "COLLECTION"
    PATIENT = "PATIENT"
    STUDY = "STUDY"
    SERIES = "SERIES"
    INSTANCE = "INSTANCE"


class MatchLevel(Enum):
    """Where all conditions of a `where` have to meet."""

    SERIES = "SERIES"
    STUDY = "STUDY"
    PATIENT = "PATIENT"


class OrderDirection(Enum):
    """Direction of a sort."""

    ASC = "ASC"
    DESC = "DESC"


class AttributeType(Enum):
    """What an attribute's values are."""

    ID = "ID"
    TERM = "TERM"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"


class SubjectKind(Enum):
    """What a patient identifier stands for."""

    HUMAN = "HUMAN"
    XENOGRAFT = "XENOGRAFT"
    ANIMAL = "ANIMAL"
    PHANTOM = "PHANTOM"
    SIMULATED = "SIMULATED"
    SPECIMEN_BLOCK = "SPECIMEN_BLOCK"
    IMAGE_LABEL = "IMAGE_LABEL"
    UNKNOWN = "UNKNOWN"


class ObjectKind(Enum):
    """What a series holds, told by its SOP class."""

    IMAGE = "IMAGE"
    SLIDE_IMAGE = "SLIDE_IMAGE"
    SEGMENTATION = "SEGMENTATION"
    STRUCTURE_SET = "STRUCTURE_SET"
    MEASUREMENTS = "MEASUREMENTS"
    ANNOTATIONS = "ANNOTATIONS"
    DOSE = "DOSE"
    PLAN = "PLAN"
    REGISTRATION = "REGISTRATION"
    PRESENTATION_STATE = "PRESENTATION_STATE"
    PARAMETRIC_MAP = "PARAMETRIC_MAP"
    OTHER = "OTHER"


class PatientAgeStatus(Enum):
    """How the DICOM age string (0010,1010) was understood."""

    OK = "OK"
    ZERO = "ZERO"
    IMPLAUSIBLE = "IMPLAUSIBLE"
    MALFORMED = "MALFORMED"
    MISSING = "MISSING"


class FacetField(Enum):
    """What can be counted by, one bucket per value."""

    COLLECTION_ID = "COLLECTION_ID"
    PROGRAM_ID = "PROGRAM_ID"
    COLLECTION_CANCER_TYPE = "COLLECTION_CANCER_TYPE"
    COLLECTION_TUMOR_LOCATION = "COLLECTION_TUMOR_LOCATION"
    COLLECTION_SPECIES = "COLLECTION_SPECIES"
    SUBJECT_KIND = "SUBJECT_KIND"
    ANALYSIS_RESULT_ID = "ANALYSIS_RESULT_ID"
    PATIENT_SEX = "PATIENT_SEX"
    PATIENT_AGE = "PATIENT_AGE"
    STUDY_DATE = "STUDY_DATE"
    STUDY_DESCRIPTION = "STUDY_DESCRIPTION"
    BODY_PART_EXAMINED = "BODY_PART_EXAMINED"
    MODALITY = "MODALITY"
    OBJECT_KIND = "OBJECT_KIND"
    SOP_CLASS_NAME = "SOP_CLASS_NAME"
    TRANSFER_SYNTAX_NAME = "TRANSFER_SYNTAX_NAME"
    PHOTOMETRIC_INTERPRETATION = "PHOTOMETRIC_INTERPRETATION"
    MANUFACTURER = "MANUFACTURER"
    MANUFACTURER_MODEL_NAME = "MANUFACTURER_MODEL_NAME"
    SERIES_DESCRIPTION = "SERIES_DESCRIPTION"
    INSTANCE_COUNT = "INSTANCE_COUNT"
    SIZE_BYTES = "SIZE_BYTES"
    LICENSE_SHORT_NAME = "LICENSE_SHORT_NAME"
    FIRST_RELEASE = "FIRST_RELEASE"
    REVISED_RELEASE = "REVISED_RELEASE"
    GDC_PROJECT = "GDC_PROJECT"
    GDC_PRIMARY_SITE = "GDC_PRIMARY_SITE"
    GDC_DISEASE_TYPE = "GDC_DISEASE_TYPE"
    GDC_STAGE_GROUP = "GDC_STAGE_GROUP"
    GDC_VITAL_STATUS = "GDC_VITAL_STATUS"
    GDC_EXPERIMENTAL_STRATEGY = "GDC_EXPERIMENTAL_STRATEGY"
    GDC_DATA_CATEGORY = "GDC_DATA_CATEGORY"
    PDC_ANALYTICAL_FRACTION = "PDC_ANALYTICAL_FRACTION"


class FacetForm(Enum):
    """How values are put into buckets."""

    TERMS = "TERMS"
    NUMBERS = "NUMBERS"
    DATES = "DATES"


class FacetOrder(Enum):
    """How the buckets of a facet of terms are ordered."""

    PATIENTS = "PATIENTS"
    STUDIES = "STUDIES"
    SERIES = "SERIES"
    INSTANCES = "INSTANCES"
    SIZE_BYTES = "SIZE_BYTES"
    VALUE = "VALUE"


class DateInterval(Enum):
    """Length of a bucket of dates."""

    YEAR = "YEAR"
    MONTH = "MONTH"


class Commons(Enum):
    """A sister commons of the Imaging Data Commons."""

    GDC = "GDC"
    PDC = "PDC"
    CDA = "CDA"
    ICDC = "ICDC"


class LinkStatus(Enum):
    """What is known of a patient in another commons."""

    LINKED = "LINKED"
    NOT_FOUND = "NOT_FOUND"
    NOT_LINKABLE = "NOT_LINKABLE"
    NOT_A_SUBJECT = "NOT_A_SUBJECT"
    AMBIGUOUS = "AMBIGUOUS"
    CONFLICT = "CONFLICT"
    WITHHELD = "WITHHELD"
    NOT_CHECKED = "NOT_CHECKED"


class UnknownTruth(Enum):
    """What becomes of patients of whom a condition on another commons is not known."""

    EXCLUDE = "EXCLUDE"
    INCLUDE = "INCLUDE"


class LinkEvidence(Enum):
    """On what a link rests."""

    EXPLICIT_XREF = "EXPLICIT_XREF"
    SUBMITTER_ID_IN_ALLOWED_PROJECT = "SUBMITTER_ID_IN_ALLOWED_PROJECT"
    ALIAS = "ALIAS"
    CDA_ONLY = "CDA_ONLY"
    BARCODE = "BARCODE"


@dataclass(frozen=True)
class AskedCounts:
    """Which numbers of COUNTABLE a document selects of each part of its facets."""

    total: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    buckets: frozenset[str] = frozenset()
    # What is in no bucket: `other` of terms, `outside` of numbers.
    rest: frozenset[str] = frozenset()
    # Of whom a commons tells nothing.
    apart: frozenset[str] = frozenset()
