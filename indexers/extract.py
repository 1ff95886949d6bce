"""From the index package to the columns of the embedded store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from indexers.columns import (
    Identifiers,
    Numbers,
    Terms,
    elements,
    identifiers,
    narrowed,
    terms,
    terms_of,
    whole_number,
)
from indexers.hierarchy import Hierarchy, hierarchy
from indexers.index_package import REINSTALL, IndexPackage, SourceError
from indexers.object_kind import object_kind
from indexers.patient_age import patient_age
from indexers.prior_versions import read_prior_versions, write_prior_versions
from indexers.quotient import PROFILE_COLUMNS, quotients
from indexers.releases import CurrentSeries, release_dates, release_records
from indexers.store import StoreWriter
from indexers.subject_kind import subject_kind
from schema.vocabulary import Level

# Series columns that are stored as they are: column of the store, column of idc_index.
_AS_THEY_ARE = {
    "analysis_result_id": "analysis_result_id",
    "modality": "Modality",
    "body_part_examined": "BodyPartExamined",
    "sop_class_uid": "SOPClassUID",
    "sop_class_name": "sop_class_name",
    "manufacturer": "Manufacturer",
    "manufacturer_model_name": "ManufacturerModelName",
    "series_description": "SeriesDescription",
    "series_date": "SeriesDate",
    "study_date": "StudyDate",
    "study_description": "StudyDescription",
    "patient_sex": "PatientSex",
    "patient_age_string": "PatientAge",
    "license_short_name": "license_short_name",
    "source_doi": "source_DOI",
    "first_release": "series_init_idc_version",
    "revised_release": "series_revised_idc_version",
    "aws_bucket": "aws_bucket",
}
# Those whose distinct texts are read as something else.
_READ: dict[str, tuple[str, Callable[[str | None], Any]]] = {
    "object_kind": ("SOPClassUID", lambda uid: object_kind(uid).value),
    "transfer_syntax_uids": ("TransferSyntaxUID", elements),
    "transfer_syntax_names": ("transfer_syntax_name", elements),
    "photometric_interpretations": ("PhotometricInterpretation", elements),
    "series_number": ("SeriesNumber", whole_number),
    "patient_age": ("PatientAge", lambda text: patient_age(text).years),
    "patient_age_status": ("PatientAge", lambda text: patient_age(text).status.value),
}
_KEYS = ("collection_id", "PatientID", "StudyInstanceUID", "SeriesInstanceUID")
_UNIQUE = ("StudyInstanceUID", "SeriesInstanceUID", "crdc_series_uuid")

Report = Callable[[str], None]

# How often `extract` reports: each column, and the steps around them.
STEPS = len(_AS_THEY_ARE) + len(_READ) + 2 + 6


def extract(source: IndexPackage, writer: StoreWriter, report: Report) -> None:
    """Write every column, the tree and the records of `source`; `report` is told each step as it starts.

    SourceError if the index is not what it is documented to be.
    """
    report("keys")
    index = _Index(source.table("idc_index"))
    keys = _write_keys(index, writer)
    tree = keys.tree
    sizes = index.sizes()
    instances = index.present("instanceCount").to_numpy().astype(np.int64)
    writer.column(Level.SERIES, "size_bytes", Numbers(sizes))
    writer.column(Level.SERIES, "instance_count", Numbers(instances))
    series, series_uids = _write_series(index, writer, report)
    report("studies")
    _write_studies(tree, series, writer)
    report("totals")
    _write_tallies(tree, sizes, writer)
    report("profiles")
    codes = {name: series[name].codes for name in PROFILE_COLUMNS if name in series}
    codes["subject_kind"] = keys.subject_kinds.codes[tree.series_patient]
    writer.quotients(quotients(tree, codes, instances, sizes))
    report("collections")
    _write_collections(source, keys.collection_ids, writer)
    _write_analysis_results(source, tree, series["analysis_result_id"], writer)
    writer.hierarchy(tree)
    report("releases")
    first, revised = (index.integers(f"series_{name}_idc_version") for name in ("init", "revised"))
    current = CurrentSeries(
        tree, keys.collection_ids, keys.patient_ids, keys.study_uids, series_uids, first, revised, sizes
    )
    _write_releases(source, current, writer)


class _Index:
    """idc_index, column by column, in key order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._schema = pq.read_schema(path)
        self._order = self._key_order()

    def column(self, name: str) -> pa.ChunkedArray:
        """One column, repeated texts as a dictionary."""
        if name not in self._schema.names:
            raise SourceError(f"{self._path} has no column {name}: {REINSTALL}")
        kind = self._schema.field(name).type
        repeated = (pa.types.is_string(kind) or pa.types.is_large_string(kind)) and name not in _UNIQUE
        found = pq.read_table(self._path, columns=[name], read_dictionary=[name] if repeated else [])[name]
        return found if self._order is None else found.take(self._order)

    def present(self, name: str) -> pa.ChunkedArray:
        """A column that has a value in every row. SourceError if one is missing."""
        found = self.column(name)
        if found.null_count:
            raise SourceError(f"{self._path} has series without {name}: {REINSTALL}")
        return found

    def integers(self, name: str) -> npt.NDArray[np.int64]:
        """A column of integers that has a value in every row. SourceError if one is missing."""
        return np.asarray(self.present(name).to_numpy(), np.int64)

    def sizes(self) -> npt.NDArray[np.int64]:
        """Bytes; the index states decimal megabytes, of which every row is a whole number of bytes."""
        megabytes: npt.NDArray[np.float64] = self.present("series_size_MB").to_numpy()
        return np.rint(megabytes * 1e6).astype(np.int64)

    def _key_order(self) -> pa.Array | None:
        """The permutation that puts rows into key order; None if they are in it, as IDC writes them."""
        keys = pq.read_table(self._path, columns=list(_KEYS))
        if keys.num_rows == 0:
            raise SourceError(f"{self._path} holds no series: {REINSTALL}")
        for name in _KEYS:
            if keys[name].null_count:
                raise SourceError(f"{self._path} has series without {name}: {REINSTALL}")
        if _ascending(keys):
            return None
        return pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in _KEYS])


def _ascending(keys: pa.Table) -> bool:
    """Whether the rows ascend by their keys, compared bytewise as Arrow compares text."""
    tied = np.ones(keys.num_rows - 1, bool)
    for name in _KEYS:
        column = keys[name].combine_chunks()
        before, after = column.slice(0, len(column) - 1), column.slice(1)
        if (tied & pc.greater(before, after).to_numpy(zero_copy_only=False)).any():
            return False
        tied &= pc.equal(before, after).to_numpy(zero_copy_only=False)
    return True


class _Keys(NamedTuple):
    """The tree, the identifiers of its collections, patients and studies, and what patients are."""

    tree: Hierarchy
    collection_ids: list[str]
    patient_ids: Terms
    study_uids: Identifiers
    subject_kinds: Terms


def _write_keys(index: _Index, writer: StoreWriter) -> _Keys:
    collection, patient = terms(index.column("collection_id")), terms(index.column("PatientID"))
    study_uids = index.column("StudyInstanceUID")
    study = pc.dictionary_encode(study_uids.combine_chunks()).indices.to_numpy()
    tree = hierarchy(collection.codes, patient.codes, study)
    rows = tree.patient_series[:-1]
    writer.column(Level.COLLECTION, "collection_id", terms_of(collection.values))
    patient_ids = Terms(patient.codes[rows], patient.values)
    writer.column(Level.PATIENT, "patient_id", patient_ids)
    subject_kinds = _subject_kinds(collection, patient, rows)
    writer.column(Level.PATIENT, "subject_kind", subject_kinds)
    first_rows = tree.pair_series[:-1][tree.pairs_by_study[tree.study_pairs[:-1]]]
    studies = identifiers(study_uids.take(pa.array(first_rows)))
    writer.column(Level.STUDY, "study_instance_uid", studies)
    return _Keys(tree, [str(value) for value in collection.values], patient_ids, studies, subject_kinds)


def _subject_kinds(collection: Terms, patient: Terms, rows: npt.NDArray[np.uint32]) -> Terms:
    pairs = zip(collection.codes[rows].tolist(), patient.codes[rows].tolist(), strict=True)
    return terms_of([subject_kind(str(collection.values[c - 1]), str(patient.values[p - 1])) for c, p in pairs])


def _write_series(index: _Index, writer: StoreWriter, report: Report) -> tuple[dict[str, Terms], Identifiers]:
    """The columns of Terms, and the UIDs of the series."""
    written: dict[str, Terms] = {}
    for name, source in _AS_THEY_ARE.items():
        report(name)
        written[name] = terms(index.column(source))
    for name, (source, read) in _READ.items():
        report(name)
        written[name] = terms(index.column(source), read)
    for name, column in written.items():
        writer.column(Level.SERIES, name, column)
    report("series_instance_uid")
    uids = identifiers(index.column("SeriesInstanceUID"))
    writer.column(Level.SERIES, "series_instance_uid", uids)
    report("crdc_series_uuid")
    writer.column(Level.SERIES, "crdc_series_uuid", identifiers(index.column("crdc_series_uuid")))
    return written, uids


def _write_studies(tree: Hierarchy, series: dict[str, Terms], writer: StoreWriter) -> None:
    """What a study is by rule: its earliest date, its most frequent description, and whether it has slides."""
    date, description, modality = series["study_date"], series["study_description"], series["modality"]
    studies = len(tree.study_collection)
    latest = len(date.values) + 1
    earliest = np.full(studies, latest, np.int64)
    np.minimum.at(earliest, tree.series_study, np.where(date.codes == 0, latest, date.codes))
    earliest[earliest == latest] = 0
    writer.column(Level.STUDY, "study_date", Terms(narrowed(earliest), date.values))
    frequent = _most_frequent(tree.series_study, description.codes, studies)
    writer.column(Level.STUDY, "study_description", Terms(narrowed(frequent), description.values))
    slides = np.zeros(studies, np.int32)
    if "SM" in modality.values:
        slides[tree.series_study[modality.codes == modality.values.index("SM") + 1]] = 1
    writer.column(Level.STUDY, "slides", Numbers(slides))


def _most_frequent(
    group: npt.NDArray[np.integer], codes: npt.NDArray[np.integer], groups: int
) -> npt.NDArray[np.int64]:
    """Per group the most frequent code that is not 0, of equally frequent ones the smallest; 0 if there is none."""
    present = codes > 0
    width = int(codes.max()) + 1 if len(codes) else 1
    found, counts = np.unique(group[present].astype(np.int64) * width + codes[present], return_counts=True)
    best = np.zeros(groups, np.int64)
    # Ascending by count, then descending by code: the last one written to a group is the one wanted.
    order = np.lexsort((-(found % width), counts))
    best[(found // width)[order]] = (found % width)[order]
    return best


def _write_tallies(tree: Hierarchy, sizes: npt.NDArray[np.int64], writer: StoreWriter) -> None:
    """How much each study, patient and collection holds: what their rows are sorted by."""
    for level, of_series in (
        (Level.STUDY, tree.series_study),
        (Level.PATIENT, tree.series_patient),
        (Level.COLLECTION, tree.series_collection),
    ):
        series = np.bincount(of_series).astype(np.int64)
        held = np.zeros(len(series), np.int64)
        np.add.at(held, of_series, sizes)
        writer.column(level, "series_count", Numbers(series))
        writer.column(level, "size_bytes", Numbers(held))
    writer.column(Level.PATIENT, "study_count", Numbers(_lengths(tree.patient_pairs)))
    writer.column(Level.COLLECTION, "patient_count", Numbers(_lengths(tree.collection_patients)))


def _lengths(offsets: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    return offsets[1:].astype(np.int64) - offsets[:-1].astype(np.int64)


def _write_collections(source: IndexPackage, collection_ids: list[str], writer: StoreWriter) -> None:
    described = {row["collection_id"]: row for row in pq.read_table(source.table("collections_index")).to_pylist()}
    unknown = [name for name in collection_ids if name not in described]
    if unknown:
        raise SourceError(f"collections_index lacks {', '.join(unknown)}: {REINSTALL}")
    rows = [described[name] for name in collection_ids]
    for name, column in (("name", "collection_name"), ("program_id", "program_id"), ("status", "status")):
        writer.column(Level.COLLECTION, name, terms_of([row[column] for row in rows]))
    writer.column(Level.COLLECTION, "updated", terms_of([row["updated"] for row in rows]))
    for name in ("cancer_types", "tumor_locations", "species"):
        writer.column(Level.COLLECTION, name, terms_of([elements(row[name]) for row in rows]))
    writer.records(
        "collections",
        [
            {
                "description": row["description"],
                "supporting_data": elements(row["supporting_data"]) or (),
                "sources": row["sources"] or [],
            }
            for row in rows
        ],
    )


def _write_analysis_results(source: IndexPackage, tree: Hierarchy, used: Terms, writer: StoreWriter) -> None:
    """The analysis results by id; `collections` are the numbers of those that hold series of it."""
    described = pq.read_table(source.table("analysis_results_index")).to_pylist()
    code = {value: number for number, value in enumerate(used.values, start=1)}
    unknown = set(code) - {row["analysis_result_id"] for row in described}
    if unknown:
        raise SourceError(f"analysis_results_index lacks {', '.join(map(str, unknown))}: {REINSTALL}")
    rows = sorted(described, key=lambda row: str(row["analysis_result_id"]))
    for row in rows:
        series = used.codes == code.get(row["analysis_result_id"], -1)
        row["collections"] = np.unique(tree.series_collection[series]).tolist()
        row["modalities"] = elements(row["modalities"]) or ()
    writer.records("analysis_results", rows)


def _write_releases(source: IndexPackage, current: CurrentSeries, writer: StoreWriter) -> None:
    dates = release_dates(source)
    prior = read_prior_versions(source, max(dates))
    write_prior_versions(prior, writer)
    writer.records("releases", release_records(dates, current, prior))
