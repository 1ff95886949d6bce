"""More of facets: crosstabs, many threads, four times the rows, and the distance to what memory allows."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.facets import EVERY, WIDGET, Panels, questions
from benchmarks.filters import FILTERS, selection
from benchmarks.panels import columns
from benchmarks.report import Section
from benchmarks.timing import check_equal, in_turn
from gateway.open_release import OpenRelease
from indexers.build import ensure_store
from indexers.index_package import IndexPackage, installed_index
from indexers.store import Store
from resolvers.search.facets import FacetQuestion
from schema.vocabulary import AskedCounts, FacetField, Level

COPIES = 4
CLIENTS = 8
SECONDS = 5.0


def crosstabs(release: OpenRelease, rounds: int) -> Section:
    """MODALITY x COLLECTION_ID beside the MODALITY facet alone."""
    search = release.engine.search
    asked = AskedCounts(WIDGET, WIDGET, WIDGET, WIDGET)
    section = Section(
        "Crosstab",
        "MODALITY (20 values) x COLLECTION_ID (all), patients and series of both axes and of every cell, beside the "
        "MODALITY facet alone with the same filter. Nothing is remembered, not even of the whole release.",
        ("filter", "MODALITY alone", "crosstab", "times"),
    )
    for name, conditions in FILTERS.items():
        series = selection(conditions)
        modality = FacetQuestion(FacetField.MODALITY, series, asked, 20, "patients")
        collection = FacetQuestion(FacetField.COLLECTION_ID, series, asked, 1000, "patients")
        alone = partial(lambda one: search.facets([one], search.bases([one])), modality)
        both = partial(search.crosstab, [modality, collection], WIDGET)
        times = in_turn({"alone": alone, "both": both}, rounds, partial(search.forget, everything=True))
        ratio = times["both"].median / times["alone"].median
        section.rows.append((name, str(times["alone"]), str(times["both"]), f"{ratio:.1f}"))
    return section


def clients(release: OpenRelease) -> Section:
    """Panels per second by many threads, each a new filter order so that little is shared."""
    search = release.engine.search
    section = Section(
        "Panels by many threads",
        f"Threads that ask panels of F1 to F6 in turn for {SECONDS:.0f} seconds; each is forgotten before the next.",
        ("threads", "panels per second", "p50", "p95"),
    )
    asked = [questions(conditions, EVERY) for name, conditions in FILTERS.items() if name != "F0"]

    def ask(number: int, end: float) -> list[float]:
        times = []
        while time.perf_counter() < end:
            panel = asked[(number + len(times)) % len(asked)]
            search.forget()
            started = time.perf_counter()
            search.facets(panel, search.bases(panel))
            times.append((time.perf_counter() - started) * 1e3)
        return times

    for threads in (1, 2, CLIENTS):
        end = time.perf_counter() + SECONDS
        with ThreadPoolExecutor(threads) as pool:
            times = [t for own in pool.map(partial(ask, end=end), range(threads)) for t in own]
        cuts = statistics.quantiles(times, n=20)
        section.rows.append((str(threads), f"{len(times) / SECONDS:.0f}", f"{cuts[9]:.0f}", f"{cuts[18]:.0f}"))
    return section


def memory(release: OpenRelease, rounds: int) -> Section:
    """What reading every row's codes once would take, were nothing known of rows that are alike."""
    held = columns(release.engine.search.axes, release.catalogue.store)
    narrow = sum(len(c.codes) * (1 if c.many < 2**8 else 2 if c.many < 2**16 else 4) for c in held)
    rows = len(held[0].codes)
    needed = narrow + rows * (4 + 4 + 4 + 8 + 8)
    block = np.ones(64_000_000 // 8 * 8, np.int64)
    scan = in_turn({"scan": lambda: int(block.sum())}, rounds)["scan"].median
    limit = needed / (block.nbytes / scan)
    search = release.engine.search
    section = Section(
        "Distance to the memory",
        f"A panel over rows has to read {needed / 1e6:.0f} MB: a code per facet in the fewest bytes, three identifiers "
        f"and two numbers of {rows:,} rows. One thread adds up {block.nbytes / 1e6:.0f} MB in {scan:.1f} ms here, "
        f"which makes {limit:.1f} ms for a pass over it all.",
        ("filter", "engine", "passes"),
    )
    for name, conditions in FILTERS.items():
        panel = questions(conditions, EVERY)
        ask = partial(lambda panel: search.facets(panel, search.bases(panel)), panel)
        found = in_turn({"engine": ask}, rounds, partial(search.forget, everything=True))["engine"]
        section.rows.append((name, str(found), f"{found.median / limit:.1f}"))
    section.remarks.append("One thread; nothing is remembered, not even of the whole release.")
    return section


def scaled(rounds: int, threads: int) -> Section:
    """The panels over an index of four times the rows."""
    section = Section(
        f"{COPIES} times the rows",
        f"The index repeated {COPIES} times with other identifiers of patients, studies and series.",
        ("filter", "DuckDB", "engine", "ratio"),
    )
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        source = repeated(installed_index(), Path(folder) / "index")
        release = OpenRelease.over(Store(ensure_store(source, Path(folder))), threads)
        panels = Panels(release, runner, threads)
        panels.engine([])
        for name in ("F0", "F1", "F3", "F6"):
            ask: dict[str, Callable[[], object]] = {
                n: partial(getattr(panels, n), FILTERS[name]) for n in ("duck", "engine")
            }
            check_equal(name, {"engine": panels.by_slots(FILTERS[name]), "DuckDB": panels.duck(FILTERS[name])})
            times = in_turn(ask, rounds, release.engine.search.forget)
            ratio = times["duck"].median / times["engine"].median
            section.rows.append((name, str(times["duck"]), str(times["engine"]), f"{ratio:.1f}"))
        section.remarks.append(f"{release.catalogue.relations.sizes[Level.SERIES]:,} series.")
        runner.run(release.close())
    return section


def repeated(source: IndexPackage, folder: Path) -> IndexPackage:
    """An index of several times the series."""
    folder.mkdir()
    for path in source.folder.glob("*.parquet"):
        (folder / path.name).symlink_to(path)
    table = pq.read_table(source.table("idc_index"))
    (folder / "idc_index.parquet").unlink()
    copies = []
    for number in range(COPIES):
        copy = table
        for name in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "crdc_series_uuid") if number else ():
            text = copy[name].cast(pa.string())
            # A UID has 64 characters at most: another first one instead of one more.
            longer = name in ("PatientID", "crdc_series_uuid")
            new = (
                pc.binary_join_element_wise(text, f"+{number}", "")
                if longer
                else pc.utf8_replace_slice(text, 0, 1, "abc"[number - 1])
            )
            copy = copy.set_column(copy.schema.get_field_index(name), name, new)
        copies.append(copy.cast(table.schema))
    pq.write_table(pa.concat_tables(copies), folder / "idc_index.parquet")
    return IndexPackage(folder, f"repeated-{COPIES}")
