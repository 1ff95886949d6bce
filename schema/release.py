"""Releases of IDC: what each held and changed, and the versions of a series that they served."""

import datetime

import strawberry

from schema.fields import described
from schema.scalars import BigInt


@strawberry.type(
    description="How much a release held. Past releases are rebuilt from the index of the current one: a release held "
    "a series if that index dates its current version (revisedRelease) from the release or before, or lists an earlier "
    "version that the release served."
)
class ReleaseCounts:
    collections: int = described(
        "Number of collections. Versions that are still current count under today's collection and patient, others "
        "under those that they had."
    )
    patients: int = described(
        "Number of patients, that is of (collectionID, patientID) pairs: subject identifiers, not always persons."
    )
    studies: int = described("Number of studies.")
    series: int = described("Number of series, each in one version.")
    size_bytes: BigInt | None = described(
        "Size of all files in bytes. Sizes of versions that are no longer served are known to 10,000 bytes only."
    )
    exact: bool = described("Whether these are the true numbers of the release; only the current one's surely are.")
    note: str | None = described("Why they are not exact, and by how much where that is known; null if they are exact.")


@strawberry.type(
    description="What a release changed against the one before, both as they are rebuilt (see ReleaseCounts). Files "
    "that moved to another storage bucket are no change."
)
class ReleaseChanges:
    added_series: int = described(
        "Number of series that the release held and the one before did not, by SeriesInstanceUID."
    )
    revised_series: int = described(
        "Number of series that both held with another content, hence another crdcSeriesUUID. Added ones are not among "
        "them."
    )
    removed_series: int = described("Number of series that the one before held and the release did not.")
    note: str | None = described(
        "What these numbers miss or count otherwise than one may expect; null if nothing is known."
    )


@strawberry.type(description="A release of IDC. All data that can be asked for are those of the current one.")
class Release:
    version: int = described("Its number, for example 25.")
    date: datetime.date = described("The day that IDC gives for it.")
    current: bool = described("Whether it is the one that this gateway serves.")
    counts: ReleaseCounts | None = described("How much it held; null where that can't be rebuilt.")
    changes: ReleaseChanges | None = described(
        "What it changed against the release before; null where that one can't be rebuilt."
    )


@strawberry.type(
    description="A version of a series: its content, under an identifier of its own, in the releases that served it. "
    "Versions that are no longer current can still be downloaded."
)
class SeriesVersion:
    series_instance_uid: strawberry.ID = described("SeriesInstanceUID (0020,000E), the same in every version.")
    crdc_series_uuid: strawberry.ID = described("Identifier of this version; another one whenever the content changes.")
    collection_id: strawberry.ID = described("Collection that the series belonged to then.")
    first_release: int = described("First release that served this version.")
    last_release: int | None = described("Last release that served it; null for the current version.")
    size_bytes: BigInt | None = described(
        "Size of its files in bytes; of versions that are no longer current known to 10,000 bytes only."
    )
    aws_url: str | None = described(
        "Its files in Amazon S3, as s5cmd takes it, where they were in its last release; no account is needed."
    )
