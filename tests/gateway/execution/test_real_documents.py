"""Compiled and plain execution answer the same over the real schema and data."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLInterfaceType,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    parse,
)

from docs.examples import examples
from docs.generate import ROOT, hand_written
from gateway.execution import PlainExecutor
from gateway.execution.compiled import Done
from gateway.open_release import OpenRelease
from resolvers.facet_limits import FacetLimits
from schema.attributes import FACETS
from schema.build import build_schema
from tests.conftest import Gateway
from tests.gateway.execution.answers import Eager, answer, shown

EXPLORER = ROOT / "gateway" / "explorer" / "examples"
PAGES = sorted({*hand_written(), *(ROOT / "docs").rglob("*.md")})
SCHEMA = build_schema()


class Both:
    """Asks both ways."""

    def __init__(self, release: OpenRelease, runner: asyncio.Runner) -> None:
        self._release = release
        self._runner = runner

    def asked(self, document: str, variables: dict[str, Any], operation: str | None = None) -> ExecutionResult:
        """The answer, which is the same."""
        plain, compiled = (
            self._runner.run(
                answer(
                    SCHEMA,
                    executor,
                    document,
                    context_value=self._release.context(),
                    variable_values=variables,
                    operation_name=operation,
                )
            )
            for executor in (PlainExecutor, Eager)
        )
        assert shown(compiled) == shown(plain), document
        return compiled


@pytest.fixture(scope="module")
def both(sampled: Gateway) -> Iterator[Both]:
    release = OpenRelease.over(sampled.catalogue.store, facet_limits=FacetLimits(buckets=25_000))
    with asyncio.Runner() as runner:
        yield Both(release, runner)
        runner.run(release.close())


def done_since(before: Done) -> tuple[int, int]:
    after = Eager.selections.done
    return after.compiled - before.compiled, after.handed - before.handed


def test_every_document_of_the_documentation(both: Both) -> None:
    before = Eager.selections.done
    found = [example for page in PAGES for example in examples(page.read_text(encoding="utf-8"))]
    assert len(found) > 100
    for example in found:
        both.asked(example.document, example.variables)
    compiled, handed = done_since(before)
    assert compiled > 500 and handed == 0


@pytest.mark.parametrize("path", sorted(EXPLORER.glob("*.graphql")), ids=lambda path: path.name)
def test_every_operation_of_the_explorer(both: Both, path: Path) -> None:
    document, given = path.read_text(encoding="utf-8"), path.with_suffix(".variables.json")
    variables = json.loads(given.read_text(encoding="utf-8")) if given.exists() else {}
    for definition in parse(document).definitions:
        if isinstance(definition, OperationDefinitionNode):
            result = both.asked(document, variables, definition.name.value if definition.name else None)
            assert result.errors is None and result.data


def everything(typename: str, levels: int = 2) -> str:
    """All fields without arguments of a type, and of the objects that they lead to."""
    type_ = SCHEMA._schema.get_type(typename)
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    found = ["__typename"]
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if field.args:
            continue
        if is_leaf_type(inner):
            found.append(name)
        elif levels:
            found.append(f"{name} {{ {everything(inner.name, levels - 1)} }}")
    return " ".join(found)


@pytest.mark.parametrize(
    ("field", "typename"),
    [("collections", "Collection"), ("patients", "Patient"), ("studies", "Study"), ("series", "Series")],
)
def test_every_attribute_of_long_pages(both: Both, field: str, typename: str) -> None:
    before = Eager.selections.done
    fields = everything(typename)
    result = both.asked(
        f"{{ {field}(first: 300) {{ nodes {{ {fields} }} edges {{ cursor node {{ {fields} }} }} }} }}",
        {},
    )
    assert result.errors is None and result.data is not None
    rows = len(result.data[field]["nodes"])
    compiled, handed = done_since(before)
    # Nodes and edges; what stands inside of these is not counted by itself.
    assert rows > 100 and compiled >= 2 * rows and handed == 0


def test_pages_under_the_rows_of_a_page(both: Both) -> None:
    before = Eager.selections.done
    result = both.asked(
        "{ patients(first: 50) { nodes { patientID modalities collection { name } counts { series sizeBytes }"
        " studies(first: 5) { totalCount nodes { studyDate counts { series }"
        " series(first: 5) { edges { cursor node { seriesInstanceUID modality } } } } } } } }",
        {},
    )
    compiled, handed = done_since(before)
    assert result.errors is None and compiled > 200 and handed == 0


TERMS = "... on TermFacet { buckets { value label selected counts { patients studies } } }"


def panel(number: int) -> str:
    by = ", ".join(f'{{field: SERIES_DESCRIPTION, key: "{key}", size: 1000}}' for key in range(number))
    return f"{{ facets(by: [{by}]) {{ facets {{ key {TERMS} }} }} }}"


def test_long_facets_are_compiled(both: Both) -> None:
    before = Eager.selections.done
    result = both.asked(panel(25), {})
    assert result.errors is None and result.data is not None
    buckets = sum(len(facet["buckets"]) for facet in result.data["facets"]["facets"])
    compiled, handed = done_since(before)
    # The list of facets hands each over, since what it holds is long; then its buckets are compiled.
    assert buckets == 25_000 and compiled == buckets + 25 and handed == 25


def test_every_facet_with_every_field(both: Both) -> None:
    by = ", ".join(f"{{field: {field.name}}}" for field in FACETS)
    kinds = " ".join(f"... on {kind} {{ {everything(kind)} }}" for kind in ("TermFacet", "NumberFacet", "DateFacet"))
    crosstab = (
        f"crosstab(by: [{{field: MODALITY}}, {{field: PATIENT_SEX}}]) {{ axes {{ {kinds} }} cells {{ values }} }}"
    )
    before = Eager.selections.done
    result = both.asked(f"{{ facets(by: [{by}]) {{ total {{ series }} facets {{ {kinds} }} }} {crosstab} }}", {})
    compiled, _ = done_since(before)
    assert result.errors is None and compiled > 100


def test_one_facet_that_fails_is_null_alone(both: Both) -> None:
    result = both.asked(
        "{ facets(by: [{field: MODALITY}, {field: MODALITY}, {field: PATIENT_AGE}]) { facets { buckets { label } } } }",
        {},
    )
    assert result.errors is not None and [error.path for error in result.errors] == [["facets", "facets", 1]]


def test_objects_by_id_of_several_types(both: Both) -> None:
    pages = both.asked(
        "{ collections(first: 3) { nodes { id } } patients(first: 3) { nodes { id } }"
        " series(first: 3) { nodes { id } } }",
        {},
    ).data
    assert pages is not None
    ids = [node["id"] for page in pages.values() for node in page["nodes"]]
    document = (
        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Series { modality }"
        " ... on Patient { modalities } ... on Collection { name counts { series } } } }"
    )
    before = Eager.selections.done
    result = both.asked(document, {"ids": [*ids, "nothing"]})
    assert result.data is not None and len(result.data["nodes"]) == 10
    assert done_since(before)[0] > 0
