"""What lies in a cache: stores in any condition and what builds leave, told without changing anything."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexers.build import LOCK, UNFINISHED
from indexers.store import LAYOUT, MANIFEST, BuildKey, DamagedFileError, OtherLayoutError, Store, StoreError

_PREFIX = "idc-v"


class Condition(StrEnum):
    """What can be done with a store."""

    WHOLE = "whole"
    HALF_BUILT = "half-built"
    OTHER_LAYOUT = "of another layout"
    DAMAGED = "damaged"
    # By the user who asks: it may well be whole.
    UNREADABLE = "not readable"


@dataclass(frozen=True)
class CachedStore:
    """A store, or what was to be one. `reason` says why it is not whole; `key` is that of a whole one."""

    folder: Path
    condition: Condition
    reason: str
    key: BuildKey | None
    size: int


@dataclass(frozen=True)
class LeftOver:
    """A lock file or an unfinished folder. `held`: by a build that is running."""

    path: Path
    held: bool
    size: int


@dataclass(frozen=True)
class Inventory:
    """All that builds have put into a cache."""

    stores: tuple[CachedStore, ...]
    unfinished: tuple[LeftOver, ...]
    locks: tuple[LeftOver, ...]


def inventory(cache: Path) -> Inventory:
    """What lies in the cache; nothing if it can't be listed."""
    try:
        paths = sorted(cache.iterdir())
    except OSError:
        paths = []
    locks = tuple(LeftOver(path, _is_held(path), 0) for path in paths if path.name.endswith(LOCK))
    held = {lock.path.name.removesuffix(LOCK) for lock in locks if lock.held}
    unfinished = tuple(
        LeftOver(path, path.name.partition(UNFINISHED)[0] in held, _size(path))
        for path in paths
        if UNFINISHED in path.name
    )
    others = {left_over.path for left_over in (*locks, *unfinished)}
    stores = tuple(cached_store(path) for path in paths if path not in others and _is_store(path))
    return Inventory(stores, unfinished, locks)


def cached_store(folder: Path) -> CachedStore:
    """The condition of one store."""
    condition, reason, key = _condition(folder)
    return CachedStore(folder, condition, reason, key, _size(folder))


def _is_store(path: Path) -> bool:
    return path.name.startswith(_PREFIX) or os.path.lexists(path / MANIFEST)


def _condition(folder: Path) -> tuple[Condition, str, BuildKey | None]:
    try:
        if not folder.is_dir():
            return Condition.DAMAGED, "it is no folder", None
        if not _may_be_read(folder):
            return Condition.UNREADABLE, "no right to read it", None
        if not os.path.lexists(folder / MANIFEST):
            return Condition.HALF_BUILT, f"it has no {MANIFEST}", None
        if not (folder / MANIFEST).is_file():
            return Condition.DAMAGED, f"{MANIFEST} is no file", None
        return Condition.WHOLE, "", Store(folder).key
    except OtherLayoutError as error:
        return Condition.OTHER_LAYOUT, f"it has layout {error.layout}, this gateway reads {LAYOUT}", None
    except DamagedFileError as error:
        return Condition.DAMAGED, f"{error.path.name} is missing or has another size", None
    except PermissionError:
        return Condition.UNREADABLE, "no right to read it", None
    except (StoreError, OSError, TypeError, ValueError):
        return Condition.DAMAGED, f"{MANIFEST} can't be read", None


def _may_be_read(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK) and all(
        os.access(path, os.R_OK) for path in folder.iterdir() if path.exists()
    )


def _size(path: Path) -> int:
    return sum(_sizes(path))


def _sizes(path: Path) -> Iterator[int]:
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                yield Path(folder, name).lstat().st_size
            except OSError:  # gone since it was listed
                continue


def _is_held(lock: Path) -> bool:
    """Whether a process holds the lock. Shared and at once given back, it keeps no build from starting."""
    try:
        import fcntl

        opened = os.open(lock, os.O_RDONLY | os.O_NONBLOCK)
    except (ImportError, OSError):
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(opened)
    return False
