"""Builds the embedded store in the cache: beside the live one, then renamed whole.

A crash at any moment leaves the old store or none; of two processes that start at once one builds and the other waits.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from indexers.extract import extract
from indexers.index_package import IndexPackage
from indexers.store import BuildKey, Store, StoreError, StoreWriter

# A build takes seconds; a lock held longer than this belongs to a process that hangs.
LOCK_SECONDS = 600.0

_UNFINISHED = ".unfinished"


def store_folder(source: IndexPackage, cache: Path) -> Path:
    """Where the store of this index lies, or will lie."""
    return cache / BuildKey(source.release(), source.package_version).folder_name


def find_store(source: IndexPackage, cache: Path) -> Path | None:
    """The folder of a whole store of this index; None if it has to be built."""
    folder = store_folder(source, cache)
    try:
        Store(folder)
    except StoreError:
        return None
    return folder


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
        with FileLock(f"{folder}.lock", timeout=LOCK_SECONDS):
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
            f"the cache {cache} can't be written to ({error.strerror}): set IDC_GATEWAY_CACHE to a folder that can"
        ) from error


def _build(source: IndexPackage, folder: Path, report: Callable[[str], None]) -> None:
    # Whoever holds the lock is the only builder of this store, so unfinished folders are left-overs of a crash.
    for left_over in folder.parent.glob(f"{folder.name}{_UNFINISHED}*"):
        shutil.rmtree(left_over)
    beside = folder.with_name(f"{folder.name}{_UNFINISHED}-{os.getpid()}")
    beside.mkdir()
    writer = StoreWriter(beside, BuildKey(source.release(), source.package_version))
    extract(source, writer, report)
    writer.finish()
    if folder.exists():  # damaged, or it would have been served
        shutil.rmtree(folder)
    beside.rename(folder)
