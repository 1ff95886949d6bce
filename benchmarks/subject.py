"""What is measured in-process: the engine over the store of the installed release."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.open_release import OpenRelease
from indexers.build import ensure_store
from indexers.index_package import installed_index
from indexers.store import Store
from resolvers.facet_limits import FacetLimits


@contextmanager
def opened(cache: Path, threads: int | None = None) -> Iterator[OpenRelease]:
    """The release, opened as for serving, with larger panels."""
    limits = FacetLimits(buckets=25_000)
    release = OpenRelease.over(Store(ensure_store(installed_index(), cache)), threads, facet_limits=limits)
    gc.collect()
    gc.freeze()
    yield release
    asyncio.run(release.close())
