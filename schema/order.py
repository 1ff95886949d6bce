"""The orders. Generated from the attribute table by `python -m schema.generate`; do not edit."""

from __future__ import annotations

from enum import Enum

import strawberry

from schema.enums import OrderDirection, describe


class SeriesOrderField(Enum):
    """What series can be sorted by."""

    KEYS = "KEYS"
    COLLECTION_ID = "COLLECTION_ID"
    PATIENT_ID = "PATIENT_ID"
    SUBJECT_KIND = "SUBJECT_KIND"
    STUDY_INSTANCE_UID = "STUDY_INSTANCE_UID"
    SERIES_INSTANCE_UID = "SERIES_INSTANCE_UID"
    CRDC_SERIES_UUID = "CRDC_SERIES_UUID"
    ANALYSIS_RESULT_ID = "ANALYSIS_RESULT_ID"
    MODALITY = "MODALITY"
    OBJECT_KIND = "OBJECT_KIND"
    BODY_PART_EXAMINED = "BODY_PART_EXAMINED"
    SOP_CLASS_UID = "SOP_CLASS_UID"
    SOP_CLASS_NAME = "SOP_CLASS_NAME"
    MANUFACTURER = "MANUFACTURER"
    MANUFACTURER_MODEL_NAME = "MANUFACTURER_MODEL_NAME"
    SERIES_DESCRIPTION = "SERIES_DESCRIPTION"
    SERIES_DATE = "SERIES_DATE"
    SERIES_NUMBER = "SERIES_NUMBER"
    STUDY_DATE = "STUDY_DATE"
    STUDY_DESCRIPTION = "STUDY_DESCRIPTION"
    PATIENT_SEX = "PATIENT_SEX"
    PATIENT_AGE = "PATIENT_AGE"
    INSTANCE_COUNT = "INSTANCE_COUNT"
    SIZE_BYTES = "SIZE_BYTES"
    LICENSE_SHORT_NAME = "LICENSE_SHORT_NAME"
    SOURCE_DOI = "SOURCE_DOI"
    FIRST_RELEASE = "FIRST_RELEASE"
    REVISED_RELEASE = "REVISED_RELEASE"


describe(SeriesOrderField, "What series can be sorted by.", {
    "KEYS": "The row's keys: collectionID, patientID, studyInstanceUID, seriesInstanceUID.",
    "COLLECTION_ID": 'Short name of the collection, as in download paths and in BigQuery, for example lidc_idri.',
    "PATIENT_ID": 'Identifier of the subject, unique only within its collection. DICOM PatientID (0010,0020).',
    "SUBJECT_KIND": 'What the patient identifier stands for: a person, an animal, a phantom, a single image, ...',
    "STUDY_INSTANCE_UID": 'Unique identifier of the study. DICOM StudyInstanceUID (0020,000D).',
    "SERIES_INSTANCE_UID": 'Unique identifier of the series. DICOM SeriesInstanceUID (0020,000E).',
    "CRDC_SERIES_UUID": 'Identifier of this version of the series in the Cancer Research Data Commons; it changes whenever the content changes, and is the folder of the series in the download buckets.',
    "ANALYSIS_RESULT_ID": 'Analysis result that the series came with; missing for series of the original collection, which can hold segmentations and measurements of its own.',
    "MODALITY": 'Type of equipment that made the series, as written in the header: CT, MR, PT, SM, SEG, ... DICOM Modality (0008,0060).',
    "OBJECT_KIND": 'What the series holds, told by its SOP class: images, slides, segmentations, measurements, ...',
    "BODY_PART_EXAMINED": "Body part that was imaged, with IDC's spelling corrections; of a segmentation, the part imaged by its source, not the structure segmented. Missing for all slides and structured reports. DICOM BodyPartExamined (0018,0015).",
    "SOP_CLASS_UID": 'Class of the DICOM objects in the series, as a UID. DICOM SOPClassUID (0008,0016).',
    "SOP_CLASS_NAME": 'Name of the SOP class, for example CT Image Storage.',
    "MANUFACTURER": 'Maker of the equipment or software, as written in the header (SIEMENS and Siemens both occur). DICOM Manufacturer (0008,0070).',
    "MANUFACTURER_MODEL_NAME": 'Model name of the equipment. DICOM ManufacturerModelName (0008,1090).',
    "SERIES_DESCRIPTION": 'Free text about the series, as entered at the site. DICOM SeriesDescription (0008,103E).',
    "SERIES_DATE": 'Day on which the series started; shifted where the data were de-identified. DICOM SeriesDate (0008,0021).',
    "SERIES_NUMBER": 'Number of the series, given by the equipment. DICOM SeriesNumber (0020,0011).',
    "STUDY_DATE": 'Day on which the study started, as written in this series; shifted where the data were de-identified; it can differ inside a study. DICOM StudyDate (0008,0020).',
    "STUDY_DESCRIPTION": 'Free text about the study, as written in this series; it can differ inside a study. DICOM StudyDescription (0008,1030).',
    "PATIENT_SEX": 'Sex of the subject as written in this series: F, M, O and a few invalid codes; missing for most series. DICOM PatientSex (0010,0040).',
    "PATIENT_AGE": 'Age of the subject when imaged, in years. Missing also where the header says 000Y, more than 120 years or something that is not a DICOM age: patientAgeStatus says which. DICOM PatientAge (0010,1010).',
    "INSTANCE_COUNT": 'Number of DICOM instances (files) in the series; not the number of slices of a volume.',
    "SIZE_BYTES": 'Size of all files of the series in bytes.',
    "LICENSE_SHORT_NAME": 'Licence of the series, for example CC BY 4.0; one collection can mix several.',
    "SOURCE_DOI": 'DOI of the data set that the series came with; licence and citation belong to it.',
    "FIRST_RELEASE": 'IDC release in which the series first appeared.',
    "REVISED_RELEASE": 'IDC release in which the series took its present content.',
})  # fmt: skip


@strawberry.input(description="One step of a sort; ties are broken by the next step, then by the keys.")
class SeriesOrder:
    field: SeriesOrderField = strawberry.field(description="What to sort the series rows by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Direction.")


class StudyOrderField(Enum):
    """What studies can be sorted by."""

    KEYS = "KEYS"
    STUDY_INSTANCE_UID = "STUDY_INSTANCE_UID"
    STUDY_DATE = "STUDY_DATE"
    STUDY_DESCRIPTION = "STUDY_DESCRIPTION"
    SERIES_COUNT = "SERIES_COUNT"
    SIZE_BYTES = "SIZE_BYTES"


describe(StudyOrderField, "What studies can be sorted by.", {
    "KEYS": "The row's keys: collectionID, patientID, studyInstanceUID, seriesInstanceUID.",
    "STUDY_INSTANCE_UID": 'Unique identifier of the study. DICOM StudyInstanceUID (0020,000D).',
    "STUDY_DATE": 'Day on which the study started, as written in this series; shifted where the data were de-identified; it can differ inside a study. DICOM StudyDate (0008,0020).',
    "STUDY_DESCRIPTION": 'Free text about the study, as written in this series; it can differ inside a study. DICOM StudyDescription (0008,1030).',
    "SERIES_COUNT": 'Number of series it holds.',
    "SIZE_BYTES": 'Size of all its files.',
})  # fmt: skip


@strawberry.input(description="One step of a sort; ties are broken by the next step, then by the keys.")
class StudyOrder:
    field: StudyOrderField = strawberry.field(description="What to sort the study rows by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Direction.")


class PatientOrderField(Enum):
    """What patients can be sorted by."""

    KEYS = "KEYS"
    PATIENT_ID = "PATIENT_ID"
    SUBJECT_KIND = "SUBJECT_KIND"
    STUDY_COUNT = "STUDY_COUNT"
    SERIES_COUNT = "SERIES_COUNT"
    SIZE_BYTES = "SIZE_BYTES"


describe(PatientOrderField, "What patients can be sorted by.", {
    "KEYS": "The row's keys: collectionID, patientID, studyInstanceUID, seriesInstanceUID.",
    "PATIENT_ID": 'Identifier of the subject, unique only within its collection. DICOM PatientID (0010,0020).',
    "SUBJECT_KIND": 'What the patient identifier stands for: a person, an animal, a phantom, a single image, ...',
    "STUDY_COUNT": 'Number of studies it holds.',
    "SERIES_COUNT": 'Number of series it holds.',
    "SIZE_BYTES": 'Size of all its files.',
})  # fmt: skip


@strawberry.input(description="One step of a sort; ties are broken by the next step, then by the keys.")
class PatientOrder:
    field: PatientOrderField = strawberry.field(description="What to sort the patient rows by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Direction.")


class CollectionOrderField(Enum):
    """What collections can be sorted by."""

    KEYS = "KEYS"
    COLLECTION_ID = "COLLECTION_ID"
    NAME = "NAME"
    PROGRAM_ID = "PROGRAM_ID"
    STATUS = "STATUS"
    UPDATED = "UPDATED"
    PATIENT_COUNT = "PATIENT_COUNT"
    SERIES_COUNT = "SERIES_COUNT"
    SIZE_BYTES = "SIZE_BYTES"


describe(CollectionOrderField, "What collections can be sorted by.", {
    "KEYS": "The row's keys: collectionID, patientID, studyInstanceUID, seriesInstanceUID.",
    "COLLECTION_ID": 'Short name of the collection, as in download paths and in BigQuery, for example lidc_idri.',
    "NAME": 'Name of the collection as its authors write it, for example LIDC-IDRI.',
    "PROGRAM_ID": 'Program or initiative that the collection belongs to, for example tcga or community.',
    "STATUS": 'Whether the collection is Complete or Ongoing.',
    "UPDATED": 'Day on which the collection was last updated; missing for some collections.',
    "PATIENT_COUNT": 'Number of patients it holds.',
    "SERIES_COUNT": 'Number of series it holds.',
    "SIZE_BYTES": 'Size of all its files.',
})  # fmt: skip


@strawberry.input(description="One step of a sort; ties are broken by the next step, then by the keys.")
class CollectionOrder:
    field: CollectionOrderField = strawberry.field(description="What to sort the collection rows by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Direction.")
