"""The where-inputs of records. Generated from their table by `python -m schema.generate`; do not edit."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.enums import UnknownTruth
from schema.operators import IntWhere, StringWhere
from schema.record_attributes import record_attribute, record_table
from schema.vocabulary import Commons
from schema.where_field import given

ALL = "All of these hold; at least one must be given."
ANY = "At least one of these holds; at least one must be given."
NOT = "This is known not to hold."
SOME = "At least one of them matches."
ANY_DIAGNOSIS = "true: any diagnosis may meet these, not only that of the primary disease."
UNKNOWN = "What becomes of patients of whom this is not known. Default: EXCLUDE."


def recorded(commons: Commons, table: str, column: str) -> Any:
    """The where-field of an attribute, described by the table."""
    return given(record_attribute(commons, table, column).title)


def rows_of(commons: Commons, table: str) -> str:
    """What conditions on the rows of a table are conditions on."""
    return record_table(commons, table).title


@strawberry.input(description=rows_of(Commons.GDC, "record"))
class GDCWhere:
    and_: list[GDCWhere] | None = given(ALL)
    or_: list[GDCWhere] | None = given(ANY)
    not_: GDCWhere | None = given(NOT)
    project: StringWhere | None = recorded(Commons.GDC, "record", "project")
    primary_site: StringWhere | None = recorded(Commons.GDC, "record", "primary_site")
    disease_type: StringWhere | None = recorded(Commons.GDC, "record", "disease_type")
    demographic: GDCDemographicWhere | None = given(rows_of(Commons.GDC, "demographic"))
    diagnoses: GDCDiagnosisWhere | None = given(rows_of(Commons.GDC, "diagnoses"))
    treatments: GDCTreatmentListWhere | None = given(rows_of(Commons.GDC, "treatments"))
    samples: GDCSampleListWhere | None = given(rows_of(Commons.GDC, "samples"))
    files: GDCFileListWhere | None = given(rows_of(Commons.GDC, "files"))
    mutations: GDCMutationListWhere | None = given(rows_of(Commons.GDC, "mutations"))
    unknown: UnknownTruth | None = given(UNKNOWN)


@strawberry.input(description=rows_of(Commons.GDC, "demographic"))
class GDCDemographicWhere:
    sex: StringWhere | None = recorded(Commons.GDC, "demographic", "sex")
    race: StringWhere | None = recorded(Commons.GDC, "demographic", "race")
    ethnicity: StringWhere | None = recorded(Commons.GDC, "demographic", "ethnicity")
    vital_status: StringWhere | None = recorded(Commons.GDC, "demographic", "vital_status")
    days_to_death: IntWhere | None = recorded(Commons.GDC, "demographic", "days_to_death")
    age_at_index: IntWhere | None = recorded(Commons.GDC, "demographic", "age_at_index")


@strawberry.input(description=rows_of(Commons.GDC, "diagnoses"))
class GDCDiagnosisWhere:
    primary_diagnosis: StringWhere | None = recorded(Commons.GDC, "diagnoses", "primary_diagnosis")
    stage_group: StringWhere | None = recorded(Commons.GDC, "diagnoses", "stage_group")
    tumor_grade: StringWhere | None = recorded(Commons.GDC, "diagnoses", "tumor_grade")
    age_at_diagnosis: IntWhere | None = recorded(Commons.GDC, "diagnoses", "age_at_diagnosis")
    morphology: StringWhere | None = recorded(Commons.GDC, "diagnoses", "morphology")
    icd_10_code: StringWhere | None = recorded(Commons.GDC, "diagnoses", "icd_10_code")
    tissue_or_organ_of_origin: StringWhere | None = recorded(Commons.GDC, "diagnoses", "tissue_or_organ_of_origin")
    any_diagnosis: bool | None = given(ANY_DIAGNOSIS)


@strawberry.input(description=rows_of(Commons.GDC, "treatments"))
class GDCTreatmentWhere:
    treatment_type: StringWhere | None = recorded(Commons.GDC, "treatments", "treatment_type")
    therapeutic_agents: StringWhere | None = recorded(Commons.GDC, "treatments", "therapeutic_agents")


@strawberry.input(description=rows_of(Commons.GDC, "treatments"))
class GDCTreatmentListWhere:
    some: GDCTreatmentWhere | None = given(SOME)


@strawberry.input(description=rows_of(Commons.GDC, "samples"))
class GDCSampleWhere:
    sample_type: StringWhere | None = recorded(Commons.GDC, "samples", "sample_type")
    tissue_type: StringWhere | None = recorded(Commons.GDC, "samples", "tissue_type")


@strawberry.input(description=rows_of(Commons.GDC, "samples"))
class GDCSampleListWhere:
    some: GDCSampleWhere | None = given(SOME)


@strawberry.input(description=rows_of(Commons.GDC, "files"))
class GDCFileWhere:
    access: StringWhere | None = recorded(Commons.GDC, "files", "access")
    data_category: StringWhere | None = recorded(Commons.GDC, "files", "data_category")
    data_type: StringWhere | None = recorded(Commons.GDC, "files", "data_type")
    data_format: StringWhere | None = recorded(Commons.GDC, "files", "data_format")
    experimental_strategy: StringWhere | None = recorded(Commons.GDC, "files", "experimental_strategy")


@strawberry.input(description=rows_of(Commons.GDC, "files"))
class GDCFileListWhere:
    some: GDCFileWhere | None = given(SOME)


@strawberry.input(description=rows_of(Commons.GDC, "mutations"))
class GDCMutationWhere:
    gene: StringWhere | None = recorded(Commons.GDC, "mutations", "gene")


@strawberry.input(description=rows_of(Commons.GDC, "mutations"))
class GDCMutationListWhere:
    some: GDCMutationWhere | None = given(SOME)


@strawberry.input(description=rows_of(Commons.PDC, "record"))
class PDCWhere:
    and_: list[PDCWhere] | None = given(ALL)
    or_: list[PDCWhere] | None = given(ANY)
    not_: PDCWhere | None = given(NOT)
    project: StringWhere | None = recorded(Commons.PDC, "record", "project")
    disease_type: StringWhere | None = recorded(Commons.PDC, "record", "disease_type")
    primary_site: StringWhere | None = recorded(Commons.PDC, "record", "primary_site")
    studies: PDCStudyListWhere | None = given(rows_of(Commons.PDC, "studies"))
    unknown: UnknownTruth | None = given(UNKNOWN)


@strawberry.input(description=rows_of(Commons.PDC, "studies"))
class PDCStudyWhere:
    pdc_study_id: StringWhere | None = recorded(Commons.PDC, "studies", "pdc_study_id")
    analytical_fraction: StringWhere | None = recorded(Commons.PDC, "studies", "analytical_fraction")
    experiment_type: StringWhere | None = recorded(Commons.PDC, "studies", "experiment_type")


@strawberry.input(description=rows_of(Commons.PDC, "studies"))
class PDCStudyListWhere:
    some: PDCStudyWhere | None = given(SOME)
