"""The crosswalks of a release that were harvested, each as it is now: a harvest is taken up when it is done."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from indexers.crosswalk import MANIFEST, CrosswalkError, crosswalk_folder, read_crosswalk
from resolvers.catalogue import Catalogue
from resolvers.commons.crosswalk import Crosswalk
from resolvers.commons.identity import tables_digest
from schema.errors import NotHarvested
from schema.vocabulary import Commons, Level


class Crosswalks:
    """Opens the crosswalks of a store in a cache. Safe to ask from several threads."""

    def __init__(self, cache: Path, catalogue: Catalogue) -> None:
        store = catalogue.store.key.folder_name
        self._folders = {commons: crosswalk_folder(cache, commons, store) for commons in Commons}
        self._patients = catalogue.relations.sizes[Level.PATIENT]
        self._open: dict[Commons, tuple[int, Crosswalk]] = {}
        self._lock = Lock()

    @classmethod
    def none(cls, catalogue: Catalogue) -> "Crosswalks":
        """Where nothing was harvested."""
        return cls(Path(os.devnull), catalogue)

    def of(self, commons: Commons) -> Crosswalk:
        """What was harvested last. NotHarvested names the command if there is nothing that can be used."""
        manifest = self._folders[commons] / MANIFEST
        try:
            written = manifest.stat().st_mtime_ns
        except OSError:
            raise NotHarvested(commons.value, f"{commons.value} was not harvested") from None
        with self._lock:
            found = self._open.get(commons)
            if found is None or found[0] != written:
                found = self._open[commons] = (written, self._opened(commons))
        return found[1]

    def edition(self) -> str:
        """Tells what was harvested from every other state of it: answers that depend on it are no longer valid."""
        return " ".join(f"{commons.value}:{key}" for commons, key in self._editions())

    def _opened(self, commons: Commons) -> Crosswalk:
        try:
            return Crosswalk(read_crosswalk(self._folders[commons], tables_digest()), self._patients)
        except CrosswalkError as error:
            raise NotHarvested(commons.value, str(error)) from error

    def _editions(self) -> Iterator[tuple[Commons, int]]:
        for commons, folder in self._folders.items():
            try:
                yield commons, (folder / MANIFEST).stat().st_mtime_ns
            except OSError:
                continue
