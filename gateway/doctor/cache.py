"""What the cache holds: stores, what builds left, compiled kernels."""

import shlex
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from gateway.doctor.finding import Finding, ok, size, warning, wrong
from gateway.doctor.folders import refusal_to_write
from indexers.inventory import CachedStore, Condition, Inventory, LeftOver
from indexers.store import BuildKey

_ELSEWHERE = "set IDC_GATEWAY_CACHE or --cache to a folder that can be written to"


def folder(cache: Path, must_build: bool) -> Finding:
    """Whether a store can be built in the cache."""
    refused = refusal_to_write(cache)
    if refused is not None:
        found = f"{cache} can't be written to ({refused})"
        return wrong("cache", found, _ELSEWHERE) if must_build else warning("cache", found, _ELSEWHERE)
    return ok("cache", f"{cache} can be written to" if cache.is_dir() else f"{cache} can be made")


def stores(contents: Inventory, wanted: BuildKey | None, build: str) -> list[Finding]:
    """Every store, and which one would be served; `build` is the command that builds it."""
    findings = [_store(store, wanted, build) for store in contents.stores]
    if wanted is not None and wanted.folder_name not in {store.folder.name for store in contents.stores}:
        found = f"{wanted.folder_name} is not there: it has to be built, which takes some seconds"
        findings.append(warning("store", found, f"run `{build}`"))
    return findings


def _store(store: CachedStore, wanted: BuildKey | None, build: str) -> Finding:
    name = store.folder.name
    remove = f"rm -r {shlex.quote(str(store.folder))}"
    if wanted is None:
        return ok("store", f"{name}: {_condition(store)}; there is no index to compare it with")
    if store.key == wanted and name == wanted.folder_name:
        return ok("store", f"{name}: {_condition(store)}; this one is served")
    if name != wanted.folder_name:
        found = f"{name}: {_condition(store)}{_difference(store, wanted)}; not served"
        return warning("store", found, f"run `{remove}` once no gateway serves it")
    if store.condition is Condition.UNREADABLE:
        remedy = f"let the user who runs the gateway read it: `chmod -R a+rX {shlex.quote(str(store.folder))}`"
        return wrong("store", f"{name}: {_condition(store)}", remedy)
    found = f"{name}: {_condition(store)}{_difference(store, wanted)}; to be built anew"
    # Of another build it is what every update leaves; anything else should not have come about.
    state = warning if store.condition is Condition.WHOLE else wrong
    return state("store", found, f"run `{remove} && {build}`")


def _condition(store: CachedStore) -> str:
    reason = f" ({store.reason})" if store.reason else ""
    return f"{store.condition}{reason}, {size(store.size)}"


def _difference(store: CachedStore, wanted: BuildKey) -> str:
    """What a whole store holds instead of what is wanted."""
    key = store.key
    if key is None:
        return ""
    if store.folder.name != key.folder_name:
        return f", but holds {key.folder_name}"
    if key.release != wanted.release:
        return f", of release v{key.release}, while v{wanted.release} is installed"
    if key.package_version != wanted.package_version:
        return f", of index {key.package_version}, while {wanted.package_version} is installed"
    return ", built with another table of subject kinds"


def left_overs(contents: Inventory) -> list[Finding]:
    """What builds left, and builds that are running."""
    running = [lock for lock in contents.locks if lock.held]
    idle = len(contents.locks) - len(running)
    lock_files = "1 lock file" if idle == 1 else f"{idle or 'no'} lock files"
    return [
        *(_running(lock) for lock in running),
        *(_unfinished(unfinished) for unfinished in contents.unfinished if not unfinished.held),
        ok("left-overs", f"{lock_files} of builds that ended"),
    ]


def _running(lock: LeftOver) -> Finding:
    found = f"a build holds {lock.path}; a start waits for it"
    return warning("left-overs", found, f"wait for it, or find it with `fuser {shlex.quote(str(lock.path))}`")


def _unfinished(unfinished: LeftOver) -> Finding:
    found = f"{unfinished.path.name}, {size(unfinished.size)}, of a build that was stopped"
    return warning("left-overs", found, f"run `rm -r {shlex.quote(str(unfinished.path))}`")


def kernels(folder: Path, required: Requirement | None, build: str) -> list[Finding]:
    """The compiled kernels in the folder that numba is told to keep them in; nothing if numba is not required."""
    if required is None:
        return []
    if find_spec("numba") is None:
        return [wrong("kernels", "numba is not installed", f"run `pip install {shlex.quote(str(required))}`")]
    refused = refusal_to_write(folder)
    if refused is not None:
        remedy = "set NUMBA_CACHE_DIR to a folder that can be written to"
        return [wrong("kernels", f"{folder} can't be written to ({refused})", remedy)]
    compiled = sum(1 for _ in folder.rglob("*.nbi"))
    if compiled == 0:
        found = f"none in {folder}: the first start compiles the kernels, which takes some seconds"
        return [warning("kernels", found, f"run `{build}`")]
    return [ok("kernels", f"{compiled} compiled in {folder}; none needs a threading layer of numba")]
