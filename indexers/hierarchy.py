"""The tree of collections, patients, studies and series as offsets and parent numbers.

Rows (series) are numbered in the order of their keys (collectionID, patientID, studyInstanceUID, seriesInstanceUID),
compared bytewise; patients and collections likewise. DICOM says that a study has one patient, yet IDC holds one study
under two: so between patients and studies lie `pairs`, the distinct (patient, study), which are contiguous runs of
rows, and a study may own several pairs. It is numbered where its first pair stands.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Hierarchy:
    """`x_y` with one more entry than there are x are offsets of x's run of y; otherwise it is the y of each x."""

    series_study: Numbers
    series_patient: Numbers
    series_collection: Numbers
    pair_study: Numbers
    pair_patient: Numbers
    study_collection: Numbers
    patient_collection: Numbers
    pair_series: Offsets
    patient_series: Offsets
    patient_pairs: Offsets
    collection_series: Offsets
    collection_patients: Offsets
    collection_pairs: Offsets
    # Pairs ordered by study, and each study's run of them.
    study_pairs: Offsets
    pairs_by_study: Numbers


def hierarchy(
    collection: npt.NDArray[np.integer], patient: npt.NDArray[np.integer], study: npt.NDArray[np.integer]
) -> Hierarchy:
    """From per-row codes of collection, PatientID and study, rows being in key order.

    `collection` codes must be 1.. without gaps; the others are any codes, equal where the identifiers are.
    """
    new_collection = _starts(collection)
    new_patient = new_collection | _starts(patient)
    new_pair = new_patient | _starts(study)
    series_collection, series_patient, series_pair = (_numbers(s) for s in (new_collection, new_patient, new_pair))
    pair_rows = np.flatnonzero(new_pair)
    patient_rows = np.flatnonzero(new_patient)
    collection_rows = np.flatnonzero(new_collection)
    pair_study = _first_seen(study[pair_rows])
    first_pair = np.unique(pair_study, return_index=True)[1]
    pair_patient = series_patient[pair_rows]
    if (series_collection[pair_rows] != series_collection[pair_rows[first_pair]][pair_study]).any():
        raise ValueError("a study lies in two collections")
    rows, pairs, studies = len(collection), len(pair_rows), len(first_pair)
    by_study = np.argsort(pair_study, kind="stable").astype(np.uint32)
    return Hierarchy(
        series_study=pair_study[series_pair],
        series_patient=series_patient,
        series_collection=series_collection,
        pair_study=pair_study,
        pair_patient=pair_patient,
        study_collection=series_collection[pair_rows[first_pair]],
        patient_collection=series_collection[patient_rows],
        pair_series=_offsets(pair_rows, rows),
        patient_series=_offsets(patient_rows, rows),
        patient_pairs=_offsets(series_pair[patient_rows], pairs),
        collection_series=_offsets(collection_rows, rows),
        collection_patients=_offsets(series_patient[collection_rows], len(patient_rows)),
        collection_pairs=_offsets(series_pair[collection_rows], pairs),
        study_pairs=np.searchsorted(pair_study[by_study], np.arange(studies + 1)).astype(np.uint32),
        pairs_by_study=by_study,
    )


def _starts(codes: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    starts = np.ones(len(codes), bool)
    starts[1:] = codes[1:] != codes[:-1]
    return starts


def _numbers(starts: npt.NDArray[np.bool_]) -> Numbers:
    return (np.cumsum(starts) - 1).astype(np.uint32)


def _offsets(starts: npt.NDArray[np.integer], end: int) -> Offsets:
    return np.append(starts, end).astype(np.uint32)


def _first_seen(codes: npt.NDArray[np.integer]) -> Numbers:
    """Dense numbers in the order in which codes first appear."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.uint32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.uint32)
    return rank[inverse]
