"""What a subject identifier of the Imaging Data Commons stands for.

The Imaging Data Commons calls its subject identifier ``PatientID``, yet some of them are mice, test objects, computer
models, tissue blocks or labels of single images. The table ``subject_kinds.csv`` beside this module says which is
which for every collection of release v25. It was drawn up from the collection descriptions of that release
(https://portal.imaging.datacommons.cancer.gov/collections/), from the form of the identifiers, and from the study and
series descriptions under them; the column ``reference`` of every row is the DOI of the collection's original data.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from schema.vocabulary import SubjectKind

TABLE: Final = Path(__file__).with_name("subject_kinds.csv")


@dataclass(frozen=True)
class SubjectKindRule:
    """One row of the table.

    ``id_form`` is a regular expression that the whole identifier must match; empty, it covers every other identifier
    of the collection. ``reference`` is the DOI of the collection's original data, as in ``collections_index`` of
    idc-index-data 25.
    """

    collection_id: str
    id_form: str
    kind: str
    reason: str
    reference: str


@cache
def table_digest() -> str:
    """Tells this edition of ``subject_kinds.csv`` from every other: a store made with another one is out of date."""
    return hashlib.sha256(TABLE.read_bytes()).hexdigest()


@cache
def rules() -> tuple[SubjectKindRule, ...]:
    """All rows of ``subject_kinds.csv``, in the order of the file: within a collection the first match wins."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        return tuple(SubjectKindRule(**row) for row in csv.DictReader(table, strict=True))


@cache
def _forms() -> dict[str, tuple[tuple[re.Pattern[str] | None, str], ...]]:
    """Per collection the compiled forms of ``subject_kinds.csv`` with their kinds; None stands for every identifier."""
    forms: dict[str, tuple[tuple[re.Pattern[str] | None, str], ...]] = {}
    for rule in rules():
        pattern = re.compile(rule.id_form) if rule.id_form else None
        forms[rule.collection_id] = (*forms.get(rule.collection_id, ()), (pattern, rule.kind))
    return forms


def subject_kind(collection_id: str, patient_id: str) -> str:
    """The kind that ``subject_kinds.csv`` gives an identifier of a collection; UNKNOWN where the table is silent."""
    for pattern, kind in _forms().get(collection_id, ()):
        if pattern is None or pattern.fullmatch(patient_id):
            return kind
    return SubjectKind.UNKNOWN.value
