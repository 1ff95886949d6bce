"""A case of GDC as it is kept: what its API says, under our names.

Source: https://docs.gdc.cancer.gov/API/Users_Guide/Search_and_Retrieval/ (endpoint `cases`, with what EXPAND names) and
the data dictionary at https://docs.gdc.cancer.gov/Data_Dictionary/viewer/.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from resolvers.commons.clinical import demographic, diagnoses, treatment
from resolvers.commons.identity import FoundCase
from resolvers.commons.normal import decimal, listed, said, whole

EXPAND = (
    "project",
    "project.program",
    "demographic",
    "diagnoses",
    "diagnoses.treatments",
    "exposures",
    "samples",
    "samples.portions.slides",
    "annotations",
    "summary",
    "summary.data_categories",
    "summary.experimental_strategies",
)
FILE_FIELDS = ("access", "data_category", "data_type", "data_format", "experimental_strategy")

Record = dict[str, Any]
Wire = dict[str, Any]


def gdc_record(hit: Wire, files: list[Record] | None = None) -> Record:
    """One hit of `cases`. `files`: how many files and bytes of each kind the case has; None if that was not asked."""
    project = hit.get("project") or {}
    return {
        "case_id": hit["case_id"],
        "submitter_id": hit.get("submitter_id"),
        "project": {
            "project_id": project.get("project_id"),
            "name": said(project.get("name")),
            "program": said((project.get("program") or {}).get("name")),
            # Projects of TCGA have none of their own.
            "dbgap_accession_number": said(project.get("dbgap_accession_number"))
            or said((project.get("program") or {}).get("dbgap_accession_number")),
        },
        "primary_site": said(hit.get("primary_site")),
        "disease_type": said(hit.get("disease_type")),
        "index_date": said(hit.get("index_date")),
        "demographic": demographic(hit["demographic"], "demographic") if hit.get("demographic") else None,
        "diagnoses": diagnoses(listed(hit.get("diagnoses"))),
        "treatments": [
            treatment(each, diagnosis.get("diagnosis_id"))
            for diagnosis in listed(hit.get("diagnoses"))
            for each in listed(diagnosis.get("treatments"))
        ],
        "exposures": [_exposure(each) for each in listed(hit.get("exposures"))],
        "samples": [_sample(each) for each in listed(hit.get("samples"))],
        "annotations": [_annotation(each) for each in listed(hit.get("annotations"))],
        "summary": _summary(hit.get("summary") or {}),
        "files": files,
    }


def found_case(record: Record) -> FoundCase:
    """What links need of a case."""
    return FoundCase(
        id=record["case_id"],
        submitter_ids=(record["submitter_id"],),
        projects=(record["project"]["project_id"],),
        withheld=any(_redacts(each) for each in record["annotations"]),
    )


def _redacts(annotation: Record) -> bool:
    """Whether it takes the whole case back: https://docs.gdc.cancer.gov/Data_Portal/Users_Guide/annotations/."""
    return bool(annotation["classification"] == "Redaction" and annotation["entity_type"] == "case")


def _exposure(wire: Wire) -> Record:
    return {
        "tobacco_smoking_status": said(wire.get("tobacco_smoking_status")),
        "pack_years_smoked": decimal(wire.get("pack_years_smoked")),
    }


def _sample(wire: Wire) -> Record:
    slides = [slide for portion in listed(wire.get("portions")) for slide in listed(portion.get("slides"))]
    return {
        "sample_id": wire.get("sample_id"),
        "submitter_id": wire.get("submitter_id"),
        "sample_type": said(wire.get("sample_type")),
        "tissue_type": said(wire.get("tissue_type")),
        "tumor_descriptor": said(wire.get("tumor_descriptor")),
        "specimen_type": said(wire.get("specimen_type")),
        "preservation_method": said(wire.get("preservation_method")),
        "slides": [{"slide_id": slide.get("slide_id"), "submitter_id": slide.get("submitter_id")} for slide in slides],
    }


def _annotation(wire: Wire) -> Record:
    names = ("annotation_id", "entity_type", "entity_submitter_id", "classification", "category", "notes")
    return {name: wire.get(name) for name in names}


def _summary(wire: Wire) -> Record:
    return {
        "file_count": whole(wire.get("file_count")) or 0,
        "size_bytes": whole(wire.get("file_size")) or 0,
        "data_categories": [
            {"value": each.get("data_category"), "file_count": whole(each.get("file_count")) or 0}
            for each in listed(wire.get("data_categories"))
        ],
        "experimental_strategies": [
            {"value": each.get("experimental_strategy"), "file_count": whole(each.get("file_count")) or 0}
            for each in listed(wire.get("experimental_strategies"))
        ],
    }


def file_counts(files: Iterable[Wire]) -> list[Record]:
    """The combinations of FILE_FIELDS among files, each with the number of files and of bytes."""
    counts: Counter[tuple[str | None, ...]] = Counter()
    sizes: Counter[tuple[str | None, ...]] = Counter()
    for file in files:
        kind = tuple(said(file.get(name)) for name in FILE_FIELDS)
        counts[kind] += 1
        sizes[kind] += whole(file.get("file_size")) or 0
    return [
        {**dict(zip(FILE_FIELDS, kind, strict=True)), "file_count": count, "size_bytes": sizes[kind]}
        for kind, count in sorted(counts.items(), key=repr)
    ]


def rows(record: Record, table: str) -> list[Record]:
    """The rows of a table of records that a case makes."""
    match table:
        case "record":
            return [{**record, "project": record["project"]["project_id"]}]
        case "demographic":
            return [record["demographic"]] if record["demographic"] else []
        case _:
            found: list[Record] = record[table] or []
            return found
