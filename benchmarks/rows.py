"""Rows: a lookup by UID, and a hundred patients with their studies and series, in-process and against SQL."""

from collections.abc import Sequence
from random import Random
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.report import Section
from benchmarks.timing import check_equal, in_turn
from gateway.open_release import OpenRelease
from resolvers.search.engine import Parents, Window
from resolvers.selection import In, Leaf, Selection, Some
from schema.series import Series
from schema.vocabulary import Level

FIELDS = (
    "series_instance_uid", "modality", "body_part_examined", "series_description", "series_number", "sop_class_name",
    "manufacturer", "instance_count", "size_bytes", "patient_age", "license_short_name", "aws_bucket",
    "crdc_series_uuid", "first_release", "revised_release",
)  # fmt: skip

LOOKUPS = 100
PATIENTS = 100
COLLECTION = "tcga_luad"


class Rows:
    """The same rows from the store's columns and from a table with an index."""

    def __init__(self, release: OpenRelease) -> None:
        self._release = release
        self.uids = self._uids()

    def _uids(self) -> list[str]:
        texts = self._release.catalogue.store.identifiers(Level.SERIES, "series_instance_uid").texts
        return [texts[row].decode() for row in Random(1).sample(range(len(texts)), LOOKUPS)]

    def table(self) -> duckdb.DuckDBPyConnection:
        """Series with the fields, their study and patient, indexed by UID and by patient."""
        every = np.arange(self._release.catalogue.relations.sizes[Level.SERIES])
        readers = self._release.shelf.readers(Series)
        columns: dict[str, Any] = {name: readers[name](every) for name in (*FIELDS, "study_instance_uid")}
        columns["patient"] = self._release.catalogue.tree.series_patient
        columns["place"] = every
        connection = duckdb.connect(config={"threads": 2})
        connection.register("columns", pa.table(columns))
        connection.execute("CREATE TABLE s AS SELECT * FROM columns")
        connection.execute("CREATE UNIQUE INDEX by_uid ON s (series_instance_uid)")
        connection.execute("CREATE INDEX by_patient ON s (patient)")
        return connection

    def looked_up(self) -> list[tuple[Any, ...]]:
        """The fields of a hundred series by UID, one at a time."""
        catalogue, shelf = self._release.catalogue, self._release.shelf
        rows = [catalogue.keys.row(Level.SERIES, (uid,)) for uid in self.uids]
        return [_values(shelf.series([row])[0]) for row in rows if row is not None]

    def patients(self) -> list[int]:
        """The hundred patients with the first keys of a collection."""
        collection = Some(Level.COLLECTION, Leaf(Level.COLLECTION, "collection_id", (In((COLLECTION,)),)))
        page = self._release.engine.search.page(Selection(Level.PATIENT, collection), (), Window(PATIENTS))
        return page.numbers.tolist()

    def nested(self, patients: Sequence[int]) -> list[list[tuple[str, list[tuple[Any, ...]]]]]:
        """Per patient its studies, each with the fields of its series."""
        studies = self._under(Level.PATIENT, patients, Level.STUDY)
        numbers = [number for own in studies for number in own]
        series = dict(zip(numbers, self._under(Level.STUDY, numbers, Level.SERIES), strict=True))
        shelf = self._release.shelf
        uids = iter(shelf.studies(numbers))
        records = iter(shelf.series([row for number in numbers for row in series[number]]))
        return [
            [(next(uids).study_instance_uid, [_values(next(records)) for _ in series[number]]) for number in own]
            for own in studies
        ]

    def _under(self, above: Level, parents: Sequence[int], level: Level) -> list[list[int]]:
        search = self._release.engine.search
        windows = [Window(1000)] * len(parents)
        pages = search.pages_under(Parents(above, tuple(parents)), Selection(level), (), windows)
        return [page.numbers.tolist() for page in pages]


def _values(record: Any) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in FIELDS)


def measured(release: OpenRelease, rounds: int) -> Section:
    """Both questions."""
    rows = Rows(release)
    patients = rows.patients()
    table = rows.table()
    fields = ", ".join(FIELDS)
    one = f"SELECT {fields} FROM s WHERE series_instance_uid = ?"
    some = (
        f"SELECT patient, study_instance_uid, {fields} FROM s WHERE patient IN ({', '.join(map(str, patients))}) "
        "ORDER BY place"
    )

    def by_sql() -> list[tuple[Any, ...]]:
        return [table.execute(one, [uid]).fetchall()[0] for uid in rows.uids]

    def nested_by_sql() -> list[list[tuple[str, list[tuple[Any, ...]]]]]:
        found: dict[int, dict[str, list[tuple[Any, ...]]]] = {}
        for patient, study, *values in table.execute(some).fetchall():
            found.setdefault(patient, {}).setdefault(study, []).append(tuple(values))
        return [list(found[patient].items()) for patient in patients]

    check_equal("lookup", {"engine": rows.looked_up(), "DuckDB": by_sql()})
    check_equal("nested", {"engine": _sorted(rows.nested(patients)), "DuckDB": _sorted(nested_by_sql())})
    section = Section(
        "Rows",
        f"{LOOKUPS} series by SeriesInstanceUID, one at a time, with {len(FIELDS)} fields each; and {PATIENTS} "
        f"patients of {COLLECTION} with all their studies and all series of these with {len(FIELDS)} fields, as Python "
        "objects. DuckDB: one table with an index on the UID and one on the patient, one query per lookup, one for "
        "all patients.",
        ("question", "DuckDB", "engine", "ratio"),
    )
    for question, theirs, ours in (
        (f"{LOOKUPS} lookups", by_sql, rows.looked_up),
        (f"{PATIENTS} patients with studies and series", nested_by_sql, lambda: rows.nested(patients)),
    ):
        times = in_turn({"DuckDB": theirs, "engine": ours}, rounds, release.engine.search.forget)
        ratio = times["DuckDB"].median / times["engine"].median
        section.rows.append((question, str(times["DuckDB"]), str(times["engine"]), f"{ratio:.1f}"))
    return section


def _sorted(answer: list[list[tuple[str, list[tuple[Any, ...]]]]]) -> list[list[tuple[str, list[tuple[Any, ...]]]]]:
    return [sorted(own) for own in answer]
