"""Both engines, and who judges their answers over the sample and over the whole release.

Every test here runs on the embedded engine and on a real Elasticsearch: random ones on fewer seeds there, and over all
of IDC only under `make conformance`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexers.index_package import IndexPackage, installed_index
from tests.conftest import Gateway, Indices, gateway_over
from tests.oracle.judge import Judge

EMBEDDED, ELASTICSEARCH = "embedded", "elasticsearch"
ON_ALL = os.environ.get("CONFORMANCE") == "all"
# Of the batches of random questions, those that Elasticsearch is asked, too.
SEEDS_ON_ELASTICSEARCH = int(os.environ.get("FUZZ_ELASTICSEARCH", "500"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out random questions beyond those that Elasticsearch is asked."""
    items[:] = [item for item in items if not _is_beyond(item)]


def _is_beyond(item: pytest.Item) -> bool:
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    engines = [parameters.get(name) for name in ("sampled", "idc")]
    return ELASTICSEARCH in engines and parameters.get("batch", 0) >= SEEDS_ON_ELASTICSEARCH


def _gateways(request: pytest.FixtureRequest, source: IndexPackage, cache: Path, prefix: str) -> Iterator[Gateway]:
    if request.param == EMBEDDED:
        yield from gateway_over(source, cache)
    else:
        url: str = request.getfixturevalue("elasticsearch")
        yield from gateway_over(source, cache, Indices(url, prefix))


@pytest.fixture(scope="session", params=[EMBEDDED, ELASTICSEARCH])
def sampled(request: pytest.FixtureRequest, sample: IndexPackage, cache: Path) -> Iterator[Gateway]:
    """A gateway over the sample, by either engine."""
    yield from _gateways(request, sample, cache, "sample")


@pytest.fixture(scope="session", params=[EMBEDDED, *([ELASTICSEARCH] if ON_ALL else [])])
def idc(request: pytest.FixtureRequest, cache: Path) -> Iterator[Gateway]:
    """A gateway over the whole release, by either engine."""
    yield from _gateways(request, installed_index(), cache, "idc")


@pytest.fixture(scope="session")
def sample_judge(sample: IndexPackage) -> Judge:
    return Judge.of(sample)


@pytest.fixture(scope="session")
def idc_judge() -> Judge:
    return Judge.of(installed_index())
