"""The loops that counting ends in, compiled by numba. None holds the interpreter's lock.

Units are series, cells, profiles or pairs of a signature and a profile (`indexers.quotient`). A unit has a code, which
is looked up at its index, and the identifier of what is counted. Where units with one identifier stand together, an
exact distinct count per code is "the identifier last seen with this code is another one".

Loops are branch-free, and index two arrays rather than take a row view, which costs seven times as much.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit, types
from numba.core.typing.templates import Signature

F = TypeVar("F", bound=Callable[..., Any])

Codes = npt.NDArray[np.unsignedinteger]
Numbers = npt.NDArray[np.int64]
Ids = npt.NDArray[np.uint32]
Depths = npt.NDArray[np.uint8]

# What no identifier is.
NOBODY = np.uint32(2**32 - 1)


def _given(kind: types.Type) -> types.Type:
    """An array that is only read: columns of the store are mapped read-only, and others may be passed as well."""
    return types.Array(kind, 1, "C", readonly=True)


_IDS, _NUMBERS, _OUT = _given(types.uint32), _given(types.int64), types.Array(types.int64, 1, "C")
_LAST = types.Array(types.uint32, 1, "C")
_CODES = (_given(types.uint16), _given(types.uint32))


def _compiled(*signatures: Signature) -> Callable[[F], F]:
    """Compiled ahead for these signatures, and remembered on disk where there is a place that can be written to."""

    def compile(function: F) -> F:
        try:
            return cast(F, njit(list(signatures), nogil=True, cache=True)(function))
        except RuntimeError:  # numba found no folder for its cache: compile in every process
            return cast(F, njit(list(signatures), nogil=True)(function))

    return compile


@_compiled(_IDS(_given(types.boolean)))
def chosen(mask: npt.NDArray[np.bool_]) -> Ids:
    """Places of the mask's true values, ascending."""
    many = 0
    for place in range(len(mask)):
        many += mask[place]
    places = np.empty(many + 1, np.uint32)
    found = 0
    for place in range(len(mask)):
        places[found] = place
        found += mask[place]
    return places[:many]


@_compiled(_IDS(_given(types.boolean), _IDS))
def chosen_through(mask: npt.NDArray[np.bool_], ids: Ids) -> Ids:
    """Places of the units whose identifier is in the mask, ascending."""
    places = np.empty(len(ids) + 1, np.uint32)
    found = 0
    for place in range(len(ids)):
        places[found] = place
        found += mask[ids[place]]
    return places[:found]


@_compiled(types.void(_IDS, _IDS, types.Array(types.boolean, 1, "C")))
def mark(places: Ids, ids: Ids, mask: npt.NDArray[np.bool_]) -> None:
    """Put the identifiers at these places into the mask."""
    for place in places:
        mask[ids[place]] = True


@_compiled(types.void(_IDS, _IDS, _NUMBERS, _NUMBERS, _NUMBERS, _OUT, _OUT, _OUT))
def add_three(
    places: Ids,
    ids: Ids,
    first: Numbers,
    second: Numbers,
    third: Numbers,
    firsts: Numbers,
    seconds: Numbers,
    thirds: Numbers,
) -> None:
    """Add, per identifier, three numbers of the units at these places."""
    for place in places:
        firsts[ids[place]] += first[place]
        seconds[ids[place]] += second[place]
        thirds[ids[place]] += third[place]


@_compiled(*(types.void(codes, _IDS, _IDS, _NUMBERS, _OUT) for codes in _CODES))
def add_up(codes: Codes, slots: Ids, places: Ids, numbers: Numbers, sums: Numbers) -> None:
    """Add to `sums`, per slot, the numbers of the units. A unit's slot is that of the code at its place."""
    for unit in range(len(places)):
        sums[slots[codes[places[unit]]]] += numbers[unit]


@_compiled(*(types.void(codes, _IDS, _IDS, _IDS, _NUMBERS, _OUT) for codes in _CODES))
def add_up_lists(codes: Codes, starts: Ids, slots: Ids, places: Ids, numbers: Numbers, sums: Numbers) -> None:
    """The same for every slot of a unit, which are slots[starts[code]:starts[code + 1]]."""
    for unit in range(len(places)):
        code = codes[places[unit]]
        for slot in range(starts[code], starts[code + 1]):
            sums[slots[slot]] += numbers[unit]


@_compiled(*(types.void(codes, _IDS, _IDS, _IDS, _NUMBERS, _OUT, _LAST) for codes in _CODES))
def add_distinct(codes: Codes, slots: Ids, places: Ids, ids: Ids, weights: Numbers, sums: Numbers, last: Ids) -> None:
    """Add to `sums`, per slot, the weight of each identifier once; `last` starts as NOBODY."""
    for unit in range(len(places)):
        slot = slots[codes[places[unit]]]
        sums[slot] += weights[unit] * (last[slot] != ids[unit])
        last[slot] = ids[unit]


@_compiled(*(types.void(codes, _IDS, _IDS, _IDS, _IDS, _NUMBERS, _OUT, _LAST) for codes in _CODES))
def add_distinct_lists(
    codes: Codes, starts: Ids, slots: Ids, places: Ids, ids: Ids, weights: Numbers, sums: Numbers, last: Ids
) -> None:
    """The same for every slot of a unit."""
    for unit in range(len(places)):
        code = codes[places[unit]]
        for place in range(starts[code], starts[code + 1]):
            slot = slots[place]
            sums[slot] += weights[unit] * (last[slot] != ids[unit])
            last[slot] = ids[unit]


_TABLE = types.Array(types.int64, 2, "C")


@_compiled(*(types.void(codes, _IDS, _IDS, _IDS, _NUMBERS, _NUMBERS, _NUMBERS, _TABLE) for codes in _CODES))
def add_profiles(
    codes: Codes,
    slots: Ids,
    profiles: Ids,
    collections: Ids,
    series: Numbers,
    instances: Numbers,
    size_bytes: Numbers,
    table: npt.NDArray[np.int64],
) -> None:
    """What profiles tell without signatures, in one pass over these ones.

    Columns of `table`, one row per slot: collections, series, instances, bytes, and the collection last seen, which
    starts at -1.
    """
    for profile in profiles:
        slot = slots[codes[profile]]
        table[slot, 0] += table[slot, 4] != collections[profile]
        table[slot, 4] = collections[profile]
        table[slot, 1] += series[profile]
        table[slot, 2] += instances[profile]
        table[slot, 3] += size_bytes[profile]


@_compiled(*(types.void(codes, _IDS, _IDS, _IDS, _IDS, _IDS, _NUMBERS, _NUMBERS, _TABLE) for codes in _CODES))
def add_all(
    codes: Codes,
    slots: Ids,
    series: Ids,
    collections: Ids,
    patients: Ids,
    pairs: Ids,
    instances: Numbers,
    size_bytes: Numbers,
    table: npt.NDArray[np.int64],
) -> None:
    """Every number of these series in one pass, which costs less than three passes for one number each.

    Columns of `table`, one row per slot: collections, patients, pairs of patient and study, series, instances and
    bytes, and the collection, patient and pair last seen, which start at -1.
    """
    for row in series:
        slot = slots[codes[row]]
        table[slot, 0] += table[slot, 6] != collections[row]
        table[slot, 6] = collections[row]
        table[slot, 1] += table[slot, 7] != patients[row]
        table[slot, 7] = patients[row]
        table[slot, 2] += table[slot, 8] != pairs[row]
        table[slot, 8] = pairs[row]
        table[slot, 3] += 1
        table[slot, 4] += instances[row]
        table[slot, 5] += size_bytes[row]


_MASK, _DEPTHS = _given(types.boolean), _given(types.uint8)


@_compiled(types.void(_DEPTHS, _IDS, _IDS, _IDS, _NUMBERS, _NUMBERS, _NUMBERS, _TABLE))
def count_depths(
    depths: Depths,
    collections: Ids,
    patients: Ids,
    pairs: Ids,
    series: Numbers,
    instances: Numbers,
    size_bytes: Numbers,
    table: npt.NDArray[np.int64],
) -> None:
    """Collections, patients, pairs of patient and study, series, instances and bytes, by depth.

    Row d of `table` counts what has depth d, from 1; a patient has the greatest depth of its units. Row 0 is scratch.
    """
    collection, patient, pair = NOBODY, NOBODY, NOBODY
    of_collection, of_patient, of_pair = 0, 0, 0
    for unit in range(len(depths)):
        depth = int(depths[unit])
        if depth == 0:
            continue
        table[depth, 3] += series[unit]
        table[depth, 4] += instances[unit]
        table[depth, 5] += size_bytes[unit]
        if pairs[unit] != pair:
            table[of_pair, 2] += 1
            pair, of_pair = pairs[unit], depth
            if patients[unit] != patient:
                table[of_patient, 1] += 1
                patient, of_patient = patients[unit], depth
                if collections[unit] != collection:
                    table[of_collection, 0] += 1
                    collection, of_collection = collections[unit], depth
        of_pair, of_patient = max(of_pair, depth), max(of_patient, depth)
        of_collection = max(of_collection, depth)
    table[of_collection, 0] += 1
    table[of_patient, 1] += 1
    table[of_pair, 2] += 1


@_compiled(types.void(_DEPTHS, _IDS, _IDS, _NUMBERS, _OUT))
def count_signed_depths(depths: Depths, profiles: Ids, signatures: Ids, members: Numbers, sums: Numbers) -> None:
    """How many members the signatures have, by the greatest depth of their profiles, from 1; sums[0] is scratch."""
    if len(profiles) == 0:
        return
    signature, of_signature = signatures[0], 0
    for pair in range(len(profiles)):
        if signatures[pair] != signature:
            sums[of_signature] += members[signature]
            signature, of_signature = signatures[pair], 0
        of_signature = max(of_signature, int(depths[profiles[pair]]))
    sums[of_signature] += members[signature]


@_compiled(types.Array(types.boolean, 1, "C")(_MASK, _IDS))
def masked(mask: npt.NDArray[np.bool_], ids: Ids) -> npt.NDArray[np.bool_]:
    """Of each unit whether its identifier is in the mask."""
    found = np.empty(len(ids), np.bool_)
    for unit in range(len(ids)):
        found[unit] = mask[ids[unit]]
    return found


@_compiled(types.Array(types.boolean, 1, "C")(_NUMBERS, types.int64, types.int64))
def between(numbers: Numbers, lower: int, upper: int) -> npt.NDArray[np.bool_]:
    """Which numbers lie between two bounds, both included."""
    found = np.empty(len(numbers), np.bool_)
    for unit in range(len(numbers)):
        found[unit] = (numbers[unit] >= lower) & (numbers[unit] <= upper)
    return found
