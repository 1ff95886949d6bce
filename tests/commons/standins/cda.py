"""CDA's REST API: /data/ and /summary/ of subjects and files, /column_values/{column}, /columns/, /release_metadata/.

Its quirks:

1. A body of more than 8 KB: 403 with HTML, of the firewall before the service.
2. `next_url` is the URL that was asked, with `offset=N` replaced: without an offset in it, it leads to the same page
   for ever. At the end it is null or "".
3. Nothing sorts the rows: the rows of a page come in another order each time (`faults.SHUFFLED_PAGES`: all of them).
4. ADD_COLUMNS makes independent lists without duplicates, which say nothing of what belongs together;
   COLLATE_RESULTS makes rows of each table (`observation_columns`), the first of which may say nothing.
5. Every column of a vocabulary brings `*_containing_terms`, `*_slim_terms` and `*_synonym_terms`, which
   EXCLUDE_COLUMNS doesn't take away.
6. Unknown columns and tables, filters without an operator between blanks, and empty queries are 400 with
   `error_type`; `upstream_id` in /data/file is 500; a `limit` that is no number is 422.
7. Filters don't regard case; `*` is a wildcard with `like` alone; an unquoted value ends at its first blank, and with
   a `=` in it nothing is understood. `!=` of strings is `=` (`unequal=True`: a build that has mended it).
8. It is a release of IDC behind (`cda_subjects`): a miss says nothing.
9. `upstream_source` may be wrong (`sources=False`: it is, everywhere). Which commons know a subject, its
   `subject_data_at_*` say. `ctdc=True` has one more of these, which is announced.
10. The names in the keys of the Venn diagram of /summary come in another order each time; that of all has no
    `_exclusive`.
11. One id may lead to several subjects, and one subject may have several cases of one commons.

What an empty query is answered (400 EmptyQueryError) nobody saw; nor what `upstream_id` in /data/file is.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import orjson
from aiohttp import web

from tests.commons.standins.cda_filters import CdaError, Test, column_of, columns_of, parsed
from tests.commons.standins.cda_tables import NUMBER, SOURCES, TABLES, VOCABULARY, Row, Subject, Tables, terms
from tests.commons.standins.draw import stream
from tests.commons.standins.faults import page
from tests.commons.standins.server import StandIn, json_answer
from tests.commons.standins.world import World

RELEASE, NEXT_RELEASE = "v24", "v25"
# What a release of CDA, named by that of IDC, has of each commons: version and day of extraction.
VERSIONS = {
    RELEASE: {"IDC": (RELEASE, "2026-05-28"), "GDC": ("45.0", "2026-05-22"), "PDC": ("6.1", "2026-06-17"),
              "GC": ("27.0", "2026-05-14"), "ICDC": ("2026-04-16", "2026-04-16")},
    NEXT_RELEASE: {"IDC": (NEXT_RELEASE, "2026-09-14"), "GDC": ("46.0", "2026-09-10"), "PDC": ("6.2", "2026-09-16"),
                   "GC": ("28.0", "2026-09-11"), "ICDC": ("2026-08-03", "2026-09-02")},
}  # fmt: skip
BODY_BYTES = 8 * 1024
LIMIT = 100
LISTS = ("SEARCH_LIST", "MATCH_ALL", "MATCH_SOME", "ADD_COLUMNS", "EXCLUDE_COLUMNS")
SQL = "SELECT row_to_json(json_subquery) AS json_results FROM (SELECT subject.id AS subject_id FROM subject)"
Body = dict[str, Any]


def unique(values: Iterable[Any]) -> list[Any]:
    """What there is of values and lists of values, each once, without null."""
    flat = (one for value in values for one in (value if isinstance(value, list) else [value]))
    return list(dict.fromkeys(one for one in flat if one is not None))


class Cda(StandIn):
    """The stand-in of CDA over a world."""

    service = "cda"

    def __init__(
        self, world: World, release: str = RELEASE, sources: bool = True, unequal: bool = False, ctdc: bool = False
    ) -> None:
        super().__init__(world, release)
        self.sources, self.unequal, self.ctdc = sources, unequal, ctdc
        self._tables: Tables | None = None

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return [
            web.post("/data/{of:subject|file}", self._guarded(self._data)),
            web.post("/summary/{of:subject|file}", self._guarded(self._summary)),
            web.post("/column_values/{column}", self._guarded(self._column_values)),
            web.get("/columns/", self._columns),
            web.get("/release_metadata/", self._release_metadata),
        ]

    @property
    def tables(self) -> Tables:
        """Those of the world that is served now."""
        if self._tables is None or self._tables.world is not self.world:
            self._tables = Tables(self.world, self.sources)
        return self._tables

    def _guarded(self, handler: Any) -> Any:
        """The firewall before the service, and its errors."""

        async def guarded(request: web.Request) -> web.Response:
            body = await request.read()
            if len(body) > BODY_BYTES:
                return page(403)
            try:
                answer: web.Response = handler(request, self._body(body) if body else {})
            except CdaError as error:
                return json_answer({"error_type": error.kind, "message": str(error)}, error.status)
            except _Unprocessable as error:
                return json_answer({"detail": [error.args[0]]}, 422)
            return answer

        return guarded

    @staticmethod
    def _body(body: bytes) -> Body:
        try:
            given = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise _Unprocessable(
                {"type": "json_invalid", "loc": ["body", 0], "msg": "JSON decode error", "input": {}}
            ) from None
        for name in LISTS:
            value = given.get(name, [])
            if not isinstance(value, list):
                raise _Unprocessable(
                    {"type": "list_type", "loc": ["body", name], "msg": "Input should be a valid list", "input": value}
                )
        return dict(given)

    @staticmethod
    def _number(request: web.Request, name: str, default: int) -> int:
        given = request.query.get(name)
        try:
            return default if given is None else int(given)
        except ValueError:
            message = "Input should be a valid integer, unable to parse string as an integer"
            raise _Unprocessable(
                {"type": "int_parsing", "loc": ["query", name], "msg": message, "input": given}
            ) from None

    # Which subjects

    def _matching(self, given: Body, files: bool) -> list[Subject]:
        words = [str(word).upper() for word in given.get("SEARCH_LIST", [])]
        every, some = (
            [parsed(text, self.unequal, files) for text in given.get(name, [])] for name in ("MATCH_ALL", "MATCH_SOME")
        )
        if not words and not every and not some:
            raise CdaError("EmptyQueryError", "Query is empty: give SEARCH_LIST, MATCH_ALL or MATCH_SOME")

        def fits(tests: list[Test], subject: Subject, how: Any) -> bool:
            return not tests or how(test(subject.rows) for test in tests)

        return [
            subject
            for subject in self.tables.subjects
            if fits(every, subject, all)
            and fits(some, subject, any)
            and (not words or subject.keywords.issuperset(words))
        ]

    # Rows

    @staticmethod
    def _added(given: Body) -> list[tuple[str, str]]:
        return list(dict.fromkeys(pair for name in given.get("ADD_COLUMNS", []) for pair in columns_of(name)))

    def _trimmed(self, row: Row, given: Body) -> Row:
        for name in given.get("EXCLUDE_COLUMNS", []):
            for _, column in columns_of(name):
                row.pop(column, None)
        return row

    def _subject_row(self, subject: Subject, given: Body) -> Row:
        base = dict(subject.rows["subject"][0])
        if self.ctdc:
            base["subject_data_at_ctdc"] = False
        added = [pair for pair in self._added(given) if pair[0] != "subject"]
        collated = bool(given.get("COLLATE_RESULTS"))
        extra = self._collated(subject, added) if collated else self._lists(subject, added)
        row = self._trimmed({**base, **extra}, given)
        if given.get("EXTERNAL_REFERENCE"):
            row["external_reference_columns"] = []
        for column in VOCABULARY:
            if column in base:
                row |= terms(column, base[column])
        if not collated:
            for _, column in added:
                if column in VOCABULARY:
                    row |= {f"{column}_name": [], **terms(column, extra[column])}
        return row

    def _lists(self, subject: Subject, added: list[tuple[str, str]]) -> Row:
        made: Row = {}
        for table, column in added:
            made[column] = unique(row[column] for row in subject.rows[table])
            stream("list", column, len(self.requests)).shuffle(made[column])
        return made

    def _collated(self, subject: Subject, added: list[tuple[str, str]]) -> Row:
        made: Row = {}
        for table in dict.fromkeys(table for table, _ in added):
            columns = [column for of, column in added if of == table]
            rows = []
            for row in subject.rows[table]:
                # A list without anything in it brings no terms, a null does.
                noise = [
                    {
                        **({f"{column}_name": []} if row[column] and table == "file" else {}),
                        **terms(column, row[column]),
                    }
                    for column in columns
                    if column in VOCABULARY and row[column] != []
                ]
                rows.append(
                    {**{column: row[column] for column in columns}, **{k: v for t in noise for k, v in t.items()}}
                )
            stream("collated", table, len(self.requests)).shuffle(rows)
            made[f"{table}_columns"] = rows
        return made

    def _file_rows(self, subjects: list[Subject]) -> list[Row]:
        found: dict[str, Row] = {}
        for subject in subjects:
            for row in subject.rows["file"]:
                known = found.setdefault(row["file_id"], {**row, "subject_id": []})
                known["subject_id"].append(subject.record.subject_id)
        return list(found.values())

    def _data(self, request: web.Request, given: Body) -> web.Response:
        files = request.match_info["of"] == "file"
        added = self._added(given)
        subjects = self._matching(given, files)
        rows: list[Any] = self._file_rows(subjects) if files else list(subjects)
        if files and any(table == "upstream_identifiers" for table, _ in added):
            raise CdaError("RelationshipNotFound", "Relationship Not Found: file to upstream_identifiers", 500)
        limit, offset = self._number(request, "limit", LIMIT), self._number(request, "offset", 0)
        shown = self.page(request, rows, offset, limit)
        stream("rows", self.service, len(self.requests)).shuffle(shown)
        made = [self._trimmed(dict(row), given) if files else self._subject_row(row, given) for row in shown]
        return self._paged(request, made, len(rows), offset, limit)

    def _paged(self, request: web.Request, rows: list[Row], total: int, offset: int, limit: int) -> web.Response:
        endless = request.get("paging") == "endless"
        more = endless or offset + limit < total
        url = str(request.url).replace(f"offset={offset}", f"offset={offset + limit}") if more else None
        # It lies about the total, too.
        total += limit if endless else 0
        return json_answer({"result": rows, "query_sql": SQL, "total_row_count": total, "next_url": url})

    # Counts

    def _summary(self, request: web.Request, given: Body) -> web.Response:
        files = request.match_info["of"] == "file"
        subjects = self._matching(given, files)
        in_files = self._file_rows(subjects)
        base = "file" if files else "subject"
        columns = [(base, column) for column in TABLES[base] if self._counted(base, column)]
        columns += [pair for pair in self._added(given) if pair not in columns]
        excluded = {pair for name in given.get("EXCLUDE_COLUMNS", []) for pair in columns_of(name)}
        result: Row = {
            "total_count": len(in_files) if files else len(subjects),
            ("subject_count" if files else "file_count"): len(subjects) if files else len(in_files),
        }
        for table, column in columns:
            if (table, column) not in excluded:
                result[f"{column}_summary"] = self._counts(subjects, table, column)
        sources = [subject.record.data_at for subject in subjects]
        result["data_source"] = self._venn(sources)
        return json_answer({"result": [result], "query_sql": SQL})

    @staticmethod
    def _counted(table: str, column: str) -> bool:
        if table == "file":
            return column in ("access", "format", "file_type", "category")
        return not column.startswith("subject_data_at_") and column not in ("subject_id", "subject_crdc_id")

    def _counts(self, subjects: list[Subject], table: str, column: str) -> list[Row]:
        found = [unique(row[column] for row in subject.rows[table]) for subject in subjects]
        if TABLES[table][column] == NUMBER:
            return [self._statistics([float(value) for values in found for value in values])]
        counts = Counter(value for values in found for value in values or [None])
        rows = []
        for value, count in counts.items():
            row = {column: value, "count_result": count}
            rows.append({**row, **terms(column, value)} if column in VOCABULARY else row)
        return rows

    @staticmethod
    def _statistics(numbers: list[float]) -> Row:
        names = ("min", "max", "mean", "median", "lower_quartile", "upper_quartile")
        if not numbers:
            return dict.fromkeys(names)
        low, middle, high = statistics.quantiles(numbers, n=4, method="inclusive") if numbers[1:] else numbers * 3
        values = (min(numbers), max(numbers), statistics.fmean(numbers), middle, low, high)
        return dict(zip(names, values, strict=True))

    def _venn(self, sources: list[frozenset[str]]) -> Row:
        counts = Counter(sources)
        made: Row = {}
        for size in range(1, len(SOURCES) + 1):
            for some in combinations(SOURCES, size):
                names = stream("venn", some, len(self.requests)).sample(some, size)
                made["_".join(names) + ("" if size == len(SOURCES) else "_exclusive")] = counts[frozenset(some)]
        return made

    def _column_values(self, request: web.Request, given: Body) -> web.Response:
        table, column = column_of(request.match_info["column"])
        source = request.query.get("data_source", "").lower()
        if source and source not in SOURCES:
            raise CdaError("SystemNotFound", f"System Not Found: {source}")
        counts: Counter[Any] = Counter()
        for subject in self.tables.subjects:
            if not source or source in subject.record.data_at:
                counts.update(unique(row[column] for row in subject.rows[table]) or [None])
        rows = [{column: value, "value_count": count} for value, count in counts.items()]
        rows.sort(key=lambda row: (row[column] is None, str(row[column])))
        limit, offset = self._number(request, "limit", LIMIT), self._number(request, "offset", 0)
        return self._paged(request, self.page(request, rows, offset, limit), len(rows), offset, limit)

    async def _columns(self, request: web.Request) -> web.Response:
        rows = [
            {"table": table, "column": column, "data_type": kind, "nullable": column != f"{table}_id",
             "description": f"{column} of {table}"}
            for table, columns in TABLES.items()
            for column, kind in columns.items()
        ]  # fmt: skip
        return json_answer({"result": rows})

    async def _release_metadata(self, request: web.Request) -> web.Response:
        versions = VERSIONS.get(self.release, {**VERSIONS[RELEASE], "IDC": (self.release, "2026-09-14")})
        rows = []
        for source, (version, day) in versions.items():
            count = sum(source.lower() in subject.data_at for subject in self.world.cda_subjects)
            rows.append(
                {
                    "cda_table": "subject",
                    "cda_column": "subject_id",
                    "data_source": source,
                    "data_source_version": version,
                    "data_source_extraction_date": day,
                    "data_source_row_count": count,
                    "data_source_unique_value_count": count,
                    "data_source_null_count": 0,
                }
            )
        return json_answer({"result": rows})


class _Unprocessable(Exception):
    """What FastAPI answers 422 to; its argument is the detail."""
