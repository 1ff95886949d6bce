"""The base of a facet: a set of series, with the units that each kind of count goes through, made when first needed."""

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from resolvers.catalogue.gather import gather
from resolvers.search.embedded.grains import Grain, Grains, Ids, Numbers, SeriesSet
from resolvers.search.embedded.kernels import add_up, chosen
from schema.vocabulary import Level

T = TypeVar("T")


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

    def live(self, grain: Grain) -> Ids:
        """The profiles, cells or series that hold series of the base."""
        return self._once(grain, lambda: chosen(self._mask(grain)))

    def things(self, grain: Grain, level: Level) -> Things:
        """What to go through to count distinct rows of a level per code of a profile, or of a series."""
        return self._once((grain, level), lambda: self._things(grain, level))

    # ------------------------------------------------------------------------------------------ sums

    def _mask(self, grain: Grain) -> Any:
        if grain is Grain.CELL:
            return self._grains.cells(self.series)
        if grain is Grain.PROFILE and self.series.grain is not Grain.PROFILE:
            return self._held(Grain.PROFILE, "series") > 0
        return self._grains.refined(self.series, grain)

    def _held(self, grain: Grain, name: str) -> Numbers:
        """What each profile or series holds of the base; where the base tells them apart it is all or nothing."""
        if grain is Grain.SERIES or self.series.grain is Grain.PROFILE:
            return self._grains.numbers(grain, name)
        return self._once(name, lambda: self._summed(name))

    def _summed(self, name: str) -> Numbers:
        quotient, grain = self._grains.quotients.quotient, self.series.grain
        profiles = quotient.cell_profile if grain is Grain.CELL else quotient.series_profile
        live = self.live(grain)
        sums = np.zeros(self._grains.sizes[Grain.PROFILE], np.int64)
        add_up(profiles, live, gather(self._grains.numbers(grain, name), live), sums)
        return sums

    # ------------------------------------------------------------------------------------------ distinct things

    def _things(self, grain: Grain, level: Level) -> Things:
        if grain is Grain.PROFILE and level is not Level.COLLECTION:
            return self._signed(level) if self.series.grain is Grain.PROFILE else self._of_cells(level)
        units = self._units(grain, level)
        return Things(units, gather(self._grains.ids(grain, level), units), self._grains.ones[: len(units)])

    def _signed(self, level: Level) -> Things:
        signed = self._grains.signed(level)
        pairs = chosen(gather(self.series.mask, signed.signatures.profile))
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
