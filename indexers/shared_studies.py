"""Patients that share a study with another patient: what is no tree, and the part of a store that holds them.

No patient outside shares anything with them but the collection, so that every answer over patients, studies or series
is that over the tree plus that over these.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from indexers.columns import Column, Identifiers, Numbers, Terms
from indexers.hierarchy import Hierarchy, hierarchy
from indexers.quotient import PROFILE_COLUMNS, Quotients, quotients
from indexers.store import Store, Table
from schema.vocabulary import Level

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SharedStudies:
    """Rows of a store's patients that share a study, of all their studies and of all their series, ascending."""

    patients: Rows
    studies: Rows
    series: Rows

    @classmethod
    def of(cls, tree: Hierarchy) -> "SharedStudies":
        """Those of a tree of pairs."""
        shared = np.diff(tree.study_pairs) > 1
        patients = np.unique(tree.pair_patient[shared[tree.pair_study]]).astype(np.int64)
        apart = np.zeros(len(tree.patient_collection), bool)
        apart[patients] = True
        studies = np.unique(tree.pair_study[apart[tree.pair_patient]]).astype(np.int64)
        return cls(patients, studies, np.flatnonzero(apart[tree.series_patient]))

    def of_collection(self, tree: Hierarchy, collection: int) -> "SharedStudies":
        """Those of one collection."""
        return SharedStudies(
            self.patients[tree.patient_collection[self.patients] == collection],
            self.studies[tree.study_collection[self.studies] == collection],
            self.series[tree.series_collection[self.series] == collection],
        )


class Excerpt(Store):
    """The part of a store that holds the patients of one collection that share studies; in memory, and a store too.

    Rows are numbered anew in the same order: row n of a level is row `rows[level][n]` of the whole store.
    """

    def __init__(self, whole: Store, collection: int, shared: SharedStudies) -> None:
        self.folder = whole.folder
        self.key = whole.key
        self.rows = {
            Level.COLLECTION: np.array([collection], np.int64),
            Level.PATIENT: shared.patients,
            Level.STUDY: shared.studies,
            Level.SERIES: shared.series,
        }
        self._whole = whole
        self._cut: dict[tuple[Level | Table, str], Column] = {}

    def own_rows(self, level: Level, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """See Store."""
        found: npt.NDArray[np.bool_] = mask[self.rows[level]]
        return found

    def column(self, level: Level | Table, name: str) -> Column:
        """See Store."""
        if (level, name) not in self._cut:
            whole = self._whole.column(level, name)
            self._cut[level, name] = whole if isinstance(level, Table) else self._of_rows(level, whole)
        return self._cut[level, name]

    def has_column(self, level: Level, name: str) -> bool:
        """See Store."""
        return self._whole.has_column(level, name)

    def _of_rows(self, level: Level, column: Column) -> Column:
        rows = self.rows[level]
        match column:
            case Terms(codes=codes, values=values):
                if level is Level.COLLECTION:  # there, rows are places in the list of values
                    held = [values[code - 1] for code in codes[rows].tolist() if code]
                    return Terms(np.array([len(held)], np.uint8), held)
                return Terms(codes[rows], values)
            case Numbers(numbers=numbers):
                return Numbers(numbers[rows])
            case Identifiers(texts=texts, lowered=lowered):
                return Identifiers(texts[rows], np.argsort(texts[rows], kind="stable").astype(np.uint32), lowered)

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """See Store."""
        tree, rows = self._whole.hierarchy, self.rows[Level.SERIES]
        return hierarchy(np.ones(len(rows), np.uint8), tree.series_patient[rows], tree.series_study[rows])

    @cached_property
    def quotients(self) -> Quotients:
        """See Store."""
        tree = self.hierarchy
        codes = {name: self.terms(Level.SERIES, name).codes for name in PROFILE_COLUMNS if name != "subject_kind"}
        codes["subject_kind"] = self.terms(Level.PATIENT, "subject_kind").codes[tree.series_patient]
        instances, sizes = (self.numbers(Level.SERIES, name).numbers for name in ("instance_count", "size_bytes"))
        return quotients(tree, codes, instances.astype(np.int64), sizes.astype(np.int64))
