"""Panels of every facet under seven filters, against SQL, polars and numpy."""

import asyncio
import statistics
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.duck import Duck
from benchmarks.filters import FILTERS, MEANING, Conditions, selection
from benchmarks.frames import Numpy, Polars
from benchmarks.panels import PanelFacet, columns, of_engine
from benchmarks.report import Section
from benchmarks.timing import check_equal, in_turn
from gateway.open_release import OpenRelease
from resolvers.search.facets import FacetAnswer, FacetQuestion
from resolvers.selection import Selection
from schema.attributes import FACETS
from schema.vocabulary import COUNTABLE, AskedCounts

EVERY = frozenset(COUNTABLE)
WIDGET = frozenset({"patients", "series"})

Mask = npt.NDArray[np.bool_]


def questions(conditions: Conditions, numbers: frozenset[str]) -> list[FacetQuestion]:
    """A panel of every facet, each with its own filter left out."""
    asked = AskedCounts(numbers, numbers, numbers, numbers)
    return [FacetQuestion(f, selection(conditions, without=f), asked, 20, "patients") for f in FACETS]


class Panels:
    """The panel as each peer draws it up."""

    def __init__(self, release: OpenRelease, runner: asyncio.Runner, threads: int) -> None:
        self._release, self._runner = release, runner
        self._columns = columns(release.engine.search.axes, release.catalogue.store)
        self._duck = Duck(release.catalogue, self._columns, threads)
        self._numpy, self._polars = Numpy(release.catalogue), Polars(release.catalogue, self._columns)

    def engine(self, conditions: Conditions, numbers: frozenset[str] = EVERY) -> Sequence[FacetAnswer | Exception]:
        return self._runner.run(self._release.engine.facets(questions(conditions, numbers)))

    def by_slots(self, conditions: Conditions) -> list[PanelFacet]:
        """The engine's panel in the peers' terms."""
        answers = zip(self._columns, self.engine(conditions), strict=True)
        return [
            of_engine(self._release.engine.search.axes, c.field, a) for c, a in answers if isinstance(a, FacetAnswer)
        ]

    def duck(self, conditions: Conditions) -> list[PanelFacet]:
        return self._duck.panel([selection(conditions, without=column.field) for column in self._columns])

    def numpy(self, conditions: Conditions) -> list[PanelFacet]:
        return self._framed(self._numpy, conditions)

    def polars(self, conditions: Conditions) -> list[PanelFacet]:
        return self._framed(self._polars, conditions)

    def _framed(self, peer: Any, conditions: Conditions) -> list[PanelFacet]:
        """The masks are the engine's, so that only counting is compared: each condition's, and those of all but one."""
        masks: dict[bytes, Mask] = {}
        found = []
        for column in self._columns:
            own = selection(conditions, without=column.field)
            if own.digest not in masks:
                masks[own.digest] = self._mask(own)
            found.append(peer.facet(column, masks[own.digest]))
        return found

    def _mask(self, series: Selection) -> Mask:
        return self._release.engine.search.mask(series)


def measured(release: OpenRelease, rounds: int, threads: int) -> Section:
    """Every filter: the engine asked for everything and for a widget's two numbers, and what it remembers; peers."""
    section = Section(
        "Facet panels",
        f"One panel: all {len(FACETS)} facets, each with total, missing, the 20 values of most patients (all "
        "ranges of numbers and dates), the rest, and the number of values; each with its own filter left out; "
        "collections, patients, studies, series, instances and bytes of all of them. DuckDB: integer codes sorted by "
        f"key, {threads} threads, bitmaps or sets for distinct counts as suits the facet, two phases for descriptions. "
        f"polars and numpy are given the filters' masks. Widget: patients and series only. {MEANING}.",
        ("filter", "DuckDB", "polars", "numpy", "engine", "DuckDB / engine", "widget", "remembered"),
    )
    ratios = []
    with asyncio.Runner() as runner:
        panels = Panels(release, runner, threads)
        panels.engine([])  # the tallies of the whole release, which serving makes ahead
        for name, conditions in FILTERS.items():
            peers = {n: partial(getattr(panels, n), conditions) for n in ("duck", "polars", "numpy")}
            check_equal(name, {"engine": panels.by_slots(conditions)} | {n: ask() for n, ask in peers.items()})
            ours = {"engine": partial(panels.engine, conditions), "widget": partial(panels.engine, conditions, WIDGET)}
            times = in_turn({**peers, **ours}, rounds, release.engine.search.forget)
            again = in_turn({"again": ours["engine"]}, rounds)["again"]
            ratios.append(times["duck"].median / times["engine"].median)
            shown = [str(times[peer]) for peer in ("duck", "polars", "numpy", "engine")]
            section.rows.append((name, *shown, f"{ratios[-1]:.1f}", str(times["widget"]), str(again)))
    section.remarks.append(f"Geometric mean of DuckDB / engine: {statistics.geometric_mean(ratios):.1f}.")
    return section
