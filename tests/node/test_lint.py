"""The schema keeps the rules of graphql-eslint: its recommended ones and Relay's."""

from pathlib import Path

import pytest

from tests.node.packages import FOLDER, Node, Ran, command


def linted(node: Node, api: Path) -> Ran:
    configuration = FOLDER / "eslint.config.mjs"
    return node.run(command("eslint"), "--max-warnings", 0, "--config", configuration, api.name, folder=api.parent)


def test_the_schema_keeps_all_rules(node: Node, api: Path) -> None:
    ran = linted(node, api)
    assert (ran.code, ran.out, ran.error) == (0, "", "")


@pytest.mark.parametrize(
    ("kept", "broken", "rule"),
    [
        ("hasNextPage: Boolean!", "hasNextPage: Boolean", "relay-page-info"),
        ("SeriesEdge", "SeriesLink", "relay-edge-types"),
        ("  STUDY_COUNT\n", "  studyCount\n", "naming-convention"),
    ],
)
def test_a_broken_rule_is_found(node: Node, api: Path, kept: str, broken: str, rule: str) -> None:
    schema = api.read_text("utf-8")
    assert kept in schema
    api.write_text(schema.replace(kept, broken), "utf-8")
    ran = linted(node, api)
    assert ran.code == 1
    assert f"@graphql-eslint/{rule}" in ran.out, ran.said
