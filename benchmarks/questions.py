"""What is asked over HTTP: pages of CT series and facet panels of them, in collections that change with every question.

Always the ten collections with most series of CT and ten of the sixty that follow, so that questions are new but alike.
"""

from dataclasses import dataclass
from random import Random

import pyarrow.compute as pc
import pyarrow.parquet as pq

from indexers.index_package import installed_index
from schema.vocabulary import FacetField

ALWAYS, OTHERS, CHOSEN = 10, 60, 10


@dataclass(frozen=True)
class Field:
    """A field of a series: in GraphQL, in the store, and in the table `index` of idc-index."""

    graphql: str
    store: str
    index: str


FIELDS = (
    Field("seriesInstanceUID", "series_instance_uid", "SeriesInstanceUID"),
    Field("studyInstanceUID", "study_instance_uid", "StudyInstanceUID"),
    Field("patientID", "patient_id", "PatientID"),
    Field("collectionID", "collection_id", "collection_id"),
    Field("modality", "modality", "Modality"),
    Field("bodyPartExamined", "body_part_examined", "BodyPartExamined"),
    Field("seriesDescription", "series_description", "SeriesDescription"),
    Field("seriesDate", "series_date", "SeriesDate"),
    Field("sopClassName", "sop_class_name", "sop_class_name"),
    Field("manufacturer", "manufacturer", "Manufacturer"),
    Field("manufacturerModelName", "manufacturer_model_name", "ManufacturerModelName"),
    Field("patientSex", "patient_sex", "PatientSex"),
    Field("patientAgeString", "patient_age_string", "PatientAge"),
    Field("instanceCount", "instance_count", "instanceCount"),
    Field("crdcSeriesUUID", "crdc_series_uuid", "crdc_series_uuid"),
)

_F = FacetField
# The facets whose values are columns of `index` as they are.
INDEX_FACETS = {
    _F.COLLECTION_ID: "collection_id",
    _F.ANALYSIS_RESULT_ID: "analysis_result_id",
    _F.PATIENT_SEX: "PatientSex",
    _F.STUDY_DESCRIPTION: "StudyDescription",
    _F.BODY_PART_EXAMINED: "BodyPartExamined",
    _F.MODALITY: "Modality",
    _F.SOP_CLASS_NAME: "sop_class_name",
    _F.MANUFACTURER: "Manufacturer",
    _F.MANUFACTURER_MODEL_NAME: "ManufacturerModelName",
    _F.SERIES_DESCRIPTION: "SeriesDescription",
    _F.LICENSE_SHORT_NAME: "license_short_name",
}


@dataclass(frozen=True)
class Question:
    """A page of so many series, or, without rows, a panel: of everything, or the values that a widget lists."""

    title: str
    rows: int = 0
    widget: bool = False


PAGE, LONG_PAGE = Question("50 series of 15 fields", 50), Question("1,000 series of 15 fields", 1000)
PANEL = Question(f"A panel of all {len(FacetField)} facets")
WIDGETS = Question(f"Widgets of {len(INDEX_FACETS)} facets", widget=True)
QUESTIONS = {question.title: question for question in (PAGE, LONG_PAGE, PANEL, WIDGETS)}


def largest_collections() -> list[str]:
    """The collections from which questions choose, those with most series of CT first."""
    table = pq.read_table(installed_index().table("idc_index"), columns=["collection_id", "Modality"])
    of_ct = table.filter(pc.equal(table["Modality"], "CT"))["collection_id"].value_counts().to_pylist()
    ranked = sorted(of_ct, key=lambda pair: (-pair["counts"], pair["values"]))
    return [pair["values"] for pair in ranked[: ALWAYS + OTHERS]]


def asked_collections(largest: list[str], number: int) -> list[str]:
    """The collections of one question."""
    return sorted(largest[:ALWAYS] + Random(number).sample(largest[ALWAYS:], CHOSEN))
