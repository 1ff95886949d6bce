"""Releases and versions of series as SQL on the untouched Parquet files."""

from pathlib import Path
from typing import Any

import duckdb

# A number for every text, so that a million of them are compared fast.
TABLES = """
CREATE TABLE rows AS
SELECT collection_id, PatientID, StudyInstanceUID, SeriesInstanceUID, crdc_series_uuid, series_aws_url AS url,
  round(series_size_MB * 1000000)::BIGINT AS bytes, series_revised_idc_version AS first, $release AS last,
  series_init_idc_version AS seen
FROM read_parquet('{source}/idc_index.parquet')
UNION ALL
SELECT collection_id, PatientID, StudyInstanceUID, SeriesInstanceUID, crdc_series_uuid, series_aws_url,
  round(series_size_MB * 1000000)::BIGINT, min_idc_version, max_idc_version, min_idc_version
FROM read_parquet('{source}/prior_versions_index.parquet')
"""
NUMBERED = """
CREATE TABLE numbered AS
SELECT dense_rank() OVER (ORDER BY collection_id) AS c, dense_rank() OVER (ORDER BY collection_id, PatientID) AS p,
  dense_rank() OVER (ORDER BY StudyInstanceUID) AS st, dense_rank() OVER (ORDER BY SeriesInstanceUID) AS se,
  dense_rank() OVER (ORDER BY crdc_series_uuid) AS u, first, last,
  -- A version has one size: the one that its latest row says.
  first_value(bytes) OVER (PARTITION BY crdc_series_uuid ORDER BY last DESC, first DESC) AS bytes
FROM rows
"""
SERVED = "SELECT DISTINCT c, p, st, se, u, bytes FROM numbered WHERE {release} BETWEEN first AND last"
COUNTS = f"""SELECT count(DISTINCT c)::INT, count(DISTINCT p)::INT, count(DISTINCT st)::INT, count(DISTINCT u)::INT,
sum(bytes)::BIGINT FROM ({SERVED})"""
CHANGES = f"""SELECT count(*) FILTER (b.u IS NULL)::INT, count(*) FILTER (a.u <> b.u)::INT,
count(*) FILTER (a.u IS NULL)::INT FROM ({SERVED}) a FULL JOIN ({SERVED.replace("release", "before")}) b USING (se)"""
VERSIONS = """
SELECT SeriesInstanceUID AS uid, crdc_series_uuid, any_value(collection_id), min(first),
  CASE WHEN max(last) < $release THEN max(last) END, arg_max(bytes, (last, first)), arg_max(url, (last, first))
FROM rows WHERE SeriesInstanceUID IN (SELECT unnest($uids)) GROUP BY ALL ORDER BY uid, min(first)
"""


class ReleaseOracle:
    """What the releases before and with `release` held, by an index of that release."""

    def __init__(self, source: Path, release: int) -> None:
        self.release = release
        self.con = duckdb.connect()
        self.con.execute(TABLES.format(source=source), {"release": release})
        self.con.execute(NUMBERED)

    def counts(self, release: int) -> tuple[int, ...]:
        """Collections, patients, studies, series and bytes."""
        return self.con.execute(COUNTS.format(release=release)).fetchall()[0]

    def changes(self, release: int) -> tuple[int, ...]:
        """Series added, revised and removed."""
        return self.con.execute(CHANGES.format(release=release, before=release - 1)).fetchall()[0]

    def versions(self, uids: list[str]) -> dict[str, list[tuple[Any, ...]]]:
        """The versions of each of the series: uuid, collection, first and last release, bytes, URL."""
        found: dict[str, list[tuple[Any, ...]]] = {uid: [] for uid in uids}
        for uid, *version in self.con.execute(VERSIONS, {"uids": uids, "release": self.release}).fetchall():
            found[uid].append(tuple(version))
        return found

    def uids(self, condition: str, number: int) -> list[str]:
        """Series with a row that meets the condition, in no order that means anything."""
        chosen = f"SELECT DISTINCT SeriesInstanceUID FROM rows WHERE {condition} ORDER BY md5(SeriesInstanceUID)"
        return [uid for (uid,) in self.con.execute(f"{chosen} LIMIT {number}").fetchall()]
