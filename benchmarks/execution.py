"""What it costs to complete an answer whose rows are there: compiled, and as strawberry and graphql-core do it."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, parse
from graphql.execution import Executor, execute
from strawberry.execution import optimized_is_awaitable

from benchmarks.report import Section
from benchmarks.timing import Times, check_equal, in_turn
from gateway.execution import CompiledExecutor, PlainExecutor
from gateway.open_release import OpenRelease
from schema.build import build_schema
from schema.connection import Connection
from schema.context import Context
from schema.counts import Counts
from schema.facets import FacetBy, FacetPanel
from schema.paced import paced
from schema.vocabulary import AskedCounts, FacetField

FIELDS = """seriesInstanceUID modality bodyPartExamined seriesDescription seriesNumber sopClassName manufacturer
  instanceCount sizeBytes patientAge licenseShortName awsURL viewerURL firstRelease revisedRelease"""
NODES = f"{{ series {{ nodes {{ {FIELDS} }} }} }}"
EDGES = f"{{ series {{ edges {{ cursor node {{ {FIELDS} }} }} }} }}"
PANEL = """{ facets(by: []) { facets { key
  ... on TermFacet { buckets { value label selected counts { patients studies } } } } } }"""

FACETS = 25
BUCKETS = 1000


@dataclass(frozen=True)
class _Ready:
    """Stands for the resolvers: what they would find is there."""

    page: Connection[Any] | None = None
    panel: FacetPanel | None = None

    async def series(self, *_: object) -> Connection[Any] | None:
        return self.page

    async def facets(self, *_: object) -> FacetPanel | None:
        return self.panel

    def context(self) -> Context:
        ready: Any = self
        return Context(hierarchy=ready, facets=ready, releases=ready, hints=ready, commons=ready, overview=ready)


class _Peers:
    """One document, answered in each way."""

    def __init__(self, loop: asyncio.AbstractEventLoop, document: str, ready: _Ready) -> None:
        self._loop = loop
        self._text = document
        self._document = parse(document)
        self._context = ready.context()
        self._schema = build_schema()

    async def strawberry(self) -> Any:
        """As strawberry comes: it parses and validates, too."""
        return (await self._schema.execute(self._text, context_value=self._context)).data

    async def with_executor(self, executor: type[Executor[Any]]) -> Any:
        """The prepared document."""
        result = execute(
            self._schema._schema,
            self._document,
            context_value=self._context,
            executor_class=executor,
            is_awaitable=optimized_is_awaitable,
        )
        return (result if isinstance(result, ExecutionResult) else await result).data

    def all(self) -> dict[str, Callable[[], Coroutine[Any, Any, Any]]]:
        """By name."""
        return {
            "strawberry": self.strawberry,
            "graphql-core": lambda: self.with_executor(PlainExecutor),
            "compiled": lambda: self.with_executor(CompiledExecutor),
        }

    def times(self, question: str, rounds: int) -> dict[str, Times]:
        """Each peer's, after a look whether they answer the same."""
        peers = self.all()
        check_equal(question, {name: self._loop.run_until_complete(ask()) for name, ask in peers.items()})
        return in_turn(
            {name: lambda ask=ask: self._loop.run_until_complete(ask()) for name, ask in peers.items()}, rounds
        )

    def longest_turns(self, name: str, rounds: int) -> Times:
        """For how many milliseconds each answer holds the event loop at most."""
        ask = self.all()[name]
        return Times(tuple(self._loop.run_until_complete(_longest_turn(ask())) for _ in range(rounds)))


async def _longest_turn(answer: Awaitable[Any]) -> float:
    task = asyncio.ensure_future(answer)
    longest, last = 0.0, time.perf_counter()
    while not task.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest * 1e3


def measured(release: OpenRelease, rounds: int) -> Section:
    """Pages and a panel."""
    loop = asyncio.new_event_loop()
    section = Section(
        "Execution",
        "Completing an answer whose rows are there, columns and all, in-process. strawberry: `schema.execute` as it "
        "comes, with parsing and validation. graphql-core: the prepared document and strawberry's executor. compiled: "
        "the prepared document and ours. The ratios are those of each to compiled. Held: for how long the event "
        "loop is held at most, by graphql-core and by compiled; now and then a collection of garbage is part of it.",
        ("question", "strawberry", "graphql-core", "compiled", "ratios", "held by graphql-core", "held by compiled"),
    )
    questions = {
        "1,000 series of 15 fields": (NODES, _Ready(page=_page(release, 1000))),
        "10,000 series of 15 fields": (NODES, _Ready(page=_page(release, 10_000))),
        "1,000 edges, series of 15 fields": (EDGES, _Ready(page=_page(release, 1000))),
        f"{FACETS} facets of {BUCKETS:,} buckets": (PANEL, _Ready(panel=loop.run_until_complete(_panel(release)))),
    }
    gc.collect()
    gc.freeze()
    for question, (document, ready) in questions.items():
        peers = _Peers(loop, document, ready)
        times = peers.times(question, rounds)
        ratios = [times[name].median / times["compiled"].median for name in ("strawberry", "graphql-core")]
        held = [str(peers.longest_turns(name, rounds)) for name in ("graphql-core", "compiled")]
        shown = ", ".join(f"{ratio:.1f}" for ratio in ratios)
        section.rows.append((question, *map(str, times.values()), shown, *held))
    loop.close()
    return section


def _page(release: OpenRelease, rows: int) -> Connection[Any]:
    """The first series of the release."""

    async def count_all(_: frozenset[str]) -> Counts:
        raise NotImplementedError

    nodes: list[Any] = paced(release.shelf.series(range(rows)))
    cursors = [str(row) for row in range(rows)]
    return Connection(
        total_count=rows,
        nodes=nodes,
        has_next=True,
        has_previous=False,
        cursors=lambda part: cursors[part],
        count_all=count_all,
    )


async def _panel(release: OpenRelease) -> FacetPanel:
    by = [FacetBy(field=FacetField.SERIES_DESCRIPTION, key=f"k{n}", size=BUCKETS) for n in range(FACETS)]
    counts = frozenset({"patients", "studies"})
    asked = AskedCounts(total=counts, missing=counts, buckets=counts, rest=counts)
    return await release.context().facets.facets(None, by, None, asked, counts)
