"""DuckDB behind starlette: the questions by the best SQL found, over the store's columns in memory in key order.

`python -m benchmarks.sql_service PORT CACHE`. Answers are written by orjson.
"""

import asyncio
import copy
import sys
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path
from threading import local
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.duck import Duck
from benchmarks.filters import Conditions, selection
from benchmarks.panels import PanelFacet, columns
from benchmarks.questions import FIELDS, QUESTIONS
from benchmarks.subject import opened
from gateway.open_release import OpenRelease
from resolvers.search.embedded.axes import DateAxis, NumberAxis, TermAxis
from resolvers.selection import In, Leaf, Some
from schema.default_ranges import default_edges
from schema.series import Series
from schema.vocabulary import FacetField, Level


class Answerer:
    """The questions by SQL; each thread has a cursor of its own."""

    def __init__(self, release: OpenRelease, threads: int) -> None:
        axes = release.engine.search.axes
        self._columns = columns(axes, release.catalogue.store)
        self._duck = Duck(release.catalogue, self._columns, threads)
        self._texts = [_texts(column.field, axes[column.field]) for column in self._columns]
        self._cursors = local()
        self._add_rows(release)

    def _add_rows(self, release: OpenRelease) -> None:
        every = np.arange(release.catalogue.relations.sizes[Level.SERIES])
        readers = release.shelf.readers(Series)
        rows: dict[str, Any] = {field.graphql: readers[field.store](every) for field in FIELDS}
        codes = self._columns[list(FacetField).index(FacetField.MODALITY)].codes
        rows |= {"modality_code": codes, "collection": release.catalogue.tree.series_collection, "place": every}
        self._duck.connection.register("columns", pa.table(rows))
        self._duck.connection.execute("CREATE TABLE s AS SELECT * FROM columns")
        self._duck.connection.unregister("columns")

    def answer(self, asked: dict[str, Any]) -> bytes:
        """The answer to a question, in the form of benchmarks.peers."""
        question = QUESTIONS[asked["question"]]
        conditions: Conditions = [
            (Leaf(Level.SERIES, "modality", (In(("CT",)),)), FacetField.MODALITY),
            (
                Some(Level.COLLECTION, Leaf(Level.COLLECTION, "collection_id", (In(tuple(asked["collections"])),))),
                FacetField.COLLECTION_ID,
            ),
        ]
        duck = self._own()
        if question.rows:
            place = list(FacetField).index(FacetField.MODALITY)
            where = duck.where(selection(conditions)).replace(f"f{place} ", "modality_code ")
            return self._page(duck, where, question.rows)
        texts = self._texts[list(FacetField).index(FacetField.COLLECTION_ID)]
        selected = {FacetField.COLLECTION_ID: [texts.index(name) for name in asked["collections"]]}
        bases = [selection(conditions, without=column.field) for column in self._columns]
        panel = duck.panel(bases, selected)
        facets = zip(self._columns, self._texts, panel, strict=True)
        return orjson.dumps({column.field.name: _shown(texts, facet) for column, texts, facet in facets})

    def _page(self, duck: Duck, where: str, rows: int) -> bytes:
        names = [field.graphql for field in FIELDS]
        found = duck.all(f"SELECT {', '.join(names)} FROM s WHERE {where} ORDER BY place LIMIT {rows}")
        return orjson.dumps([dict(zip(names, row, strict=True)) for row in found])

    def _own(self) -> Duck:
        if not hasattr(self._cursors, "duck"):
            self._cursors.duck = copy.copy(self._duck)
            self._cursors.duck.connection = self._duck.connection.cursor()
        own: Duck = self._cursors.duck
        return own


def _texts(field: FacetField, axis: TermAxis | NumberAxis | DateAxis) -> list[str]:
    """The value of each slot."""
    match axis:
        case TermAxis():
            return ["", *map(str, axis.values)]
        case NumberAxis():
            return ["", "", *(str(float(edge)) for edge in default_edges(field, *axis.extremes))]
        case DateAxis():
            return ["", *axis.periods(4)[1]]


def _shown(texts: list[str], facet: PanelFacet) -> dict[str, Any]:
    return {
        "total": facet.total,
        "missing": facet.missing,
        "cut": facet.cut,
        "distinct": facet.distinct,
        "values": {texts[slot]: six for slot, six in facet.slots.items()},
    }


def main() -> None:
    """See the module."""
    port, cache, threads = int(sys.argv[1]), Path(sys.argv[2]), cpu_count() or 1
    with opened(cache, threads) as release, ThreadPoolExecutor(threads) as pool:
        answerer = Answerer(release, threads)

        async def ask(request: Request) -> Response:
            asked = orjson.loads(await request.body())
            answer = await asyncio.get_running_loop().run_in_executor(pool, answerer.answer, asked)
            return Response(answer, media_type="application/json")

        async def ready(request: Request) -> Response:
            return PlainTextResponse("ready")

        app = Starlette(routes=[Route("/ask", ask, methods=["POST"]), Route("/readyz", ready)])
        uvicorn.run(app, port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
