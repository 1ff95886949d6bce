"""The release that is being served: built in a process of its own if need be, then opened and swapped in whole."""

import asyncio
import logging
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.commons import clients_of
from gateway.garbage import settle
from gateway.settings import Settings
from gateway.telemetry.metrics import Metrics
from indexers.build import find_store, store_folder
from indexers.index_package import installed_index
from indexers.slide_index import SlideIndex
from indexers.store import Store, StoreError
from resolvers.facet_limits import FacetLimits

if TYPE_CHECKING:
    from gateway.open_release import OpenRelease
    from resolvers.commons.clients import CommonsClients
    from resolvers.search.elasticsearch.watch import WatchedEngine

log = logging.getLogger("idc_gateway")


class ReleaseHolder:
    """Holds the release once it is open. Until then `release` is None and `state` says what is being waited for."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self.release: OpenRelease | None = None
        self._watched: WatchedEngine | None = None
        self._clients: CommonsClients | None = None
        self._state = "starting"

    @property
    def version(self) -> int | None:
        """Such as 25; None until the release is open."""
        return None if self.release is None else self.release.catalogue.store.key.release

    @property
    def name(self) -> str | None:
        """Such as v25; None until the release is open."""
        return None if self.version is None else f"v{self.version}"

    @property
    def state(self) -> str:
        """What is being waited for, or `ready`."""
        if self.release is not None and self._watched is not None and self._watched.complaint is not None:
            return f"Elasticsearch can't be asked: {self._watched.complaint}"
        return self._state

    @property
    def ready(self) -> bool:
        """Whether questions are answered."""
        return self.release is not None and (self._watched is None or self._watched.ready)

    def fail(self, why: str) -> None:
        """Say why the release can't be opened."""
        self._state = f"failed: {why}"

    async def open(self) -> "OpenRelease":
        """Build the store if there is none, and open it. StoreError or SourceError if that can't be done."""
        self._state = "looking for the store"
        folder = await asyncio.to_thread(self._found)
        if folder is None:
            self._state = "building the store"
            log.info("building the store in %s; it takes some seconds", self._settings.cache)
            await self._build()
            folder = store_folder(installed_index(), self._settings.cache)
        self._state = "opening the store"
        if self._settings.commons_live:
            # Here, since it belongs to the loop that asks.
            self._clients = clients_of(self._settings)
            self._metrics.watch_commons(self._clients)
        release = await asyncio.to_thread(self._opened, folder)
        if self._watched is not None:
            await self._watched.start()
        self.release = release
        self._state = "ready"
        log.info("serving IDC %s from %s", self.name, release.catalogue.store.folder)
        await release.warm()
        settle()
        return release

    async def close(self) -> None:
        """Stop answering."""
        if self.release is not None:
            await self.release.close()
        if self._clients is not None:
            await self._clients.close()

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
        from gateway.open_release import LiveCommons, OpenRelease
        from gateway.telemetry.engine import ObservedSearchEngine
        from resolvers.catalogue import Catalogue
        from resolvers.commons.crosswalks import Crosswalks
        from resolvers.search.embedded.engine import EmbeddedSearchEngine

        settings, catalogue = self._settings, Catalogue(Store(folder))
        limits, observed = FacetLimits.of(settings), partial(ObservedSearchEngine, metrics=self._metrics)
        crosswalks = Crosswalks(settings.cache, catalogue)
        live = None if self._clients is None else LiveCommons(self._clients, settings.commons_live_patients)
        slides = None if settings.slide_index is None else SlideIndex(settings.slide_index)
        if settings.engine == "elasticsearch":
            from gateway.elasticsearch import watched_engine

            watched = self._watched = watched_engine(settings, catalogue)
            self._metrics.watch_cluster(lambda: watched.meter)
            return OpenRelease.with_engine(
                catalogue,
                watched,
                facet_limits=limits,
                observed=observed,
                crosswalks=crosswalks,
                live=live,
                slides=slides,
            )
        engine = EmbeddedSearchEngine(catalogue, settings.threads, settings.search_seconds)
        self._metrics.watch_threads(lambda: engine.busy)
        return OpenRelease.with_engine(
            catalogue, engine, facet_limits=limits, observed=observed, crosswalks=crosswalks, live=live, slides=slides
        )
