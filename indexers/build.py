"""Builds the embedded store in the cache: beside the live one, then renamed whole.

A crash at any moment leaves the old store or none; of two processes that start at once one builds and the other waits.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from indexers.extract import extract
from indexers.index_package import REINSTALL, IndexPackage, SourceError
from indexers.store import BuildKey, Store, StoreError, StoreWriter
from indexers.subject_kind import table_digest

# A build takes seconds; a lock held longer than this belongs to a process that hangs.
LOCK_SECONDS = 600.0

# What a build needs at its peak, with room for a release that is larger than 25.
BYTES_OF_DISK = 300_000_000
BYTES_OF_MEMORY = 1_000_000_000

UNFINISHED = ".unfinished"
LOCK = ".lock"


def store_folder(source: IndexPackage, cache: Path) -> Path:
    """Where the store of this index lies, or will lie."""
    return cache / build_key(source).folder_name


def build_key(source: IndexPackage) -> BuildKey:
    """What a store of this index would be a build of."""
    return BuildKey(source.release(), source.package_version, table_digest())


def find_store(source: IndexPackage, cache: Path) -> Path | None:
    """The folder of a whole store of this index; None if it has to be built."""
    key = build_key(source)
    folder = cache / key.folder_name
    try:
        found = Store(folder)
    except StoreError:
        return None
    return folder if found.key == key else None


def ensure_store(source: IndexPackage, cache: Path, report: Callable[[str], None] = lambda step: None) -> Path:
    """The folder of a whole store of `source`, built if there is none; `report` is told each step of a build.

    StoreError if the cache can't be written to or another build hangs, SourceError if the index can't be read.
    """
    found = find_store(source, cache)
    if found is not None:
        return found
    folder = store_folder(source, cache)
    _make_cache(cache)
    try:
        with FileLock(f"{folder}{LOCK}", timeout=LOCK_SECONDS):
            if find_store(source, cache) is None:
                _build(source, folder, report)
    except Timeout:
        raise StoreError(
            f"another process has been building {folder.name} for {LOCK_SECONDS:.0f} s: stop it, then try again"
        ) from None
    return folder


def _make_cache(cache: Path) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        probe = cache / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StoreError(
            f"the cache {cache} can't be written to ({error.strerror}): set IDC_GATEWAY_CACHE or --cache to another"
        ) from error


def _build(source: IndexPackage, folder: Path, report: Callable[[str], None]) -> None:
    # Whoever holds the lock is the only builder of this store, so unfinished folders are left-overs of a crash.
    for left_over in folder.parent.glob(f"{folder.name}{UNFINISHED}*"):
        _remove(left_over)
    beside = folder.with_name(f"{folder.name}{UNFINISHED}-{os.getpid()}")
    try:
        beside.mkdir()
        writer = StoreWriter(beside, build_key(source))
        extract(source, writer, report)
        writer.finish()
        _remove(folder)  # damaged, or it would have been served
        beside.rename(folder)
    except (pa.ArrowException, ValueError, KeyError) as error:
        raise SourceError(f"the index in {source.folder} can't be read ({error}): {REINSTALL}") from error
    except OSError as error:
        raise StoreError(
            f"{folder.parent} can't hold the store ({error.strerror or error}): make room, or set --cache"
        ) from error
    finally:
        _remove(beside)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
