"""A case of PDC as it is kept: what its interface says, under our names. Numbers come as text, nothing in many ways.

Source: https://pdc.cancer.gov/data-dictionary/publicapi-documentation/ (queries case and allCases).
"""

from typing import Any

from resolvers.commons.identity import FoundCase
from resolvers.commons.normal import listed, said, truth, whole
from resolvers.commons.stages import stages

Record = dict[str, Any]
Wire = dict[str, Any]


def pdc_record(wire: Wire, studies: list[Record]) -> Record:
    """A case with its clinical parts, and the latest versions of the studies that have it."""
    demographic = next(iter(listed(wire.get("demographics"))), None)
    treatments = [_treatment(each) for each in listed(wire.get("treatments"))]
    return {
        "case_id": wire["case_id"],
        "submitter_id": wire.get("case_submitter_id"),
        "project": wire.get("project_submitter_id"),
        "primary_site": said(wire.get("primary_site")),
        "disease_type": said(wire.get("disease_type")),
        "reference": truth(wire.get("case_is_ref")) is True,
        "gdc_case_ids": sorted(
            {
                str(each["external_reference_id"]).strip()
                for each in listed(wire.get("externalReferences"))
                if each.get("reference_resource_shortname") == "GDC" and said(each.get("external_reference_id"))
            }
        ),
        "demographic": None if demographic is None else _demographic(demographic),
        "diagnoses": _diagnoses(listed(wire.get("diagnoses"))),
        "treatments": treatments,
        "studies": studies,
    }


def found_case(record: Record) -> FoundCase:
    """What links need of a case."""
    return FoundCase(
        id=record["case_id"],
        submitter_ids=(record["submitter_id"],),
        projects=(record["project"],),
        gdc_case_ids=tuple(record["gdc_case_ids"]),
        reference=record["reference"],
    )


def rows(record: Record, table: str) -> list[Record]:
    """The rows of a table of records that a case makes."""
    return [record] if table == "record" else record[table]


def study(wire: Wire) -> Record:
    """A study, as programsProjectsStudies has it."""
    return {
        "pdc_study_id": wire["pdc_study_id"],
        "study_submitter_id": said(wire.get("study_submitter_id")),
        "name": said(wire.get("study_name")),
        "analytical_fraction": said(wire.get("analytical_fraction")),
        "experiment_type": said(wire.get("experiment_type")),
        "acquisition_type": said(wire.get("acquisition_type")),
    }


def _demographic(wire: Wire) -> Record:
    sex_field = "sex" if said(wire.get("sex")) else "gender"
    fields = (("sex", sex_field), ("race", "race"), ("ethnicity", "ethnicity"), ("vital_status", "vital_status"))
    return {
        **{name: said(wire.get(field)) for name, field in fields},
        "days_to_birth": whole(wire.get("days_to_birth")),
        # PDC writes 0 for whoever is alive.
        "days_to_death": whole(wire.get("days_to_death")) or None,
        "age_at_index": whole(wire.get("age_at_index")),
        "raw": {name: {"field": f"demographics.{field}", "value": wire.get(field)} for name, field in fields},
    }


def _diagnoses(wires: list[Wire]) -> list[Record]:
    flags = [truth(wire.get("diagnosis_is_primary_disease")) for wire in wires]
    if len(wires) == 1 and flags == [None]:
        flags = [True]
    return [_diagnosis(wire, bool(flag)) for wire, flag in zip(wires, flags, strict=True)]


def _diagnosis(wire: Wire, primary: bool) -> Record:
    found = stages(wire)
    return {
        "diagnosis_id": wire.get("diagnosis_id"),
        "is_primary_disease": primary,
        "primary_diagnosis": said(wire.get("primary_diagnosis")),
        "classification_of_tumor": said(wire.get("classification_of_tumor")),
        "stages": found,
        "stage_group": next((stage["group"] for stage in found if stage["group"]), None),
        "tumor_grade": said(wire.get("tumor_grade")),
        "age_at_diagnosis": whole(wire.get("age_at_diagnosis")),
        "morphology": said(wire.get("morphology")),
        "icd_10_code": said(wire.get("icd_10_code")),
        "tissue_or_organ_of_origin": said(wire.get("tissue_or_organ_of_origin")),
        "site_of_resection_or_biopsy": said(wire.get("site_of_resection_or_biopsy")),
    }


def _treatment(wire: Wire) -> Record:
    names = ("treatment_type", "therapeutic_agents", "treatment_or_therapy")
    return {name: said(wire.get(name)) for name in names}
