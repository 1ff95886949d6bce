"""Ways between levels: from a set of rows of one level to the related rows of another.

Rows are sorted by key, so going up is "any" over a contiguous run and going down a gather. Studies and patients are
related through pairs, since one study of IDC lies under two patients (`indexers.hierarchy`).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from indexers.hierarchy import Hierarchy
from resolvers.catalogue.gather import gather
from schema.vocabulary import Level

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

_C, _P, _T, _S = Level.COLLECTION, Level.PATIENT, Level.STUDY, Level.SERIES


class Relations:
    """The relations of one store."""

    def __init__(self, tree: Hierarchy) -> None:
        self.tree = tree
        self.sizes = {
            _C: len(tree.collection_series) - 1,
            _P: len(tree.patient_collection),
            _T: len(tree.study_collection),
            _S: len(tree.series_study),
        }
        self._first_pairs = tree.pairs_by_study[tree.study_pairs[:-1]]
        self._further_pairs = np.setdiff1d(tree.pairs_by_study, self._first_pairs)
        # A gather for an ancestor; "any" over the members otherwise. Sets of series have grains of their own.
        self._related: dict[tuple[Level, Level], Callable[[Mask], Mask]] = {
            (_C, _T): lambda mask: gather(mask, tree.study_collection),
            (_C, _P): lambda mask: gather(mask, tree.patient_collection),
            (_P, _C): lambda mask: _any(mask, tree.collection_patients),
            (_P, _T): lambda mask: self._studies_of_pairs(gather(mask, tree.pair_patient)),
            (_T, _P): lambda mask: _any(gather(mask, tree.pair_study), tree.patient_pairs),
            (_T, _C): lambda mask: _any(gather(mask, tree.pair_study), tree.collection_pairs),
        }
        self._counted: dict[tuple[Level, Level], Callable[[Mask], Numbers]] = {
            (_S, _P): lambda mask: _sum(mask, tree.patient_series),
            (_S, _C): lambda mask: _sum(mask, tree.collection_series),
            (_P, _C): lambda mask: _sum(mask, tree.collection_patients),
            (_S, _T): lambda mask: np.bincount(tree.series_study[mask], minlength=self.sizes[_T]),
            (_P, _T): lambda mask: np.bincount(
                tree.pair_study[gather(mask, tree.pair_patient)], minlength=self.sizes[_T]
            ),
            (_T, _P): lambda mask: _sum(gather(mask, tree.pair_study), tree.patient_pairs),
            (_T, _C): lambda mask: np.bincount(tree.study_collection[mask], minlength=self.sizes[_C]),
        }

    def related(self, mask: Mask, source: Level, target: Level) -> Mask:
        """Rows of `target` that some row of `source` in the mask is related to; both are above the series."""
        return mask if source is target else self._related[source, target](mask)

    def ancestor(self, level: Level, above: Level) -> npt.NDArray[np.uint32]:
        """For every row of `level` its one row of a level above it."""
        tree = self.tree
        return {
            (_S, _T): tree.series_study,
            (_S, _P): tree.series_patient,
            (_S, _C): tree.series_collection,
            (_T, _C): tree.study_collection,
            (_P, _C): tree.patient_collection,
        }[level, above]

    def counted(self, mask: Mask, source: Level, target: Level) -> Numbers:
        """For every row of `target` the number of its members at `source` in the mask."""
        return mask.astype(np.int64) if source is target else self._counted[source, target](mask)

    def members(self, level: Level, parent_level: Level, parent: int) -> Numbers:
        """Row numbers of the members of one parent, ascending."""
        tree = self.tree
        match parent_level, level:
            case Level.COLLECTION, Level.PATIENT:
                return _run(tree.collection_patients, parent)
            case Level.COLLECTION, Level.SERIES:
                return _run(tree.collection_series, parent)
            case Level.PATIENT, Level.SERIES:
                return _run(tree.patient_series, parent)
            case Level.PATIENT, Level.STUDY:
                return np.sort(tree.pair_study[_run(tree.patient_pairs, parent)]).astype(np.int64)
            case Level.STUDY, Level.SERIES:
                pairs = tree.pairs_by_study[_run(tree.study_pairs, parent)]
                return np.concatenate([_run(tree.pair_series, int(pair)) for pair in pairs])
            case _:
                raise KeyError(f"{level.value} has no parent {parent_level.value}")

    def owners(self, study: int) -> Numbers:
        """Row numbers of the patients that a study lies under, ascending: one, save for one study of IDC."""
        pairs = self.tree.pairs_by_study[_run(self.tree.study_pairs, study)]
        return np.sort(self.tree.pair_patient[pairs]).astype(np.int64)

    def _studies_of_pairs(self, pairs: Mask) -> Mask:
        studies = gather(pairs, self._first_pairs)
        studies[self.tree.pair_study[self._further_pairs[pairs[self._further_pairs]]]] = True
        return studies


def _run(offsets: npt.NDArray[np.uint32], number: int) -> Numbers:
    return np.arange(int(offsets[number]), int(offsets[number + 1]), dtype=np.int64)


# Every parent has members, so the runs that reduceat reduces are never empty.
def _any(mask: Mask, offsets: npt.NDArray[np.uint32]) -> Mask:
    found: Mask = np.logical_or.reduceat(mask, offsets[:-1])
    return found


def _sum(mask: Mask, offsets: npt.NDArray[np.uint32]) -> Numbers:
    found: Numbers = np.add.reduceat(mask, offsets[:-1], dtype=np.int64)
    return found
