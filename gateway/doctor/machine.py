"""What the machine has: cores, memory, disk."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from gateway.doctor.finding import Finding, ok, size, warning, wrong


def cores() -> Finding:
    """The cores that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ok("cores", str(usable))


def memory(available: int | None, need: int, must_build: bool) -> Finding:
    """Whether a build would find enough memory."""
    if available is None:
        return ok("memory", "not known on this system")
    if must_build and available < need:
        found = f"{size(available)} available, building the store needs {size(need)}"
        return warning("memory", found, "stop what uses it, raise the container's limit, or build on another machine")
    return ok("memory", f"{size(available)} available")


def available_memory(root: Path = Path("/")) -> int | None:
    """Bytes that a new process could use: of the system, or fewer within the limit of a container."""
    return min(_limits(root), default=None)


def _limits(root: Path) -> Iterator[int]:
    for line in _read(root / "proc/meminfo").splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            yield int(rest.split()[0]) * 1024
    group = root / "sys/fs/cgroup"
    # The second is of the older kind of control groups.
    for limit, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        most, now = _read(group / limit).strip(), _read(group / used).strip()
        if most.isdecimal() and now.isdecimal():
            yield max(0, int(most) - int(now))


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""


def disk(cache: Path, need: int, must_build: bool) -> Finding:
    """Whether a store would find room."""
    free = _free(cache)
    if free is None:
        return warning("disk", f"the disk of {cache} can't be looked at", "see to the cache first")
    if free >= need:
        return ok("disk", f"{size(free)} free for the cache")
    remedy = "make room, or set IDC_GATEWAY_CACHE or --cache to a folder on another disk"
    found = f"{size(free)} free for the cache, building a store needs {size(need)}"
    return wrong("disk", found, remedy) if must_build else warning("disk", found, remedy)


def _free(path: Path) -> int | None:
    """Bytes that are free where the path is, or would be made."""
    for place in (path.absolute(), *path.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:  # not there, or not to be entered
            continue
    return None
