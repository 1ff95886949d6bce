"""The embedded store on disk: one folder per build, memory-mapped when it is opened.

`manifest.json` is written last and names every file with its size, so a folder without it, or with another size, is
not a store. Arrays are `.npy`, value lists and records JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from indexers.columns import Column, Identifiers, Numbers, Terms, Value
from indexers.hierarchy import Hierarchy
from indexers.quotient import PROFILE_COLUMNS, Quotient, Quotients, Signatures
from schema.vocabulary import Level

# Raise it whenever a reader of the old layout would misread the new one, or the meaning of a column changes.
LAYOUT = 2
MANIFEST = "manifest.json"


class Table(Enum):
    """What a store holds beside the levels of the hierarchy, in columns too."""

    # Series that earlier releases served in versions which the current one no longer serves, in order of their UIDs.
    PRIOR_SERIES = "PRIOR_SERIES"
    # Those versions, in order of series and first release.
    PRIOR_VERSIONS = "PRIOR_VERSIONS"


class StoreError(Exception):
    """The folder is not a store that can be served; the message says why and what to do."""


class OtherLayoutError(StoreError):
    """The folder holds a store that only a gateway of another layout can read."""

    def __init__(self, folder: Path, layout: object) -> None:
        super().__init__(f"{folder} has layout {layout}, not {LAYOUT}: remove it and run `idc-gateway build`")
        self.layout = layout


class DamagedFileError(StoreError):
    """A file of the store is missing or has another size than the manifest states."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is damaged: remove {path.parent} and run `idc-gateway build`")
        self.path = path


@dataclass(frozen=True)
class BuildKey:
    """What a store is a build of. Two stores with one key hold the same rows under the same numbers."""

    release: int
    package_version: str
    # Digest of the table that subject kinds were read from.
    subject_kinds: str
    layout: int = LAYOUT

    @property
    def folder_name(self) -> str:
        """Name of the store's folder in the cache."""
        return f"idc-v{self.release}-index-{self.package_version}-layout-{self.layout}"


class StoreWriter:
    """Writes one store into an empty folder. `finish` makes it a store."""

    def __init__(self, folder: Path, key: BuildKey) -> None:
        self._folder = folder
        self._key = key
        self._columns: dict[str, dict[str, Any]] = {}

    def column(self, level: Level | Table, name: str, column: Column) -> None:
        """Write an attribute's column at its level, or a column of another table."""
        stem = f"{level.value.lower()}.{name}"
        match column:
            case Terms():
                self._array(stem, column.codes)
                self._json(f"{stem}.values", column.values)
                self._columns[stem] = {"form": "terms"}
            case Numbers():
                self._array(stem, column.numbers)
                self._columns[stem] = {"form": "numbers"}
            case Identifiers():
                self._array(stem, column.texts)
                self._array(f"{stem}.order", column.order)
                self._columns[stem] = {"form": "identifiers", "lowered": column.lowered}

    def arrays(self, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Write arrays that belong together and are no columns, such as the tree."""
        for part, array in arrays.items():
            self._array(f"{name}.{part}", array)

    def hierarchy(self, hierarchy: Hierarchy) -> None:
        """Write the tree."""
        self.arrays("hierarchy", asdict(hierarchy))

    def quotients(self, quotients: Quotients) -> None:
        """Write profiles, cells and signatures."""
        for name, part in (
            ("quotient", "quotient"),
            ("study_signatures", "studies"),
            ("patient_signatures", "patients"),
        ):
            self.arrays(name, asdict(getattr(quotients, part)))
        self.arrays("profile", quotients.profile_codes)

    def records(self, name: str, records: Sequence[Mapping[str, Any]]) -> None:
        """Write a short table of records, such as the collections."""
        self._json(name, records)

    def finish(self) -> None:
        """Write the manifest, which makes the folder a store."""
        files = {path.name: path.stat().st_size for path in sorted(self._folder.iterdir())}
        manifest = {**asdict(self._key), "columns": self._columns, "files": files}
        (self._folder / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))

    def _array(self, stem: str, array: npt.NDArray[Any]) -> None:
        np.save(self._folder / f"{stem}.npy", array, allow_pickle=False)

    def _json(self, stem: str, content: object) -> None:
        (self._folder / f"{stem}.json").write_bytes(orjson.dumps(content))


class Store:
    """An opened store. Columns are mapped when first read; StoreError if the folder is not a whole store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = _manifest(folder)
        self.key = BuildKey(**{field.name: manifest[field.name] for field in fields(BuildKey)})
        self._columns: dict[str, dict[str, Any]] = manifest["columns"]
        self._open: dict[str, Column] = {}

    def own_rows(self, level: Level, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """The rows here of a set of rows of the whole release."""
        return mask

    def column(self, level: Level | Table, name: str) -> Column:
        """An attribute's column at its level, or a column of another table. KeyError if there is no such column."""
        stem = f"{level.value.lower()}.{name}"
        if stem not in self._open:
            self._open[stem] = self._read(stem, self._columns[stem])
        return self._open[stem]

    def has_column(self, level: Level, name: str) -> bool:
        """Whether the level has a column of that name."""
        return f"{level.value.lower()}.{name}" in self._columns

    def terms(self, level: Level | Table, name: str) -> Terms:
        """A column that is known to be Terms."""
        column = self.column(level, name)
        if not isinstance(column, Terms):
            raise TypeError(f"{name} of {level.value} is not stored as terms")
        return column

    def numbers(self, level: Level | Table, name: str) -> Numbers:
        """A column that is known to be Numbers."""
        column = self.column(level, name)
        if not isinstance(column, Numbers):
            raise TypeError(f"{name} of {level.value} is not stored as numbers")
        return column

    def identifiers(self, level: Level | Table, name: str) -> Identifiers:
        """A column that is known to be Identifiers."""
        column = self.column(level, name)
        if not isinstance(column, Identifiers):
            raise TypeError(f"{name} of {level.value} is not stored as identifiers")
        return column

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The tree."""
        return Hierarchy(**self._arrays("hierarchy", Hierarchy))

    @cached_property
    def quotients(self) -> Quotients:
        """Profiles, cells and signatures."""
        return Quotients(
            quotient=Quotient(**self._arrays("quotient", Quotient)),
            profile_codes={name: self._array(f"profile.{name}") for name in PROFILE_COLUMNS},
            studies=Signatures(**self._arrays("study_signatures", Signatures)),
            patients=Signatures(**self._arrays("patient_signatures", Signatures)),
        )

    def records(self, name: str) -> list[dict[str, Any]]:
        """A short table of records."""
        records: list[dict[str, Any]] = self._json(name)
        return records

    def _read(self, stem: str, described: Mapping[str, Any]) -> Column:
        array = self._array(stem)
        match described["form"]:
            case "terms":
                return Terms(array, [_value(v) for v in self._json(f"{stem}.values")])
            case "numbers":
                return Numbers(array)
            case _:
                return Identifiers(array, self._array(f"{stem}.order"), described["lowered"])

    def _arrays(self, name: str, parts: type[Any]) -> dict[str, npt.NDArray[Any]]:
        return {field.name: self._array(f"{name}.{field.name}") for field in fields(parts)}

    def _array(self, stem: str) -> npt.NDArray[Any]:
        path = self.folder / f"{stem}.npy"
        try:
            array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, OSError) as error:
            raise StoreError(f"{path} is damaged: remove {self.folder} and start again") from error
        # A plain view: np.memmap's own indexing is several times slower than ndarray's.
        return array.view(np.ndarray)

    def _json(self, stem: str) -> Any:
        return orjson.loads((self.folder / f"{stem}.json").read_bytes())


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = orjson.loads(path.read_bytes())
        # First: of another layout nothing else is known.
        if manifest["layout"] != LAYOUT:
            raise OtherLayoutError(folder, manifest["layout"])
        files = dict(manifest["files"])
        _ = manifest["release"], manifest["package_version"], manifest["subject_kinds"], manifest["columns"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise StoreError(f"{folder} is not a whole store: remove it and run `idc-gateway build`") from None
    for name, size in files.items():
        found = (folder / name).stat().st_size if (folder / name).is_file() else None
        if found != size:
            raise DamagedFileError(folder / name)
    return manifest


def _value(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value
