"""Releases and the versions of series, from what the store keeps of them."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, cast

import numpy as np
from strawberry import ID

from indexers.columns import find_identifiers
from indexers.release_differences import release_differences
from indexers.store import Table
from resolvers.records import Shelf
from resolvers.records.columns import of_identifiers, of_numbers, of_terms, together
from resolvers.records.links import aws_url
from resolvers.records.page import Reader
from schema.release import Release, ReleaseChanges, ReleaseCounts, SeriesVersion
from schema.scalars import BigInt
from schema.vocabulary import Level

Figures = Mapping[str, int]


class ReleaseResolver:
    """See schema.context.Releases."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._store = shelf.catalogue.store
        self._current = self._store.key.release

    async def release(self, version: int | None) -> Release | None:
        return self._releases.get(self._current if version is None else version)

    async def releases(self) -> list[Release]:
        return [self._releases[version] for version in sorted(self._releases, reverse=True)]

    async def series_versions(self, series_instance_uid: str) -> list[SeriesVersion]:
        return [*self._prior_versions(series_instance_uid), *self._current_version(series_instance_uid)]

    @cached_property
    def _releases(self) -> dict[int, Release]:
        return {record["version"]: self._release(record) for record in self._store.records("releases")}

    def _release(self, record: Mapping[str, Any]) -> Release:
        version, counts, changes = record["version"], record["counts"], record["changes"]
        return Release(
            version=version,
            date=date.fromisoformat(record["date"]),
            current=version == self._current,
            counts=None if counts is None else self._counts(version, counts),
            changes=None if changes is None else self._changes(version, changes),
        )

    def _counts(self, version: int, counts: Figures) -> ReleaseCounts:
        exact = version == self._current
        return ReleaseCounts(
            **{name: counts[name] for name in ("collections", "patients", "studies", "series")},
            size_bytes=BigInt(counts["size_bytes"]),
            exact=exact,
            note=None if exact else " ".join(_remarks_on_counts(version, counts, self._current)),
        )

    def _changes(self, version: int, changes: Figures) -> ReleaseChanges:
        return ReleaseChanges(
            **{name: changes[name] for name in ("added_series", "revised_series", "removed_series")},
            note=" ".join(_remarks_on_changes(version, changes)) or None,
        )

    def _prior_versions(self, uid: str) -> Iterator[SeriesVersion]:
        series = self._store.identifiers(Table.PRIOR_SERIES, "series_instance_uid")
        (row,), (found,) = find_identifiers(series, [uid])
        if not found:
            return
        start = int(self._store.numbers(Table.PRIOR_SERIES, "first_version").numbers[row])
        count = int(self._store.numbers(Table.PRIOR_SERIES, "version_count").numbers[row])
        versions = np.arange(start, start + count)
        columns = zip(*(read(versions) for read in self._readers.values()), strict=True)
        for values in columns:
            yield SeriesVersion(series_instance_uid=ID(uid), **dict(zip(self._readers, values, strict=True)))

    @cached_property
    def _readers(self) -> dict[str, Reader]:
        """Fields of SeriesVersion, read from the rows of prior versions."""
        store, versions = self._store, Table.PRIOR_VERSIONS
        uuid = of_identifiers(store.identifiers(versions, "crdc_series_uuid"))
        return {
            "crdc_series_uuid": uuid,
            "collection_id": of_terms(store.terms(versions, "collection_id")),
            "first_release": of_numbers(store.numbers(versions, "first_release").numbers),
            "last_release": of_numbers(store.numbers(versions, "last_release").numbers),
            "size_bytes": of_numbers(store.numbers(versions, "size_bytes").numbers),
            "aws_url": together(aws_url, of_terms(store.terms(versions, "aws_bucket")), uuid),
        }

    def _current_version(self, uid: str) -> Iterator[SeriesVersion]:
        row = self._shelf.catalogue.keys.row(Level.SERIES, (uid,))
        if row is None:
            return
        series = self._shelf.series([row])[0]
        yield SeriesVersion(
            series_instance_uid=series.series_instance_uid,
            crdc_series_uuid=ID(str(series.crdc_series_uuid)),
            collection_id=series.collection_id,
            first_release=cast(int, series.revised_release),
            last_release=None,
            size_bytes=series.size_bytes,
            aws_url=series.aws_url,
        )


def _remarks_on_counts(version: int, counts: Figures, current: int) -> Iterator[str]:
    yield f"Rebuilt from the index of release {current}."
    if version not in release_differences():
        yield "This release could not be compared with an index of its own time."
    for difference in release_differences().get(version, ()):
        if difference.too_many:
            yield (
                f"Counts {difference.too_many:,} series of {difference.collection_id} that this release did not hold: "
                "they left IDC and came back unchanged, which the index does not tell."
            )
        if difference.missing:
            yield (
                f"Lacks {difference.missing:,} series of {difference.collection_id} that this release held and "
                "later ones do not."
            )
    if counts["unknown_series"]:
        yield (
            f"May lack {counts['unknown_series']:,} series that were in IDC before and are now: no version of them is "
            "known for this release."
        )
    if counts["rounded_series"]:
        yield f"The sizes of {counts['rounded_series']:,} of its series are known to 10,000 bytes only."


def _remarks_on_changes(version: int, changes: Figures) -> Iterator[str]:
    if changes["returned_series"]:
        yield (
            f"Of the added series {changes['returned_series']:,} had been in IDC before: they came back, or their "
            "version in the release before is not known."
        )
    still = {difference.collection_id for difference in release_differences().get(version, ())}
    for difference in release_differences().get(version - 1, ()):
        name = difference.collection_id
        if difference.too_many and name not in still:
            yield f"{difference.too_many:,} series of {name} came back; they are not among the added."
        if difference.missing and name not in still:
            yield f"{difference.missing:,} more series of {name} were removed."
