"""Our subgraph composed with others, as the makers of routers do."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.node.packages import FOLDER, Node

FEDERATION = FOLDER / "federation"
TEACHING_FILES = FEDERATION / "teaching-files.graphql"
COMPOSERS = ("apollo", "theguild", "wundergraph")


@dataclass(frozen=True)
class Subgraph:
    """A subgraph: where it listens, and the file of its SDL."""

    name: str
    url: str
    sdl: Path


@dataclass(frozen=True)
class Composed:
    """What came of it: the SDL of the supergraph (wundergraph has none), and of what clients of the router see."""

    errors: list[str]
    hints: list[str]
    supergraph: str | None = None
    api: str | None = None


def composed(node: Node, composer: str, *subgraphs: Subgraph) -> Composed:
    """The subgraphs composed by one of COMPOSERS."""
    given = [f"{subgraph.name}={subgraph.url}={subgraph.sdl}" for subgraph in subgraphs]
    ran = node.run(FEDERATION / "compose.mjs", composer, *given)
    assert (ran.code, ran.error) == (0, ""), ran.said
    return Composed(**json.loads(ran.out))
