"""Prior versions and releases of small indexes: what can't be is refused, and what isn't known is not made up."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexers.build import ensure_store
from indexers.index_package import REINSTALL, IndexPackage, SourceError
from indexers.store import Store, Table
from tests.oracle.sample import COPIED

COLUMNS = (
    "collection_id", "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "crdc_series_uuid", "aws_bucket",
    "series_size_MB", "min_idc_version", "max_idc_version",
)  # fmt: skip


@dataclass(frozen=True)
class SmallIndex:
    """An index of few rows in a folder of its own."""

    package: IndexPackage

    def write(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        """Replace the rows of a table."""
        path = self.package.table(table)
        pq.write_table(pa.Table.from_pylist(list(rows), schema=pq.read_schema(path)), path)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table."""
        rows: list[dict[str, Any]] = pq.read_table(self.package.table(table)).to_pylist()
        return rows

    def store(self) -> Store:
        """Its store, built anew."""
        cache = self.package.folder / "cache"
        shutil.rmtree(cache, ignore_errors=True)
        return Store(ensure_store(self.package, cache))

    def refusal(self) -> str:
        """What is said when it can't be built."""
        with pytest.raises(SourceError) as refused:
            self.store()
        return str(refused.value)

    def figures(self) -> dict[int, tuple[Any, Any]]:
        """Series, rounded and unknown ones, and what was added, revised, removed and returned, of each release."""
        names = ("series", "rounded_series", "unknown_series")
        return {
            record["version"]: (
                record["counts"] and tuple(record["counts"][name] for name in names),
                record["changes"] and tuple(record["changes"].values()),
            )
            for record in self.store().records("releases")
        }


@pytest.fixture
def small(sample: IndexPackage, tmp_path: Path) -> SmallIndex:
    """One current series, first seen and last revised in release 20, and no prior versions."""
    for name in COPIED:
        shutil.copyfile(sample.table(name), tmp_path / f"{name}.parquet")
    series = pq.read_table(sample.table("idc_index")).slice(0, 1)
    pq.write_table(series, tmp_path / "idc_index.parquet")
    index = SmallIndex(replace(sample, folder=tmp_path))
    index.write("idc_index", [current(index, first=20, revised=20)])
    index.write("prior_versions_index", [])
    return index


def current(index: SmallIndex, first: int, revised: int) -> dict[str, Any]:
    row = index.rows("idc_index")[0]
    return {**row, "series_init_idc_version": first, "series_revised_idc_version": revised}


def version(index: SmallIndex, uuid: str, first: int, last: int, **other: Any) -> dict[str, Any]:
    """A prior version of the current series."""
    row = index.rows("idc_index")[0]
    of = {name: row[name] for name in COLUMNS[:4]}
    return {
        **of, "crdc_series_uuid": uuid, "aws_bucket": "idc-open-data", "series_size_MB": 1.23, "min_idc_version": first,
        "max_idc_version": last, **other,
    }  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_prior_versions_without_a_value_are_refused(column: str, small: SmallIndex) -> None:
    small.write("prior_versions_index", [version(small, "a", 3, 4), version(small, "b", 5, 6, **{column: None})])
    path = small.package.table("prior_versions_index")
    assert small.refusal() == f"{path} has versions without {column}: {REINSTALL}"
    pq.write_table(pq.read_table(path).drop_columns([column]), path)
    assert small.refusal() == f"{path} has no column {column}: {REINSTALL}"


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [(5, 4, "versions that end before they begin"), (20, 25, "versions that release 25 still serves")],
)
def test_prior_versions_of_impossible_releases_are_refused(
    first: int, last: int, complaint: str, small: SmallIndex
) -> None:
    small.write("prior_versions_index", [version(small, "a", first, last)])
    assert small.refusal() == f"{small.package.table('prior_versions_index')} has {complaint}: {REINSTALL}"


@pytest.mark.parametrize("last", [8, 20])
def test_a_release_with_two_versions_of_one_series_is_refused(last: int, small: SmallIndex) -> None:
    small.write("prior_versions_index", [version(small, "a", 3, last), version(small, "b", 8, 9)][: 1 + (last == 8)])
    assert small.refusal() == f"release {last} holds two versions of one series: {REINSTALL}"


def test_a_version_of_two_series_is_refused(small: SmallIndex) -> None:
    versions = [version(small, "a", 3, 4), version(small, "a", 3, 4, SeriesInstanceUID="1.2.3")]
    small.write("prior_versions_index", versions)
    assert small.refusal().endswith(f"(identifiers are not unique): {REINSTALL}")


@pytest.mark.parametrize("date", [None, "soon"])
def test_a_release_without_a_date_is_refused(date: str | None, small: SmallIndex) -> None:
    first, *others = small.rows("version_metadata_index")
    small.write("version_metadata_index", [{**first, "version_timestamp": date}, *others])
    assert small.refusal().endswith(f": {REINSTALL}")


def test_without_prior_versions_only_the_current_release_is_known(small: SmallIndex) -> None:
    assert small.figures() == {**dict.fromkeys(range(1, 25), (None, None)), 25: ((1, 0, 0), None)}
    assert small.store().identifiers(Table.PRIOR_SERIES, "series_instance_uid").texts.tolist() == []


def test_a_series_that_is_revised_removed_and_comes_back(small: SmallIndex) -> None:
    small.write("idc_index", [current(small, first=20, revised=23)])
    small.write("prior_versions_index", [version(small, "b", 20, 20), version(small, "a", 18, 19)])
    figures = small.figures()
    assert figures[17] == (None, None)
    assert figures[18] == ((1, 1, 0), None)
    assert figures[19] == ((1, 1, 0), (0, 0, 0, 0))
    assert figures[20] == ((1, 1, 0), (0, 1, 0, 0))
    assert figures[21] == ((0, 0, 1), (0, 0, 1, 0))
    assert figures[22] == ((0, 0, 1), (0, 0, 0, 0))
    assert figures[23] == ((1, 0, 0), (1, 0, 0, 1))
    assert figures[25] == ((1, 0, 0), (0, 0, 0, 0))


def test_a_series_whose_earlier_versions_are_not_known(small: SmallIndex) -> None:
    small.write("idc_index", [current(small, first=20, revised=23)])
    small.write("prior_versions_index", [version(small, "a", 18, 19, SeriesInstanceUID="1.2.3")])
    figures = small.figures()
    assert figures[20] == ((0, 0, 1), (0, 0, 1, 0))
    assert figures[23] == ((1, 0, 0), (1, 0, 0, 1))


def test_a_move_between_buckets_is_no_version_and_the_latest_row_counts(small: SmallIndex) -> None:
    rows = [
        version(small, "a", 18, 19),
        version(small, "a", 12, 15, aws_bucket="left", series_size_MB=2.46),
        version(small, "a", 18, 18, aws_bucket="odd", series_size_MB=2.46),
    ]
    small.write("prior_versions_index", rows)
    store = small.store()
    assert store.numbers(Table.PRIOR_VERSIONS, "first_release").numbers.tolist() == [12]
    assert store.numbers(Table.PRIOR_VERSIONS, "last_release").numbers.tolist() == [19]
    assert store.numbers(Table.PRIOR_VERSIONS, "size_bytes").numbers.tolist() == [1_230_000]
    assert store.terms(Table.PRIOR_VERSIONS, "aws_bucket").values == ["idc-open-data"]
    # Between its rows it was not served.
    figures = small.figures()
    assert [figures[release][0][0] for release in (15, 16, 17, 18)] == [1, 0, 0, 1]
    assert figures[18][1] == (1, 0, 0, 1)
