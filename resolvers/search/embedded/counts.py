"""Where a count is made: distinct things among sets of series, over all of them or per parent.

Sets that shrink step by step are counted together: each unit has a depth, the number of steps that it passes, and a
patient is counted at every step down to that of its deepest unit.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.grains import Grain, Grains, Mask, SeriesSet
from resolvers.search.embedded.kernels import add_up, raise_to
from resolvers.search.engine import Parents
from schema.vocabulary import Level

Numbers = npt.NDArray[np.int64]
Depths = npt.NDArray[np.uint16]

LEVELS = {"collections": Level.COLLECTION, "patients": Level.PATIENT, "studies": Level.STUDY}


def count(grains: Grains, series: SeriesSet, asked: frozenset[str]) -> dict[str, int]:
    """The asked numbers over a set of series."""
    return count_steps(grains, [series], asked)[0]


def count_steps(grains: Grains, steps: Sequence[SeriesSet], asked: frozenset[str]) -> list[dict[str, int]]:
    """The asked numbers for each step, over the series that this set and all before it hold."""
    finest = max(step.grain for step in steps)
    depths = np.zeros(grains.sizes[finest], np.uint16)
    left = np.ones(len(depths), bool)
    for step in steps:
        left &= grains.refined(step, finest)
        depths += left
    columns = {name: _at_steps(grains, finest, depths, len(steps), name) for name in asked}
    return [{name: int(column[step]) for name, column in columns.items()} for step in range(1, len(steps) + 1)]


def _at_steps(grains: Grains, grain: Grain, depths: Depths, steps: int, name: str) -> Numbers:
    """Index s: the number of things of depth s or more."""
    if name in LEVELS:
        depths, numbers = _deepest(grains, grain, depths, LEVELS[name])
    else:
        numbers = grains.numbers(grain, name)
    at_depth = np.zeros(steps + 1, np.int64)
    add_up(depths, grains.every(steps + 1), grains.every(len(depths)), numbers, at_depth)
    return at_depth[::-1].cumsum()[::-1]


def _deepest(grains: Grains, grain: Grain, depths: Depths, level: Level) -> tuple[Depths, Numbers]:
    """The depth of every row of a level, each counted once, or of every signature, counted as often as it has rows."""
    if grain is Grain.PROFILE and level is not Level.COLLECTION:
        signatures = grains.signed(level).signatures
        deepest = np.zeros(len(signatures.members), np.uint16)
        raise_to(depths[signatures.profile], signatures.signature, deepest)
        return deepest, signatures.members
    deepest = np.zeros(grains.rows[level], np.uint16)
    raise_to(depths, grains.ids(grain, level), deepest)
    return deepest, grains.ones[: len(deepest)]


def count_under(
    catalogue: Catalogue, grains: Grains, parents: Parents, series: Mask, asked: frozenset[str]
) -> Sequence[dict[str, int]]:
    """The asked numbers per parent, over those of its series that are in the mask."""
    runs = [catalogue.relations.members(Level.SERIES, parents.level, number) for number in parents.numbers]
    owners = np.repeat(np.arange(len(runs)), [len(run) for run in runs])
    rows = np.concatenate(runs) if runs else np.empty(0, np.int64)
    kept = series[rows]
    rows, owners = rows[kept], owners[kept]
    columns = {name: _count_under(catalogue, grains, rows, owners, len(runs), name) for name in asked}
    return [{name: int(column[place]) for name, column in columns.items()} for place in range(len(runs))]


def _count_under(
    catalogue: Catalogue, grains: Grains, rows: Numbers, owners: Numbers, parents: int, name: str
) -> Numbers:
    if name == "series":
        return np.bincount(owners, minlength=parents)
    if name in ("instances", "size_bytes"):
        sums = np.zeros(parents, np.int64)
        np.add.at(sums, owners, grains.numbers(Grain.SERIES, name)[rows])
        return sums
    tree = catalogue.tree
    of_series = {
        "collections": tree.series_collection,
        "patients": tree.series_patient,
        "studies": tree.series_study,
    }[name]
    things = of_series[rows]
    # Rows of one owner ascend, so repeated things mostly stand together: drop those runs before sorting the rest.
    fresh = np.ones(len(things), bool)
    fresh[1:] = (things[1:] != things[:-1]) | (owners[1:] != owners[:-1])
    size = catalogue.relations.sizes[LEVELS[name]]
    distinct = np.unique(owners[fresh] * size + things[fresh])
    return np.bincount(distinct // size, minlength=parents)
