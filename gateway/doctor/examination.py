"""The list of checks, and what they are made on."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from packaging.requirements import Requirement

from gateway.doctor import cache, cluster, commons, configuration, installation, listening, machine
from gateway.doctor.finding import Finding, State, wrong
from gateway.kernel_cache import kernel_cache
from gateway.settings import Settings, SettingsError, load_settings, origin
from indexers.build import BYTES_OF_DISK, BYTES_OF_MEMORY, build_key
from indexers.index_package import IndexPackage, SourceError
from indexers.inventory import Inventory, inventory
from indexers.store import BuildKey, Store


@dataclass(frozen=True)
class Deployment:
    """An installed gateway with its settings; each part is looked at once, when a check first needs it."""

    settings: Settings
    flags: Mapping[str, object]

    @property
    def cache(self) -> Path:
        """The cache in full: remedies must hold in any folder, and whatever its name begins with."""
        return self.settings.cache.absolute()

    @cached_property
    def index(self) -> IndexPackage | SourceError:
        """The installed index package, or why there is none."""
        return installation.index_or_refusal()

    @cached_property
    def requirements(self) -> list[Requirement]:
        """What the gateway requires."""
        return installation.own_requirements()

    @cached_property
    def contents(self) -> Inventory:
        """What the cache holds."""
        return inventory(self.cache)

    @cached_property
    def wanted(self) -> BuildKey | None:
        """The store that would be served; None if the index does not say."""
        try:
            return None if isinstance(self.index, SourceError) else build_key(self.index)
        except SourceError:
            return None

    @cached_property
    def must_build(self) -> bool:
        """Whether serving would have to build its store."""
        return self.wanted is not None and not any(
            store.key == self.wanted and store.folder.name == self.wanted.folder_name for store in self.contents.stores
        )

    @property
    def store(self) -> Store | None:
        """The store that would be served; None if it must be built."""
        if self.wanted is None or self.must_build:
            return None
        return Store(self.cache / self.wanted.folder_name)

    @property
    def build(self) -> str:
        """The command that builds the store."""
        flag = f" --cache {shlex.quote(str(self.cache))}"
        return f"idc-gateway build{flag if origin('cache', self.flags) == '--cache' else ''}"

    @property
    def kernels(self) -> Path:
        """Where compiled kernels are kept."""
        return kernel_cache(self.cache)


Check = Callable[[Deployment], Iterable[Finding]]

CHECKS: dict[str, Check] = {
    "idc-gateway": lambda d: [installation.gateway()],
    "python": lambda d: [installation.python()],
    "libraries": lambda d: installation.libraries(d.requirements),
    "index": lambda d: installation.index(d.index, d.requirements),
    "cores": lambda d: [machine.cores()],
    "memory": lambda d: [machine.memory(machine.available_memory(), BYTES_OF_MEMORY, d.must_build)],
    configuration.NAME: lambda d: configuration.settings_in_effect(d.settings, d.flags),
    "cache": lambda d: [cache.folder(d.cache, d.must_build)],
    "store": lambda d: cache.stores(d.contents, d.wanted, d.build),
    "left-overs": lambda d: cache.left_overs(d.contents),
    "disk": lambda d: [machine.disk(d.cache, BYTES_OF_DISK, d.must_build)],
    "kernels": lambda d: cache.kernels(d.kernels, installation.requirement_of("numba", d.requirements), d.build),
    commons.NAME: lambda d: commons.harvests(d.settings, d.store),
    cluster.NAME: lambda d: cluster.cluster(d.settings, d.store) if d.settings.engine == cluster.NAME else (),
    listening.NAME: lambda d: [listening.address(d.settings.host, d.settings.port)],
}


def examine(flags: Mapping[str, object]) -> list[Finding]:
    """All findings; if a setting can't be used only that, since the others depend on it."""
    try:
        deployment = Deployment(load_settings(**flags), flags)
    except SettingsError as error:
        return configuration.refused_settings(error)
    return [finding for name, check in CHECKS.items() for finding in _made(name, check, deployment)]


def _made(name: str, check: Check, deployment: Deployment) -> Iterator[Finding]:
    # A check that fails on what nobody foresaw must not keep the others from being read.
    try:
        yield from check(deployment)
    except Exception as error:
        yield wrong(name, f"can't be looked at ({type(error).__name__}: {error})", "report this line")


def exit_code(findings: Sequence[Finding]) -> int:
    """What `serve` would end with: 2 if a setting can't be used, 1 for anything else that is wrong, else 0."""
    at_fault = {finding.name for finding in findings if finding.state is State.WRONG}
    if at_fault & {configuration.NAME, listening.NAME}:
        return 2
    return 1 if at_fault else 0
