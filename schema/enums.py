"""Gives the closed vocabularies to GraphQL, with a description for every value."""

from enum import Enum
from typing import TypeVar

import strawberry

from schema.vocabulary import (
    AttributeType,
    Commons,
    DateInterval,
    FacetField,
    FacetOrder,
    Level,
    LinkEvidence,
    LinkStatus,
    MatchLevel,
    ObjectKind,
    OrderDirection,
    PatientAgeStatus,
    SubjectKind,
    UnknownTruth,
)

__all__ = [
    "AttributeType",
    "Commons",
    "DateInterval",
    "FacetField",
    "FacetOrder",
    "Level",
    "LinkEvidence",
    "LinkStatus",
    "MatchLevel",
    "ObjectKind",
    "OrderDirection",
    "PatientAgeStatus",
    "SubjectKind",
    "UnknownTruth",
    "describe",
]

E = TypeVar("E", bound=Enum)


def describe(enum: type[E], description: str, values: dict[str, str]) -> type[E]:
    """Register `enum` as a GraphQL enum; KeyError if a value lacks its description."""
    strawberry.enum(enum, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]
    return enum


describe(Level, "A level of the hierarchy.", {
    "COLLECTION": "A data set that was submitted as a whole.",
    "PATIENT": "A subject of a collection.",
    "STUDY": "A DICOM study: one visit, or one specimen's slides.",
    "SERIES": "A DICOM series: one scan, one slide, or one set of segmentations or measurements.",
    "INSTANCE": "A DICOM instance: one file.",
})  # fmt: skip
describe(MatchLevel, "Where all conditions of `where` have to meet.", {
    "SERIES": "Every condition holds on the same series.",
    "STUDY": "Each condition holds on some series of the same study; all series of such studies match.",
    "PATIENT": "Each condition holds on some series of the same patient; all series of such patients match.",
})  # fmt: skip
describe(Commons, "A sister commons of the Imaging Data Commons.", {
    "GDC": "Genomic Data Commons.",
    "PDC": "Proteomic Data Commons.",
    "CDA": "Cancer Data Aggregator, which joins the commons of the Cancer Research Data Commons.",
    "ICDC": "Integrated Canine Data Commons.",
})  # fmt: skip
describe(LinkStatus, "What is known of a patient in another commons.", {
    "LINKED": "One record there is the patient's.",
    "NOT_FOUND": "The patient could be there, and is not.",
    "NOT_LINKABLE": "No rule of identity covers the patient there.",
    "NOT_A_SUBJECT": "The identifier stands for no subject of a study: a phantom, a block of tissue, a label.",
    "AMBIGUOUS": "Several records fit.",
    "CONFLICT": "Commons contradict each other; nothing is decided.",
    "WITHHELD": "The commons has taken the record back: no values are shown.",
    "NOT_CHECKED": "The commons was not asked, or did not answer.",
})  # fmt: skip
describe(LinkEvidence, "On what a link rests, strongest first.", {
    "EXPLICIT_XREF": "One commons names the record of the other.",
    "SUBMITTER_ID_IN_ALLOWED_PROJECT": "The same identifier in a project where it means the same patient.",
    "ALIAS": "An identifier that IDC misspells, by a table of such.",
    "CDA_ONLY": "The Cancer Data Aggregator alone says so.",
    "BARCODE": "Of slides alone: the barcode on the glass.",
})  # fmt: skip
describe(UnknownTruth, "What becomes of patients of whom a condition on another commons is not known.", {
    "EXCLUDE": "They meet neither the condition nor its complement.",
    "INCLUDE": "They meet it, and its complement, too.",
})  # fmt: skip
describe(OrderDirection, "Direction of a sort. Rows without a value come last in both.", {
    "ASC": "Smallest, earliest or alphabetically first value first.",
    "DESC": "Largest, latest or alphabetically last value first.",
})  # fmt: skip
describe(AttributeType, "What an attribute's values are.", {
    "ID": "Identifiers.",
    "TERM": "One of a list of words that can be counted and ticked.",
    "TEXT": "Free text, to be searched.",
    "NUMBER": "Numbers, for ranges.",
    "DATE": "Days, for ranges.",
})  # fmt: skip
describe(SubjectKind, "What a patient identifier stands for, by a shipped table with a reason per collection.", {
    "HUMAN": "A person.",
    "XENOGRAFT": "A mouse that carries a patient's tumour.",
    "ANIMAL": "An animal with a disease of its own, or a genetically engineered one.",
    "PHANTOM": "A test object that was scanned.",
    "SIMULATED": "A simulated subject: an in-silico trial, a digital reference object, a made-up identity.",
    "SPECIMEN_BLOCK": "A block of tissue cores from many patients (tissue microarray).",
    "IMAGE_LABEL": "The label of a single image; one person has several.",
    "UNKNOWN": "The table says nothing about it.",
})  # fmt: skip
describe(ObjectKind, "What a series holds, told by its SOP class, never by Modality or by the analysis result.", {
    "IMAGE": "Radiology or photographic images.",
    "SLIDE_IMAGE": "Whole-slide microscopy images.",
    "SEGMENTATION": "Segmentations and label maps.",
    "STRUCTURE_SET": "Radiotherapy structure sets: contours.",
    "MEASUREMENTS": "Structured reports with measurements and findings.",
    "ANNOTATIONS": "Bulk annotations of slides.",
    "DOSE": "Radiotherapy dose distributions.",
    "PLAN": "Radiotherapy plans.",
    "REGISTRATION": "Spatial registrations between images.",
    "PRESENTATION_STATE": "Stored ways of showing images.",
    "PARAMETRIC_MAP": "Maps of computed values, such as diffusion coefficients.",
    "OTHER": "Everything else: raw data, surface meshes, value mappings, key objects, dose reports.",
})  # fmt: skip
describe(PatientAgeStatus, "How the age written in the DICOM header was understood.", {
    "OK": "A DICOM age that can be believed.",
    "ZERO": "000Y, which many collections write for an unknown age.",
    "IMPLAUSIBLE": "More than 120 years.",
    "MALFORMED": "Not a DICOM age string.",
    "MISSING": "No age.",
})  # fmt: skip
describe(FacetField, "An attribute that can be counted by, one bucket per value.", {
    "COLLECTION_ID": "Collection.",
    "PROGRAM_ID": "Program of the collection.",
    "COLLECTION_CANCER_TYPE": "Cancer types of the collection.",
    "COLLECTION_TUMOR_LOCATION": "Tumour locations of the collection.",
    "COLLECTION_SPECIES": "Species of the collection.",
    "SUBJECT_KIND": "What the patient identifier stands for.",
    "ANALYSIS_RESULT_ID": "Analysis result that the series came with.",
    "PATIENT_SEX": "Sex as written in the series.",
    "PATIENT_AGE": "Age when imaged, in years.",
    "STUDY_DATE": "Date of the study as written in the series.",
    "STUDY_DESCRIPTION": "Description of the study as written in the series.",
    "BODY_PART_EXAMINED": "Body part that was imaged.",
    "MODALITY": "Modality.",
    "OBJECT_KIND": "What the series holds.",
    "SOP_CLASS_NAME": "Name of the SOP class.",
    "TRANSFER_SYNTAX_NAME": "Encodings of the files.",
    "PHOTOMETRIC_INTERPRETATION": "Photometric interpretations.",
    "MANUFACTURER": "Manufacturer.",
    "MANUFACTURER_MODEL_NAME": "Model of the equipment.",
    "SERIES_DESCRIPTION": "Description of the series.",
    "INSTANCE_COUNT": "Number of instances in the series.",
    "SIZE_BYTES": "Size of the series in bytes.",
    "LICENSE_SHORT_NAME": "Licence.",
    "FIRST_RELEASE": "IDC release in which the series first appeared.",
    "REVISED_RELEASE": "IDC release in which the series took its present content.",
    "GDC_PROJECT": "Project of the patient's case in GDC.",
    "GDC_PRIMARY_SITE": "Primary site of the case in GDC.",
    "GDC_DISEASE_TYPE": "Disease type of the case in GDC.",
    "GDC_STAGE_GROUP": "Stage group of the primary disease in GDC.",
    "GDC_VITAL_STATUS": "Whether the patient was alive when GDC last heard of them.",
    "GDC_EXPERIMENTAL_STRATEGY": "How files of the case in GDC were measured.",
    "GDC_DATA_CATEGORY": "Category of files of the case in GDC.",
    "PDC_ANALYTICAL_FRACTION": "What PDC's studies of the case measured.",
})  # fmt: skip

describe(FacetOrder, "How the buckets of a facet of terms are ordered.", {
    "PATIENTS": "By patients, the most first.",
    "STUDIES": "By studies, the most first.",
    "SERIES": "By series, the most first.",
    "INSTANCES": "By instances, the most first.",
    "SIZE_BYTES": "By size, the largest first.",
    "VALUE": "By value, ascending: texts by code point, releases as numbers.",
})  # fmt: skip

describe(DateInterval, "Length of a bucket of dates.", {
    "YEAR": "A calendar year.",
    "MONTH": "A calendar month.",
})  # fmt: skip
