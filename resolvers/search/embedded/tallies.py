"""Where the numbers of facets are made: distinct things and sums per slot of a coding."""

from collections.abc import Callable, Mapping
from threading import Lock

import numpy as np
from cachetools import LRUCache

from resolvers.catalogue.gather import gather
from resolvers.search.embedded.axes import MISSING, Coding, NumberAxis
from resolvers.search.embedded.bases import ADDED, Base
from resolvers.search.embedded.counts import LEVELS
from resolvers.search.embedded.grains import Grain, Numbers
from resolvers.search.embedded.kernels import NOBODY, add_distinct, add_distinct_lists, add_up, add_up_lists

# What a tally is of: the base, the axis, how its values are grouped, and the number that is counted.
Key = tuple[bytes, str, str, str]

_ENTRY_BYTES = 300

# As many numbers of series as cost more one by one than all of them in one pass.
_MANY_NUMBERS = 2
_OF_PROFILES = frozenset({"collections", *ADDED})

# Tallies of the whole release are asked for by every page that opens.
_EVERYTHING_BYTES = 32_000_000


class Tallies:
    """Makes tallies, and remembers recent ones by what they are of. Safe to call from several threads."""

    def __init__(self, remembered_bytes: int, everything: bytes) -> None:
        """`everything`: digest of the Selection of all series, whose tallies make no room for others."""
        self._everything = everything
        self._of_everything = _cache(_EVERYTHING_BYTES)
        self._remembered = _cache(remembered_bytes)
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

    def forget(self, *, everything: bool) -> None:
        """Forget all tallies but those of the whole release, or these, too."""
        with self._lock:
            self._remembered.clear()
            if everything:
                self._of_everything.clear()

    def _once(self, key: Key, make: Callable[[], Numbers]) -> Numbers:
        with self._lock:
            found = self._known(key)
        if found is None:
            found = make()
            self._remember(key, found)
        return found

    def _known(self, key: Key) -> Numbers | None:
        return self._cache_of(key).get(key)

    def _remember(self, key: Key, numbers: Numbers) -> None:
        cache = self._cache_of(key)
        if numbers.nbytes + _ENTRY_BYTES <= cache.maxsize:
            with self._lock:
                cache[key] = numbers

    def _cache_of(self, key: Key) -> LRUCache[Key, Numbers]:
        return self._of_everything if key[0] == self._everything else self._remembered


def _cache(size: int) -> LRUCache[Key, Numbers]:
    return LRUCache(size, getsizeof=lambda numbers: numbers.nbytes + _ENTRY_BYTES)


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
    found: dict[str, Numbers] = {}
    if coding.grain is Grain.PROFILE and coding.lists is None and len(names & _OF_PROFILES) >= _MANY_NUMBERS:
        found = base.numbers_of_profiles(coding.codes, coding.slots, coding.many)
    for name in names - found.keys():
        found[name] = _distinct(base, coding, name) if name in LEVELS else _summed(base, coding, name)
    return found


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
