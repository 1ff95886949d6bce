"""What is read of a series."""

from collections.abc import Sequence

import numpy as np

from indexers.columns import Terms
from resolvers.records.columns import (
    global_ids,
    of_identifiers,
    of_lists,
    of_numbers,
    of_terms,
    one,
    through,
    together,
)
from resolvers.records.links import aws_url, gcs_url, series_viewer
from resolvers.records.page import Reader, Readers, RowNumbers
from resolvers.records.shelf import Shelf
from schema.vocabulary import Level, ObjectKind, PatientAgeStatus, SubjectKind

_TERMS = (
    "modality", "body_part_examined", "series_description", "series_date", "series_number", "sop_class_uid",
    "sop_class_name", "manufacturer", "manufacturer_model_name", "patient_sex", "patient_age", "patient_age_string",
    "study_date", "study_description", "analysis_result_id", "license_short_name", "source_doi", "first_release",
    "revised_release", "aws_bucket",
)  # fmt: skip
_LISTS = ("transfer_syntax_uids", "transfer_syntax_names", "photometric_interpretations")


def series_readers(shelf: Shelf) -> Readers:
    """The readers of the Series type."""
    store, tree = shelf.catalogue.store, shelf.catalogue.tree

    def terms(name: str) -> Reader:
        return of_terms(store.terms(Level.SERIES, name))

    def uid() -> Reader:
        return of_identifiers(store.identifiers(Level.SERIES, "series_instance_uid"))

    def uuid() -> Reader:
        return of_identifiers(store.identifiers(Level.SERIES, "crdc_series_uuid"))

    def study_uid() -> Reader:
        studies = store.identifiers(Level.STUDY, "study_instance_uid")
        return through(tree.series_study, of_identifiers(studies))

    def slides() -> Reader:
        return through(tree.series_study, of_numbers(store.numbers(Level.STUDY, "slides").numbers))

    def collection_id() -> Reader:
        return through(tree.series_collection, of_terms(store.terms(Level.COLLECTION, "collection_id")))

    def patient_id() -> Reader:
        return through(tree.series_patient, of_terms(store.terms(Level.PATIENT, "patient_id")))

    return Readers(
        {name: lambda name=name: terms(name) for name in _TERMS}
        | {name: lambda name=name: of_lists(store.terms(Level.SERIES, name)) for name in _LISTS}
        | {
            "id": lambda: global_ids("Series", uid()),
            "series_instance_uid": uid,
            "study_instance_uid": study_uid,
            "patient_id": patient_id,
            "collection_id": collection_id,
            "subject_kind": lambda: through(
                tree.series_patient, of_terms(store.terms(Level.PATIENT, "subject_kind"), SubjectKind)
            ),
            "collection": lambda: one(shelf.collections, tree.series_collection),
            "patient": lambda: one(shelf.patients, tree.series_patient),
            "study": lambda: one(shelf.studies, tree.series_study),
            "analysis_result": lambda: _analysis_results(shelf, store.terms(Level.SERIES, "analysis_result_id")),
            "object_kind": lambda: of_terms(store.terms(Level.SERIES, "object_kind"), ObjectKind),
            "patient_age_status": lambda: of_terms(store.terms(Level.SERIES, "patient_age_status"), PatientAgeStatus),
            "instance_count": lambda: of_numbers(store.numbers(Level.SERIES, "instance_count").numbers),
            "size_bytes": lambda: of_numbers(store.numbers(Level.SERIES, "size_bytes").numbers),
            "source": lambda: together(shelf.sources.find, collection_id(), terms("source_doi")),
            "license": lambda: together(
                shelf.sources.license, collection_id(), terms("source_doi"), terms("license_short_name")
            ),
            "crdc_series_uuid": uuid,
            "aws_url": lambda: together(aws_url, terms("aws_bucket"), uuid()),
            "gcs_url": lambda: together(gcs_url, terms("aws_bucket"), uuid()),
            "viewer_url": lambda: together(series_viewer, study_uid(), uid(), slides()),
        }
    )


def _analysis_results(shelf: Shelf, ids: Terms) -> Reader:
    """The analysis result of each row; rows of the same one share its record."""
    number_of_code = [None, *(shelf.analysis_result_number(str(value)) for value in ids.values)]

    def read(rows: RowNumbers) -> Sequence[object]:
        codes, places = np.unique(ids.codes[rows], return_inverse=True)
        numbers = [number_of_code[code] for code in codes.tolist()]
        found = iter(shelf.analysis_results([number for number in numbers if number is not None]))
        records = [None if number is None else next(found) for number in numbers]
        return [records[place] for place in places.tolist()]

    return read
