"""A subject of CDA as it is kept: what its interface says, under our names.

Source: https://cda.readthedocs.io (endpoint data/subject). What `ADD_COLUMNS` brings comes as lists of objects under
`<table>_columns` if it was collated, else as one list per column.
"""

from typing import Any

from resolvers.commons.identity import FoundCase
from resolvers.commons.normal import listed, said, truth, whole

Record = dict[str, Any]
Wire = dict[str, Any]

ADDED = ("upstream_identifiers.*", "project_short_name")
_DATA_AT = "subject_data_at_"


def cda_record(wire: Wire) -> Record:
    """A subject. Its id holds for this release of CDA alone."""
    upstream = [
        {"source": each.get("upstream_source"), "field": each.get("upstream_field"), "id": str(each["upstream_id"])}
        for each in listed(wire.get("upstream_identifiers_columns"))
        if said(each.get("upstream_id"))
    ]
    projects = [each.get("project_short_name") for each in listed(wire.get("project_columns"))]
    return {
        "subject_id": wire["subject_id"],
        "species": said(wire.get("species")),
        "race": said(wire.get("race")),
        "ethnicity": said(wire.get("ethnicity")),
        "year_of_birth": whole(wire.get("year_of_birth")),
        "year_of_death": whole(wire.get("year_of_death")),
        "cause_of_death": said(wire.get("cause_of_death")),
        "projects": _texts([*projects, *_column(wire, "project_short_name")]),
        "upstream": upstream,
        "upstream_ids": _texts([*(each["id"] for each in upstream), *_column(wire, "upstream_id")]),
        # Commons come and go: each that is named is taken.
        "data_at": sorted(
            name.removeprefix(_DATA_AT).upper()
            for name, value in wire.items()
            if name.startswith(_DATA_AT) and truth(value)
        ),
        "raw": {name: {"field": name, "value": wire.get(name)} for name in ("species", "race", "ethnicity")},
    }


def rows(record: Record, table: str) -> list[Record]:
    """The rows of a table of records that a subject makes."""
    match table:
        case "projects":
            return [{"project": project} for project in record["projects"]]
        case "data_at":
            return [{"commons": commons} for commons in record["data_at"]]
        case _:
            return [record]


def found_case(record: Record) -> FoundCase:
    """What links need of a subject."""
    return FoundCase(
        id=record["subject_id"],
        submitter_ids=tuple(record["upstream_ids"]),
        projects=tuple(record["projects"]),
        gdc_case_ids=tuple(
            sorted(
                each["id"]
                for each in record["upstream"]
                if str(each["source"]).upper() == "GDC" and each["field"] == "case.case_id"
            )
        ),
    )


def _column(wire: Wire, name: str) -> list[Any]:
    value = wire.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(values: list[Any]) -> list[str]:
    return sorted({str(value) for value in values if said(value)})
