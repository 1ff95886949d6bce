"""Counts and attrition in-process, against SQL."""

import statistics
from collections.abc import Sequence
from functools import partial

from benchmarks.duck import Duck
from benchmarks.facets import EVERY
from benchmarks.filters import FILTERS, MEANING, selection
from benchmarks.report import Section
from benchmarks.timing import check_equal, in_turn
from gateway.open_release import OpenRelease
from resolvers.selection import Contains, In, Leaf, Range, Selection, all_of
from schema.vocabulary import COUNTABLE, Level


def measured(release: OpenRelease, duck: Duck, rounds: int) -> Section:
    """Six numbers under seven filters."""
    engine = release.engine.search
    section = Section(
        "Counts",
        "Collections, patients, studies, series, instances and bytes over the matching series. DuckDB is asked in "
        f"several forms of SQL, of which the fastest is shown for each filter. {MEANING}.",
        ("filter", "DuckDB, best form", "its form", "engine", "ratio"),
    )
    ratios = []
    for name, conditions in FILTERS.items():
        series = selection(conditions)

        def ours(series: Selection = series) -> tuple[int, ...]:
            found = engine.counts(series, EVERY)
            return tuple(found[number] for number in COUNTABLE)

        peers = {form: partial(duck.one, sql) for form, sql in duck.count_forms(series).items()}
        check_equal(name, {"engine": ours()} | {form: ask() for form, ask in peers.items()})
        times = in_turn({**peers, "engine": ours}, rounds, engine.forget)
        best = min(peers, key=lambda form: times[form].median)
        ratios.append(times[best].median / times["engine"].median)
        section.rows.append((name, str(times[best]), best, str(times["engine"]), f"{ratios[-1]:.1f}"))
    section.remarks.append(f"Geometric mean of the ratios: {statistics.geometric_mean(ratios):.1f}.")
    return section


def _steps(*conditions: Leaf) -> list[Selection]:
    return [Selection(Level.SERIES, condition) for condition in conditions]


def _is(column: str, *values: str) -> Leaf:
    return Leaf(Level.SERIES, column, (In(tuple(sorted(values))),))


STEPS: dict[str, list[Selection]] = {
    "six common attributes": _steps(
        _is("modality", "CT", "MR"),
        _is("body_part_examined", "CHEST", "LUNG", "BREAST"),
        _is("manufacturer", "SIEMENS", "GE MEDICAL SYSTEMS", "Philips"),
        _is("license_short_name", "CC BY 3.0", "CC BY 4.0"),
        Leaf(Level.SERIES, "study_date", (Range("1990-01-01", True, "2010-12-31", True),)),
        Leaf(Level.SERIES, "patient_age", (Range(40.0, True, 80.0, True),)),
    ),
    "with a size and a word": _steps(
        _is("modality", "CT", "MR"),
        Leaf(Level.SERIES, "size_bytes", (Range(1_000_000, True, 500_000_000, True),)),
        Leaf(Level.SERIES, "series_description", (Contains("a"),)),
        _is("body_part_examined", "CHEST", "LUNG", "BREAST"),
        Leaf(Level.SERIES, "instance_count", (Range(10, True, 1000, True),)),
        _is("license_short_name", "CC BY 3.0", "CC BY 4.0"),
    ),
}


def attrition(release: OpenRelease, rounds: int) -> Section:
    """Six conditions added one by one, at once and as six counts."""
    engine = release.engine.search
    section = Section(
        "Attrition",
        "Six conditions added one by one, each step with all six numbers: asked at once, and as six separate counts.",
        ("steps", "six counts", "attrition", "share"),
    )
    for name, steps in STEPS.items():
        whole = [all_of(step.condition for step in steps[:number]) for number in range(1, len(steps) + 1)]

        def apart(whole: Sequence = whole) -> list[dict[str, int]]:
            return [engine.counts(Selection(Level.SERIES, condition), EVERY) for condition in whole]

        def at_once(steps: list[Selection] = steps) -> list[dict[str, int]]:
            return list(engine.counts_of_steps(steps, EVERY))

        check_equal(name, {"attrition": at_once(), "counts": apart()})
        times = in_turn({"apart": apart, "at once": at_once}, rounds, engine.forget)
        share = times["at once"].median / times["apart"].median
        section.rows.append((name, str(times["apart"]), str(times["at once"]), f"{share:.2f}"))
    return section
