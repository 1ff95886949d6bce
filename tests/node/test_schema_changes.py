"""The schema against the last released one: clients that worked go on working (graphql-inspector)."""

from pathlib import Path

import pytest

from tests.node.packages import Node, Ran, command

RELEASED = Path(__file__).parents[1] / "contract" / "released.graphql"


def compared(node: Node, released: Path, current: Path) -> Ran:
    return node.run(command("graphql-inspector"), "diff", released, current)


def breaking(ran: Ran) -> list[str]:
    """The breaking changes that graphql-inspector lists."""
    return [line.partition("✖")[2].strip() for line in ran.out.splitlines() if "✖" in line]


def test_nothing_that_clients_of_the_released_schema_use_is_taken_away(node: Node, api: Path) -> None:
    ran = compared(node, RELEASED, api)
    assert breaking(ran) == [], f"deprecate instead of removing, or release a new major version ({RELEASED.name})"
    assert ran.code == 0, ran.said


@pytest.mark.parametrize(
    ("released", "changed", "found"),
    [
        (
            "viewerURL: ",
            "viewerURI: ",
            [
                "Field viewerURL was removed from object type Series",
                "Field viewerURL was removed from object type Study",
            ],
        ),
        (
            "studyDate: Date\n",
            "studyDate: String\n",
            [
                "Field Series.studyDate changed type from Date to String",
                "Field Study.studyDate changed type from Date to String",
            ],
        ),
        ("  STUDY_COUNT\n", "  STUDIES\n", ["Enum value STUDY_COUNT was removed from enum PatientOrderField"]),
    ],
)
def test_a_breaking_change_is_found(node: Node, api: Path, released: str, changed: str, found: list[str]) -> None:
    schema = api.read_text("utf-8")
    assert released in schema
    current = api.with_name("current.graphql")
    current.write_text(schema.replace(released, changed), "utf-8")
    ran = compared(node, api, current)
    assert (ran.code, sorted(breaking(ran))) == (1, found)
