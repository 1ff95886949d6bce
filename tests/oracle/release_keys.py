"""What past releases really held, by the index packages of their own time: `tests/data/release_keys.json`.

`python -m tests.oracle.release_keys FOLDER` downloads the packages (500 MB) into FOLDER and writes the file anew.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import idc_index_data

KEYS = Path(__file__).parents[1] / "data" / "release_keys.json"

# The last build of the index of each release; before release 17 there was no package.
PACKAGES = {
    17: "17.0.2", 18: "18.2.0", 19: "19.0.3", 20: "20.0.3", 21: "21.0.0", 22: "22.1.5", 23: "23.10.1", 24: "24.2.2",
}  # fmt: skip

# The series of this collection left IDC and came back unchanged, so that the index of release 25 has them in between.
CAME_BACK = "mri_dir"

COUNTS = """SELECT count(DISTINCT collection_id) AS collections, count(DISTINCT (collection_id, PatientID)) AS patients,
count(DISTINCT StudyInstanceUID) AS studies, count(*) AS series FROM past"""
MISSING = """SELECT collection_id, uuid FROM past WHERE uuid NOT IN (
SELECT crdc_series_uuid FROM current WHERE series_revised_idc_version <= $release UNION ALL
SELECT crdc_series_uuid FROM prior WHERE $release BETWEEN min_idc_version AND max_idc_version) ORDER BY ALL"""


def digest(uuids: Iterable[str]) -> str:
    """SHA-256 over the sorted identifiers, a line each."""
    return hashlib.sha256("".join(f"{uuid}\n" for uuid in sorted(uuids)).encode()).hexdigest()


def index_of(package: str, folder: Path) -> Path:
    """The main table of a build of the index, downloaded if it is not in the folder."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, f"idc-index-data=={package}"], check=True)
    (wheel,) = folder.glob(f"idc_index_data-{package}-*.whl")
    with ZipFile(wheel) as archive:
        return Path(archive.extract("idc_index_data/idc_index.parquet", folder / package))


def release_keys(release: int, folder: Path, current: Path = Path(idc_index_data.__file__).parent) -> dict[str, Any]:
    """Counts and digest of a release, and what the current index does not know of it."""
    con = duckdb.connect()
    path = index_of(PACKAGES[release], folder)
    columns = [row[0] for row in con.execute(f"DESCRIBE FROM read_parquet('{path}')").fetchall()]
    uuid = "crdc_series_uuid" if "crdc_series_uuid" in columns else "split_part(series_aws_url, '/', 4)"
    con.execute(f"CREATE VIEW past AS SELECT *, {uuid} AS uuid FROM read_parquet('{path}')")
    for name, table in (("current", "idc_index"), ("prior", "prior_versions_index")):
        con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{current / table}.parquet')")
    found = con.execute(COUNTS)
    counts = dict(zip([column[0] for column in found.description], found.fetchall()[0], strict=True))
    return {
        "package": PACKAGES[release],
        "counts": counts,
        "sha256": digest(uuid for (uuid,) in con.execute("SELECT uuid FROM past").fetchall()),
        "missing": [list(row) for row in con.execute(MISSING, {"release": release}).fetchall()],
    }


def main(folder: Path) -> None:
    KEYS.write_text(json.dumps({release: release_keys(release, folder) for release in PACKAGES}, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
