"""Documents that clients name instead of sending them."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from gateway.edge.persisted import KnownDocuments, read_trusted
from gateway.edge.question import Question
from gateway.edge.refusal import Refusal
from gateway.settings import SettingsError

DOCUMENT = "{ __typename }"
DIGEST = hashlib.sha256(DOCUMENT.encode()).hexdigest()
TRUSTED = {"sha256:abc": "{ counts { series } }"}


def automatic(digest: object = DIGEST, version: object = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": digest}}


def refused(known: KnownDocuments, question: Question) -> tuple[int, dict[str, Any]]:
    with pytest.raises(Refusal) as refusal:
        known.document(question)
    return refusal.value.status, refusal.value.error


def test_a_document_is_taken_as_it_is_sent() -> None:
    assert KnownDocuments({}, trusted_only=False).document(Question(DOCUMENT)) == DOCUMENT


def test_a_trusted_document_is_found_by_its_id() -> None:
    known = KnownDocuments(TRUSTED, trusted_only=True)
    assert known.document(Question(None, "sha256:abc")) == "{ counts { series } }"
    assert refused(known, Question(None, "sha256:ABD")) == (
        400,
        {
            "message": "documentId: there is no trusted document 'sha256:ABD'; the operator adds documents",
            "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND", "argument": "documentId"},
        },
    )


@pytest.mark.parametrize("question", [Question(DOCUMENT), Question(DOCUMENT, extensions=automatic())])
def test_only_trusted_documents_are_answered_where_that_is_wanted(question: Question) -> None:
    status, error = refused(KnownDocuments(TRUSTED, trusted_only=True), question)
    assert (status, error["extensions"]["code"]) == (400, "PERSISTED_QUERY_NOT_SUPPORTED")


def test_an_automatic_document_is_asked_for_once() -> None:
    known = KnownDocuments({}, trusted_only=False)
    named = Question(None, extensions=automatic())
    assert refused(known, named) == (
        200,
        {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}},
    )
    assert known.document(Question(DOCUMENT, extensions=automatic(DIGEST.upper()))) == DOCUMENT
    assert known.document(named) == DOCUMENT


def test_a_document_is_not_kept_under_the_hash_of_another() -> None:
    known = KnownDocuments({}, trusted_only=False)
    status, error = refused(known, Question("{ other: __typename }", extensions=automatic()))
    assert (status, error["extensions"]["argument"]) == (400, "extensions.persistedQuery.sha256Hash")
    assert refused(known, Question(None, extensions=automatic()))[0] == 200


def test_short_documents_do_not_fill_the_memory() -> None:
    known = KnownDocuments({}, trusted_only=False)
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(20_000)]
    for number, digest in enumerate(digests):
        known.document(Question(str(number), extensions=automatic(digest)))
    assert known.document(Question(None, extensions=automatic(digests[-1]))) == "19999"
    assert refused(known, Question(None, extensions=automatic(digests[0])))[0] == 200


@pytest.mark.parametrize("asked", [automatic(version=2), automatic(digest=5), {"persistedQuery": "x"}])
def test_a_malformed_persisted_query_is_refused(asked: dict[str, Any]) -> None:
    status, error = refused(KnownDocuments({}, trusted_only=False), Question(DOCUMENT, extensions=asked))
    assert (status, error["extensions"]["argument"]) == (400, "extensions.persistedQuery")


def test_extensions_that_name_nothing_do_not_make_a_document() -> None:
    status, error = refused(KnownDocuments({}, trusted_only=False), Question(None, extensions={"other": 1}))
    assert (status, error["extensions"]["argument"]) == (400, "query")


def test_trusted_documents_are_read_from_a_compilers_file(tmp_path: Path) -> None:
    path = tmp_path / "persisted-documents.json"
    path.write_text('{"sha256:abc": "{ counts { series } }"}', "utf-8")
    assert read_trusted(path) == TRUSTED
    assert read_trusted(None) == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "No such file or directory. Name a file that can be read."),
        ("{", "it is not JSON"),
        ("[]", "it must be a JSON object of ids and documents."),
        ('{"a": 1}', "it must be a JSON object of ids and documents."),
    ],
)
def test_a_file_without_documents_is_refused(text: str | None, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as refusal:
        read_trusted(path)
    assert str(refusal.value).startswith(f"IDC_GATEWAY_TRUSTED_DOCUMENTS={path}: {complaint}")
