"""What is installed: the gateway, Python, the libraries, the index package."""

import platform
import shlex
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, requires, version

import pyarrow as pa
import pyarrow.parquet as pq
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from gateway.doctor.finding import Finding, ok, warning, wrong
from indexers.index_package import REINSTALL, REQUIREMENT, TABLES, IndexPackage, SourceError, installed_index

_GATEWAY = "idc-gateway"
_INDEX = "idc-index-data"
_KEY_LIBRARIES = ("numpy", "pyarrow", "pydantic", "strawberry-graphql", "starlette", "uvicorn", "numba")


def own_requirements() -> list[Requirement]:
    """What the gateway's own metadata require on this machine; without metadata only the index."""
    try:
        stated = requires(_GATEWAY) or []
    except PackageNotFoundError:
        stated = [REQUIREMENT]
    required = [Requirement(text) for text in stated]
    return [r for r in required if r.marker is None or r.marker.evaluate({"extra": ""})]


def requirement_of(name: str, requirements: Sequence[Requirement]) -> Requirement | None:
    """What is required of one package; None if it is not required."""
    return next((r for r in requirements if canonicalize_name(r.name) == name), None)


def gateway() -> Finding:
    """The version of the gateway itself."""
    installed = _installed(_GATEWAY)
    if installed is None:
        found = "runs from its source: what it requires can't be checked"
        return warning(_GATEWAY, found, "run `pip install -e .` in the folder of its source")
    return ok(_GATEWAY, installed)


def python() -> Finding:
    """The interpreter."""
    return ok("python", f"{platform.python_version()}, {sys.executable}")


def libraries(requirements: Sequence[Requirement]) -> list[Finding]:
    """The versions of the libraries that matter most, and every one that is not as required."""
    refused = [refusal(r) for r in requirements if canonicalize_name(r.name) != _INDEX]
    present = ((name, _installed(name)) for name in _KEY_LIBRARIES)
    found = ", ".join(f"{name} {installed}" for name, installed in present if installed)
    return [ok("libraries", found), *(finding for finding in refused if finding)]


def refusal(requirement: Requirement) -> Finding | None:
    """What is wrong with the installed package of that name, if anything."""
    installed = _installed(requirement.name)
    wanted = f"{requirement.name}{requirement.specifier}"
    remedy = f"run `pip install {shlex.quote(wanted)}`"
    if installed is None:
        return wrong("libraries", f"{requirement.name} is not installed, {wanted} is required", remedy)
    try:
        fits = requirement.specifier.contains(installed, prereleases=True)
    except InvalidVersion:
        fits = False
    if not fits:
        return wrong("libraries", f"{requirement.name} {installed} is installed, {wanted} is required", remedy)
    return None


def index(source: IndexPackage | SourceError, requirements: Sequence[Requirement]) -> list[Finding]:
    """The index package: its version, release, and whether its tables can be read."""
    if isinstance(source, SourceError):
        return [_refused(source)]
    required = requirement_of(_INDEX, requirements) or Requirement(REQUIREMENT)
    refused = refusal(required)
    damaged = [finding for name in TABLES if (finding := table(source, name))]
    if refused is not None:
        damaged.append(wrong("index", refused.found, refused.remedy))
    if damaged:
        return damaged
    try:
        release = source.release()
    except SourceError as error:
        return [_refused(error)]
    return [
        ok("index", f"{_INDEX} {source.package_version}, release v{release}, {len(TABLES)} tables in {source.folder}")
    ]


def table(source: IndexPackage, name: str) -> Finding | None:
    """What is wrong with one table of the index, if anything."""
    try:
        path = source.table(name)
        if pq.read_metadata(path).num_rows > 0:
            return None
        return wrong("index", f"{path} is empty", REINSTALL)
    except SourceError as error:
        return _refused(error)
    except (pa.ArrowException, OSError, ValueError) as error:
        return wrong("index", f"{path} can't be read ({error})", REINSTALL)


def index_or_refusal() -> IndexPackage | SourceError:
    """The installed index package, or why there is none."""
    try:
        return installed_index()
    except SourceError as error:
        return error


def _refused(error: SourceError) -> Finding:
    # The message ends with its remedy.
    found, _, remedy = str(error).rpartition(": ")
    return wrong("index", found, remedy)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
