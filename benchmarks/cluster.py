"""A release in Elasticsearch: how long it takes to come there, what it weighs, and what panels cost."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from elasticsearch import AsyncElasticsearch

from benchmarks.facets import EVERY, WIDGET, Panels, questions
from benchmarks.filters import FILTERS, MEANING, Conditions
from benchmarks.guppy import FACETS, INDEX, Guppy, counted, fill
from benchmarks.report import Section
from benchmarks.timing import check_equal, in_turn
from gateway.open_release import OpenRelease
from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.layout import Kind, Names
from indexers.elasticsearch.release import index_release
from resolvers.search.elasticsearch.engine import ElasticsearchEngine
from resolvers.search.elasticsearch.service import open_engine
from resolvers.search.facets import FacetAnswer
from schema.attributes import faceted
from schema.vocabulary import FacetField, FacetForm
from tests.elasticsearch.server import missing_tool, running

NAMES = Names("bench")
HEAP = "1g"
# Of Guppy's configuration, and the most that Elasticsearch takes.
THRESHOLDS = (3_000, 40_000)
_SECONDS = 120.0


@dataclass
class Server:
    """A cluster on this machine that holds the release."""

    url: str
    release: OpenRelease
    runner: asyncio.Runner
    names: Names = NAMES

    @property
    def connection(self) -> Connection:
        return Connection((self.url,))

    def indexed(self, heap: str) -> Section:
        """Put the release into it, timed."""
        spent: dict[str, float] = {}
        last = [time.perf_counter(), ""]

        def report(step: str, series: int) -> None:
            now = time.perf_counter()
            spent[str(last[1])] = spent.get(str(last[1]), 0) + now - float(last[0])
            last[:] = [now, step]

        started = time.perf_counter()
        self.runner.run(index_release(self.connection, self.release.catalogue.store, self.names, report))
        whole = time.perf_counter() - started
        report("", 0)
        section = Section(
            "Elasticsearch: indexing",
            f"All of the release by `idc-gateway index elasticsearch` into one node with a heap of {heap}.",
            ("what", "figure"),
        )
        section.rows.append(("all, s", f"{whole:.0f}"))
        section.rows += [(f"{step}, s", f"{seconds:.0f}") for step, seconds in spent.items() if step]
        section.rows += self.runner.run(self._weight())
        return section

    async def _weight(self) -> list[Sequence[str]]:
        async with AsyncElasticsearch(self.url) as client:
            found: list[Sequence[str]] = []
            for kind in Kind:
                index = self.names.alias(kind)
                stats = (await client.indices.stats(index=index, metric="store,docs"))["_all"]["primaries"]
                text = f"{stats['docs']['count']:,} documents, {stats['store']['size_in_bytes'] / 1e6:.0f} MB"
                found.append((kind.value, text))
            return found

    async def heap(self) -> str:
        """Heap in use, as the node says."""
        async with AsyncElasticsearch(self.url) as client:
            nodes = (await client.nodes.stats(metric="jvm"))["nodes"]
            memory = [node["jvm"]["mem"]["heap_used_in_bytes"] for node in nodes.values()]
            return f"{max(memory) / 1e6:.0f} MB"

    def panels(self, threads: int, rounds: int) -> list[Section]:
        """Every filter, asked of everybody."""
        peers = Panels(self.release, self.runner, threads)
        peers.engine([])  # the tallies of the whole release, which serving makes ahead
        engine = self.runner.run(open_engine(self.connection, self.names, self.release.catalogue, _SECONDS))
        client = AsyncElasticsearch(self.url, request_timeout=_SECONDS)
        try:
            if not self.runner.run(_exists(client)):
                self.runner.run(fill(client, self.release.catalogue))
            comparison = _Comparison(self, engine, client, peers, rounds)
            found = [comparison.every_number(), comparison.widget()]
            found[-1].remarks.append(f"Heap in use at the end: {self.runner.run(self.heap())}.")
            return found
        finally:
            self.runner.run(client.close())
            self.runner.run(engine.close())


def measured(release: OpenRelease, rounds: int, threads: int) -> list[Section]:
    """A server of its own, filled and asked. Without Java and Maven there is nothing to measure, which is said."""
    tool = missing_tool()
    if tool is not None:
        text = f"Not measured: there is no {tool}. It needs Maven and a JDK of 17 or later."
        return [Section("Elasticsearch", text, ("what", "figure"))]
    with tempfile.TemporaryDirectory() as made, asyncio.Runner() as runner:
        folder = Path(made)
        folder.chmod(0o755)  # the server runs as another user where this runs as root
        with running(folder, heap=HEAP) as (node,):
            server = Server(node.url, release, runner)
            return [server.indexed(HEAP), *server.panels(threads, rounds)]


async def _exists(client: AsyncElasticsearch) -> bool:
    return bool(await client.indices.exists(index=INDEX))


@dataclass
class _Comparison:
    server: Server
    engine: ElasticsearchEngine
    client: AsyncElasticsearch
    peers: Panels
    rounds: int

    def every_number(self) -> Section:
        """All six numbers of every bucket."""
        section = Section(
            "Elasticsearch: facet panels",
            f"The panel of the section above: all {len(FACETS)} facets, six numbers, on one node on this machine. "
            "Guppy's way: one search per facet over one flat document per series, eight at once, with cardinalities "
            "of patients, studies and collections, at the threshold of its configuration and at the greatest; without "
            "the rest and the number of values. Wrong: how many buckets, missing and totals have another number "
            "than the truth. The cache of answers of Elasticsearch is cleared before every "
            f"question, but for `remembered`. {MEANING}.",
            ("filter", "DuckDB", "Guppy 3,000", "wrong", "Guppy 40,000", "wrong", "engine", "remembered", "embedded"),
        )
        ratios: dict[str, list[float]] = {"DuckDB": [], "Guppy 3,000": [], "Guppy 40,000": [], "embedded": []}
        for name, conditions in FILTERS.items():
            wrong = self._checked(name, conditions)
            asks = {"DuckDB": partial(self.peers.duck, conditions), **self._asks(conditions, EVERY)}
            times = in_turn(asks, self.rounds, self._forget)
            again = in_turn({"": asks["engine"]}, self.rounds)[""]
            for peer, own in ratios.items():
                own.append(times[peer].median / times["engine"].median)
            cells = [str(times[peer]) for peer in ("DuckDB", "Guppy 3,000", "Guppy 40,000", "engine", "embedded")]
            section.rows.append(
                (name, cells[0], cells[1], wrong[0], cells[2], wrong[1], cells[3], str(again), cells[4])
            )
        section.remarks.append(_means(ratios))
        return section

    def widget(self) -> Section:
        """Patients and series alone."""
        section = Section(
            "Elasticsearch: a widget's panel",
            "The same, of patients and series only.",
            ("filter", "Guppy 3,000", "Guppy 40,000", "engine", "embedded"),
        )
        ratios: dict[str, list[float]] = {"Guppy 3,000": [], "Guppy 40,000": [], "embedded": []}
        for name, conditions in FILTERS.items():
            asks = self._asks(conditions, WIDGET)
            check_equal(name, {peer: asks[peer]() for peer in ("embedded", "engine")})
            times = in_turn(asks, self.rounds, self._forget)
            for peer, own in ratios.items():
                own.append(times[peer].median / times["engine"].median)
            section.rows.append((name, *(str(times[peer]) for peer in asks)))
        section.remarks.append(_means(ratios))
        return section

    def _asks(self, conditions: Conditions, numbers: frozenset[str]) -> dict[str, Callable[[], Any]]:
        run = self.server.runner.run
        found: dict[str, Callable[[], Any]] = {}
        for threshold in THRESHOLDS:
            guppy = Guppy(self.client, self.server.release.catalogue, threshold)
            found[f"Guppy {threshold:,}"] = lambda guppy=guppy: run(guppy.panel(conditions, numbers))  # type: ignore[misc]
        found["engine"] = lambda: run(self.engine.facets(questions(conditions, numbers)))
        found["embedded"] = partial(self.peers.engine, conditions, numbers)
        return found

    def _checked(self, name: str, conditions: Conditions) -> list[str]:
        """Of Guppy's buckets the wrong ones, per threshold; everybody else has to agree."""
        asks = self._asks(conditions, EVERY)
        truth = asks["embedded"]()
        check_equal(name, {"embedded": truth, "engine": asks["engine"]()})
        check_equal(name, {"engine": self.peers.by_slots(conditions), "DuckDB": self.peers.duck(conditions)})
        return [_wrong(truth, asks[f"Guppy {threshold:,}"]()) for threshold in THRESHOLDS]

    def _forget(self) -> None:
        async def clear() -> None:
            await self.client.indices.clear_cache(request=True, query=False, fielddata=False)

        self.server.runner.run(clear())
        self.server.release.engine.search.forget()  # type: ignore[attr-defined]


def _wrong(truth: Sequence[FacetAnswer], answers: Sequence[Any]) -> str:
    """Of how many numbers of totals, of what is missing and of the buckets that should be there."""
    wrong = every = 0
    for field, expected, answer in zip(FacetField, truth, answers, strict=True):
        found = {_key(field, bucket): counted(bucket) for bucket in answer["values"]["buckets"]}
        for bucket in expected.buckets:
            if bucket.counts["series"]:
                key = str(bucket.value)[:4] if faceted(field).facet_form is FacetForm.DATES else bucket.value
                every += 1
                wrong += found.get(key) != dict(bucket.counts)
        every += 2
        wrong += counted(answer["missing"]) != dict(expected.missing)
        wrong += counted(answer) != dict(expected.total)
    return f"{wrong} of {every}"


def _key(field: FacetField, bucket: Any) -> Any:
    match faceted(field).facet_form:
        case FacetForm.TERMS:
            return bucket["key"]
        case FacetForm.DATES:
            return f"{int(bucket['key']):08d}"[:4]
        case FacetForm.NUMBERS:
            return bucket["from"]


def _means(ratios: dict[str, list[float]]) -> str:
    told = [f"{peer} {statistics.geometric_mean(own):.2f}" for peer, own in ratios.items()]
    return f"Times as slow as the engine on Elasticsearch, in the geometric mean: {', '.join(told)}."
