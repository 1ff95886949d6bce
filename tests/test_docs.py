"""The documentation: its answers are real, its generated pages current, its links lead somewhere."""

import json
import re
from pathlib import Path

import pytest

from docs.examples import Example, examples, layout
from docs.generate import ATTRIBUTE_PAGES, GUIDES, ROOT, attribute_pages, hand_written, pages
from docs.links import anchors, broken_links
from docs.prose import unfounded_numbers
from schema.attributes import ATTRIBUTES
from tests.conftest import Gateway

EXAMPLES = [
    pytest.param(example, id=f"{page.relative_to(ROOT)}:{number}")
    for page in hand_written()
    for number, example in enumerate(examples(page.read_text(encoding="utf-8")), start=1)
]


def test_the_readme_has_six_questions() -> None:
    assert len(examples((ROOT / "README.md").read_text(encoding="utf-8"))) == 6


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_answer_is_the_real_one(idc: Gateway, example: Example) -> None:
    assert example.asked(idc) == json.loads(example.answer), "run `make docs`"


@pytest.mark.parametrize("page", hand_written(), ids=lambda p: p.name)
def test_no_block_that_looks_like_an_example_is_passed_over(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"^```graphql", text, re.MULTILINE)) == len(examples(text))


@pytest.mark.parametrize("page", GUIDES, ids=lambda p: p.name)
def test_the_numbers_of_the_prose_are_those_of_the_answers(page: Path) -> None:
    assert unfounded_numbers(page) == []


def test_the_generated_pages_are_current(idc: Gateway) -> None:
    on_disk = {page: page.read_text(encoding="utf-8") for page in ATTRIBUTE_PAGES.glob("*.md")}
    current = attribute_pages(idc)
    assert set(on_disk) == set(current) and len(current) == len(ATTRIBUTES) + 1
    assert [page.name for page in current if on_disk[page] != current[page]] == [], "run `make docs`"


def test_every_link_leads_somewhere() -> None:
    assert broken_links(pages()) == []


@pytest.mark.parametrize("page", hand_written(), ids=lambda p: p.name)
def test_the_paths_that_it_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:gateway|resolvers|indexers|schema|tests|benchmarks|docs)/[\w/.]*)`", text))
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("other.md", None),
        ("other.md#one-two", None),
        ("#here", None),
        ("https://example.org/a?b=c", None),
        ("http://127.0.0.1:8000/graphql", None),
        ("missing.md", "there is no such file"),
        ("other.md#three", "there is no such heading"),
        ("#there", "there is no such heading"),
        ("http://example.org", "not https"),
        ("mailto:someone", "not https"),
        ("https://example", "no host"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(tmp_path: Path, link: str, why: str | None) -> None:
    (tmp_path / "other.md").write_text("# One, two\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"# Here\n\n[text]({link})\n\n`[not](a-link)`\n\n```\n[nor](this)\n```\n", encoding="utf-8")
    assert broken_links([page]) == ([f"{page}: {link}: {why}"] if why else [])


def test_anchors_are_those_of_github() -> None:
    assert anchors("# A `b_c` (d), e-f\n## [Same](x.md)\n## Same\n```\n# not\n```\n") == {
        "a-b_c-d-e-f",
        "same",
        "same-1",
    }


def test_a_number_that_no_answer_holds_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    example = '```graphql\n{ a(gt: 40) }\n```\n\n```json\n{"a": 1234}\n```\n'
    page.write_text(f"## One\n\n{example}\n1,234 of `99` over 40. 1,235.\n\n## Two\n\n1,234\n", encoding="utf-8")
    assert [line.split(": ")[1:3] for line in unfounded_numbers(page)] == [["One", "1,235"], ["Two", "1,234"]]


def test_variables_stand_between_a_document_and_its_answer() -> None:
    text = '```graphql\nquery\n```\n\n```json variables\n{"a": 1}\n```\n\n```json\n{}\n```\n\n```graphql\nalone\n```\n'
    assert examples(text) == [Example("query\n", {"a": 1}, "{}\n")]


def test_an_answer_is_laid_out_on_as_few_lines_as_fit() -> None:
    long = "x" * 70
    assert layout({"a": [1, {"b": None}]}) == '{"a": [1, {"b": null}]}'
    assert layout({"a": [long, long]}) == f'{{\n  "a": [\n    "{long}",\n    "{long}"\n  ]\n}}'
