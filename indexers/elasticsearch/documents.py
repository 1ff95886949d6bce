"""The documents of patients and of classes, as JSON: fragments of values are written once and joined per series."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from indexers.columns import Identifiers, Numbers, Terms, Value
from indexers.elasticsearch.classes import Cell, Classes
from indexers.elasticsearch.fields import (
    BITS,
    NUMBER,
    WORDS,
    has_many_values,
    is_long_list,
    lowered_field,
    placed,
)
from indexers.elasticsearch.layout import Kind
from indexers.quotient import PROFILE_COLUMNS
from indexers.store import Store
from schema.attributes import Attribute, Values, attribute
from schema.vocabulary import Level

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Document:
    """A document, the number that it is known by, and how many series it stands for."""

    number: int
    body: bytes
    series: int


def words(text: str) -> list[str]:
    """The words of a text in lower case, each once: runs of letters and digits of any script."""
    return sorted(set(_WORD.findall(text.lower())))


class Fragments:
    """Parts of JSON objects, `"name":value,...`, of the rows and values of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tree = store.hierarchy
        self._collections = store.terms(Level.COLLECTION, "collection_id").values

    def of_values(self, level: Level, column: str) -> list[bytes]:
        """Per code of a column of terms, 0 for missing included, what a row with that code holds."""
        declared = attribute(column)
        values = self._store.terms(level, column).values
        return [b"", *(part(self._fields(declared, value, code)) for code, value in enumerate(values, start=1))]

    def of_profiles(self, kind: Kind) -> list[bytes]:
        """Per profile what documents of a kind hold of all series of it."""
        quotients = self._store.quotients
        columns = []
        for name in kind.columns:
            level = attribute(name).level
            columns.append((self.of_values(level, name), quotients.profile_codes[name].tolist()))
        collections = [part({"collection_id": value}) for value in self._collections]
        own = quotients.quotient.profile_collection.tolist()
        return [
            b",".join(filter(None, [collections[collection], *(found[codes[row]] for found, codes in columns)]))
            for row, collection in enumerate(own)
        ]

    def of_rows(self, level: Level, *, but: Sequence[str]) -> Callable[[int], bytes]:
        """What a row holds, by its number, of all attributes of the level's documents but some."""
        readers = [
            self._reader(level, declared)
            for declared in placed(level)
            if declared.column not in but and declared.level is level
        ]
        return lambda row: b",".join(filter(None, [read(row) for read in readers]))

    def collection(self, row: int) -> str:
        """The identifier of a collection."""
        return str(self._collections[row])

    def _reader(self, level: Level, declared: Attribute) -> Callable[[int], bytes]:
        match self._store.column(level, declared.column):
            case Terms(codes=codes):
                fragments, own = self.of_values(level, declared.column), codes.tolist()
                return lambda row: fragments[own[row]]
            case Numbers(numbers=numbers):
                start, held = f'"{declared.column}":'.encode(), numbers.tolist()
                return lambda row: start + str(held[row]).encode()
            case Identifiers(texts=texts):
                return lambda row: part(self._fields(declared, texts[row].decode(), 0))

    def _fields(self, declared: Attribute, value: Value, code: int) -> dict[str, Any]:
        """The fields that a value is held in."""
        name = declared.column
        if declared.values is Values.DATE:
            return {name: day_number(str(value))}
        if not has_many_values(declared):
            return {name: value}
        text = str(value)
        fields: dict[str, Any] = {lowered_field(self._store, name): text.lower()}
        if declared.values is Values.STRING:
            fields[name + WORDS] = words(text)
        if is_long_list(declared):
            fields[name + NUMBER] = code
        return {**fields, name: text}


def part(fields: dict[str, Any]) -> bytes:
    """The fields as the inside of a JSON object."""
    return orjson.dumps(fields)[1:-1]


def day_number(text: str) -> int:
    """A day as an integer that sorts like it: 2001-03-04 is 20010304."""
    return int(text.replace("-", ""))


def _numbered(name: str, number: int) -> bytes:
    """A row's number, and its place in a set of rows."""
    return f'"{name}":{number},"word":{number // BITS},"bit":{2 ** (number % BITS)}'.encode()


def patient_documents(store: Store, left_out: np.ndarray[Any, np.dtype[np.int64]], start: int) -> Iterator[Document]:
    """The documents of all patients from a number on, but of those left out, in order."""
    tree, fragments = store.hierarchy, Fragments(store)
    profiles, profile = fragments.of_profiles(Kind.PATIENTS), store.quotients.quotient.series_profile.tolist()
    of_series = fragments.of_rows(Level.SERIES, but=PROFILE_COLUMNS)
    of_study = fragments.of_rows(Level.STUDY, but=())
    of_patient = fragments.of_rows(Level.PATIENT, but=())
    pairs, series = tree.patient_pairs.tolist(), tree.pair_series.tolist()
    study_of = tree.pair_study.tolist()
    apart = set(left_out.tolist())
    for patient in range(start, len(tree.patient_collection)):
        if patient in apart:
            continue
        collection = part({"collection_id": fragments.collection(int(tree.patient_collection[patient]))})
        studies = []
        for pair in range(pairs[patient], pairs[patient + 1]):
            study = study_of[pair]
            above = f'"patient_no":{patient},"study_no":{study},'.encode()
            members = [
                b"{"
                + above
                + _numbered("series_no", row)
                + b","
                + profiles[profile[row]]
                + b","
                + of_series(row)
                + b"}"
                for row in range(series[pair], series[pair + 1])
            ]
            own = [_numbered("study_no", study), f'"patient_no":{patient}'.encode(), collection, of_study(study)]
            studies.append(b"{" + b",".join(own) + b',"series":[' + b",".join(members) + b"]}")
        own = [_numbered("patient_no", patient), collection, of_patient(patient)]
        body = b"{" + b",".join(own) + b',"studies":[' + b",".join(studies) + b"]}"
        yield Document(patient, body, series[pairs[patient + 1]] - series[pairs[patient]])


def class_documents(store: Store, classes: Classes, kind: Kind, start: int) -> Iterator[Document]:
    """The documents of all classes of a kind from a number on, in order."""
    fragments = Fragments(store)
    profiles, profile = fragments.of_profiles(kind), store.quotients.quotient.series_profile.tolist()
    kinds = fragments.of_values(Level.PATIENT, "subject_kind")
    kind_of = store.quotients.profile_codes["subject_kind"]
    for number in range(start, len(classes.members)):
        studies = []
        example = classes.example(number)
        collection = part({"collection_id": fragments.collection(int(store.hierarchy.series_collection[example]))})
        for node in classes.studies(number):
            above = f'"patient_no":{number},"study_no":{node.number}'.encode()
            members = [
                b"{" + b",".join((above, part(_weights(cell)), profiles[profile[cell.example]])) + b"}"
                for cell in classes.cells(node)
            ]
            own = [
                _numbered("study_no", node.number),
                f'"patient_no":{number},"n_studies":{node.members}'.encode(),
                collection,
            ]
            studies.append(b"{" + b",".join(own) + b',"series":[' + b",".join(members) + b"]}")
        own = [
            _numbered("patient_no", number),
            f'"n_patients":{classes.members[number]}'.encode(),
            collection,
            kinds[int(kind_of[profile[example]])],
        ]
        body = b"{" + b",".join(filter(None, own)) + b',"studies":[' + b",".join(studies) + b"]}"
        series = sum(cell.series for node in classes.studies(number) for cell in classes.cells(node))
        yield Document(number, body, series)


def _weights(cell: Cell) -> dict[str, Any]:
    weights = {"n_series": cell.series, "instance_count": cell.instances, "size_bytes": cell.size_bytes}
    return weights | cell.numbers
