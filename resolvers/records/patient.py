"""What is read of a patient."""

import numpy as np
import numpy.typing as npt

from indexers.columns import Terms
from resolvers.records.columns import distinct, global_ids, many, of_terms, one, through
from resolvers.records.page import Reader, Readers
from resolvers.records.shelf import Shelf
from schema.vocabulary import Level, SubjectKind


def patient_readers(shelf: Shelf) -> Readers:
    """The readers of the Patient type."""
    store, tree, relations = shelf.catalogue.store, shelf.catalogue.tree, shelf.catalogue.relations

    def collection_id() -> Reader:
        return through(tree.patient_collection, of_terms(store.terms(Level.COLLECTION, "collection_id")))

    def patient_id() -> Reader:
        return of_terms(store.terms(Level.PATIENT, "patient_id"))

    def found_in_series(column: str) -> Reader:
        return distinct(
            lambda patient: relations.members(Level.SERIES, Level.PATIENT, patient),
            store.terms(Level.SERIES, column),
        )

    return Readers(
        {
            "id": lambda: global_ids("Patient", collection_id(), patient_id()),
            "collection_id": collection_id,
            "patient_id": patient_id,
            "collection": lambda: one(shelf.collections, tree.patient_collection),
            "subject_kind": lambda: of_terms(store.terms(Level.PATIENT, "subject_kind"), SubjectKind),
            "patient_sexes": lambda: found_in_series("patient_sex"),
            "patient_ages": lambda: found_in_series("patient_age"),
            "modalities": lambda: found_in_series("modality"),
            "same_patient_id_elsewhere": lambda: many(
                shelf.patients, Namesakes(store.terms(Level.PATIENT, "patient_id"))
            ),
        }
    )


class Namesakes:
    """Other patients with the same PatientID: 89 identifiers of release 25 occur in two collections."""

    def __init__(self, patient_ids: Terms) -> None:
        self._codes = patient_ids.codes
        self._by_code = np.argsort(self._codes, kind="stable")
        self._sorted = self._codes[self._by_code]

    def __call__(self, patient: int) -> npt.NDArray[np.int64]:
        """Their row numbers, ascending."""
        code = self._codes[patient]
        start, end = np.searchsorted(self._sorted, code, "left"), np.searchsorted(self._sorted, code, "right")
        same = self._by_code[start:end]
        others: npt.NDArray[np.int64] = same[same != patient]
        return others
