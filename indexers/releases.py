"""What every release held and what it changed, rebuilt from the current series and the prior versions.

Release N served a current series if its version dates from N or before (series_revised_idc_version <= N), and a prior
version if N lies in its range. A series has one version in a release, so series and versions are equally many.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from indexers.columns import Identifiers, Terms, find_identifiers
from indexers.hierarchy import Hierarchy
from indexers.index_package import REINSTALL, IndexPackage, SourceError
from indexers.prior_versions import Integers, PriorVersions

# In place of the number of a prior version: the release serves the version that is current, or none.
_CURRENT = -1
_NONE = 0
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class CurrentSeries:
    """The series of the current release in key order, and the identifiers of what they belong to."""

    tree: Hierarchy
    collection_ids: Sequence[str]
    patient_ids: Terms
    study_uids: Identifiers
    series_uids: Identifiers
    first_release: Integers
    revised_release: Integers
    sizes: Integers


def release_dates(source: IndexPackage) -> dict[int, datetime.date]:
    """The date of each release, by version. SourceError if one has none."""
    path = source.table("version_metadata_index")
    rows = pq.read_table(path, columns=["idc_version", "version_timestamp"]).to_pylist()
    if any(None in row.values() for row in rows):
        raise SourceError(f"{path} has releases without version or date: {REINSTALL}")
    dates = {row["idc_version"]: str(row["version_timestamp"])[:10] for row in rows}
    return {version: datetime.date.fromisoformat(date) for version, date in sorted(dates.items())}


def release_records(
    dates: dict[int, datetime.date], current: CurrentSeries, prior: PriorVersions
) -> list[dict[str, Any]]:
    """A record per release, in order. `counts` and `changes` are None where prior versions do not reach back."""
    versions = list(dates)
    timeline = _Timeline(versions, current, prior)
    owners = {
        "collections": _collections(current, prior),
        "patients": _patients(current, prior),
        "studies": _studies(current, prior),
    }
    # The index covers no release before the first one of its rows.
    known = min([*prior.first.tolist(), versions[-1]])
    records: list[dict[str, Any]] = []
    for place, (version, date) in enumerate(dates.items()):
        counts = timeline.counts(place, owners) if version >= known else None
        changes = timeline.changes(place) if place and versions[place - 1] >= known else None
        records.append({"version": version, "date": date.isoformat(), "counts": counts, "changes": changes})
    return records


@dataclass(frozen=True)
class _Owners:
    """Studies, patients or collections: the number of each prior version's, and since when current series keep each."""

    of_prior: Integers
    since: Integers

    def count(self, release: int, prior_versions: Integers) -> int:
        """How many the release has, given the prior versions that it served."""
        others = np.unique(self.of_prior[prior_versions])
        return int((self.since <= release).sum()) + int((self.since[others] > release).sum())


class _Timeline:
    """Which version of each series each release served. SourceError if a release served two of one series."""

    def __init__(self, versions: Sequence[int], current: CurrentSeries, prior: PriorVersions) -> None:
        self._versions = versions
        self._current = current
        self._prior = prior
        rows, found = find_identifiers(current.series_uids, [uid.decode() for uid in prior.series_uids.texts.tolist()])
        alone = np.ones(len(current.sizes), bool)
        alone[rows[found]] = False
        # Current series without prior versions, and for series with some when the current one begins.
        self._alone_first, self._alone_revised = current.first_release[alone], current.revised_release[alone]
        self._first = np.where(found, current.first_release[rows], _NEVER)
        self._revised = np.where(found, current.revised_release[rows], _NEVER)
        self._served = [self._serving(version) for version in versions]
        self._seen = np.logical_or.accumulate([served != _NONE for served in self._served])

    def _serving(self, release: int) -> npt.NDArray[np.int32]:
        """Per series with prior versions the one that the release served, counted from 1."""
        rows = (self._prior.served.first <= release) & (release <= self._prior.served.last)
        version = self._prior.served.version[rows]
        series = self._prior.series[version]
        served = np.full(len(self._revised), _NONE, np.int32)
        served[series] = version + 1
        now = self._revised <= release
        if (served[series] != version + 1).any() or (served[now] != _NONE).any():
            raise SourceError(f"release {release} holds two versions of one series: {REINSTALL}")
        served[now] = _CURRENT
        return served

    def counts(self, place: int, owners: dict[str, _Owners]) -> dict[str, int]:
        """How much the release held, and for how many series that is not known exactly."""
        release, served = self._versions[place], self._served[place]
        prior = served[served > _NONE].astype(np.int64) - 1
        current = self._current.revised_release <= release
        return {
            **{name: each.count(release, prior) for name, each in owners.items()},
            "series": len(prior) + int(current.sum()),
            "size_bytes": int(self._prior.sizes[prior].sum() + self._current.sizes[current].sum()),
            "rounded_series": len(prior),
            "unknown_series": self._unknown(release, served),
        }

    def _unknown(self, release: int, served: npt.NDArray[np.int32]) -> int:
        """Series that were there before and are there now, of which no version is known for the release."""
        alone = (self._alone_first <= release) & (release < self._alone_revised)
        return int(alone.sum()) + int(((self._first <= release) & (served == _NONE)).sum())

    def changes(self, place: int) -> dict[str, int]:
        """What the release changed against the one before; `returned_series` are those added that once were there."""
        release, before, now = self._versions[place], self._served[place - 1], self._served[place]
        alone = (self._versions[place - 1] < self._alone_revised) & (self._alone_revised <= release)
        added = (before == _NONE) & (now != _NONE)
        returned = added & (self._seen[place - 1] | (self._first <= self._versions[place - 1]))
        alone_returned = alone & (self._alone_first <= self._versions[place - 1])
        return {
            "added_series": int(added.sum()) + int(alone.sum()),
            "revised_series": int(((before != _NONE) & (now != _NONE) & (before != now)).sum()),
            "removed_series": int(((before != _NONE) & (now == _NONE)).sum()),
            "returned_series": int(returned.sum()) + int(alone_returned.sum()),
        }


def _owners(
    of_current: npt.NDArray[np.integer], revised: Integers, keys: Sequence[Any], prior: Sequence[Any]
) -> _Owners:
    """Numbers of the current ones by their keys, and further numbers for those that only prior versions have."""
    numbers = {key: number for number, key in enumerate(keys)}
    of_prior = [numbers.setdefault(key, len(numbers)) for key in prior]
    since = np.full(len(numbers), _NEVER)
    np.minimum.at(since, of_current, revised)
    return _Owners(np.array(of_prior, np.int64), since)


def _collections(current: CurrentSeries, prior: PriorVersions) -> _Owners:
    then = prior.table["collection_id"].to_pylist()
    return _owners(current.tree.series_collection, current.revised_release, current.collection_ids, then)


def _patients(current: CurrentSeries, prior: PriorVersions) -> _Owners:
    names = [current.patient_ids.values[code - 1] for code in current.patient_ids.codes.tolist()]
    collections = [current.collection_ids[number] for number in current.tree.patient_collection.tolist()]
    keys = list(zip(collections, names, strict=True))
    then = zip(prior.table["collection_id"].to_pylist(), prior.table["PatientID"].to_pylist(), strict=True)
    return _owners(current.tree.series_patient, current.revised_release, keys, list(then))


def _studies(current: CurrentSeries, prior: PriorVersions) -> _Owners:
    keys = [uid.decode() for uid in current.study_uids.texts.tolist()]
    then = prior.table["StudyInstanceUID"].to_pylist()
    return _owners(current.tree.series_study, current.revised_release, keys, then)
