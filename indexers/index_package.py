"""The source of everything: the five Parquet tables of the PyPI package `idc-index-data`.

Column by column they are described at https://idc-index.readthedocs.io; one major version of the package is one IDC
release, a minor version is another build of the same release.
"""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TABLES = (
    "idc_index",
    "prior_versions_index",
    "collections_index",
    "analysis_results_index",
    "version_metadata_index",
)

REQUIREMENT = "idc-index-data>=25,<26"
REINSTALL = f"reinstall the index with `pip install --force-reinstall '{REQUIREMENT}'`"


class SourceError(Exception):
    """The index can't be read; the message says how to mend it."""


@dataclass(frozen=True)
class IndexPackage:
    """A folder with the five tables, and which build of the index they are."""

    folder: Path
    package_version: str

    def table(self, name: str) -> Path:
        """Path of one table's Parquet file. SourceError if it is not there."""
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise SourceError(f"{path} is missing: {REINSTALL}")
        return path

    def release(self) -> int:
        """The IDC release that the index describes: the newest that version_metadata_index names."""
        path = self.table("version_metadata_index")
        try:
            versions = pq.read_table(path, columns=["idc_version"])
            return int(max(versions["idc_version"].to_pylist()))
        except (pa.ArrowException, KeyError, ValueError, TypeError, OSError) as error:
            raise SourceError(f"{path} can't be read ({error}): {REINSTALL}") from error


def installed_index() -> IndexPackage:
    """The index package of this Python environment. SourceError if there is none."""
    spec = find_spec("idc_index_data")
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(f"idc-index-data is not installed: run `pip install '{REQUIREMENT}'`")
    try:
        installed = version("idc-index-data")
    except PackageNotFoundError as error:  # the folder is there, its metadata are not
        raise SourceError(f"idc-index-data is damaged: {REINSTALL}") from error
    return IndexPackage(Path(next(iter(spec.submodule_search_locations))), installed)
