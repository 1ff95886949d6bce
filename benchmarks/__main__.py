"""Prints the figures that the README and the notes on a change quote, with the machine they were measured on."""

import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from os import cpu_count
from pathlib import Path
from urllib.request import urlopen

from rich.console import Console
from rich.table import Table

from benchmarks.server import Server, running

CLIENTS = 32
ROUNDS = 9


def milliseconds(ask: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median over rounds, after one that warms up."""
    ask()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times)


def page_cost(server: Server, order: str) -> tuple[float, float]:
    """Milliseconds of page 1 and of page 1,000 of fifty series."""
    document = f"""query($after: String) {{ series(first: 50, after: $after {order}) {{
        totalCount pageInfo {{ endCursor }} nodes {{ seriesInstanceUID modality seriesDescription }} }} }}"""
    after = None
    for _ in range(49):  # page 1,000 of fifty starts where 49 pages of a thousand and 19 of fifty end
        page = server.ask(document.replace("first: 50", "first: 1000"), after=after)
        after = page["series"]["pageInfo"]["endCursor"]
    deep = _after_same_question(server, document, after)
    return milliseconds(lambda: server.ask(document)), milliseconds(lambda: server.ask(document, after=deep))


def _after_same_question(server: Server, document: str, after: str | None) -> str | None:
    for _ in range(19):
        after = server.ask(document, after=after)["series"]["pageInfo"]["endCursor"]
    return after


def health_under_load(server: Server, seconds: float = 10.0) -> tuple[float, float, float]:
    """p50 and p99 of /healthz in milliseconds while 32 clients ask distinct counts, and counts answered per second.

    The clients are a process of their own, so that they don't hold up the one that measures.
    """
    command = [sys.executable, "-m", "benchmarks.load", server.url, str(CLIENTS), str(seconds + 2)]
    load = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        started = time.perf_counter()
        with urlopen(f"{server.url}/healthz") as response:
            response.read()
        times.append((time.perf_counter() - started) * 1e3)
        time.sleep(0.01)
    answered, _ = load.communicate()
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[98], float(answered)


PATIENTS = """{ patients(first: 100, where: {collectionID: {eq: "tcga_luad"}}) { nodes { patientID studies { nodes {
  studyInstanceUID studyDate studyDescription modalities series(first: 1000) { nodes { seriesInstanceUID modality
  bodyPartExamined seriesDescription seriesNumber sopClassName manufacturer instanceCount sizeBytes patientAge
  licenseShortName: license { shortName } awsURL viewerURL firstRelease revisedRelease } } } } } } }"""


def main() -> None:
    """Measure and print."""
    table = Table("what", "figure", title=f"{platform.platform()}, {cpu_count()} cores, {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        with running(cache) as server:
            table.add_row("first start: build and open the store, s", f"{server.ready_after:.1f}")
        with running(cache) as server:
            table.add_row("later start, s", f"{server.ready_after:.2f}")
            time.sleep(3)  # it warms up after it is ready
            measure(server, table)
    Console().print(table)


def measure(server: Server, table: Table) -> None:
    """Figures of a running server."""
    everything = milliseconds(lambda: server.ask("{ counts { patients studies series instances sizeBytes } }"))
    table.add_row("counts of all of IDC, ms", f"{everything:.1f}")
    for name, order in {"keys": "", "description": ", orderBy: [{field: SERIES_DESCRIPTION}]"}.items():
        first, deep = page_cost(server, order)
        table.add_row(f"page 1 and page 1,000 by {name}, ms", f"{first:.1f}, {deep:.1f}")
    nested = milliseconds(lambda: server.ask(PATIENTS))
    table.add_row("100 patients with studies and series of 15 fields, ms", f"{nested:.0f}")
    median, p99, rate = health_under_load(server)
    table.add_row(f"/healthz under {CLIENTS} clients: p50, p99, ms", f"{median:.1f}, {p99:.1f}")
    table.add_row("distinct counts answered meanwhile, per second", f"{rate:.0f}")
    table.add_row("RssAnon at the end, MB", f"{server.anonymous_megabytes():.0f}")


if __name__ == "__main__":
    main()
