"""Our subgraph composes in each composer that routers use, alone and beside another Relay subgraph."""

from pathlib import Path

import pytest
from graphql import build_schema, find_breaking_changes, find_dangerous_changes

from tests.node.composition import COMPOSERS, TEACHING_FILES, Composed, Subgraph, composed
from tests.node.packages import Node

# Routers hide what no subgraph can answer for all of them.
HIDDEN = ["Field Query.node was removed.", "Field Query.nodes was removed."]


def beside(sdl: Path) -> Subgraph:
    return Subgraph("teaching", "http://127.0.0.1:2", sdl)


def taken_away(api: Path, result: Composed) -> list[str]:
    """What our clients lose by asking the router."""
    assert result.api is not None
    ours, routed = build_schema(api.read_text("utf-8")), build_schema(result.api)
    changes = [*find_breaking_changes(ours, routed), *find_dangerous_changes(ours, routed)]
    return [change.description for change in changes]


@pytest.fixture
def ours(subgraph: Path) -> Subgraph:
    return Subgraph("idc", "http://127.0.0.1:1", subgraph)


@pytest.mark.parametrize("composer", COMPOSERS)
def test_it_composes_alone(node: Node, ours: Subgraph, api: Path, composer: str) -> None:
    result = composed(node, composer, ours)
    assert (result.errors, result.hints) == ([], [])
    assert taken_away(api, result) == HIDDEN


@pytest.mark.parametrize("composer", COMPOSERS)
def test_it_composes_beside_another_relay_subgraph(node: Node, ours: Subgraph, api: Path, composer: str) -> None:
    result = composed(node, composer, ours, beside(TEACHING_FILES))
    assert (result.errors, result.hints) == ([], [])
    assert taken_away(api, result) == HIDDEN
    routed = build_schema(result.api or "").type_map
    for name, field in {"Patient": "teachingFiles", "Study": "difficulty", "Series": "remark"}.items():
        assert field in routed[name].fields  # type: ignore[attr-defined]


@pytest.mark.parametrize("composer", COMPOSERS)
def test_a_subgraph_that_does_not_share_its_pages_is_refused(
    node: Node, ours: Subgraph, tmp_path: Path, composer: str
) -> None:
    sdl = tmp_path / "unshared.graphql"
    sdl.write_text(TEACHING_FILES.read_text("utf-8").replace("type PageInfo @shareable", "type PageInfo"), "utf-8")
    result = composed(node, composer, ours, beside(sdl))
    assert any("PageInfo" in error for error in result.errors), result
