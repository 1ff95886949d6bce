"""What was pulled from a commons, kept until its next release: a file of records per project, so that a harvest that
was killed goes on where it stopped."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from schema.vocabulary import Commons

# Raise it whenever the records of a commons come to hold other fields: what was pulled before is pulled anew then.
FORM = 2
_RELEASE = "release.json"
_SUFFIX = ".jsonl"


class Harvested:
    """The records of one commons in a cache."""

    def __init__(self, cache: Path, commons: Commons) -> None:
        self._folder = cache / "commons" / "pulled" / commons.value.lower()

    @property
    def release(self) -> str | None:
        """The release that they are of; None if there are none, or only of another form."""
        told = self._told()
        return None if told is None else str(told["release"])

    @property
    def whole(self) -> bool:
        """Whether all projects were pulled."""
        told = self._told()
        return told is not None and bool(told["whole"])

    def begin(self, release: str) -> None:
        """Keep what was pulled of this release, and nothing of any other."""
        if self.release != release:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._say(release, whole=False)

    def finish(self) -> None:
        """All projects were pulled."""
        self._say(str(self.release), whole=True)

    def has(self, project: str) -> bool:
        """Whether a project was pulled wholly."""
        return self._path(project).is_file()

    def put(self, project: str, records: Iterable[dict[str, Any]]) -> None:
        """The records of a project."""
        path = self._path(project)
        beside = path.with_name(f"{path.name}.unfinished-{os.getpid()}")
        with beside.open("wb") as file:
            for record in records:
                file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        beside.rename(path)

    def records(self) -> Iterator[dict[str, Any]]:
        """All records, project by project."""
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            with path.open("rb") as file:
                yield from map(orjson.loads, file)

    def _told(self) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = orjson.loads((self._folder / _RELEASE).read_bytes())
            return told if told["form"] == FORM and {"release", "whole"} <= told.keys() else None
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
            return None

    def _say(self, release: str, *, whole: bool) -> None:
        (self._folder / _RELEASE).write_bytes(orjson.dumps({"release": release, "whole": whole, "form": FORM}))

    def _path(self, project: str) -> Path:
        return self._folder / f"{re.sub(r'[^A-Za-z0-9_-]', '_', project)}{_SUFFIX}"
