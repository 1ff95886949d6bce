"""Documents that ask for too much are refused before they are validated, with the limit, its setting and a remedy."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from graphql import get_introspection_query

from gateway.documents import DocumentLimits, Documents
from gateway.settings import Settings
from schema.build import build_schema
from tests.gateway.documents.attacks import ARGUMENTS, SHAPES, WHERE, Attack

# Documents with so much of what a limit bounds. Some are not valid, which is found out later.
AT_LIMITS: dict[str, Callable[[int], str]] = {
    "characters": "{ __typename }".ljust,
    "tokens": lambda n: "#\n" * (n - 3) + "{ __typename }",
    "operations": lambda n: " ".join(f"query Q{k} {{ __typename }}" for k in range(n)),
    "fragments": lambda n: " ".join(["{ __typename }", *(f"fragment F{k} on Series {{ id }}" for k in range(n))]),
    "fields": lambda n: f"{{ series {{ {' '.join(f'f{k}' for k in range(n - 1))} }} }}",
    "depth": lambda n: "{ f " * n + "}" * n,
    "levels": lambda n: "{ ... " * (n - 1) + "{ id }" + "}" * (n - 1),
    "aliases": lambda n: f"{{ series {{ {' '.join(f'f{k}: id' for k in range(n))} }} }}",
    "root_fields": lambda n: f"{{ {' '.join(f'f{k}' for k in range(n))} }}",
    "directives": lambda n: f"{{ __typename {'@skip(if: false) ' * n} }}",
    "same_key": lambda n: f"{{ {'__typename ' * n} }}",
}


@pytest.mark.parametrize("attack", SHAPES.values(), ids=SHAPES)
def test_a_document_that_is_too_large_is_refused(documents: Documents, attack: Attack) -> None:
    prepared = documents.prepare(attack.document, None)
    assert [(error.message, error.extensions) for error in prepared.errors] == [(attack.message, attack.extensions)]
    assert prepared.operation is None


@pytest.mark.parametrize("attack", ARGUMENTS.values(), ids=ARGUMENTS)
def test_an_argument_that_holds_too_much_is_refused(documents: Documents, attack: Attack) -> None:
    prepared = documents.prepare(attack.document, None)
    error = prepared.errors[0] if prepared.errors else prepared.check(attack.variables)
    assert error is not None
    assert (error.message, error.extensions) == (attack.message, attack.extensions)
    assert error.locations


@pytest.mark.parametrize("limit", AT_LIMITS)
def test_a_limit_is_met_exactly_and_can_be_raised(documents: Documents, limit: str) -> None:
    most, document = getattr(documents.limits, limit), AT_LIMITS[limit]
    refused = {"code": "DOCUMENT_TOO_LARGE", "limit": most}
    raised = Documents(build_schema()._schema, replace(documents.limits, **{limit: most + 1}))
    assert refused not in [error.extensions for error in documents.prepare(document(most), None).errors]
    assert [error.extensions for error in documents.prepare(document(most + 1), None).errors] == [refused]
    assert "DOCUMENT_TOO_LARGE" not in [
        (error.extensions or {}).get("code") for error in raised.prepare(document(most + 1), None).errors
    ]


def test_what_stands_at_a_limit_is_answered(documents: Documents) -> None:
    where = {"and": [{"modality": {"in": ["CT"] * 10_000}}] * 200}
    assert documents.prepare(WHERE, None).check({"where": where}) is None
    nested: dict[str, object] = {}
    for _ in range(8):
        nested = {"and": nested}
    assert documents.prepare(WHERE, None).check({"where": nested}) is None
    fields = " ".join(f"a{n}: counts {{ series patients studies instances }}" for n in range(50))
    assert documents.prepare(f"{{ {fields} }}", None).errors == ()


def test_clients_may_ask_for_the_whole_schema(documents: Documents) -> None:
    for options in ({}, {"specified_by_url": True, "input_value_deprecation": True, "directive_is_repeatable": True}):
        prepared = documents.prepare(get_introspection_query(**options), None)
        assert (prepared.errors, prepared.check({})) == ((), None)


def test_null_conditions_are_not_given(documents: Documents) -> None:
    null = {"modality": None, "and": None, "study": {"studyDate": None}}
    assert documents.prepare(WHERE, None).check({"where": null}) is None
    assert documents.prepare(WHERE, None).check({"where": None}) is None
    assert documents.prepare(WHERE, None).check({}) is None


def test_a_default_counts_where_the_variable_is_not_given(documents: Documents) -> None:
    conditions = ", ".join("{}" for _ in range(201))
    document = WHERE.replace("SeriesWhere", f"SeriesWhere = {{or: [{conditions}]}}")
    prepared = documents.prepare(document, None)
    refused = prepared.check({})
    assert refused is not None and refused.message.startswith("where: it holds more than 200 conditions")
    assert prepared.check({"where": None}) is None


def test_the_settings_are_the_limits() -> None:
    assert DocumentLimits.of(Settings()) == DocumentLimits()
    assert DocumentLimits.of(Settings(document_cost=7)) == replace(DocumentLimits(), cost=7)
