"""A case of the Integrated Canine Data Commons as it is kept: a dog in a study.

Source: https://github.com/CBIIT/bento-icdc-backend (types case, demographic, diagnosis, sample, study).
"""

from typing import Any

from resolvers.commons.identity import FoundCase
from resolvers.commons.normal import decimal, listed, said

Record = dict[str, Any]
Wire = dict[str, Any]

FIELDS = """case_id patient_id patient_first_name
  study { clinical_study_designation clinical_study_name accession_id }
  demographic { breed sex neutered_indicator patient_age_at_enrollment patient_age_at_enrollment_unit }
  diagnoses { disease_term primary_disease_site stage_of_disease histological_grade date_of_diagnosis }
  samples { sample_id sample_site physical_sample_type general_sample_pathology sample_chronology }
  files { file_name file_type file_format }"""

_DIAGNOSIS = ("disease_term", "primary_disease_site", "stage_of_disease", "histological_grade", "date_of_diagnosis")
_FILE = ("file_name", "file_type", "file_format")
_SAMPLE = ("sample_id", "sample_site", "physical_sample_type", "general_sample_pathology", "sample_chronology")


def icdc_record(wire: Wire) -> Record:
    """A case. The age is in the unit that stands with it."""
    study = wire.get("study") or {}
    return {
        "case_id": wire["case_id"],
        "patient_id": said(wire.get("patient_id")),
        "study": said(study.get("clinical_study_designation")),
        "study_name": said(study.get("clinical_study_name")),
        "accession": said(study.get("accession_id")),
        "demographic": _demographic(wire.get("demographic")),
        "diagnoses": [{name: said(each.get(name)) for name in _DIAGNOSIS} for each in listed(wire.get("diagnoses"))],
        "files": [{name: said(each.get(name)) for name in _FILE} for each in listed(wire.get("files"))],
        "samples": [{name: said(each.get(name)) for name in _SAMPLE} for each in listed(wire.get("samples"))],
    }


def rows(record: Record, table: str) -> list[Record]:
    """The rows of a table of records that a case makes."""
    match table:
        case "record":
            return [record]
        case "demographic":
            return [record["demographic"]] if record["demographic"] else []
        case _:
            found: list[Record] = record[table]
            return found


def found_case(record: Record) -> FoundCase:
    """What links need of a case."""
    return FoundCase(
        id=record["case_id"],
        submitter_ids=(record["case_id"],),
        projects=() if record["study"] is None else (record["study"],),
    )


def _demographic(wire: Wire | None) -> Record | None:
    if not wire:
        return None
    return {
        "breed": said(wire.get("breed")),
        "sex": said(wire.get("sex")),
        "neutered": said(wire.get("neutered_indicator")),
        "age_at_enrollment": decimal(wire.get("patient_age_at_enrollment")),
        "age_unit": said(wire.get("patient_age_at_enrollment_unit")),
        "raw": {
            name: {"field": f"demographic.{field}", "value": wire.get(field)}
            for name, field in (("breed", "breed"), ("sex", "sex"), ("neutered", "neutered_indicator"))
        },
    }
