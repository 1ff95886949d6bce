"""The glass slides that slide images are of: a table of IDC's that the index package does not hold.

`sm_index.parquet`, an asset of each release of idc-index-data at
https://github.com/ImagingDataCommons/idc-index-data/releases, has a row for each slide microscopy series.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from indexers.index_package import SourceError

_COLUMNS = ("SeriesInstanceUID", "ContainerIdentifier")


class SlideIndex:
    """What is written on the glass, by series."""

    def __init__(self, path: Path) -> None:
        """SourceError if the file is not that table."""
        try:
            table = pq.read_table(path, columns=list(_COLUMNS))
            uids, containers = (table[name].cast(pa.string()).to_pylist() for name in _COLUMNS)
        except (pa.ArrowException, KeyError, OSError) as error:
            complaint = f"{path} can't be read as IDC's sm_index ({error}): give --slide-index another file"
            raise SourceError(complaint) from error
        named = zip(uids, containers, strict=True)
        self._containers: dict[str, str] = {uid: text for uid, text in named if uid and text}

    def container(self, series_instance_uid: str) -> str | None:
        """ContainerIdentifier (0040,0512) of a series; None if it has none, or is no slide."""
        return self._containers.get(series_instance_uid)
