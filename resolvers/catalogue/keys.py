"""Rows by key: binary searches over sorted identifiers and codes."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from indexers.columns import find_identifiers
from indexers.store import Store
from schema.vocabulary import Level

Key = tuple[str, ...]


class KeyIndex:
    """Finds rows by the keys of their global ids."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def row(self, level: Level, key: Key) -> int | None:
        """The row with this key: (uid,), (collectionID,) or (collectionID, patientID). None if there is none."""
        return self.rows(level, [key])[0]

    def rows(self, level: Level, keys: Sequence[Key]) -> list[int | None]:
        """The same for many keys of one level."""
        match level:
            case Level.COLLECTION:
                return [self._collection(key[0]) for key in keys]
            case Level.PATIENT:
                return [self._patient(*key) for key in keys]
            case Level.STUDY:
                return self._identified(level, "study_instance_uid", keys)
            case Level.SERIES:
                return self._identified(level, "series_instance_uid", keys)
            case _:
                return [None] * len(keys)

    def _collection(self, collection_id: str) -> int | None:
        # Collections are numbered as their identifiers ascend, so a row is a place in the vocabulary.
        return _place(self._store.terms(Level.COLLECTION, "collection_id").values, collection_id)

    def _patient(self, collection_id: str, patient_id: str) -> int | None:
        collection = self._collection(collection_id)
        patients = self._store.terms(Level.PATIENT, "patient_id")
        place = _place(patients.values, patient_id)
        if collection is None or place is None:
            return None
        start, end = (int(n) for n in self._store.hierarchy.collection_patients[collection : collection + 2])
        # Inside a collection patients ascend by PatientID, hence by code.
        row = start + int(np.searchsorted(patients.codes[start:end], place + 1))
        return row if row < end and patients.codes[row] == place + 1 else None

    def _identified(self, level: Level, column: str, keys: Sequence[Key]) -> list[int | None]:
        rows, found = find_identifiers(self._store.identifiers(level, column), [key[0] for key in keys])
        return [row if there else None for row, there in zip(rows.tolist(), found.tolist(), strict=True)]


def _place(values: Sequence[object], text: str) -> int | None:
    place = bisect_left(values, text)  # type: ignore[type-var]
    return place if place < len(values) and values[place] == text else None
