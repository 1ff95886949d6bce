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


@_compiled(*(types.void(codes, _IDS, _NUMBERS, _OUT) for codes in _CODES))
def add_up(codes: Codes, index: Ids, numbers: Numbers, sums: Numbers) -> None:
    """Add to `sums`, per code, the numbers of the units."""
    for unit in range(len(index)):
        sums[codes[index[unit]]] += numbers[unit]


@_compiled(*(types.void(_IDS, _IDS, codes, _IDS, _NUMBERS, _OUT) for codes in _CODES))
def add_up_lists(starts: Ids, elements: Ids, codes: Codes, index: Ids, numbers: Numbers, sums: Numbers) -> None:
    """The same per element of each unit's code: elements[starts[code]:starts[code + 1]]."""
    for unit in range(len(index)):
        code = codes[index[unit]]
        for place in range(starts[code], starts[code + 1]):
            sums[elements[place]] += numbers[unit]


@_compiled(*(types.void(codes, _IDS, _IDS, _NUMBERS, _OUT, _LAST) for codes in _CODES))
def add_distinct(codes: Codes, index: Ids, ids: Ids, weights: Numbers, sums: Numbers, last: Ids) -> None:
    """Add to `sums`, per code, the weight of each identifier once; `last` starts as NOBODY."""
    for unit in range(len(index)):
        code = codes[index[unit]]
        sums[code] += weights[unit] * (last[code] != ids[unit])
        last[code] = ids[unit]


@_compiled(*(types.void(_IDS, _IDS, codes, _IDS, _IDS, _NUMBERS, _OUT, _LAST) for codes in _CODES))
def add_distinct_lists(
    starts: Ids, elements: Ids, codes: Codes, index: Ids, ids: Ids, weights: Numbers, sums: Numbers, last: Ids
) -> None:
    """The same per element of each unit's code."""
    for unit in range(len(index)):
        code = codes[index[unit]]
        for place in range(starts[code], starts[code + 1]):
            element = elements[place]
            sums[element] += weights[unit] * (last[element] != ids[unit])
            last[element] = ids[unit]


@_compiled(types.void(_given(types.uint16), _IDS, types.Array(types.uint16, 1, "C")))
def raise_to(depths: npt.NDArray[np.uint16], ids: Ids, deepest: npt.NDArray[np.uint16]) -> None:
    """Raise, per identifier, `deepest` to the greatest depth of its units."""
    for unit in range(len(depths)):
        deepest[ids[unit]] = max(deepest[ids[unit]], depths[unit])
