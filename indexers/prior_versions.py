"""Versions of series that earlier releases served and the current one no longer does: `prior_versions_index`.

The index has a row per version and storage bucket. Rows of one crdc_series_uuid are one version that moved between
buckets; they are merged here, and what they disagree on is taken from the row that lasted longest into the present.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from indexers.columns import Identifiers, Numbers, identifiers, terms
from indexers.index_package import REINSTALL, IndexPackage, SourceError
from indexers.store import StoreWriter, Table

_TEXTS = ("collection_id", "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "crdc_series_uuid", "aws_bucket")
_NUMBERS = ("series_size_MB", "min_idc_version", "max_idc_version")

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Served:
    """Which releases served which version: one entry per row of the index, both ends included."""

    version: Integers
    first: Integers
    last: Integers


@dataclass(frozen=True)
class PriorVersions:
    """Versions in order of series and first release; `series` numbers the distinct `series_uids`, which ascend."""

    series_uids: Identifiers
    uuids: Identifiers
    series: Integers
    first: Integers
    last: Integers
    # In bytes; the index rounds them to 10,000.
    sizes: Integers
    # What they belonged to then, a row per version: collection_id, PatientID, StudyInstanceUID, aws_bucket.
    table: pa.Table
    served: Served


def read_prior_versions(source: IndexPackage, release: int) -> PriorVersions:
    """The prior versions of an index of `release`. SourceError if a row can't be one."""
    rows = _rows(source.table("prior_versions_index"), release)
    series_uid, uuid = rows["SeriesInstanceUID"].combine_chunks(), rows["crdc_series_uuid"].combine_chunks()
    new = _differs(series_uid) | _differs(uuid)
    starts = np.flatnonzero(new)
    first = np.minimum.reduceat(_integers(rows["min_idc_version"]), starts) if len(starts) else np.empty(0, np.int64)
    latest = np.append(starts[1:], rows.num_rows)[: len(starts)] - 1
    series = np.cumsum(_differs(series_uid))[starts] - 1
    order = np.lexsort((first, series))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    merged = rows.take(pa.array(latest[order]))
    return PriorVersions(
        series_uids=identifiers(rows["SeriesInstanceUID"].take(pa.array(np.flatnonzero(_differs(series_uid))))),
        uuids=identifiers(merged["crdc_series_uuid"]),
        series=series[order],
        first=first[order],
        last=_integers(merged["max_idc_version"]),
        sizes=np.rint(merged["series_size_MB"].to_numpy() * 1e6).astype(np.int64),
        table=merged,
        served=Served(
            number[np.cumsum(new) - 1], _integers(rows["min_idc_version"]), _integers(rows["max_idc_version"])
        ),
    )


def write_prior_versions(prior: PriorVersions, writer: StoreWriter) -> None:
    """Write the columns that the versions of a series are read from."""
    count = np.bincount(prior.series, minlength=len(prior.series_uids.order))
    writer.column(Table.PRIOR_SERIES, "series_instance_uid", prior.series_uids)
    writer.column(Table.PRIOR_SERIES, "first_version", Numbers((np.cumsum(count) - count).astype(np.int32)))
    writer.column(Table.PRIOR_SERIES, "version_count", Numbers(count.astype(np.int32)))
    writer.column(Table.PRIOR_VERSIONS, "crdc_series_uuid", prior.uuids)
    for name in ("collection_id", "aws_bucket"):
        writer.column(Table.PRIOR_VERSIONS, name, terms(prior.table[name]))
    writer.column(Table.PRIOR_VERSIONS, "first_release", Numbers(prior.first.astype(np.int32)))
    writer.column(Table.PRIOR_VERSIONS, "last_release", Numbers(prior.last.astype(np.int32)))
    writer.column(Table.PRIOR_VERSIONS, "size_bytes", Numbers(prior.sizes))


def _rows(path: Path, release: int) -> pa.Table:
    """The rows of the index by series and version; of one version, the one that lasted longest is the last."""
    missing = [name for name in (*_TEXTS, *_NUMBERS) if name not in pq.read_schema(path).names]
    if missing:
        raise SourceError(f"{path} has no column {missing[0]}: {REINSTALL}")
    rows = pq.read_table(path, columns=[*_TEXTS, *_NUMBERS])
    for name in rows.column_names:
        if rows[name].null_count:
            raise SourceError(f"{path} has versions without {name}: {REINSTALL}")
    first, last = _integers(rows["min_idc_version"]), _integers(rows["max_idc_version"])
    if (first > last).any():
        raise SourceError(f"{path} has versions that end before they begin: {REINSTALL}")
    if (last >= release).any():
        raise SourceError(f"{path} has versions that release {release} still serves: {REINSTALL}")
    by = ("SeriesInstanceUID", "crdc_series_uuid", "max_idc_version", "min_idc_version")
    return rows.take(pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in by]))


def _differs(column: pa.Array) -> npt.NDArray[np.bool_]:
    """Whether each row differs from the one before; the first does."""
    different = np.ones(len(column), bool)
    before, after = column.slice(0, max(len(column) - 1, 0)), column.slice(1)
    different[1:] = pc.not_equal(before, after).to_numpy(zero_copy_only=False)
    return different


def _integers(column: pa.ChunkedArray) -> Integers:
    return np.asarray(column.to_numpy(), np.int64)
