"""Sets of series at the coarsest grain that can tell their members: profiles, cells or the series themselves.

`indexers.quotient` says what profiles and cells are. A condition on common attributes is decided on 94,000 profiles,
one on studies or patients on 390,000 cells, and only what differs from series to series on a million series.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from indexers.quotient import Signatures
from resolvers.catalogue import Catalogue
from resolvers.catalogue.gather import gather
from resolvers.search.embedded.kernels import Depths, mark, masked
from schema.vocabulary import Level

Mask = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]


class Grain(IntEnum):
    """What one entry of a set stands for, from the coarsest on."""

    PROFILE = 0
    CELL = 1
    SERIES = 2


@dataclass(frozen=True)
class SeriesSet:
    """A set of series: those of the profiles, cells or series in the mask."""

    grain: Grain
    mask: Mask


@dataclass(frozen=True)
class Signed:
    """Signatures, with the members that each pair of signature and profile stands for, and its collection."""

    signatures: Signatures
    weights: Numbers
    collections: Ids

    def of_collections(self, first: int, last: int) -> slice:
        """The pairs of these collections and of those between: a signature lies in one, and both are in key order."""
        start, end = np.searchsorted(self.collections, (first, last + 1))
        return slice(int(start), int(end))


class Grains:
    """The units of every grain of one catalogue, and the ways between them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._tree = catalogue.tree
        self._store = catalogue.store
        self.quotients = catalogue.store.quotients
        quotient = self.quotients.quotient
        self.rows = catalogue.relations.sizes
        self.sizes = {
            Grain.PROFILE: len(quotient.profile_series),
            Grain.CELL: len(quotient.cell_series),
            Grain.SERIES: len(quotient.series_profile),
        }

    def coarser(self, grain: Grain, coarse: Grain) -> Ids:
        """Of each unit of a grain the unit of a coarser one that it is part of."""
        quotient = self.quotients.quotient
        return {
            (Grain.CELL, Grain.PROFILE): quotient.cell_profile,
            (Grain.SERIES, Grain.PROFILE): quotient.series_profile,
            (Grain.SERIES, Grain.CELL): quotient.series_cell,
        }[grain, coarse]

    def refined(self, found: SeriesSet, grain: Grain) -> Mask:
        """The set as a mask of a grain that is no coarser than its own."""
        return found.mask if grain is found.grain else masked(found.mask, self.coarser(grain, found.grain))

    def cells(self, series: Ids) -> Mask:
        """The cells that hold these series."""
        cells = np.zeros(self.sizes[Grain.CELL], bool)
        mark(series, self.quotients.quotient.series_cell, cells)
        return cells

    def ids(self, grain: Grain, level: Level) -> Ids:
        """Of each unit the row of the collection, patient or study that it belongs to, where it has but one."""
        quotient, tree = self.quotients.quotient, self._tree
        return {
            (Grain.PROFILE, Level.COLLECTION): quotient.profile_collection,
            (Grain.CELL, Level.COLLECTION): self._cell_collection,
            (Grain.CELL, Level.PATIENT): quotient.cell_patient,
            (Grain.CELL, Level.STUDY): quotient.cell_study,
            (Grain.SERIES, Level.COLLECTION): tree.series_collection,
            (Grain.SERIES, Level.PATIENT): tree.series_patient,
            (Grain.SERIES, Level.STUDY): tree.series_study,
        }[grain, level]

    def by_study(self, grain: Grain, units: Ids) -> Ids:
        """Units, given in ascending order, with those of one study together.

        They are already, but for the studies that lie under several patients: their further units join the first ones.
        """
        here, places = _found(units, self._strays[grain])
        if not here.any():
            return units
        studies = self.ids(grain, Level.STUDY)
        settled, joining = np.delete(units, places), self._strays[grain][here]
        joining = joining[np.argsort(studies[joining], kind="stable")]
        return np.insert(settled, np.searchsorted(studies[settled], studies[joining]), joining)

    def pairs(self, grain: Grain) -> Ids:
        """Of each cell or series its pair of patient and study."""
        return self.quotients.quotient.cell_pair if grain is Grain.CELL else self._series_pair

    def depths_seen_again(self, grain: Grain, depths: Depths) -> npt.NDArray[np.int64]:
        """For every study but its deepest pair of patient and study: the depths of its other pairs that have any."""
        units = self._of_shared[grain]
        units = units[depths[units] > 0]
        deepest: dict[tuple[int, int], int] = {}
        for study, pair, depth in zip(
            self.ids(grain, Level.STUDY)[units].tolist(),
            self.pairs(grain)[units].tolist(),
            depths[units].tolist(),
            strict=True,
        ):
            deepest[study, pair] = max(depth, deepest.get((study, pair), 0))
        by_study: dict[int, list[int]] = {}
        for (study, _), depth in deepest.items():
            by_study.setdefault(study, []).append(depth)
        return np.array([depth for own in by_study.values() for depth in sorted(own)[:-1]], np.int64)

    def of_shared_studies(self, series: Ids) -> Ids:
        """Those of the series whose study lies under several patients."""
        return series[gather(self._shared, gather(self._tree.series_study, series))]

    def numbers(self, grain: Grain, name: str) -> Numbers:
        """How many series, instances or bytes each unit holds."""
        if grain is not Grain.SERIES:
            found: Numbers = getattr(self.quotients.quotient, f"{grain.name.lower()}_{name}")
            return found
        if name == "series":
            return self.ones
        column = {"instances": "instance_count"}.get(name, name)
        return self._store.numbers(Level.SERIES, column).numbers

    def signed(self, level: Level) -> Signed:
        """The signatures of studies or of patients."""
        return self._signed[level]

    def every(self, units: int) -> Ids:
        """The places of so many units."""
        return self._places[:units]

    @cached_property
    def _places(self) -> Ids:
        return np.arange(max(self.sizes.values()), dtype=np.uint32)

    @cached_property
    def _series_pair(self) -> Ids:
        """Of each series its pair of patient and study."""
        pairs = np.arange(len(self._tree.pair_study), dtype=np.uint32)
        return np.repeat(pairs, np.diff(self._tree.pair_series))

    @cached_property
    def ones(self) -> Numbers:
        """A one for every series."""
        return np.ones(self.sizes[Grain.SERIES], np.int64)

    @cached_property
    def _shared(self) -> Mask:
        """The studies that lie under several patients."""
        return np.diff(self._tree.study_pairs) > 1

    @cached_property
    def _of_shared(self) -> dict[Grain, Ids]:
        """The cells and series of those studies."""
        return {
            grain: np.flatnonzero(self._shared[self.ids(grain, Level.STUDY)]).astype(np.uint32)
            for grain in (Grain.CELL, Grain.SERIES)
        }

    @cached_property
    def _strays(self) -> dict[Grain, Ids]:
        """Cells and series whose study began under another patient."""
        pairs = np.setdiff1d(self._tree.pairs_by_study, self._tree.pairs_by_study[self._tree.study_pairs[:-1]])
        cells = np.flatnonzero(np.isin(self.quotients.quotient.cell_pair, pairs))
        series = np.flatnonzero(np.isin(self.quotients.quotient.series_cell, cells))
        return {Grain.CELL: cells.astype(np.uint32), Grain.SERIES: series.astype(np.uint32)}

    @cached_property
    def _cell_collection(self) -> Ids:
        return gather(self.quotients.quotient.profile_collection, self.quotients.quotient.cell_profile)

    @cached_property
    def _signed(self) -> dict[Level, Signed]:
        found = {Level.STUDY: self.quotients.studies, Level.PATIENT: self.quotients.patients}
        of_profiles = self.quotients.quotient.profile_collection
        return {
            level: Signed(s, gather(s.members, s.signature), gather(of_profiles, s.profile))
            for level, s in found.items()
        }


def _found(units: Ids, wanted: Ids) -> tuple[Mask, npt.NDArray[np.int64]]:
    """Which of the wanted ones are among units, which ascend, and the places of those."""
    places = np.searchsorted(units, wanted)
    here = places < len(units)
    here[here] = units[places[here]] == wanted[here]
    return here, places[here]
