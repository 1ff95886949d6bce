"""The where-inputs of records. Generated from their table by `python -m schema.generate`; do not edit."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.enums import UnknownTruth
from schema.operators import FloatWhere, IntWhere, StringWhere
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


@strawberry.input(description=rows_of(Commons.CDA, "record"))
class CDAWhere:
    and_: list[CDAWhere] | None = given(ALL)
    or_: list[CDAWhere] | None = given(ANY)
    not_: CDAWhere | None = given(NOT)
    species: StringWhere | None = recorded(Commons.CDA, "record", "species")
    race: StringWhere | None = recorded(Commons.CDA, "record", "race")
    ethnicity: StringWhere | None = recorded(Commons.CDA, "record", "ethnicity")
    cause_of_death: StringWhere | None = recorded(Commons.CDA, "record", "cause_of_death")
    year_of_birth: IntWhere | None = recorded(Commons.CDA, "record", "year_of_birth")
    year_of_death: IntWhere | None = recorded(Commons.CDA, "record", "year_of_death")
    projects: CDAProjectListWhere | None = given(rows_of(Commons.CDA, "projects"))
    data_at: CDADataAtListWhere | None = given(rows_of(Commons.CDA, "data_at"))
    unknown: UnknownTruth | None = given(UNKNOWN)


@strawberry.input(description=rows_of(Commons.CDA, "projects"))
class CDAProjectWhere:
    project: StringWhere | None = recorded(Commons.CDA, "projects", "project")


@strawberry.input(description=rows_of(Commons.CDA, "projects"))
class CDAProjectListWhere:
    some: CDAProjectWhere | None = given(SOME)


@strawberry.input(description=rows_of(Commons.CDA, "data_at"))
class CDADataAtWhere:
    commons: StringWhere | None = recorded(Commons.CDA, "data_at", "commons")


@strawberry.input(description=rows_of(Commons.CDA, "data_at"))
class CDADataAtListWhere:
    some: CDADataAtWhere | None = given(SOME)


@strawberry.input(description=rows_of(Commons.ICDC, "record"))
class ICDCWhere:
    and_: list[ICDCWhere] | None = given(ALL)
    or_: list[ICDCWhere] | None = given(ANY)
    not_: ICDCWhere | None = given(NOT)
    study: StringWhere | None = recorded(Commons.ICDC, "record", "study")
    demographic: ICDCDemographicWhere | None = given(rows_of(Commons.ICDC, "demographic"))
    diagnoses: ICDCDiagnosisWhere | None = given(rows_of(Commons.ICDC, "diagnoses"))
    samples: ICDCSampleListWhere | None = given(rows_of(Commons.ICDC, "samples"))
    files: ICDCFileListWhere | None = given(rows_of(Commons.ICDC, "files"))
    unknown: UnknownTruth | None = given(UNKNOWN)


@strawberry.input(description=rows_of(Commons.ICDC, "demographic"))
class ICDCDemographicWhere:
    breed: StringWhere | None = recorded(Commons.ICDC, "demographic", "breed")
    sex: StringWhere | None = recorded(Commons.ICDC, "demographic", "sex")
    neutered: StringWhere | None = recorded(Commons.ICDC, "demographic", "neutered")
    age_at_enrollment_years: FloatWhere | None = recorded(Commons.ICDC, "demographic", "age_at_enrollment_years")


@strawberry.input(description=rows_of(Commons.ICDC, "diagnoses"))
class ICDCDiagnosisWhere:
    disease_term: StringWhere | None = recorded(Commons.ICDC, "diagnoses", "disease_term")
    primary_disease_site: StringWhere | None = recorded(Commons.ICDC, "diagnoses", "primary_disease_site")
    stage_of_disease: StringWhere | None = recorded(Commons.ICDC, "diagnoses", "stage_of_disease")
    histological_grade: StringWhere | None = recorded(Commons.ICDC, "diagnoses", "histological_grade")


@strawberry.input(description=rows_of(Commons.ICDC, "samples"))
class ICDCSampleWhere:
    sample_site: StringWhere | None = recorded(Commons.ICDC, "samples", "sample_site")
    physical_sample_type: StringWhere | None = recorded(Commons.ICDC, "samples", "physical_sample_type")
    general_sample_pathology: StringWhere | None = recorded(Commons.ICDC, "samples", "general_sample_pathology")


@strawberry.input(description=rows_of(Commons.ICDC, "samples"))
class ICDCSampleListWhere:
    some: ICDCSampleWhere | None = given(SOME)


@strawberry.input(description=rows_of(Commons.ICDC, "files"))
class ICDCFileWhere:
    file_type: StringWhere | None = recorded(Commons.ICDC, "files", "file_type")
    file_format: StringWhere | None = recorded(Commons.ICDC, "files", "file_format")


@strawberry.input(description=rows_of(Commons.ICDC, "files"))
class ICDCFileListWhere:
    some: ICDCFileWhere | None = given(SOME)
