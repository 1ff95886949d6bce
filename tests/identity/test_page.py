"""The numbers of docs/identity.md are those of the release."""

from __future__ import annotations

import re
from pathlib import Path

from resolvers.commons.identity.rules import link_rules
from schema.vocabulary import Commons, LinkEvidence, LinkStatus
from tests.identity.release import by_rule, patients

PAGE = (Path(__file__).parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")


def table(head: str) -> list[list[str]]:
    """The cells of the table with this head."""
    rows = PAGE.split(f"| {head} |\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows]


def test_the_rules_are_those_of_the_tables() -> None:
    by_name = {rule.name: rule for rules in link_rules().values() for rule in rules}
    expected = [
        [
            name,
            str(sum(rule.name == name for rules in link_rules().values() for rule in rules)),
            f"{by_rule(Commons.CDA)[name]:,}",
            ", ".join(commons.value for commons in Commons if commons in rule.projects),
        ]
        for name, rule in by_name.items()
    ]
    assert sorted(table("rule | collections | patients | looked for in")) == sorted(expected)


def test_the_linkable_patients_are_those_of_the_release() -> None:
    assert table("commons | linkable patients") == [
        [commons.value, f"{by_rule(commons).total():,}"] for commons in Commons
    ]
    assert f"all {len(patients()):,} patients" in PAGE


def test_every_status_and_every_kind_of_evidence_is_explained_once() -> None:
    assert [row[0] for row in table("status | meaning")] == [status.value for status in LinkStatus]
    assert [row[0] for row in table("evidence | meaning")] == [evidence.value for evidence in LinkEvidence]


def test_no_other_number_stands_in_the_prose() -> None:
    prose = re.sub(r"^\|.*$|`[^`]*`", "", PAGE, flags=re.MULTILINE)
    assert re.findall(r"\d[\d,]{2,}", prose) == ["86,451", "131"]
