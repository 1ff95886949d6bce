"""GDC's REST API: /status, /projects, /cases, /files, /annotations, /ssms, /ssm_occurrences, each with /_mapping.

Its quirks:

1. `/v0` may stand before each path; parameters come in the query, as a form or as JSON; `filters` may be a string of
   JSON; numbers may be strings.
2. A URL of more than 8 KB is 414; a JSON body may be as long as it likes.
3. A hit has no key for what has no value, or now and then null. Values such as `Not Reported` are values.
4. The lists of ids of a case come in another order each time.
5. Unknown `fields`, `expand` and `facets` are HTTP 200 with `warnings`, and the data is missing. An unknown field or
   operator of a filter is 400. `gender` is no field any more (`gender=True` has the older API with both).
6. Names of `fields`, `expand` and `facets` are of the endpoint; those of filters may have its name before them.
7. `=` takes lists and `*`; `exclude` wants all values to match, `excludeifany` one; ids are by case; `is missing` does
   not see a record whose parent is missing; filters on arrays are each on their own (no two on one element) and prune
   nothing of what is returned.
8. `size` is 10; without hits `page` and `pages` are 0; with `size=0` `page` is 1 and `pages` the total; `sort` comes
   back as it was or as "None".
9. Facets: keys of buckets are mostly in lower case, `_missing` counts the rest; filters must be an `and` of few
   operators (else 400); a facet does not see the filter on its own field.
10. More than 7,000 cases with an expansion under an expansion: 504 with HTML.
11. /status has `data_release` (`dated=False`: the older answer without).
12. A redacted case is there with its annotation, without files and mutations.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
from aiohttp import web

from tests.commons.standins import gdc_fields
from tests.commons.standins.draw import stream
from tests.commons.standins.faults import page
from tests.commons.standins.gdc_documents import Document, gdc_documents
from tests.commons.standins.gdc_filters import FilterError, Test, parsed, without_own
from tests.commons.standins.server import StandIn, json_answer
from tests.commons.standins.world import World

RELEASE = "Data Release 45.0 - December 04, 2025"
NEXT_RELEASE = "Data Release 46.0 - March 12, 2026"
URL_BYTES = 8 * 1024
DEEP_SIZE = 7000
FORM = "application/x-www-form-urlencoded"


def listed(given: Any) -> list[str]:
    """A comma list, or a list."""
    parts = given if isinstance(given, list) else str(given or "").split(",")
    return [part.strip() for part in map(str, parts) if part.strip()]


class ParameterError(Exception):
    """A parameter that GDC answers 400 to."""


class Gdc(StandIn):
    """The stand-in of GDC over a world."""

    service = "gdc"

    def __init__(self, world: World, release: str = RELEASE, dated: bool = True, gender: bool = False) -> None:
        super().__init__(world, release)
        self.dated, self.gender = dated, gender
        self._of: World | None = None
        self._documents: dict[str, list[Document]] = {}

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """All, with and without /v0."""
        made: list[web.AbstractRouteDef] = []
        for prefix in ("", "/v0"):
            made.append(web.get(f"{prefix}/status", self._status))
            made.append(web.get(f"{prefix}/{{endpoint}}/_mapping", self._mapping))
            for method in (web.get, web.post):
                made.append(method(f"{prefix}/{{endpoint}}", self._search))
                made.append(method(f"{prefix}/{{endpoint}}/{{id}}", self._one))
        return made

    def documents(self, endpoint: str) -> list[Document]:
        """Those of the world that is served now."""
        if self._of is not self.world:
            self._documents, self._of = gdc_documents(self.world), self.world
            if self.gender:
                for case in self._documents["cases"]:
                    known = case.get("demographic") or {}
                    if "sex_at_birth" in known:
                        known["gender"] = known["sex_at_birth"]
        return self._documents[endpoint]

    def fields(self, endpoint: str) -> frozenset[str]:
        known = gdc_fields.fields(endpoint)
        if not self.gender:
            return known
        return known | {path.replace("sex_at_birth", "gender") for path in known if path.endswith(".sex_at_birth")}

    async def _status(self, request: web.Request) -> web.Response:
        body = {"commit": "74e1e3583c0f39fbf2149322addb7378206be3b9", "status": "OK", "tag": "8.5.0", "version": 1}
        return json_answer({**body, "data_release": self.release} if self.dated else body)

    async def _mapping(self, request: web.Request) -> web.Response:
        endpoint = request.match_info["endpoint"]
        if endpoint not in gdc_fields.endpoints():
            return self._unknown(request)
        return json_answer(gdc_fields.mapping(endpoint))

    def _unknown(self, request: web.Request) -> web.Response:
        return json_answer({"message": f"The requested URL {request.path} was not found on the server."}, 404)

    async def _parameters(self, request: web.Request) -> dict[str, Any]:
        given: dict[str, Any] = dict(request.query)
        if request.method == "POST":
            if request.content_type == FORM:
                given |= {name: str(value) for name, value in (await request.post()).items()}
            else:
                body = orjson.loads(await request.read() or b"{}")
                if not isinstance(body, dict):
                    raise ParameterError("the body must be an object")
                given |= body
        if isinstance(given.get("filters"), str):
            given["filters"] = orjson.loads(given["filters"] or "null")
        return given

    async def _one(self, request: web.Request) -> web.Response:
        endpoint = request.match_info["endpoint"]
        if endpoint not in gdc_fields.endpoints():
            return self._unknown(request)
        given = await self._parameters(request)
        wanted, warnings = self._wanted(endpoint, given)
        found = next((d for d in self.documents(endpoint) if d["id"] == request.match_info["id"]), None)
        if found is None:
            return json_answer({"message": f"{endpoint} {request.match_info['id']} not found"}, 404)
        return json_answer({"data": self._hit(found, wanted), "warnings": warnings})

    def _wanted(self, endpoint: str, given: dict[str, Any]) -> tuple[set[str], dict[str, str]]:
        """The paths that are asked for, and the warnings about what doesn't exist."""
        warnings: dict[str, str] = {}
        known = self.fields(endpoint)
        asked = listed(given.get("fields"))
        wanted = {name for name in asked if name in known} if asked else set(gdc_fields.defaults(endpoint))
        expansions = gdc_fields.expansions(endpoint)
        expand = listed(given.get("expand"))
        for group in expand:
            wanted |= {path for path in known if path.rpartition(".")[0] == group and group}
        for name, unknown in (
            ("fields", [n for n in asked if n not in known]),
            ("expand", [n for n in expand if n not in expansions]),
            ("facets", [n for n in listed(given.get("facets")) if n not in known]),
        ):
            if unknown:
                warnings[name] = f"unrecognized values: [{', '.join(unknown)}]"
        return wanted, warnings

    def _hit(self, document: Document, wanted: set[str]) -> Document:
        hit = gdc_fields.cut(document, wanted)
        numbers = stream("ids", len(self.requests), document["id"])
        for name, value in hit.items():
            if name.endswith("_ids"):
                hit[name] = numbers.sample(value, len(value))
        return hit

    async def _search(self, request: web.Request) -> web.Response:
        endpoint = request.match_info["endpoint"]
        if endpoint not in gdc_fields.endpoints():
            return self._unknown(request)
        if len(request.raw_path) > URL_BYTES:
            return page(414)
        try:
            given = await self._parameters(request)
            return self._answer(request, endpoint, given)
        except (FilterError, ParameterError) as error:
            return json_answer({"message": str(error)}, 400)
        except orjson.JSONDecodeError as error:
            return json_answer({"message": f"malformed JSON: {error}"}, 400)

    def _answer(self, request: web.Request, endpoint: str, given: dict[str, Any]) -> web.Response:
        size, start = self._number(given, "size", 10), self._number(given, "from", 0)
        if size > DEEP_SIZE and any("." in group for group in listed(given.get("expand"))):
            return page(504)
        wanted, warnings = self._wanted(endpoint, given)
        test = parsed(endpoint, given.get("filters"), self.fields(endpoint))
        rows = self._sorted(endpoint, [d for d in self.documents(endpoint) if test(d)], given.get("sort"))
        shown = self.page(request, rows, start, size) if size else []
        hits = [{"id": row["id"], **self._hit(row, wanted)} for row in shown]
        data: dict[str, Any] = {"hits": hits, "pagination": self._pagination(given, len(rows), len(hits), size, start)}
        facets = [name for name in listed(given.get("facets")) if name in self.fields(endpoint)]
        if given.get("facets"):
            data["aggregations"] = {name: self._buckets(endpoint, given.get("filters"), name) for name in facets}
        pretty = str(given.get("pretty", "")).lower() == "true"
        return json_answer({"data": data, "warnings": warnings}, pretty=pretty)

    @staticmethod
    def _number(given: dict[str, Any], name: str, default: int) -> int:
        try:
            number = int(given.get(name, default))
        except (TypeError, ValueError):
            raise ParameterError(f"{name} must be a number") from None
        if number < 0:
            raise ParameterError(f"{name} must not be negative")
        return number

    @staticmethod
    def _pagination(given: dict[str, Any], total: int, count: int, size: int, start: int) -> dict[str, Any]:
        if not total:
            at, pages = 0, 0
        elif not size:
            at, pages = 1, total
        else:
            at, pages = start // size + 1, -(-total // size)
        sort = given.get("sort")
        return {"count": count, "total": total, "size": size, "from": start, "sort": sort or "None", "page": at,
                "pages": pages}  # fmt: skip

    def _sorted(self, endpoint: str, rows: list[Document], sort: Any) -> list[Document]:
        for part in reversed(listed(sort)):
            name, _, way = part.partition(":")
            if name not in self.fields(endpoint):
                raise FilterError(f"can't sort by {name}")
            keyed = [(next(gdc_fields.values(row, name), None), row) for row in rows]
            present = [pair for pair in keyed if pair[0] is not None]
            present.sort(key=lambda pair: pair[0], reverse=way == "desc")
            rows = [row for _, row in present] + [row for value, row in keyed if value is None]
        return rows

    def _buckets(self, endpoint: str, given: Any, facet: str) -> dict[str, Any]:
        test: Test = parsed(endpoint, without_own(endpoint, given, facet), self.fields(endpoint))
        counts: Counter[str] = Counter()
        for document in self.documents(endpoint):
            if test(document):
                found = {self._key(facet, value) for value in gdc_fields.values(document, facet)}
                counts.update(found or {"_missing"})
        return {"buckets": [{"doc_count": n, "key": key} for key, n in counts.most_common()]}

    @staticmethod
    def _key(facet: str, value: Any) -> str:
        return str(value) if facet.endswith(gdc_fields.CASED) else str(value).lower()
