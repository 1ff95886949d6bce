"""Where a count is made: distinct things among sets of series, over all of them or per parent.

Sets that shrink step by step are counted together: each unit has a depth, the number of steps that it passes, and a
patient is counted at every step down to that of its deepest unit.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.grains import Grain, Grains, Mask, SeriesSet
from resolvers.search.embedded.kernels import Depths, count_depths, count_signed_depths
from resolvers.search.embedded.series_numbers import numbers_of_series
from resolvers.search.engine import Parents
from schema.vocabulary import COUNTABLE, Level

Numbers = npt.NDArray[np.int64]

LEVELS = {"collections": Level.COLLECTION, "patients": Level.PATIENT, "studies": Level.STUDY}


def count(grains: Grains, series: SeriesSet, asked: frozenset[str]) -> dict[str, int]:
    """The asked numbers over a set of series."""
    return _by_depth(grains, series.grain, series.mask.view(np.uint8), 1, asked)[0]


def count_steps(grains: Grains, steps: Sequence[SeriesSet], asked: frozenset[str]) -> list[dict[str, int]]:
    """The asked numbers for each of at most 255 steps, over the series that this set and all before it hold."""
    finest = max(step.grain for step in steps)
    depths = np.zeros(grains.sizes[finest], np.uint8)
    left = np.ones(len(depths), bool)
    for step in steps:
        left &= grains.refined(step, finest)
        depths += left
    return _by_depth(grains, finest, depths, len(steps), asked)


def _by_depth(grains: Grains, grain: Grain, depths: Depths, steps: int, asked: frozenset[str]) -> list[dict[str, int]]:
    """The asked numbers of what has depth 1 or more, 2 or more, ..."""
    table = np.zeros((steps + 1, len(COUNTABLE)), np.int64)
    live = np.flatnonzero(depths != 0)
    if len(live):
        _count(grains, grain, depths, slice(int(live[0]), int(live[-1]) + 1), table)
        if grain is Grain.PROFILE:
            _count_signed(grains, depths, live, table, asked)
        else:
            np.subtract.at(table[:, COUNTABLE.index("studies")], grains.depths_seen_again(grain, depths), 1)
    reached = table[::-1].cumsum(axis=0)[::-1]
    return [{name: int(reached[step, COUNTABLE.index(name)]) for name in asked} for step in range(1, steps + 1)]


def _count(grains: Grains, grain: Grain, depths: Depths, live: slice, table: Numbers) -> None:
    """All numbers of cells or series, a study once per patient that it lies under; of profiles what they tell."""
    collections = grains.ids(grain, Level.COLLECTION)
    told = grain is not Grain.PROFILE
    patients = grains.ids(grain, Level.PATIENT) if told else collections
    pairs = grains.pairs(grain) if told else collections
    series, instances, size_bytes = (
        grains.numbers(grain, name)[live] for name in ("series", "instances", "size_bytes")
    )
    count_depths(depths[live], collections[live], patients[live], pairs[live], series, instances, size_bytes, table)


def _count_signed(grains: Grains, depths: Depths, live: Numbers, table: Numbers, asked: frozenset[str]) -> None:
    """Patients and studies of profiles are those of their signatures."""
    # Profiles are in key order, so that all of them lie in the collections between that of the first and of the last.
    first, last = grains.ids(Grain.PROFILE, Level.COLLECTION)[live[[0, -1]]].tolist()
    for name in asked & {"patients", "studies"}:
        signed = grains.signed(LEVELS[name])
        pairs, sums = signed.of_collections(first, last), np.zeros(len(table), np.int64)
        found = signed.signatures
        count_signed_depths(depths, found.profile[pairs], found.signature[pairs], found.members, sums)
        table[:, COUNTABLE.index(name)] = sums


def count_under(
    catalogue: Catalogue, grains: Grains, parents: Parents, series: Mask, asked: frozenset[str]
) -> Sequence[dict[str, int]]:
    """The asked numbers per patient or study, over those of its series that are in the mask."""
    members = [catalogue.relations.members(Level.SERIES, parents.level, number) for number in parents.numbers]
    own = np.concatenate(members).astype(np.uint32) if members else np.empty(0, np.uint32)
    slots = np.zeros(catalogue.relations.sizes[parents.level], np.uint32)
    slots[list(parents.numbers)] = np.arange(len(members))
    codes = grains.ids(Grain.SERIES, parents.level)
    found = numbers_of_series(grains, own[series[own]], codes, slots, len(members))
    columns = {name: found[name].tolist() for name in asked}
    return [{name: column[place] for name, column in columns.items()} for place in range(len(members))]
