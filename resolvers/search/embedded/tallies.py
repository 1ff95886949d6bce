"""Where the numbers of facets are made: distinct things and sums per slot of a coding."""

from threading import Lock

import numpy as np
from cachetools import LRUCache

from resolvers.search.embedded.axes import Coding
from resolvers.search.embedded.bases import Base
from resolvers.search.embedded.counts import LEVELS
from resolvers.search.embedded.grains import Numbers
from resolvers.search.embedded.kernels import NOBODY, add_distinct, add_distinct_lists, add_up, add_up_lists

# What a tally is of: the base, the axis, how its values are grouped, and the number that is counted.
Key = tuple[bytes, str, str, str]

_ENTRY_BYTES = 300


class Tallies:
    """Makes tallies, and remembers recent ones by what they are of. Safe to call from several threads."""

    def __init__(self, remembered_bytes: int) -> None:
        self._remembered: LRUCache[Key, Numbers] = LRUCache(
            remembered_bytes, getsizeof=lambda numbers: numbers.nbytes + _ENTRY_BYTES
        )
        self._lock = Lock()

    def of(self, base: Base, coding: Coding, name: str, axis: str, grouping: str = "") -> Numbers:
        """Per slot the number `name` (of schema.vocabulary.COUNTABLE) over the base's series in that slot."""
        key = (base.digest, axis, grouping, name)
        with self._lock:
            found = self._remembered.get(key)
        if found is None:
            found = tally(base, coding, name)
            if found.nbytes + _ENTRY_BYTES <= self._remembered.maxsize:
                with self._lock:
                    self._remembered[key] = found
        return found


def tally(base: Base, coding: Coding, name: str) -> Numbers:
    """Per slot the number `name` over the base's series in that slot."""
    return _distinct(base, coding, name) if name in LEVELS else _summed(base, coding, name)


def _summed(base: Base, coding: Coding, name: str) -> Numbers:
    sums = np.zeros(coding.slots, np.int64)
    index, numbers = base.numbers(coding.grain, name)
    if coding.lists is None:
        add_up(coding.codes, index, numbers, sums)
    else:
        add_up_lists(coding.lists.starts, coding.lists.slots, coding.codes, index, numbers, sums)
    return sums


def _distinct(base: Base, coding: Coding, name: str) -> Numbers:
    sums, last = np.zeros(coding.slots, np.int64), np.full(coding.slots, NOBODY, np.uint32)
    places, ids, weights = base.things(coding.grain, LEVELS[name])
    if coding.lists is None:
        add_distinct(coding.codes, places, ids, weights, sums, last)
    else:
        add_distinct_lists(coding.lists.starts, coding.lists.slots, coding.codes, places, ids, weights, sums, last)
    return sums
