"""What hints cost an answer in which nothing is wrong."""

import asyncio
from functools import partial
from random import Random

from benchmarks.report import Section
from benchmarks.timing import in_turn
from gateway.open_release import OpenRelease
from resolvers.hints import HintFinder, RequestHints
from resolvers.where import series_selection
from schema.operators import IDWhere, StringWhere
from schema.vocabulary import Level
from schema.where import SeriesWhere

UIDS = 10_000


def measured(release: OpenRelease, rounds: int) -> Section:
    """Counts without hints, then the look for hints alone: the first of a where, and the next ones."""
    texts = release.catalogue.store.identifiers(Level.SERIES, "series_instance_uid").texts
    uids = [texts[row].decode() for row in Random(1).sample(range(len(texts)), UIDS)]
    wheres = {
        "one known value": SeriesWhere(modality=StringWhere(eq="CT")),
        "five known values of three attributes": SeriesWhere(
            modality=StringWhere(in_=["CT", "MR"]),
            body_part_examined=StringWhere(in_=["CHEST", "LUNG"]),
            manufacturer=StringWhere(eq="SIEMENS"),
        ),
        f"{UIDS:,} known UIDs": SeriesWhere(series_instance_uid=IDWhere(in_=uids)),
    }
    section = Section(
        "Hints where nothing is wrong",
        "Counts of patients and series with a where, and what looking for unknown values in it adds.",
        ("where", "counts", "first look", "later looks"),
    )
    with asyncio.Runner() as runner:
        for name, where in wheres.items():
            counts = partial(_count, release, runner, where)
            times = in_turn({"counts": counts}, rounds, release.engine.search.forget)
            finders = iter([HintFinder(release.engine) for _ in range(rounds + 1)])
            first = in_turn({"": lambda where=where, f=finders: _look(runner, next(f), where)}, rounds)[""]
            later = in_turn({"": partial(_look, runner, release.hint_finder, where)}, rounds)[""]
            section.rows.append((name, str(times["counts"]), str(first), str(later)))
    return section


def _count(release: OpenRelease, runner: asyncio.Runner, where: SeriesWhere) -> object:
    return runner.run(release.engine.counts(series_selection(where, None), frozenset({"patients", "series"})))


def _look(runner: asyncio.Runner, finder: HintFinder, where: SeriesWhere) -> None:
    hints = RequestHints(finder)
    hints.noting(series_selection(where, None), where)
    if runner.run(hints.noted()):
        raise ValueError("a known value gives a hint")
