"""The release that is being served: built in a process of its own if need be, then opened and swapped in whole."""

import asyncio
import logging
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.garbage import settle
from gateway.settings import Settings
from gateway.telemetry.metrics import Metrics
from indexers.build import find_store, store_folder
from indexers.index_package import installed_index
from indexers.store import Store, StoreError
from resolvers.facet_limits import FacetLimits

if TYPE_CHECKING:
    from gateway.open_release import OpenRelease

log = logging.getLogger("idc_gateway")


class ReleaseHolder:
    """Holds the release once it is open. Until then `release` is None and `state` says what is being waited for."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self.release: OpenRelease | None = None
        self.state = "starting"

    @property
    def version(self) -> int | None:
        """Such as 25; None until the release is open."""
        return None if self.release is None else self.release.catalogue.store.key.release

    @property
    def name(self) -> str | None:
        """Such as v25; None until the release is open."""
        return None if self.version is None else f"v{self.version}"

    async def open(self) -> "OpenRelease":
        """Build the store if there is none, and open it. StoreError or SourceError if that can't be done."""
        self.state = "looking for the store"
        folder = await asyncio.to_thread(self._found)
        if folder is None:
            self.state = "building the store"
            log.info("building the store in %s; it takes some seconds", self._settings.cache)
            await self._build()
            folder = store_folder(installed_index(), self._settings.cache)
        self.state = "opening the store"
        release = self.release = await asyncio.to_thread(self._opened, folder)
        self.state = "ready"
        log.info("serving IDC %s from %s", self.name, release.catalogue.store.folder)
        await release.warm()
        settle()
        return release

    def close(self) -> None:
        """Stop answering."""
        if self.release is not None:
            self.release.close()

    async def _build(self) -> None:
        # In a process of its own: what the build needs in memory goes back to the system when it ends.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "gateway",
            "build",
            "--cache",
            str(self._settings.cache),
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            ended = await process.wait()
            if ended < 0:
                raise StoreError(f"the build was killed by signal {-ended}: it needs 1 GB of memory")
            if ended != 0:
                raise StoreError("the store could not be built; the message above says why")
        finally:
            if process.returncode is None:
                process.kill()

    def _found(self) -> Path | None:
        return find_store(installed_index(), self._settings.cache)

    def _opened(self, folder: Path) -> "OpenRelease":
        # Kernels may have to be compiled first, which must keep nobody from asking whether the process lives.
        from gateway.open_release import OpenRelease
        from gateway.telemetry.engine import ObservedSearchEngine

        settings = self._settings
        release = OpenRelease.over(
            Store(folder),
            settings.threads,
            seconds=settings.search_seconds,
            facet_limits=FacetLimits.of(settings),
            observed=partial(ObservedSearchEngine, metrics=self._metrics),
        )
        self._metrics.watch_threads(lambda: release.engine.busy)
        return release
