"""What tests with Node share: its packages, and the schema in the forms that they read."""

from pathlib import Path

import pytest

from schema.build import build_schema
from tests.conftest import missing
from tests.gateway.conftest import server  # noqa: F401
from tests.node.packages import Node, Unavailable, installed


@pytest.fixture(scope="session")
def node() -> Node:
    """Node with the packages of the lockfile."""
    try:
        return installed()
    except Unavailable as reason:
        missing(str(reason))
        raise


@pytest.fixture
def api(tmp_path: Path) -> Path:
    """A file with the schema as clients see it, in a folder of its own."""
    path = tmp_path / "api.graphql"
    path.write_text(build_schema().api_sdl(), "utf-8")
    return path


@pytest.fixture
def subgraph(tmp_path: Path) -> Path:
    """A file with the schema as routers see it."""
    path = tmp_path / "subgraph.graphql"
    path.write_text(build_schema().as_str(), "utf-8")
    return path
