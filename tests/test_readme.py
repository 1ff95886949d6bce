"""The README's documents give the README's answers, and what it names exists."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Gateway

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```graphql\n(.*?)```\s+```json\n(.*?)```", README, re.DOTALL)


def test_there_are_five_questions() -> None:
    assert len(QUESTIONS) == 5


@pytest.mark.parametrize("number", range(5))
def test_the_answer_is_the_real_one(idc: Gateway, number: int) -> None:
    document, answer = QUESTIONS[number]
    assert idc.data(document) == json.loads(answer)


@pytest.mark.parametrize("document", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name)
def test_the_paths_that_it_names_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = {link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")}
    assert all((document.parent / link).exists() for link in links), links
    named = set(re.findall(r"`((?:gateway|resolvers|indexers|schema|tests|benchmarks)/[\w/.]*)`", text))
    assert {path for path in named if not (ROOT / path).exists()} == set()
