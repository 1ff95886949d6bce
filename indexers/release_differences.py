"""Where releases as they are rebuilt from the index differ from what those releases really held.

The index of release 25 can't tell them: the series of mri_dir left IDC and came back unchanged, and some series of
cptac_lscc left without a trace. The table ``release_differences.csv`` beside this module was drawn up by comparing each
rebuilt release with the index package of its own time, version by version; there are packages from release 17 on. A
past release that the table does not name could not be compared. Series of which the index itself shows that a version
is missing are not in it.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("release_differences.csv")


@dataclass(frozen=True)
class ReleaseDifference:
    """In a rebuilt release a collection has so many series too many, and lacks so many."""

    release: int
    collection_id: str
    too_many: int
    missing: int


@cache
def release_differences() -> dict[int, tuple[ReleaseDifference, ...]]:
    """The differences of each release that was compared."""
    found: dict[int, tuple[ReleaseDifference, ...]] = {}
    with TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, strict=True):
            release = int(row["release"])
            difference = ReleaseDifference(release, row["collection_id"], int(row["too_many"]), int(row["missing"]))
            found[release] = (*found.get(release, ()), difference)
    return found
