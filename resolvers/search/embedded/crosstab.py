"""Crosstabs: counts for every combination of the buckets of several facets."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resolvers.search.embedded.axes import MISSING, Coding, Lists
from resolvers.search.embedded.bases import Base
from resolvers.search.embedded.drawn import Drawn
from resolvers.search.embedded.grains import Grain, Grains
from resolvers.search.embedded.tallies import tallies
from resolvers.search.facets import Numbers
from schema.errors import TooManyCells

Array = npt.NDArray[np.int64]

# Combinations that are told by a table rather than by sorting.
_TABLE = 4_000_000

_CUT = -1

# Combinations of all units before they are counted: a profile with ten cancer types twice over has a hundred.
_MOST_COMBINED = 20_000_000
# Cells of one answer.
MOST_CELLS = 100_000


def cells(
    grains: Grains, base: Base, axes: Sequence[Drawn], asked: frozenset[str]
) -> list[tuple[tuple[int | None, ...], Numbers]]:
    """Per combination that is not empty the place of its bucket on each axis, None for missing, and its counts."""
    grain = max(axis.coding.grain for axis in axes)
    units, keys = _combined(grains, grain, base, axes)
    shape = [len(axis.slots) + 1 for axis in axes]
    found, cell = _distinct(keys, int(np.prod([float(size) for size in shape])))
    if len(found) > MOST_CELLS:
        raise TooManyCells(MOST_CELLS)
    coding = _coding(grains, grain, units, cell, len(found))
    columns = {name: numbers.tolist() for name, numbers in tallies(base, coding, asked).items()}
    places = np.stack(np.unravel_index(found, shape), axis=1).tolist()
    return [
        (tuple(place - 1 if place else None for place in own), {name: column[row] for name, column in columns.items()})
        for row, own in enumerate(places)
    ]


def _coding(grains: Grains, grain: Grain, units: Array, cell: Array, many: int) -> Coding:
    """A slot per cell: of each unit the one that it is counted in, or several where an axis has lists."""
    size = grains.sizes[grain]
    every = grains.every(size)
    if len(units) < 2 or (units[1:] > units[:-1]).all():
        slots = np.full(size, many, np.uint32)  # a last slot for what is in no cell
        slots[units] = cell
        return Coding(grain, every, slots, many + 1)
    starts = np.zeros(size + 1, np.uint32)
    starts[1:] = np.cumsum(np.bincount(units, minlength=size))
    return Coding.plain(grain, every, many, Lists(starts, cell.astype(np.uint32)))


def _combined(grains: Grains, grain: Grain, base: Base, axes: Sequence[Drawn]) -> tuple[Array, Array]:
    """Units of the base, ascending, and the combination of buckets of each; several for lists, none if it is cut."""
    units = base.live(grain).astype(np.int64)
    keys = np.zeros(len(units), np.int64)
    for axis in axes:
        places = units if axis.coding.grain is grain else grains.quotients.quotient.series_profile[units]
        slots = axis.coding.codes[places].astype(np.int64)
        if axis.coding.lists is not None:
            owner, slots = _expanded(axis.coding.lists, slots)
            units, keys = units[owner], keys[owner]
        else:
            slots = axis.coding.slots[slots].astype(np.int64)
        buckets = _bucket_of_slot(axis)[slots]
        kept = buckets != _CUT
        units, keys = units[kept], keys[kept] * (len(axis.slots) + 1) + buckets[kept]
    return units, keys


def _expanded(lists: Lists, codes: Array) -> tuple[Array, Array]:
    """For every slot of every unit's list the unit's place, and the slot."""
    starts, lengths = lists.starts[codes].astype(np.int64), np.diff(lists.starts)[codes].astype(np.int64)
    if lengths.sum() > _MOST_COMBINED:
        raise TooManyCells(_MOST_COMBINED)
    owner = np.repeat(np.arange(len(codes)), lengths)
    inside = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return owner, lists.slots[starts[owner] + inside].astype(np.int64)


def _bucket_of_slot(axis: Drawn) -> Array:
    """Of every slot 0 for missing, the place of its bucket from 1, or _CUT."""
    buckets = np.full(axis.coding.many, _CUT, np.int64)
    buckets[MISSING] = 0
    for place, slot in enumerate(axis.slots, start=1):
        if slot is not None:
            buckets[slot] = place
    return buckets


def _distinct(keys: Array, combinations: int) -> tuple[Array, Array]:
    """The distinct keys, ascending, and the place of each key among them."""
    if combinations > _TABLE:
        return np.unique(keys, return_inverse=True)
    there = np.zeros(combinations, bool)
    there[keys] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[keys]
