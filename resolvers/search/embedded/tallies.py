"""Where the numbers of facets are made: distinct things and sums per slot of a coding."""

from collections.abc import Callable, Mapping
from threading import Lock

import numpy as np
from cachetools import LRUCache

from resolvers.catalogue.gather import gather
from resolvers.search.embedded.axes import MISSING, Coding, NumberAxis
from resolvers.search.embedded.bases import Base
from resolvers.search.embedded.counts import LEVELS
from resolvers.search.embedded.grains import Grain, Numbers
from resolvers.search.embedded.kernels import NOBODY, add_distinct, add_distinct_lists, add_up, add_up_lists

# What a tally is of: the base, the axis, how its values are grouped, and the number that is counted.
Key = tuple[bytes, str, str, str]

_ENTRY_BYTES = 300

# As many numbers of series as cost more one by one than all of them in one pass.
_MANY_NUMBERS = 2


class Tallies:
    """Makes tallies, and remembers recent ones by what they are of. Safe to call from several threads."""

    def __init__(self, remembered_bytes: int, everything: bytes) -> None:
        """`everything`: digest of the Selection of all series, whose plain tallies are kept for good."""
        self._everything = everything
        self._kept: dict[Key, Numbers] = {}
        self._remembered: LRUCache[Key, Numbers] = LRUCache(
            remembered_bytes, getsizeof=lambda numbers: numbers.nbytes + _ENTRY_BYTES
        )
        self._lock = Lock()

    def of(
        self, base: Base, coding: Coding, names: frozenset[str], axis: str, grouping: str = ""
    ) -> Mapping[str, Numbers]:
        """Per slot each of the numbers (of schema.vocabulary.COUNTABLE) over the base's series in that slot."""
        keys: dict[str, Key] = {name: (base.digest, axis, grouping, name) for name in names}
        with self._lock:
            known = {name: self._known(key) for name, key in keys.items()}
        found = {name: numbers for name, numbers in known.items() if numbers is not None}
        unknown = names - found.keys()
        if unknown:
            made = tallies(base, coding, unknown)
            for name in unknown:
                self._remember(keys[name], made[name])
            found |= made
        return found

    def total(self, base: Base, name: str) -> int:
        """The number `name` over the whole base."""
        return int(self._once((base.digest, "", "", name), lambda: np.array([base.total(name)]))[0])

    def extremes(self, base: Base, axis: NumberAxis, name: str) -> tuple[float, float] | None:
        """The smallest and the greatest number of the base's series; None if they have none."""
        found = self._once((base.digest, name, "", "extremes"), lambda: _extremes(base, axis))
        return (float(axis.numbers[found[0]]), float(axis.numbers[found[1]])) if len(found) else None

    def _once(self, key: Key, make: Callable[[], Numbers]) -> Numbers:
        with self._lock:
            found = self._known(key)
        if found is None:
            found = make()
            self._remember(key, found)
        return found

    def _known(self, key: Key) -> Numbers | None:
        found = self._kept.get(key)
        return self._remembered.get(key) if found is None else found

    def _remember(self, key: Key, numbers: Numbers) -> None:
        if key[0] == self._everything and not key[2]:
            self._kept[key] = numbers
        elif numbers.nbytes + _ENTRY_BYTES <= self._remembered.maxsize:
            with self._lock:
                self._remembered[key] = numbers


def _extremes(base: Base, axis: NumberAxis) -> Numbers:
    """Places of the two among the axis's numbers; empty if there are none."""
    live = base.live(axis.grain)
    if axis.codes is None:
        numbers = gather(axis.numbers, live)
        return (
            np.array([live[numbers.argmin()], live[numbers.argmax()]], np.int64) if len(live) else np.empty(0, np.int64)
        )
    held = gather(axis.codes, live)
    held = held[held != MISSING].astype(np.int64) - 1
    return np.array([held.min(), held.max()]) if len(held) else np.empty(0, np.int64)


def tallies(base: Base, coding: Coding, names: frozenset[str]) -> dict[str, Numbers]:
    """Per slot each of the numbers over the base's series in that slot."""
    if coding.grain is Grain.SERIES and coding.lists is None and len(names) >= _MANY_NUMBERS:
        return base.numbers_of_series(coding.codes, coding.slots, coding.many)
    return {name: _distinct(base, coding, name) if name in LEVELS else _summed(base, coding, name) for name in names}


def _summed(base: Base, coding: Coding, name: str) -> Numbers:
    sums = np.zeros(coding.many, np.int64)
    places, numbers = base.numbers(coding.grain, name)
    if coding.lists is None:
        add_up(coding.codes, coding.slots, places, numbers, sums)
    else:
        add_up_lists(coding.codes, coding.lists.starts, coding.lists.slots, places, numbers, sums)
    return sums


def _distinct(base: Base, coding: Coding, name: str) -> Numbers:
    sums, last = np.zeros(coding.many, np.int64), np.full(coding.many, NOBODY, np.uint32)
    things = base.things(coding.grain, LEVELS[name])
    if coding.lists is None:
        add_distinct(coding.codes, coding.slots, *things, sums, last)
    else:
        add_distinct_lists(coding.codes, coding.lists.starts, coding.lists.slots, *things, sums, last)
    return sums
