"""Documents of the documentation are asked in-process, of the whole release."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gateway.open_release import OpenRelease
from indexers.build import ensure_store
from indexers.index_package import installed_index
from indexers.store import Store
from resolvers.catalogue import Catalogue
from schema.build import build_schema


class RefusedDocument(Exception):
    """A document of the documentation is answered with an error; the message says which and why."""


class Asker(Protocol):
    """A release that can be asked."""

    @property
    def catalogue(self) -> Catalogue:
        """Its columns."""
        ...

    def data(self, document: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        ...


@dataclass(frozen=True)
class Release:
    """The schema over the installed release."""

    catalogue: Catalogue
    answer: Callable[[str, dict[str, Any]], Any]

    def data(self, document: str, **variables: Any) -> Any:
        """See Asker. RefusedDocument if there is an error."""
        result = self.answer(document, variables)
        if result.errors:
            raise RefusedDocument(f"{result.errors[0].message}\n\n{document}")
        return result.data


@contextmanager
def opened(cache: Path) -> Iterator[Release]:
    """The installed release, with its store built in the cache if it is not there."""
    release = OpenRelease.over(Store(ensure_store(installed_index(), cache)))
    schema = build_schema()
    with asyncio.Runner() as runner:

        def answer(document: str, variables: dict[str, Any]) -> Any:
            return runner.run(schema.execute(document, variable_values=variables, context_value=release.context()))

        yield Release(release.catalogue, answer)
        runner.run(release.close())
