"""Documents that a client names instead of sending them: trusted ones of a file, and Apollo's automatic ones."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from cachetools import LRUCache

from gateway.edge.question import Question
from gateway.edge.refusal import Refusal, ill_formed
from gateway.settings import SettingsError

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"

# Characters of automatically persisted documents that are remembered, and what each takes beside its own.
_REMEMBERED = 4_000_000
_OVERHEAD = 300


class KnownDocuments:
    """Finds the document of a request. `trusted` maps ids to documents; with `trusted_only` no others are answered."""

    def __init__(self, trusted: Mapping[str, str], trusted_only: bool) -> None:
        self._trusted = trusted
        self._only = trusted_only
        self._sent: LRUCache[str, str] = LRUCache(_REMEMBERED, getsizeof=_size)

    def document(self, question: Question) -> str:
        """The text of the document that is asked. Refusal if it is unknown, or not trusted where it must be."""
        if question.document_id is not None:
            return self._named(question.document_id)
        digest = _automatic(question.extensions)
        if self._only:
            raise Refusal(
                400,
                NOT_SUPPORTED,
                "query: only trusted documents are answered here; name one by `documentId`",
                argument="query",
            )
        if digest is None:
            return _sent(question)
        return self._remembered(digest) if question.document is None else self._remember(digest, question.document)

    def _named(self, document_id: str) -> str:
        found = self._trusted.get(document_id)
        if found is None:
            message = f"documentId: there is no trusted document {document_id!r}; the operator adds documents"
            raise Refusal(400, NOT_FOUND, message, argument="documentId")
        return found

    def _remembered(self, digest: str) -> str:
        found = self._sent.get(digest)
        if found is None:
            # Apollo's clients look for these very words, and for status 200, before they send the document.
            raise Refusal(200, NOT_FOUND, "PersistedQueryNotFound")
        return found

    def _remember(self, digest: str, document: str) -> str:
        if hashlib.sha256(document.encode()).hexdigest() != digest:
            raise ill_formed("extensions.persistedQuery.sha256Hash", "it is not the SHA-256 of `query` in hexadecimal")
        if _size(document) <= self._sent.maxsize:
            self._sent[digest] = document
        return document


def _size(document: str) -> int:
    return len(document) + _OVERHEAD


def _sent(question: Question) -> str:
    if question.document is None:
        raise ill_formed("query", "it is missing, and extensions name no persisted document")
    return question.document


def _automatic(extensions: Mapping[str, Any]) -> str | None:
    """The hash of an automatically persisted document; None if there is none."""
    asked = extensions.get("persistedQuery")
    if asked is None:
        return None
    if not isinstance(asked, dict) or asked.get("version") != 1 or not isinstance(asked.get("sha256Hash"), str):
        raise ill_formed("extensions.persistedQuery", "it must be {version: 1, sha256Hash: <hexadecimal>}")
    return str(asked["sha256Hash"]).lower()


def read_trusted(path: Path | None) -> dict[str, str]:
    """The documents of a file as graphql-codegen and relay-compiler write it: a JSON object of ids and documents.

    SettingsError if there is no such file, or it holds something else.
    """
    if path is None:
        return {}
    said = f"IDC_GATEWAY_TRUSTED_DOCUMENTS={path}"
    try:
        documents = orjson.loads(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"{said}: {error.strerror}. Name a file that can be read.") from None
    except orjson.JSONDecodeError as error:
        raise SettingsError(f"{said}: it is not JSON ({error}). Write it with a client's compiler.") from None
    if not isinstance(documents, dict) or not all(isinstance(text, str) for text in documents.values()):
        raise SettingsError(f"{said}: it must be a JSON object of ids and documents.")
    return documents
