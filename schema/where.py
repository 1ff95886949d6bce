"""The where-inputs. Generated from the attribute table by `python -m schema.generate`; do not edit."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import UNSET

from schema.attributes import attribute
from schema.operators import (
    BigIntWhere,
    DateWhere,
    FloatWhere,
    IDWhere,
    IntWhere,
    NodeIDWhere,
    ObjectKindWhere,
    StringWhere,
    SubjectKindWhere,
)
from schema.record_where import CDAWhere, GDCWhere, ICDCWhere, PDCWhere
from schema.where_field import given

OF_SERIES = "Asked of any of its series; ne, notIn and isNull: true ask that none of them has it."


def condition(column: str, remark: str = "") -> Any:
    """The where-field of an attribute, described by the table."""
    return strawberry.field(default=UNSET, description=f"{attribute(column).title} {remark}".strip())


@strawberry.input(description="Conditions on series. Siblings must all hold. Empty: every series.")
class SeriesWhere:
    and_: list[SeriesWhere] | None = given("All of these hold; at least one must be given.")
    or_: list[SeriesWhere] | None = given("At least one of these holds; at least one must be given.")
    not_: SeriesWhere | None = given("This does not hold: the exact complement.")
    id: NodeIDWhere | None = given("Global id of the series.")
    collection_id: IDWhere | None = condition("collection_id")
    patient_id: IDWhere | None = condition("patient_id")
    subject_kind: SubjectKindWhere | None = condition("subject_kind")
    study_instance_uid: IDWhere | None = condition("study_instance_uid")
    series_instance_uid: IDWhere | None = condition("series_instance_uid")
    crdc_series_uuid: IDWhere | None = condition("crdc_series_uuid")
    analysis_result_id: IDWhere | None = condition("analysis_result_id")
    modality: StringWhere | None = condition("modality")
    object_kind: ObjectKindWhere | None = condition("object_kind")
    body_part_examined: StringWhere | None = condition("body_part_examined")
    sop_class_uid: StringWhere | None = condition("sop_class_uid")
    sop_class_name: StringWhere | None = condition("sop_class_name")
    transfer_syntax_uid: StringWhere | None = condition("transfer_syntax_uids")
    transfer_syntax_name: StringWhere | None = condition("transfer_syntax_names")
    photometric_interpretation: StringWhere | None = condition("photometric_interpretations")
    manufacturer: StringWhere | None = condition("manufacturer")
    manufacturer_model_name: StringWhere | None = condition("manufacturer_model_name")
    series_description: StringWhere | None = condition("series_description")
    series_date: DateWhere | None = condition("series_date")
    series_number: IntWhere | None = condition("series_number")
    study_date: DateWhere | None = condition("study_date")
    study_description: StringWhere | None = condition("study_description")
    patient_sex: StringWhere | None = condition("patient_sex")
    patient_age: FloatWhere | None = condition("patient_age")
    instance_count: IntWhere | None = condition("instance_count")
    size_bytes: BigIntWhere | None = condition("size_bytes")
    license_short_name: StringWhere | None = condition("license_short_name")
    source_doi: StringWhere | None = condition("source_doi")
    first_release: IntWhere | None = condition("first_release")
    revised_release: IntWhere | None = condition("revised_release")
    collection: CollectionWhere | None = given("The collection that the series belongs to matches.")
    study: StudyWhere | None = given("The study that the series belongs to matches.")
    patient: PatientWhere | None = given("The patient that the series belongs to matches.")


@strawberry.input(description="Conditions on studies. Siblings must all hold. Empty: every study.")
class StudyWhere:
    and_: list[StudyWhere] | None = given("All of these hold; at least one must be given.")
    or_: list[StudyWhere] | None = given("At least one of these holds; at least one must be given.")
    not_: StudyWhere | None = given("This does not hold: the exact complement.")
    id: NodeIDWhere | None = given("Global id of the study.")
    collection_id: IDWhere | None = condition("collection_id")
    patient_id: IDWhere | None = condition("patient_id")
    study_instance_uid: IDWhere | None = condition("study_instance_uid")
    study_date: DateWhere | None = condition("study_date", OF_SERIES)
    study_description: StringWhere | None = condition("study_description", OF_SERIES)
    collection: CollectionWhere | None = given("The collection that the study belongs to matches.")
    series: SeriesListWhere | None = given("Conditions on the series of the study as a list.")
    patients: PatientListWhere | None = given("Conditions on the patients of the study as a list.")


@strawberry.input(description="Conditions on patients. Siblings must all hold. Empty: every patient.")
class PatientWhere:
    and_: list[PatientWhere] | None = given("All of these hold; at least one must be given.")
    or_: list[PatientWhere] | None = given("At least one of these holds; at least one must be given.")
    not_: PatientWhere | None = given("This does not hold: the exact complement.")
    id: NodeIDWhere | None = given("Global id of the patient.")
    collection_id: IDWhere | None = condition("collection_id")
    patient_id: IDWhere | None = condition("patient_id")
    subject_kind: SubjectKindWhere | None = condition("subject_kind")
    patient_sex: StringWhere | None = condition("patient_sex", OF_SERIES)
    patient_age: FloatWhere | None = condition("patient_age", OF_SERIES)
    collection: CollectionWhere | None = given("The collection that the patient belongs to matches.")
    series: SeriesListWhere | None = given("Conditions on the series of the patient as a list.")
    studies: StudyListWhere | None = given("Conditions on the studies of the patient as a list.")
    gdc: GDCWhere | None = given("What GDC holds of the patient matches.")
    pdc: PDCWhere | None = given("What PDC holds of the patient matches.")
    cda: CDAWhere | None = given("What CDA holds of the patient matches.")
    icdc: ICDCWhere | None = given("What ICDC holds of the patient matches.")


@strawberry.input(description="Conditions on collections. Siblings must all hold. Empty: every collection.")
class CollectionWhere:
    and_: list[CollectionWhere] | None = given("All of these hold; at least one must be given.")
    or_: list[CollectionWhere] | None = given("At least one of these holds; at least one must be given.")
    not_: CollectionWhere | None = given("This does not hold: the exact complement.")
    id: NodeIDWhere | None = given("Global id of the collection.")
    collection_id: IDWhere | None = condition("collection_id")
    name: StringWhere | None = condition("name")
    program_id: StringWhere | None = condition("program_id")
    status: StringWhere | None = condition("status")
    updated: DateWhere | None = condition("updated")
    cancer_types: StringWhere | None = condition("cancer_types")
    tumor_locations: StringWhere | None = condition("tumor_locations")
    species: StringWhere | None = condition("species")
    series: SeriesListWhere | None = given("Conditions on the series of the collection as a list.")
    patients: PatientListWhere | None = given("Conditions on the patients of the collection as a list.")


@strawberry.input(description="Conditions on a list of series. Siblings must all hold.")
class SeriesListWhere:
    some: SeriesWhere | None = given("At least one of the series matches.")
    none: SeriesWhere | None = given("None of the series matches.")
    every: SeriesWhere | None = given("All of the series match; true where there are none.")
    count: SeriesCountWhere | None = given("How many of the series match.")


@strawberry.input(description="A condition on how many series match.")
class SeriesCountWhere:
    n: IntWhere = strawberry.field(description="How many must match.")
    where: SeriesWhere | None = given("Which series are counted. Left out or empty: all.")


@strawberry.input(description="Conditions on a list of studies. Siblings must all hold.")
class StudyListWhere:
    some: StudyWhere | None = given("At least one of the studies matches.")
    none: StudyWhere | None = given("None of the studies matches.")
    every: StudyWhere | None = given("All of the studies match; true where there are none.")
    count: StudyCountWhere | None = given("How many of the studies match.")


@strawberry.input(description="A condition on how many studies match.")
class StudyCountWhere:
    n: IntWhere = strawberry.field(description="How many must match.")
    where: StudyWhere | None = given("Which studies are counted. Left out or empty: all.")


@strawberry.input(description="Conditions on a list of patients. Siblings must all hold.")
class PatientListWhere:
    some: PatientWhere | None = given("At least one of the patients matches.")
    none: PatientWhere | None = given("None of the patients matches.")
    every: PatientWhere | None = given("All of the patients match; true where there are none.")
    count: PatientCountWhere | None = given("How many of the patients match.")


@strawberry.input(description="A condition on how many patients match.")
class PatientCountWhere:
    n: IntWhere = strawberry.field(description="How many must match.")
    where: PatientWhere | None = given("Which patients are counted. Left out or empty: all.")
