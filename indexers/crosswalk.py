"""The crosswalk: what one commons, at one release of its own, holds of the patients of one release of IDC.

A folder beside the stores, written whole and renamed, so that a reader finds all of a harvest or nothing of it:
`manifest.json`, `links.arrow` with a row for every patient that could be linked, and `<table>.arrow` with the columns
of each table of records. Rows ascend by patient, which is a row of the store that the crosswalk was made for.
"""

import datetime
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
from pyarrow import feather

from indexers.columns import Terms, terms
from indexers.harvested import FORM
from schema.record_attributes import RecordValues, attributes_of, kept_tables
from schema.vocabulary import Commons

# Raise it whenever a reader of the old layout would misread the new one.
LAYOUT = 2
MANIFEST = "manifest.json"
LINKS = "links"
PATIENT = "patient"

# Of each patient that could be linked: how it is linked, the record as JSON if it is, and what there is to say.
LINKS_SCHEMA = pa.schema(
    [
        (PATIENT, pa.int32()),
        ("status", pa.string()),
        ("link", pa.binary()),
        ("record", pa.binary()),
    ]
)
_TYPES = {
    RecordValues.STRING: pa.string(),
    RecordValues.INT: pa.int64(),
    RecordValues.FLOAT: pa.float64(),
    RecordValues.BOOLEAN: pa.string(),
}


class CrosswalkError(Exception):
    """The folder is not a crosswalk that can be read; the message says why and what to do."""


@dataclass(frozen=True)
class CrosswalkKey:
    """What a crosswalk is made of. `rules`: the digest of the tables of identity."""

    commons: str
    commons_release: str
    store: str
    rules: str
    layout: int = LAYOUT
    # Of the records, which are kept as they were pulled.
    form: int = FORM


def crosswalk_folder(cache: Path, commons: Commons, store: str) -> Path:
    """Where the crosswalk of a commons with a store lies, or will lie."""
    return cache / "commons" / f"{commons.value.lower()}-{store}"


def table_schema(commons: Commons, table: str) -> pa.Schema:
    """The columns of a table: the patient, and its attributes."""
    own = [(each.column, _TYPES[each.values]) for each in attributes_of(commons, table)]
    return pa.schema([(PATIENT, pa.int32()), *own])


def write_crosswalk(
    folder: Path, key: CrosswalkKey, harvested_at: str, links: pa.Table, tables: Mapping[str, pa.Table]
) -> None:
    """Put a crosswalk where the last one was. What is there stays whole until the new one is."""
    beside = folder.with_name(f"{folder.name}.unfinished-{os.getpid()}")
    old = folder.with_name(f"{folder.name}.old-{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        for name, table in {LINKS: links, **tables}.items():
            feather.write_feather(table.sort_by(PATIENT), str(beside / f"{name}.arrow"), compression="uncompressed")
        (beside / MANIFEST).write_bytes(orjson.dumps({**asdict(key), "harvested_at": harvested_at}))
        if folder.exists():
            folder.rename(old)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


@dataclass(frozen=True)
class CrosswalkTables:
    """What a commons holds of patients: LINKS_SCHEMA, and the columns of each table of its records."""

    commons: Commons
    # As the commons names it; None where it tells none.
    release: str | None
    read_at: datetime.datetime
    links: pa.Table
    tables: Mapping[str, pa.Table]
    # It is older than it should be, since the commons could not be asked again.
    stale: bool = False

    def patients(self, table: str) -> pa.ChunkedArray:
        """Of each row of a table the patient, ascending."""
        return self.tables[table][PATIENT]

    def column(self, table: str, name: str) -> Terms:
        """A column of a table."""
        return terms(self.tables[table][name])


def read_crosswalk(folder: Path, rules: str) -> CrosswalkTables:
    """What was harvested. CrosswalkError if the folder is no whole crosswalk of this layout and these rules."""
    key, harvested_at = _manifest(folder)
    if key.layout != LAYOUT:
        raise CrosswalkError(f"{folder} has layout {key.layout}, not {LAYOUT}")
    if key.form != FORM:
        raise CrosswalkError(f"{folder} holds records of form {key.form}, not {FORM}")
    if key.rules != rules:
        raise CrosswalkError(f"the harvest of {key.commons} was linked by other rules")
    commons = Commons(key.commons)
    tables = {table.name: _read(folder, table.name) for table in kept_tables(commons)}
    for name, table in tables.items():
        if table.schema != table_schema(commons, name):
            raise CrosswalkError(f"{folder} has other columns of {name}")
    return CrosswalkTables(commons, key.commons_release, harvested_at, _read(folder, LINKS), tables)


def _manifest(folder: Path) -> tuple[CrosswalkKey, datetime.datetime]:
    try:
        manifest: dict[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
        key = CrosswalkKey(**{each.name: manifest[each.name] for each in fields(CrosswalkKey)})
        return key, datetime.datetime.fromisoformat(manifest["harvested_at"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CrosswalkError(f"{folder} is no whole crosswalk") from error


def _read(folder: Path, name: str) -> pa.Table:
    path = folder / f"{name}.arrow"
    try:
        return feather.read_table(str(path), memory_map=True)
    except (OSError, pa.ArrowException) as error:
        raise CrosswalkError(f"{path} is damaged") from error
