"""A case of PDC as it is kept: what its interface says, under our names. Numbers come as text, nothing in many ways.

Source: https://pdc.cancer.gov/data-dictionary/publicapi-documentation/ (queries case and allCases).
"""

from typing import Any

from resolvers.commons.clinical import demographic, diagnoses, treatment
from resolvers.commons.identity import FoundCase
from resolvers.commons.normal import listed, said, truth

Record = dict[str, Any]
Wire = dict[str, Any]


def pdc_record(wire: Wire, studies: list[Record] | None = None) -> Record:
    """A case with its clinical parts, and the latest versions of the studies that have it; None: not asked."""
    person = next(iter(listed(wire.get("demographics"))), None)
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
        "demographic": None if person is None else _demographic(person),
        "diagnoses": diagnoses(listed(wire.get("diagnoses"))),
        "treatments": [treatment(each) for each in listed(wire.get("treatments"))],
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
    return [record] if table == "record" else record[table] or []


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
    found = demographic(wire, "demographics")
    # PDC writes 0 for whoever is alive.
    return {**found, "days_to_death": found["days_to_death"] or None}
