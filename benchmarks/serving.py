"""A real server: starts, memory, pages, nested rows, and many clients at once."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

from benchmarks.report import Section
from benchmarks.server import Server, running
from benchmarks.timing import Times, in_turn

CLIENTS = 32


def started(cache: Path) -> Section:
    """Build, first and later start, memory, and disk."""
    section = Section("Start", "A server in a process of its own, on an empty cache, then again.", ("what", "figure"))
    with running(cache) as server:
        section.rows.append(("first start: build the store, compile the kernels, open; s", f"{server.ready_after:.1f}"))
    build = next(path for path in cache.iterdir() if path.is_dir() and path.name.startswith("idc-"))
    size = sum(path.stat().st_size for path in build.iterdir())
    with running(cache) as server:
        section.rows.append(("later start until ready, s", f"{server.ready_after:.2f}"))
        time.sleep(3)  # it warms up after it is ready
        section.rows.append(("RssAnon when warm, MB", f"{server.anonymous_megabytes():.0f}"))
    section.rows.append(("store on disk, MB", f"{size / 1e6:.0f}"))
    return section


def asked(cache: Path, rounds: int) -> Section:
    """Over HTTP, one request after the other, and under load."""
    section = Section(
        "Over HTTP",
        f"JSON over one machine's loopback. Under load: {CLIENTS} clients ask counts, each a new one.",
        ("what", "figure"),
    )
    with running(cache, panel_buckets=25_000) as server:
        time.sleep(3)
        _ask(section, server, rounds)
        median, p99, rate = health_under_load(server)
        section.rows.append((f"/healthz under {CLIENTS} clients: p50, p99", f"{median:.1f}, {p99:.1f}"))
        section.rows.append(("distinct counts answered meanwhile, per second", f"{rate:.0f}"))
        longest, bytes_sent = longest_hold(server)
        what = f"longest /healthz while 25 facets of 1,000 buckets are answered ({bytes_sent / 1e6:.1f} MB)"
        section.rows.append((what, f"{longest:.0f}"))
        section.rows.append(("RssAnon at the end, MB", f"{server.anonymous_megabytes():.0f}"))
    return section


def _ask(section: Section, server: Server, rounds: int) -> None:
    def row(what: str, ask: Callable[[], object]) -> None:
        section.rows.append((what, str(in_turn({"": ask}, rounds)[""])))

    row("counts of all of IDC", lambda: server.ask("{ counts { patients studies series instances sizeBytes } }"))
    row("a facet panel of ten facets of CT", lambda: server.ask(PANEL))
    row("100 patients with studies and series of 15 fields", lambda: server.ask(PATIENTS))
    for name, order in {"keys": "", "description": ", orderBy: [{field: SERIES_DESCRIPTION}]"}.items():
        first, deep = page_cost(server, order, rounds)
        section.rows.append((f"page 1 of fifty series by {name}", str(first)))
        section.rows.append(
            (f"page 1,000 of fifty series by {name}", f"{deep}; {deep.median / first.median:.2f} times")
        )


def longest_hold(server: Server) -> tuple[float, int]:
    """Milliseconds of the slowest /healthz while one large panel is answered, and the size of its answer."""
    facets = " ".join(f'{{field: SERIES_DESCRIPTION, key: "k{n}", size: 1000}}' for n in range(25))
    counts = "counts { patients series }"
    document = f"""{{ facets(by: [{facets}]) {{ facets {{ key buckets {{ value label selected {counts} }} }} }} }}"""
    sizes: list[int] = []
    asking = Thread(target=lambda: sizes.append(len(str(server.ask(document)))))
    asking.start()
    times = []
    while asking.is_alive():
        started = time.perf_counter()
        with urlopen(f"{server.url}/healthz") as response:
            response.read()
        times.append((time.perf_counter() - started) * 1e3)
    return max(times), sizes[0]


PANEL = """{ facets(where: {modality: {eq: "CT"}}, by: [{field: MODALITY} {field: COLLECTION_ID} {field: PATIENT_AGE}
  {field: BODY_PART_EXAMINED} {field: MANUFACTURER} {field: STUDY_DATE} {field: PATIENT_SEX} {field: OBJECT_KIND}
  {field: LICENSE_SHORT_NAME} {field: SERIES_DESCRIPTION}]) { total { patients series }
  facets { key missing { counts { patients } } buckets { value label selected counts { patients series } } } } }"""


def page_cost(server: Server, order: str, rounds: int) -> tuple[Times, Times]:
    """Page 1 and page 1,000 of fifty series, in turn."""
    document = f"""query($after: String) {{ series(first: 50, after: $after {order}) {{
        totalCount pageInfo {{ endCursor }} nodes {{ seriesInstanceUID modality seriesDescription }} }} }}"""
    after = None
    for _ in range(49):  # page 1,000 of fifty starts where 49 pages of a thousand and 19 of fifty end
        page = server.ask(document.replace("first: 50", "first: 1000"), after=after)
        after = page["series"]["pageInfo"]["endCursor"]
    deep = _after_same_question(server, document, after)
    pages = {"first": lambda: server.ask(document), "deep": lambda: server.ask(document, after=deep)}
    times = in_turn(pages, rounds)
    return times["first"], times["deep"]


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


PATIENTS = """{ patients(first: 100, where: {collectionID: {eq: "tcga_luad"}}) { nodes { patientID
  studies(first: 20) { nodes { studyInstanceUID studyDate studyDescription modalities
  series(first: 50) { nodes { seriesInstanceUID modality
  bodyPartExamined seriesDescription seriesNumber sopClassName manufacturer instanceCount sizeBytes patientAge
  licenseShortName: license { shortName } awsURL viewerURL firstRelease revisedRelease } } } } } } }"""
