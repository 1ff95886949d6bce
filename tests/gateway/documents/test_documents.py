"""A document is prepared once: its operation, or what is wrong with the request."""

import hashlib

import pytest

from gateway.documents import DocumentLimits, Documents
from schema.build import build_schema

TWO = "query One { counts { series } } query Two { counts { patients } }"


def errors(documents: Documents, text: str, operation_name: str | None = None) -> list[str]:
    prepared = documents.prepare(text, operation_name)
    assert prepared.operation is None
    assert (prepared.cost({"n": 1}), prepared.check({"n": 1})) == (0.0, None)
    return [error.message for error in prepared.errors]


def test_the_operation_that_is_named_is_found(documents: Documents) -> None:
    for name in ("One", "Two"):
        prepared = documents.prepare(TWO, name)
        assert prepared.operation is not None and prepared.operation.name is not None
        assert (prepared.operation.name.value, prepared.errors) == (name, ())
        assert prepared.digest == hashlib.sha256(TWO.encode()).hexdigest()


def test_an_only_operation_need_not_be_named(documents: Documents) -> None:
    document = "query One { counts { series } }"
    assert documents.prepare(document, None) is documents.prepare(document, "One")


@pytest.mark.parametrize(
    ("document", "name", "message"),
    [
        (TWO, None, "the document holds several operations: name the one to execute in operationName"),
        (TWO, "Three", "the document holds no operation named 'Three'; it holds 'One', 'Two'"),
        (
            "{ counts { series } }",
            "One",
            "the document holds no operation named 'One'; leave operationName out, as the operation has no name",
        ),
        ("{ ", None, "Syntax Error: Expected Name, found <EOF>."),
        ("", None, "Syntax Error: Unexpected <EOF>."),
        ("{ count }", None, "Cannot query field 'count' on type 'Query'. Did you mean 'counts'?"),
        ("mutation { a }", None, "The mutation operation is not supported by the schema."),
        ("type A { b: Int }", None, "The 'A' definition is not executable."),
    ],
)
def test_a_request_without_an_operation_says_why(
    documents: Documents, document: str, name: str | None, message: str
) -> None:
    assert errors(documents, document, name) == [message]


def test_a_long_unknown_name_is_cut(documents: Documents) -> None:
    (message,) = errors(documents, TWO, "x" * 1_000_000)
    assert message == f"the document holds no operation named '{'x' * 80}'; it holds 'One', 'Two'"


def test_few_of_many_errors_are_named(documents: Documents) -> None:
    assert errors(documents, "{ a b c d e f g }") == [
        *(f"Cannot query field '{name}' on type 'Query'." for name in "abcde"),
        "Too many validation errors, error limit reached. Validation aborted.",
    ]


def test_what_is_prepared_is_remembered(documents: Documents) -> None:
    assert documents.prepare(TWO, "One") is documents.prepare(TWO, "One")
    wrong = documents.prepare("{ count }", None)
    assert documents.prepare("{ count }", None).document is wrong.document


def test_three_hundred_documents_are_remembered_and_as_many_thousand_characters() -> None:
    documents = Documents(build_schema()._schema, DocumentLimits())
    first = documents.prepare("{ __typename }", None)
    for number in range(299):
        documents.prepare(f"{{ __typename }} # {number}", None)
    assert documents.prepare("{ __typename }", None) is first
    for number in range(4):
        documents.prepare(f"{{ __typename }} # {number}".ljust(100_000), None)
    assert documents.prepare("{ __typename }", None) is not first


def test_half_a_surrogate_pair_is_refused(documents: Documents) -> None:
    assert len(errors(documents, "{ \ud800 }")) == 1
