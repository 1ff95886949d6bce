"""A small fixed selection of the release that still holds everything odd about it.

Rules pick whole patients, the smallest first, so that some, none and every have something to decide; of a huge patient
only some series are taken. Earlier rules win when the rows run out. Nothing depends on chance: ties are broken by a
hash of the patient's key.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

COPIED = ("prior_versions_index", "collections_index", "analysis_results_index", "version_metadata_index")
HUGE = 250
OF_A_HUGE_PATIENT = 60

# (condition on series, patients to take)
ODD_SERIES = (
    ("collection_id = 'nlst' AND PatientID IN ('108001', '123342')", 2),
    ("PatientID IN ('VS-SEG-003', 'VS-SEG-006', 'VS-SEG-011')", 6),
    ("PatientSex IN ('0000', '6657', 'U')", 60),
    ("PatientSex = 'O'", 10),
    ("NOT regexp_full_match(PatientAge, '[0-9]{3}[YMWD]')", 40),
    ("regexp_full_match(PatientAge, '[0-9]{3}M')", 25),
    ("regexp_full_match(PatientAge, '[0-9]{3}W')", 25),
    ("regexp_full_match(PatientAge, '[0-9]{3}D')", 25),
    ("PatientAge = '000Y'", 20),
    ("PatientAge IN ('000M', '000W', '000D')", 10),
    ("PatientAge > '120Y' AND PatientAge LIKE '%Y'", 20),
    ("PatientAge BETWEEN '090Y' AND '120Y' AND PatientAge LIKE '%Y'", 10),
    ("Modality = 'SEG' AND SOPClassUID <> '1.2.840.10008.5.1.4.1.1.66.4'", 40),
    ("StudyDate IS NULL", 15),
    ("SeriesDate IS NULL AND StudyDate IS NOT NULL", 15),
    ("StudyDate IN (SELECT min(StudyDate) FROM i UNION ALL SELECT max(StudyDate) FROM i)", 4),
    ("SeriesDate IN (SELECT min(SeriesDate) FROM i UNION ALL SELECT max(SeriesDate) FROM i)", 4),
    ("SeriesDate <> StudyDate", 10),
    ("try_cast(SeriesNumber AS INTEGER) IS NULL AND SeriesNumber IS NOT NULL", 20),
    ("try_cast(SeriesNumber AS DOUBLE) > 100000000 OR try_cast(SeriesNumber AS DOUBLE) < 0", 10),
    ("SeriesNumber IS NULL", 10),
    ("contains(SeriesDescription, chr(0))", 5),
    ("SeriesDescription IN (SELECT value FROM unlike_ascii)", 30),
    ("regexp_matches(SeriesDescription, '[^\\x00-\\x7f]')", 30),
    ("contains(PatientID, ' ') OR contains(PatientID, '=')", 10),
    ("collection_id = 'cbis_ddsm' AND PatientID LIKE '%.dcm'", 30),
    ("collection_id = 'cbis_ddsm' AND PatientID NOT LIKE '%.dcm'", 20),
    ("collection_id = 'pdxnet' AND PatientID LIKE '%ORIGINATOR%'", 20),
    ("collection_id = 'pdxnet' AND PatientID NOT LIKE '%ORIGINATOR%'", 20),
    ("PatientID LIKE 'BLGSP%TMA%'", 30),
    ("PatientID LIKE 'BLGSP%' AND PatientID NOT LIKE '%TMA%'", 10),
    ("collection_id = 'pseudo_phi_dicom_data'", 60),
    ("collection_id = 'ldct_and_projection_data' AND PatientID = 'PatientID'", 1),
    ("collection_id = 'mri_dir'", 10),
    ("instanceCount = (SELECT max(instanceCount) FROM i)", 1),
    ("series_size_MB IN (SELECT max(series_size_MB) FROM i UNION ALL SELECT min(series_size_MB) FROM i)", 2),
    ("series_size_MB > 10000", 10),
    ("instanceCount > 10000", 5),
    ("contains(TransferSyntaxUID, ',')", 20),
    ("contains(PhotometricInterpretation, ',')", 20),
    ("BodyPartExamined IS NULL AND Modality IN ('CT', 'MR')", 10),
    ("Manufacturer IS NULL", 10),
    ("series_init_idc_version < series_revised_idc_version", 20),
    ("analysis_result_id IS NOT NULL AND Modality NOT IN ('SEG', 'SR', 'RTSTRUCT', 'ANN')", 20),
    ("collection_id = 'phantom_fda'", 1),
    ("collection_id = 'nlst' AND analysis_result_id IS NOT NULL", 60),
    ("collection_id = 'lidc_idri'", 40),
)

# (grouping, condition on the group, patients to take)
ODD_GROUPS = (
    ("collection_id, PatientID", "count(DISTINCT PatientSex) > 1", 40),
    ("collection_id, PatientID", "count(PatientSex) BETWEEN 1 AND count(*) - 1", 40),
    ("collection_id, PatientID", "count(DISTINCT PatientAge) > 1", 40),
    ("collection_id, PatientID", "count(PatientAge) BETWEEN 1 AND count(*) - 1", 20),
    ("collection_id, PatientID", "count(DISTINCT StudyInstanceUID) > 4", 20),
    ("StudyInstanceUID", "count(DISTINCT StudyDate) > 1", 40),
    ("StudyInstanceUID", "count(StudyDate) BETWEEN 1 AND count(*) - 1", 20),
    ("StudyInstanceUID", "count(DISTINCT StudyDescription) > 1", 40),
    ("StudyInstanceUID", "count(StudyDescription) BETWEEN 1 AND count(*) - 1", 20),
    ("StudyInstanceUID", "count(DISTINCT PatientAge) > 1", 20),
    ("StudyInstanceUID", "count(DISTINCT source_DOI) > 1", 40),
    ("StudyInstanceUID", "count(DISTINCT license_short_name) > 1", 40),
    ("StudyInstanceUID", "count(DISTINCT Modality) > 2", 40),
)

# (columns of which every combination shall occur, patients for each)
EVERY_VALUE = (
    ("Modality, SOPClassUID", 3),
    ("analysis_result_id", 4),
    ("license_short_name", 5),
    ("series_init_idc_version", 3),
    ("series_revised_idc_version", 3),
    ("PatientSex", 5),
    ("TransferSyntaxUID", 3),
    ("PhotometricInterpretation", 3),
    ("BodyPartExamined", 2),
    ("Manufacturer", 1),
    ("source_DOI", 1),
)
PATIENTS_OF_A_COLLECTION = 12

TABLES = """
CREATE TABLE i AS SELECT *, file_row_number AS rn FROM read_parquet($path, file_row_number = true);
"""
PATIENTS = """
CREATE TABLE patients AS SELECT collection_id, PatientID, count(*) AS n,
    md5(collection_id || '/' || PatientID) AS hash FROM i GROUP BY 1, 2;
CREATE TABLE picked (rule INTEGER, collection_id VARCHAR, PatientID VARCHAR);
CREATE TABLE needed (rule INTEGER, rn BIGINT);
"""


def write_sample(source: Path, target: Path, rows: int = 60_000) -> None:
    """Write a folder of the same five files, of which idc_index holds at most `rows` series."""
    target.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(source / f"{name}.parquet", target / f"{name}.parquet")
    chosen = choose(source / "idc_index.parquet", rows)
    table = pq.read_table(source / "idc_index.parquet")
    pq.write_table(table.take(pa.array(chosen)), target / "idc_index.parquet", compression="zstd")


def choose(path: Path, rows: int) -> list[int]:
    """Row numbers of the selection, ascending."""
    con = duckdb.connect()
    con.execute(TABLES, {"path": str(path)})
    con.execute(PATIENTS)
    add_unlike_ascii(con)
    for rule, statement in enumerate(rules()):
        con.execute(statement.format(rule=rule))
    return [row[0] for row in con.execute(SELECTION, {"rows": rows}).fetchall()]


def add_unlike_ascii(con: duckdb.DuckDBPyConnection) -> None:
    """Descriptions whose Unicode lower case is not just that of A to Z."""
    values = con.execute("SELECT DISTINCT SeriesDescription FROM i WHERE SeriesDescription IS NOT NULL").fetchall()
    ascii_lower = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
    unlike = pa.table({"value": [text for (text,) in values if text.lower() != text.translate(ascii_lower)]})
    con.register("unlike", unlike)
    con.execute("CREATE TABLE unlike_ascii AS SELECT value::VARCHAR AS value FROM unlike")
    con.unregister("unlike")


def rules() -> Iterator[str]:
    """Statements that fill the tables of picked patients and needed rows, the most important first."""
    for condition, patients in ODD_SERIES:
        braces = condition.replace("{", "{{").replace("}", "}}")
        yield from by_condition(braces, patients)
    for grouping, condition, patients in ODD_GROUPS:
        members = f"SELECT {grouping} FROM i GROUP BY {grouping} HAVING {condition}"
        yield smallest(f"({grouping}) IN ({members})", patients)
    yield two_collections()
    for columns, patients in EVERY_VALUE:
        yield of_every_value(columns, patients)
        yield first_row_of_every_value(columns)
    yield of_every_value("collection_id", PATIENTS_OF_A_COLLECTION, "p.n > 40, p.hash")
    yield of_every_value("collection_id", PATIENTS_OF_A_COLLECTION // 3, f"p.n > {HUGE}, p.n < 15, p.hash")
    # What is left goes to all other patients alike.
    yield "INSERT INTO picked SELECT {rule} + (n > 40)::INT, collection_id, PatientID FROM patients"


def by_condition(condition: str, patients: int) -> Iterator[str]:
    yield smallest(condition, patients)
    # Also the rows themselves, should the patient be huge.
    yield (
        f"INSERT INTO needed SELECT {{rule}}, rn FROM i JOIN picked k USING (collection_id, PatientID) "
        f"WHERE k.rule = {{rule}} - 1 AND ({condition}) "
        f"QUALIFY row_number() OVER (PARTITION BY collection_id, PatientID ORDER BY rn) <= 10"
    )


def smallest(condition: str, patients: int) -> str:
    return (
        f"INSERT INTO picked SELECT {{rule}}, p.collection_id, p.PatientID FROM patients p "
        f"WHERE (p.collection_id, p.PatientID) IN (SELECT (collection_id, PatientID) FROM i WHERE {condition}) "
        f"ORDER BY p.n < 3, p.n, p.hash LIMIT {patients}"
    )


def two_collections() -> str:
    """Both patients of some identifiers that live in two collections, from every pair of collections."""
    return (
        "INSERT INTO picked SELECT {rule}, collection_id, PatientID FROM patients WHERE PatientID IN ("
        "SELECT PatientID FROM patients GROUP BY PatientID HAVING count(*) > 1 QUALIFY row_number() OVER ("
        "PARTITION BY list_sort(list(collection_id)) ORDER BY sum(n), PatientID) <= 5)"
    )


def of_every_value(columns: str, patients: int, order: str = "p.n < 2, p.n, p.hash") -> str:
    return (
        f"INSERT INTO picked SELECT {{rule}}, collection_id, PatientID FROM "
        f"(SELECT DISTINCT {with_patient(columns)} FROM i) JOIN patients p USING (collection_id, PatientID) "
        f"QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY {order}) <= {patients}"
    )


def first_row_of_every_value(columns: str) -> str:
    return f"INSERT INTO needed SELECT {{rule}}, min(rn) FROM i GROUP BY {columns}"


def with_patient(columns: str) -> str:
    names = ["collection_id", "PatientID", *columns.split(", ")]
    return ", ".join(dict.fromkeys(names))


# Needed rows first, then patient by patient in the order of the rules, until the rows run out.
SELECTION = f"""
WITH first_rule AS (SELECT collection_id, PatientID, min(rule) AS rule FROM picked GROUP BY 1, 2),
whole AS (
  SELECT i.rn, f.rule + 1 AS rule, p.hash FROM i JOIN first_rule f USING (collection_id, PatientID)
  JOIN patients p USING (collection_id, PatientID)
  QUALIFY p.n <= {HUGE} OR row_number() OVER (PARTITION BY collection_id, PatientID ORDER BY rn) <= {OF_A_HUGE_PATIENT}
),
every AS (SELECT * FROM whole UNION ALL SELECT rn, -1, '' FROM needed),
best AS (SELECT rn, min((rule, hash)) AS place FROM every GROUP BY rn ORDER BY place, rn LIMIT $rows)
SELECT rn FROM best ORDER BY rn
"""
