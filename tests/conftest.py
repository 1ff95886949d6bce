"""What tests share: the store of the whole release, that of a fixed sample of it, and gateways over both."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from gateway.open_release import OpenRelease
from indexers.build import ensure_store
from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.layout import Names
from indexers.elasticsearch.release import index_release
from indexers.index_package import IndexPackage, installed_index
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.service import open_engine
from schema.build import build_schema
from tests.elasticsearch.server import Node, missing_tool, passing
from tests.oracle.sample import write_sample

REQUIRE_ALL = "TESTS_REQUIRE_ALL"


def missing(what: str) -> None:
    """Skip a test for want of something of the machine; where nothing may be missing, fail."""
    if os.environ.get(REQUIRE_ALL):
        pytest.fail(f"{what} is missing, and {REQUIRE_ALL} is set")
    pytest.skip(f"{what} is missing")


# For nodes that live for seconds: compiling well takes longer than it saves.
SHORT_LIVED = {"heap": "512m", "options": "-XX:TieredStopAtLevel=1"}


@contextmanager
def servers(**how: Any) -> Iterator[list[Node]]:
    """Nodes of an Elasticsearch of a test's own."""
    tool = missing_tool()
    if tool is not None:
        missing(tool)
    with passing(**how) as nodes:
        yield nodes


@dataclass(frozen=True)
class Gateway:
    """The schema over one store, in-process."""

    source: IndexPackage
    catalogue: Catalogue
    execute: Callable[..., ExecutionResult]

    def data(self, document: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        result = self.execute(document, variables)
        assert result.errors is None, result.errors
        return result.data

    def error(self, document: str, **variables: Any) -> Any:
        """The only error of an answer."""
        result = self.execute(document, variables)
        assert result.errors is not None and len(result.errors) == 1, result
        return result.errors[0]


@dataclass(frozen=True)
class Indices:
    """Where a release is put into Elasticsearch."""

    url: str
    prefix: str


def gateway_over(source: IndexPackage, cache: Path, indices: Indices | None = None) -> Iterator[Gateway]:
    """A gateway over the store of an index, built in the cache if it is not there; by Elasticsearch if it is named."""
    store, schema = Store(ensure_store(source, cache)), build_schema()
    with asyncio.Runner() as runner:
        release = OpenRelease.over(store) if indices is None else runner.run(indexed(store, indices))

        def execute(document: str, variables: dict[str, Any] | None = None) -> ExecutionResult:
            return runner.run(schema.execute(document, variable_values=variables, context_value=release.context()))

        yield Gateway(source, release.catalogue, execute)
        runner.run(release.close())


async def indexed(store: Store, indices: Indices) -> OpenRelease:
    """The release in a store, put into Elasticsearch and answered by it."""
    connection, names, catalogue = Connection((indices.url,)), Names(indices.prefix), Catalogue(store)
    await index_release(connection, store, names, lambda step, series: None)
    return OpenRelease.with_engine(catalogue, await open_engine(connection, names, catalogue, seconds=60))


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[str]:
    """The address of an Elasticsearch that runs as long as the tests do."""
    with servers() as (node,):
        yield node.url


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> IndexPackage:
    """At most 60,000 series of the release that hold every odd row."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(installed_index().folder, folder)
    return IndexPackage(folder, "sample")


@pytest.fixture(scope="session")
def idc(cache: Path) -> Iterator[Gateway]:
    """A gateway over the whole release."""
    yield from gateway_over(installed_index(), cache)


@pytest.fixture(scope="session")
def sampled(sample: IndexPackage, cache: Path) -> Iterator[Gateway]:
    """A gateway over the sample."""
    yield from gateway_over(sample, cache)
