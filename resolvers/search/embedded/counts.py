"""Where a count is made: distinct things among sets of series, over all of them or per parent.

Sets that shrink step by step are counted together: each unit has a depth, the number of steps that it passes, and a
patient is counted at every step down to that of its deepest unit.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.grains import Grain, Grains, Mask, SeriesSet
from resolvers.search.embedded.kernels import add_up, count_signed, count_units, raise_to
from resolvers.search.embedded.series_numbers import numbers_of_series
from resolvers.search.engine import Parents
from schema.vocabulary import COUNTABLE, Level

Numbers = npt.NDArray[np.int64]
Depths = npt.NDArray[np.uint16]

LEVELS = {"collections": Level.COLLECTION, "patients": Level.PATIENT, "studies": Level.STUDY}


def count(grains: Grains, series: SeriesSet, asked: frozenset[str]) -> dict[str, int]:
    """The asked numbers over a set of series."""
    found = _of_profiles(grains, series.mask, asked) if series.grain is Grain.PROFILE else _of_units(grains, series)
    return {name: found[name] for name in asked}


def _of_profiles(grains: Grains, mask: Mask, asked: frozenset[str]) -> dict[str, int]:
    """Patients and studies are those of the signatures that hold one of the profiles."""
    profiles, collections = grains.quotients.quotient, grains.ids(Grain.PROFILE, Level.COLLECTION)
    sums = (profiles.profile_series, profiles.profile_instances, profiles.profile_size_bytes)
    found = dict(zip(COUNTABLE, count_units(mask, collections, collections, collections, *sums), strict=True))
    for name, level in LEVELS.items():
        if name in asked and level is not Level.COLLECTION:
            signed = grains.signed(level).signatures
            found[name] = count_signed(mask, signed.profile, signed.signature, signed.members)
    return found


def _of_units(grains: Grains, series: SeriesSet) -> dict[str, int]:
    """Cells or series; studies are counted once per patient that they lie under, and then corrected."""
    grain, mask = series.grain, series.mask
    sums = [grains.numbers(grain, name) for name in ("series", "instances", "size_bytes")]
    collections, patients = (grains.ids(grain, level) for level in (Level.COLLECTION, Level.PATIENT))
    numbers = count_units(mask, collections, patients, grains.pairs(grain), *sums)
    found = dict(zip(COUNTABLE, numbers, strict=True))
    found["studies"] -= grains.seen_again(grain, mask)
    return found


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
    """The asked numbers per patient or study, over those of its series that are in the mask."""
    members = [catalogue.relations.members(Level.SERIES, parents.level, number) for number in parents.numbers]
    own = np.concatenate(members).astype(np.uint32) if members else np.empty(0, np.uint32)
    slots = np.zeros(catalogue.relations.sizes[parents.level], np.uint32)
    slots[list(parents.numbers)] = np.arange(len(members))
    codes = grains.ids(Grain.SERIES, parents.level)
    found = numbers_of_series(grains, own[series[own]], codes, slots, len(members))
    columns = {name: found[name].tolist() for name in asked}
    return [{name: column[place] for name, column in columns.items()} for place in range(len(members))]
