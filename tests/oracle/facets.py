"""The contract's facets and crosstabs, in SQL over the oracle's tables: what a client that asks for everything gets."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from .own_filter import OwnFilter
from .sql import Oracle, SubjectKind, Translation, Where

Counts = dict[str, int]
FacetBy = Mapping[str, Any]
Facet = dict[str, Any]

COUNTED = ("collections", "patients", "studies", "series", "instances", "sizeBytes")
COUNTS = (
    "count(DISTINCT b.cid), count(DISTINCT b.pid), count(DISTINCT b.stid), count(*), "
    "coalesce(sum(b.instances), 0)::BIGINT, coalesce(sum(b.bytes), 0)::BIGINT"
)
NONE: Counts = dict.fromkeys(COUNTED, 0)
ORDERS = {
    "PATIENTS": "patients",
    "STUDIES": "studies",
    "SERIES": "series",
    "INSTANCES": "instances",
    "SIZE_BYTES": "sizeBytes",
}
OUTSIDE = -1
TERMS, NUMBERS, DATES = "TermFacet", "NumberFacet", "DateFacet"


@dataclass(frozen=True)
class Field:
    """A facet's attribute: its name in a where, the column of s that owns its elements, and their table."""

    attribute: str
    own: str
    elements: str
    form: str = TERMS


def of_series(attribute: str, form: str = TERMS) -> Field:
    return Field(attribute, f"c_{attribute}", f"e_{attribute}", form)


def of_collection(attribute: str) -> Field:
    return Field(attribute, "cid", f"x_facet_{attribute}")


FIELDS = {
    "COLLECTION_ID": Field("collectionID", "cid", "x_collectionID"),
    "PROGRAM_ID": of_collection("programID"),
    "COLLECTION_CANCER_TYPE": of_collection("cancerTypes"),
    "COLLECTION_TUMOR_LOCATION": of_collection("tumorLocations"),
    "COLLECTION_SPECIES": of_collection("species"),
    "SUBJECT_KIND": Field("subjectKind", "pid", "x_facet_subjectKind"),
    "ANALYSIS_RESULT_ID": of_series("analysisResultID"),
    "PATIENT_SEX": of_series("patientSex"),
    "PATIENT_AGE": of_series("patientAge", NUMBERS),
    "STUDY_DATE": of_series("studyDate", DATES),
    "STUDY_DESCRIPTION": of_series("studyDescription"),
    "BODY_PART_EXAMINED": of_series("bodyPartExamined"),
    "MODALITY": of_series("modality"),
    "OBJECT_KIND": of_series("objectKind"),
    "SOP_CLASS_NAME": of_series("sopClassName"),
    "TRANSFER_SYNTAX_NAME": of_series("transferSyntaxName"),
    "PHOTOMETRIC_INTERPRETATION": of_series("photometricInterpretation"),
    "MANUFACTURER": of_series("manufacturer"),
    "MANUFACTURER_MODEL_NAME": of_series("manufacturerModelName"),
    "SERIES_DESCRIPTION": of_series("seriesDescription"),
    "INSTANCE_COUNT": of_series("instanceCount", NUMBERS),
    "SIZE_BYTES": of_series("sizeBytes", NUMBERS),
    "LICENSE_SHORT_NAME": of_series("licenseShortName"),
    "FIRST_RELEASE": Field("firstRelease", "c_firstRelease", "x_facet_firstRelease"),
    "REVISED_RELEASE": Field("revisedRelease", "c_revisedRelease", "x_facet_revisedRelease"),
}
RELEASES = ("FIRST_RELEASE", "REVISED_RELEASE")


@dataclass(frozen=True)
class Drawn:
    """A facet, and for the cells of a crosstab the SQL of (owner, place of its bucket from 0)."""

    facet: Facet
    places: str
    values: dict[str, Any]


class FacetOracle(Oracle):
    """Exact facets and crosstabs over a folder of the five Parquet files, for arguments given as JSON-like values."""

    def __init__(self, source: Path, subject_kind: SubjectKind) -> None:
        super().__init__(source, subject_kind)
        for attribute in ("programID", "cancerTypes", "tumorLocations", "species"):
            self._con.execute(
                f"CREATE TABLE x_facet_{attribute} AS SELECT c.cid AS owner, e.value, e.lowered FROM c "
                f"JOIN e_collection_{attribute} e ON e.owner = c.c_{attribute}"
            )
        self._con.execute(
            "CREATE TABLE x_facet_subjectKind AS SELECT owner, value, lower(value) AS lowered FROM x_subjectKind"
        )
        for attribute in ("firstRelease", "revisedRelease"):
            self._con.execute(
                f"CREATE TABLE x_facet_{attribute} AS SELECT owner, value, value::VARCHAR AS lowered FROM e_{attribute}"
            )
        self._totals: dict[str, Counts] = {}
        self._labels = {
            "COLLECTION_ID": labels(source / "collections_index.parquet", "collection_id", "collection_name"),
            "ANALYSIS_RESULT_ID": labels(
                source / "analysis_results_index.parquet", "analysis_result_id", "analysis_result_title"
            ),
        }

    # ------------------------------------------------------------------------------------------ panels and crosstabs
    def panel(self, where: Where, by: Sequence[FacetBy], match: str = "SERIES") -> dict[str, Any]:
        bases: dict[str, str] = {}
        owns = [OwnFilter.of(FIELDS[one["field"]].attribute, where) for one in by]
        full = self._base(where, match, by, bases)
        facets = []
        for one, own in zip(by, owns, strict=True):
            whole = one.get("excludeOwnFilter") is False or len(own.others) == len(OwnFilter.of("", where).others)
            base = full if whole else self._base(own.rest, match, by, bases)
            facets.append(self._drawn(base, one, own).facet)
        return {"total": self._total(full), "facets": facets}

    def crosstab(self, where: Where, by: Sequence[FacetBy], match: str = "SERIES") -> dict[str, Any]:
        """The cells by their values."""
        base = self._base(where, match, by, {})
        owns = [OwnFilter.of(FIELDS[one["field"]].attribute, where) for one in by]
        axes = [self._drawn(base, one, own) for one, own in zip(by, owns, strict=True)]
        values: dict[str, Any] = {}
        joins, places = "", []
        for number, (one, axis) in enumerate(zip(by, axes, strict=True)):
            field = FIELDS[one["field"]]
            joins += f" LEFT JOIN {field.elements} h{number} ON h{number}.owner = b.{field.own}"
            joins += f" LEFT JOIN ({renamed(axis.places, number, axis.values, values)}) a{number}"
            joins += f" ON a{number}.value = h{number}.value"
            # A value without a place is cut; no value at all is the missing one.
            places.append(f"CASE WHEN h{number}.value IS NULL THEN -1 ELSE a{number}.place END")
        columns = ", ".join(f"{place} AS p{number}" for number, place in enumerate(places))
        names = ", ".join(f"p{number}" for number in range(len(by)))
        kept = " AND ".join(f"b.p{number} IS NOT NULL" for number in range(len(by)))
        rows = f"SELECT b.cid, b.pid, b.stid, b.instances, b.bytes, {columns} FROM {base} b{joins}"
        query = f"SELECT {names}, {COUNTS} FROM ({rows}) b WHERE {kept} GROUP BY {names}"
        cells = {}
        for row in self._con.execute(query, values).fetchall():
            buckets = [axis.facet["buckets"] for axis in axes]
            found = tuple(None if p < 0 else own[p]["value"] for p, own in zip(row[: len(by)], buckets, strict=True))
            cells[found] = counts(row[len(by) :])
        return {"axes": [axis.facet for axis in axes], "cells": cells}

    def _base(self, where: Where, match: str, by: Sequence[FacetBy], made: dict[str, str]) -> str:
        """The table of the series that match, with what the facets need of them."""
        key = repr(where)
        if key not in made:
            translation = Translation()
            condition = translation.matched("SERIES", where, match)
            columns = ["cid", "pid", "stid", "instances", "bytes", *(FIELDS[one["field"]].own for one in by)]
            name = made[key] = f"base_{len(made)}"
            self._con.execute(
                f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {', '.join(f's.{c}' for c in dict.fromkeys(columns))} "
                f"FROM s WHERE {condition}",
                translation.values,
            )
            self._totals.pop(name, None)
        return made[key]

    def _total(self, base: str) -> Counts:
        if base not in self._totals:
            self._totals[base] = counts(self._con.execute(f"SELECT {COUNTS} FROM {base} b").fetchall()[0])
        return self._totals[base]

    def _drawn(self, base: str, by: FacetBy, own: OwnFilter) -> Drawn:
        form = FIELDS[by["field"]].form
        draw = {TERMS: self._terms, NUMBERS: self._numbers, DATES: self._dates}[form]
        given = {name: value for name, value in by.items() if value is not None}
        head = {"key": given.get("key", by["field"]), "field": by["field"], "total": self._total(base)}
        drawn = draw(base, given, own)
        missing = {"selected": own.selects_missing, "counts": drawn.facet.pop("missing")}
        return Drawn({**head, "missing": missing, **drawn.facet}, drawn.places, drawn.values)

    def _grouped(self, base: str, field: Field, group: str = "e.value") -> dict[Any, Counts]:
        """Counts per group of values; None: of no value."""
        query = (
            f"SELECT {group}, {COUNTS} FROM {base} b LEFT JOIN {field.elements} e ON e.owner = b.{field.own} GROUP BY 1"
        )
        return {row[0]: counts(row[1:]) for row in self._con.execute(query).fetchall()}

    # ------------------------------------------------------------------------------------------ terms
    def _terms(self, base: str, by: FacetBy, own: OwnFilter) -> Drawn:
        field, needle = FIELDS[by["field"]], by.get("contains", "").lower()
        whole = int if by["field"] in RELEASES else str
        groups = self._grouped(base, field)
        missing = groups.pop(None, NONE)
        allowed = [value for value in groups if needle in str(value).lower()]
        order = by_value if by.get("orderBy") == "VALUE" else descending(groups, ORDERS[by.get("orderBy", "PATIENTS")])
        top = sorted(allowed, key=order)[: by.get("size", 20)]
        shown = sorted({*top, *own.values, *(whole(value) for value in by.get("values", ()))}, key=order)
        buckets = [
            {
                "value": str(value),
                "label": self._labels.get(by["field"], {}).get(value, str(value)),
                "selected": value in own.values,
                "counts": groups.get(value, NONE),
            }
            for value in shown
        ]
        other = self._other(base, field, shown, needle) if set(allowed) - set(shown) else NONE
        facet = {"buckets": buckets, "other": other, "distinctCount": len(allowed), "missing": missing}
        # Every bucket holds one value; unknown values hold none.
        values = f"$values::{list_type(field)}"
        places = f"SELECT unnest({values}) AS value, generate_subscripts({values}, 1) - 1 AS place"
        return Drawn(facet, places, {"values": shown})

    def _other(self, base: str, field: Field, shown: Sequence[Any], needle: str) -> Counts:
        """Of all series with a value that is allowed and not shown, each once."""
        query = (
            f"SELECT {COUNTS} FROM {base} b WHERE b.{field.own} IN (SELECT owner FROM {field.elements} "
            f"WHERE contains(lowered, $needle) AND value NOT IN (SELECT unnest($shown::{list_type(field)})))"
        )
        return counts(self._con.execute(query, {"needle": needle, "shown": list(shown)}).fetchall()[0])

    # ------------------------------------------------------------------------------------------ ranges
    def _extremes(self, base: str, field: Field) -> tuple[Any, Any]:
        query = f"SELECT min(e.value), max(e.value) FROM {base} b JOIN {field.elements} e ON e.owner = b.{field.own}"
        row: tuple[Any, Any] = self._con.execute(query).fetchall()[0]
        return row

    def _numbers(self, base: str, by: FacetBy, own: OwnFilter) -> Drawn:
        field = FIELDS[by["field"]]
        low, high = self._extremes(base, field)
        edges = by.get("boundaries") or list(default_edges(by["field"], low, high))
        steps = " ".join(f"WHEN e.value < {edge!r}::DOUBLE THEN {place - 1}" for place, edge in enumerate(edges))
        group = f"CASE WHEN e.value IS NULL THEN NULL {steps} ELSE {OUTSIDE} END"
        groups = self._grouped(base, field, group)
        buckets = [
            {
                "value": f"[{number(lower)},{number(upper)})",
                "label": f"[{number(lower)},{number(upper)})",
                "selected": own.meets_numbers(lower, upper, by["field"] != "PATIENT_AGE"),
                "counts": groups.get(place, NONE),
                "gte": lower,
                "lt": upper,
            }
            for place, (lower, upper) in enumerate(pairwise(edges))
        ]
        facet = {"buckets": buckets, "outside": groups.get(OUTSIDE, NONE), "min": low, "max": high}
        places = f"SELECT * FROM (SELECT e.value, {group} AS place FROM {field.elements} e) WHERE place <> {OUTSIDE}"
        return Drawn(facet | {"missing": groups.get(None, NONE)}, f"SELECT DISTINCT * FROM ({places})", {})

    def _dates(self, base: str, by: FacetBy, own: OwnFilter) -> Drawn:
        field, monthly = FIELDS[by["field"]], by.get("interval") == "MONTH"
        low, high = self._extremes(base, field)
        length = 7 if monthly else 4
        groups = self._grouped(base, field, f"substr(e.value, 1, {length})")
        spans = list(periods(low, high, monthly))
        buckets = [
            {
                "value": start[:length],
                "label": start[:length],
                "selected": own.meets_days(start, end),
                "counts": groups.get(start[:length], NONE),
                "start": start,
                "end": end,
            }
            for start, end in spans
        ]
        facet = {"buckets": buckets, "earliest": low, "latest": high, "missing": groups.get(None, NONE)}
        places = (
            f"SELECT DISTINCT e.value, list_position($texts::VARCHAR[], substr(e.value, 1, {length})) - 1 AS place "
            f"FROM {field.elements} e WHERE substr(e.value, 1, {length}) IN (SELECT unnest($texts::VARCHAR[]))"
        )
        return Drawn(facet, places, {"texts": [start[:length] for start, _ in spans]})


def counts(row: Sequence[int]) -> Counts:
    return dict(zip(COUNTED, row, strict=True))


def labels(path: Path, key: str, label: str) -> dict[str, str]:
    table = pq.read_table(path, columns=[key, label])
    pairs = zip(table[key].to_pylist(), table[label].to_pylist(), strict=True)
    return {one: shown for one, shown in pairs if shown is not None}


def list_type(field: Field) -> str:
    return "BIGINT[]" if field.attribute in ("firstRelease", "revisedRelease") else "VARCHAR[]"


def by_value(value: Any) -> Any:
    return value


def descending(groups: Mapping[Any, Counts], name: str) -> Callable[[Any], Any]:
    return lambda value: (-groups.get(value, NONE)[name], value)


def renamed(query: str, number: int, values: Mapping[str, Any], into: dict[str, Any]) -> str:
    """The query with names of its own for what it binds."""
    for name, value in values.items():
        query = query.replace(f"${name}:", f"${name}{number}:")
        into[f"{name}{number}"] = value
    return query


def number(edge: float) -> str:
    return str(int(edge)) if edge == int(edge) else repr(edge)


def default_edges(field: str, low: float | None, high: float | None) -> Iterator[float]:
    """Around the smallest and the greatest value of the base, with everything between."""
    if low is None or high is None:
        return
    edges: Iterable[float] = (10 * n for n in range(14)) if field == "PATIENT_AGE" else (0, *(10**n for n in range(20)))
    every = list(edges)
    first = max(edge for edge in every if edge <= low)
    last = min(edge for edge in every if edge > high)
    yield from (edge for edge in every if first <= edge <= last)


def periods(low: str | None, high: str | None, monthly: bool) -> Iterator[tuple[str, str]]:
    """First days of the years or months from one date to another, each with the first day after it."""
    if low is None or high is None:
        return
    year, month = int(low[:4]), int(low[5:7]) if monthly else 1
    while True:
        start = date(year, month, 1)
        if start.isoformat() > high:
            return
        year, month = (year + month // 12, month % 12 + 1) if monthly else (year + 1, 1)
        yield start.isoformat(), date(year, month, 1).isoformat()
