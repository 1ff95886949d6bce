"""Tables of the oracle, made in DuckDB from the untouched Parquet files.

Every attribute becomes a set: the level's table holds a code (the rank of the value, -1 for none) and the table
e_<attribute> holds the elements of every code. Codes are ranks in Python's order of values (code points), which is also
the binary order of UTF-8, so that a code serves for sorting too. No column that is compared is ever null.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import derive

SubjectKind = Callable[[str, str], str]
ARROW = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}
Elements = tuple[Any, ...]
Codes = np.ndarray[Any, np.dtype[np.integer[Any]]]


def one(value: Any) -> Elements:
    return (value,)


@dataclass(frozen=True)
class Column:
    """Where an attribute comes from, the elements of one raw value, and the SQL type of an element."""

    source: str
    elements: Callable[[Any], Elements] = one
    type: str = "VARCHAR"
    searched: bool = True  # ids are never searched for words, and a million of them take long to split


SERIES_COLUMNS = {
    "seriesInstanceUID": Column("SeriesInstanceUID", searched=False),
    "studyInstanceUID": Column("StudyInstanceUID", searched=False),
    "patientID": Column("PatientID", searched=False),
    "collectionID": Column("collection_id", searched=False),
    "crdcSeriesUUID": Column("crdc_series_uuid", searched=False),
    "analysisResultID": Column("analysis_result_id", searched=False),
    "modality": Column("Modality"),
    "objectKind": Column("SOPClassUID", lambda uid: (derive.object_kind(uid),)),
    "bodyPartExamined": Column("BodyPartExamined"),
    "sopClassUID": Column("SOPClassUID"),
    "sopClassName": Column("sop_class_name"),
    "transferSyntaxUID": Column("TransferSyntaxUID", derive.parts),
    "transferSyntaxName": Column("transfer_syntax_name", derive.parts),
    "photometricInterpretation": Column("PhotometricInterpretation", derive.parts),
    "manufacturer": Column("Manufacturer"),
    "manufacturerModelName": Column("ManufacturerModelName"),
    "seriesDescription": Column("SeriesDescription"),
    "seriesDate": Column("SeriesDate", derive.dates),
    "seriesNumber": Column("SeriesNumber", derive.whole_number, "BIGINT"),
    "studyDate": Column("StudyDate", derive.dates),
    "studyDescription": Column("StudyDescription"),
    "patientSex": Column("PatientSex"),
    "patientAge": Column("PatientAge", derive.ages, "DOUBLE"),
    "instanceCount": Column("instanceCount", one, "BIGINT"),
    "sizeBytes": Column("series_size_MB", derive.size_in_bytes, "BIGINT"),
    "licenseShortName": Column("license_short_name"),
    "sourceDOI": Column("source_DOI"),
    "firstRelease": Column("series_init_idc_version", one, "BIGINT"),
    "revisedRelease": Column("series_revised_idc_version", one, "BIGINT"),
}
COLLECTION_COLUMNS = {
    "name": Column("collection_name"),
    "programID": Column("program_id"),
    "status": Column("status"),
    "updated": Column("updated", derive.dates),
    "cancerTypes": Column("cancer_types", derive.parts),
    "tumorLocations": Column("tumor_locations", derive.parts),
    "species": Column("species", derive.parts),
}


def build(con: duckdb.DuckDBPyConnection, source: Path, subject_kind: SubjectKind) -> None:
    load(con, "raw_series", source / "idc_index.parquet", SERIES_COLUMNS)
    columns = {"collectionID": Column("collection_id", searched=False), **COLLECTION_COLUMNS}
    load(con, "raw_collections", source / "collections_index.parquet", columns, prefix="collection_")
    con.execute(LEVELS)
    check_studies(con)
    add_subject_kinds(con, subject_kind)
    con.execute(SETS)


def load(con: duckdb.DuckDBPyConnection, table: str, path: Path, columns: dict[str, Column], prefix: str = "") -> None:
    """The code columns of one Parquet file, and the element tables of its attributes."""
    raw = pq.read_table(path, columns=sorted({column.source for column in columns.values()}))
    codes: dict[str, Codes] = {}
    for name, column in columns.items():
        encoded = raw.column(column.source).combine_chunks().dictionary_encode()
        code_of, owners, values = ranked(encoded.dictionary, column)
        missing = len(encoded.dictionary)
        indices = encoded.indices.fill_null(missing).to_numpy(zero_copy_only=False)
        codes[f"c_{name}"] = np.append(code_of, -1)[indices]
        create(con, f"e_{prefix}{name}", element_columns(owners, values, column))
    create(con, table, codes)


def ranked(raw: pa.Array, column: Column) -> tuple[Codes, Codes, pa.Array]:
    """Of distinct raw values: each one's code; and the elements, as owners (codes) and values."""
    if column.elements is one:  # Arrow compares text by bytes, as Python does by code points
        order = pc.sort_indices(raw)
        return np.argsort(order.to_numpy()).astype(np.int32), np.arange(len(raw)), raw.take(order)
    sets = [column.elements(value) for value in raw.to_pylist()]
    distinct = sorted(set(sets) - {()})
    rank = {value: code for code, value in enumerate(distinct)}
    owners = [code for code, values in enumerate(distinct) for _ in values]
    values = pa.array([value for values in distinct for value in values], ARROW[column.type])
    return np.array([rank.get(value, -1) for value in sets], np.int32), np.array(owners, np.int64), values


def element_columns(owners: Codes, values: pa.Array, column: Column) -> dict[str, Any]:
    columns: dict[str, Any] = {"owner": owners, "value": values}
    if column.type == "VARCHAR":
        columns["lowered"] = lowered(values)
        if column.searched:
            columns["words"] = pa.array(derive.joined_words(values.to_pylist()), pa.string())
    return columns


def lowered(values: pa.Array) -> pa.Array:
    """str.lower, which for pure ASCII is Arrow's too, and that is faster for millions of ids."""
    if pc.all(pc.string_is_ascii(values)).as_py():
        return pc.ascii_lower(values)
    return pa.array([text.lower() for text in values.to_pylist()], pa.string())


def create(con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, Any]) -> None:
    arrow = pa.table(columns)
    con.register("arrow", arrow)
    con.execute(f"CREATE TABLE {table} AS SELECT * FROM arrow")
    con.unregister("arrow")


# Ids are ranks in key order, so that ORDER BY id is the default order of each level. A study's rank comes from its
# smallest patient; within a patient, though, series go by the study's own UID, hence sid does not use stid.
LEVELS = """
CREATE TABLE c AS SELECT row_number() OVER (ORDER BY e.value) - 1 AS cid, e.value AS collectionID, r.*
  FROM raw_collections r JOIN e_collection_collectionID e ON e.owner = r.c_collectionID;
CREATE TABLE ranked AS SELECT
    row_number() OVER (ORDER BY c_collectionID, c_patientID, c_studyInstanceUID, c_seriesInstanceUID) - 1 AS sid,
    dense_rank() OVER (ORDER BY c_collectionID, c_patientID) - 1 AS pid, *
  FROM raw_series;
CREATE TABLE study_rank AS SELECT c_studyInstanceUID,
    row_number() OVER (ORDER BY min(pid), c_studyInstanceUID) - 1 AS stid
  FROM ranked GROUP BY c_studyInstanceUID;
CREATE TABLE s AS SELECT r.*, t.stid, c.cid, i.value AS instances, coalesce(b.value, 0) AS bytes
  FROM ranked r JOIN study_rank t USING (c_studyInstanceUID)
  JOIN e_collectionID e ON e.owner = r.c_collectionID JOIN c ON c.collectionID = e.value
  JOIN e_instanceCount i ON i.owner = r.c_instanceCount LEFT JOIN e_sizeBytes b ON b.owner = r.c_sizeBytes
  ORDER BY r.sid;
CREATE TABLE sp AS SELECT DISTINCT stid, pid FROM s;
CREATE TABLE st AS SELECT stid, any_value(c_studyInstanceUID) AS c_studyInstanceUID, min(cid) AS cid,
    count(DISTINCT cid) AS collections, coalesce(min(c_studyDate) FILTER (WHERE c_studyDate >= 0), -1) AS first_date,
    count(*) AS series, sum(bytes) AS bytes
  FROM s GROUP BY stid;
CREATE TABLE p AS SELECT pid, any_value(cid) AS cid, any_value(c_patientID) AS c_patientID,
    count(DISTINCT stid) AS studies, count(*) AS series, sum(bytes) AS bytes
  FROM s GROUP BY pid;
CREATE TABLE ct AS SELECT c.cid, count(DISTINCT s.pid) AS patients, count(s.sid) AS series,
    coalesce(sum(s.bytes), 0) AS bytes
  FROM c LEFT JOIN s ON s.cid = c.cid GROUP BY c.cid;
ALTER TABLE c ADD COLUMN patients BIGINT; ALTER TABLE c ADD COLUMN series BIGINT; ALTER TABLE c ADD COLUMN bytes BIGINT;
UPDATE c SET patients = ct.patients, series = ct.series, bytes = ct.bytes FROM ct WHERE ct.cid = c.cid;
CREATE TABLE x_collectionID AS SELECT c.cid AS owner, e.value, e.lowered
  FROM c JOIN e_collection_collectionID e ON e.owner = c.c_collectionID;
DROP TABLE raw_series; DROP TABLE ranked; DROP TABLE study_rank; DROP TABLE ct;
"""

# An attribute asked above the series is the set of its series' values.
SETS = """
CREATE TABLE x_study_patientID AS SELECT DISTINCT s.stid AS owner, e.value, e.lowered
  FROM s JOIN e_patientID e ON e.owner = s.c_patientID;
CREATE TABLE x_study_studyDate AS SELECT DISTINCT s.stid AS owner, e.value, e.lowered, e.words
  FROM s JOIN e_studyDate e ON e.owner = s.c_studyDate;
CREATE TABLE x_study_studyDescription AS SELECT DISTINCT s.stid AS owner, e.value, e.lowered, e.words
  FROM s JOIN e_studyDescription e ON e.owner = s.c_studyDescription;
CREATE TABLE x_patient_patientSex AS SELECT DISTINCT s.pid AS owner, e.value, e.lowered, e.words
  FROM s JOIN e_patientSex e ON e.owner = s.c_patientSex;
CREATE TABLE x_patient_patientAge AS SELECT DISTINCT s.pid AS owner, e.value
  FROM s JOIN e_patientAge e ON e.owner = s.c_patientAge;
"""


def check_studies(con: duckdb.DuckDBPyConnection) -> None:
    """The contract gives a study one collection, and series come only from known collections."""
    if con.execute("SELECT 1 FROM st WHERE collections > 1").fetchone():
        raise ValueError("a study lies in several collections")
    unknown = "SELECT value FROM e_collectionID WHERE value NOT IN (SELECT collectionID FROM c)"
    if con.execute(unknown).fetchone():
        raise ValueError("a series names a collection that is not in collections_index")


def add_subject_kinds(con: duckdb.DuckDBPyConnection, subject_kind: SubjectKind) -> None:
    patients = "FROM p JOIN c USING (cid) JOIN e_patientID e ON e.owner = p.c_patientID"
    rows = con.execute(f"SELECT p.pid, c.collectionID, e.value {patients}").fetchall()
    kinds = [subject_kind(collection, patient) for _, collection, patient in rows]
    create(con, "x_subjectKind", {"owner": pa.array([row[0] for row in rows], pa.int64()), "value": kinds})
