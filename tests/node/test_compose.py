"""The compose file keeps all rules of dclint."""

from pathlib import Path

import pytest

from tests.node.packages import FOLDER, MODULES, Node, Ran

COMPOSE = FOLDER.parents[1] / "docker" / "compose.yaml"
DCLINT = MODULES / "dclint" / "bin" / "dclint.cjs"


def linted(node: Node, folder: Path, text: str) -> Ran:
    file = folder / "compose.yaml"
    file.write_text(text, "utf-8")
    return node.run(DCLINT, "--max-warnings", 0, file, folder=folder)


def test_the_compose_file_keeps_all_rules(node: Node, tmp_path: Path) -> None:
    ran = linted(node, tmp_path, COMPOSE.read_text("utf-8"))
    assert (ran.code, ran.out.strip()) == (0, "")


@pytest.mark.parametrize(
    ("kept", "broken", "rule"),
    [
        (":8.19.21\n", ":latest\n", "service-image-require-explicit-tag"),
        ("condition: service_healthy", "condition: healthy", "invalid-schema"),
    ],
)
def test_a_broken_rule_is_found(node: Node, tmp_path: Path, kept: str, broken: str, rule: str) -> None:
    text = COMPOSE.read_text("utf-8")
    assert kept in text
    ran = linted(node, tmp_path, text.replace(kept, broken))
    assert ran.code == 1
    assert rule in ran.said
