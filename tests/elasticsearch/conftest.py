"""A release in a real Elasticsearch that these tests may do anything to."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexers.build import ensure_store
from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.layout import Names
from indexers.elasticsearch.release import index_release
from indexers.index_package import IndexPackage, installed_index
from indexers.store import Store
from resolvers.catalogue import Catalogue
from tests.conftest import SHORT_LIVED, servers
from tests.elasticsearch.server import Node
from tests.oracle.sample import write_sample

SERIES = 12_000


@dataclass(frozen=True)
class Served:
    """Where a release is put into service, under a prefix."""

    url: str
    store: Store
    prefix: str

    @property
    def connection(self) -> Connection:
        return Connection((self.url,))

    @property
    def names(self) -> Names:
        return Names(self.prefix)

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.store)

    def index(self) -> str:
        """Put the release into service, once more; the name of its build."""
        return asyncio.run(index_release(self.connection, self.store, self.names, lambda step, series: None))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Store:
    """A smaller sample than that of other tests: it is indexed again and again."""
    folder = tmp_path_factory.mktemp("small")
    write_sample(installed_index().folder, folder, rows=SERIES)
    return Store(ensure_store(IndexPackage(folder, "small"), cache))


@pytest.fixture(scope="session")
def mortal() -> Iterator[Node]:
    """A node of these tests' own: it may be killed."""
    with servers(**SHORT_LIVED) as (node,):
        yield node


@pytest.fixture
def node(mortal: Node) -> Node:
    """The same, alive: whatever a test before did to it."""
    mortal.revive()
    return mortal
