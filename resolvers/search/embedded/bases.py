"""The base of a facet: a set of series, with the units that each kind of count goes through, made when first needed."""

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from resolvers.catalogue.gather import gather
from resolvers.search.embedded.counts import LEVELS
from resolvers.search.embedded.grains import Grain, Grains, Ids, Numbers, SeriesSet
from resolvers.search.embedded.kernels import Codes, add_profiles, add_three, chosen, chosen_through
from resolvers.search.embedded.series_numbers import numbers_of_series
from schema.vocabulary import Level

T = TypeVar("T")

# The numbers that are sums over series; the others are distinct things.
ADDED = ("series", "instances", "size_bytes")


class Things(NamedTuple):
    """Units that belong to things: the place of each one's code, whose it is, and how many things that stands for.

    Units with one identifier stand together.
    """

    places: Ids
    ids: Ids
    weights: Numbers


class Base:
    """A set of series of one catalogue; `digest` is that of its Selection. Safe to read from several threads."""

    def __init__(self, grains: Grains, series: SeriesSet, digest: bytes) -> None:
        self._grains = grains
        self.series = series
        self.digest = digest
        self._parts: dict[Hashable, Any] = {}
        self._lock = RLock()

    def numbers(self, grain: Grain, name: str) -> tuple[Ids, Numbers]:
        """Profiles, or series, of the base, and how many series, instances or bytes each holds of it."""
        live = self.live(grain)
        return live, self._once((grain, name), lambda: gather(self._held(grain, name), live))

    def total(self, name: str) -> int:
        """The number `name` of schema.vocabulary.COUNTABLE over the whole base."""
        if name not in LEVELS:
            return int(self.numbers(Grain.PROFILE, name)[1].sum())
        things = self.things(Grain.PROFILE, LEVELS[name])
        first = np.append(True, things.ids[1:] != things.ids[:-1])[: len(things.ids)]
        return int(things.weights[first].sum())

    def live(self, grain: Grain) -> Ids:
        """The profiles, cells or series that hold series of the base."""
        return self._once(grain, lambda: self._live(grain))

    def things(self, grain: Grain, level: Level) -> Things:
        """What to go through to count distinct rows of a level per code of a profile, or of a series."""
        return self._once((grain, level), lambda: self._things(grain, level))

    def numbers_of_series(self, codes: Codes, slots: Ids, many: int) -> dict[str, Numbers]:
        """Per slot every number of COUNTABLE, in one pass over the series of the base."""
        return numbers_of_series(self._grains, self.live(Grain.SERIES), codes, slots, many)

    def numbers_of_profiles(self, codes: Codes, slots: Ids, many: int) -> dict[str, Numbers]:
        """Per slot the numbers that need no signatures, in one pass over the profiles of the base."""
        table = np.zeros((many, 5), np.int64)
        table[:, 4] = -1
        collections = self._grains.ids(Grain.PROFILE, Level.COLLECTION)
        series, instances, size_bytes = (self._held(Grain.PROFILE, name) for name in ADDED)
        add_profiles(codes, slots, self.live(Grain.PROFILE), collections, series, instances, size_bytes, table)
        return {name: table[:, column].copy() for column, name in enumerate(("collections", *ADDED))}

    # ------------------------------------------------------------------------------------------ sums

    def _live(self, grain: Grain) -> Ids:
        told = self.series.grain
        if grain is told:
            return chosen(self.series.mask)
        if grain > told:
            return chosen_through(self.series.mask, self._grains.coarser(grain, told))
        if grain is Grain.PROFILE:
            return chosen(self._sums()["series"] > 0)
        return chosen(self._grains.cells(self.live(Grain.SERIES)))

    def _held(self, grain: Grain, name: str) -> Numbers:
        """What each profile or series holds of the base; where the base tells them apart it is all or nothing."""
        if grain >= self.series.grain:
            return self._grains.numbers(grain, name)
        return self._sums()[name]

    def _sums(self) -> dict[str, Numbers]:
        """What each profile holds of a base that profiles can't tell."""
        return self._once("sums", self._summed)

    def _summed(self) -> dict[str, Numbers]:
        grain = self.series.grain
        sums = {name: np.zeros(self._grains.sizes[Grain.PROFILE], np.int64) for name in ADDED}
        series, instances, size_bytes = (self._grains.numbers(grain, name) for name in ADDED)
        profiles = self._grains.coarser(grain, Grain.PROFILE)
        add_three(self.live(grain), profiles, series, instances, size_bytes, *sums.values())
        return sums

    # ------------------------------------------------------------------------------------------ distinct things

    def _things(self, grain: Grain, level: Level) -> Things:
        if grain is Grain.PROFILE and level is not Level.COLLECTION:
            return self._signed(level) if self.series.grain is Grain.PROFILE else self._of_cells(level)
        units = self._units(grain, level)
        return Things(units, gather(self._grains.ids(grain, level), units), self._grains.ones[: len(units)])

    def _signed(self, level: Level) -> Things:
        signed = self._grains.signed(level)
        pairs = chosen_through(self.series.mask, signed.signatures.profile)
        return Things(
            gather(signed.signatures.profile, pairs),
            gather(signed.signatures.signature, pairs),
            gather(signed.weights, pairs),
        )

    def _of_cells(self, level: Level) -> Things:
        cells = self._units(Grain.CELL, level)
        profiles = gather(self._grains.quotients.quotient.cell_profile, cells)
        return Things(profiles, gather(self._grains.ids(Grain.CELL, level), cells), self._grains.ones[: len(cells)])

    def _units(self, grain: Grain, level: Level) -> Ids:
        live = self.live(grain)
        return self._grains.by_study(grain, live) if level is Level.STUDY else live

    def _once(self, part: Hashable, make: Callable[[], T]) -> T:
        """Made by the first thread that needs it; others wait for it."""
        with self._lock:
            if part not in self._parts:
                self._parts[part] = make()
            return cast(T, self._parts[part])
