"""How each service is asked the questions over HTTP, and how its answers are read into one form.

A page is a list of rows, each the fields in their order. A panel has for each facet `total`, `missing`, `cut`,
`distinct` (of terms) and `values`, six numbers by value; a widget's has `values` alone, of patients and series.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import orjson

from benchmarks.questions import FIELDS, INDEX_FACETS, Question
from schema.attributes import FACETS
from schema.vocabulary import FacetField

Read = list[list[Any]] | dict[str, Any]

_SIX = "collections patients studies series instances sizeBytes"
_NOTHING = [0] * 6


class Peer(Protocol):
    """A service that is asked by POST of JSON."""

    path: str

    def body(self, question: Question, collections: list[str]) -> bytes:
        """The body of the request."""

    def read(self, question: Question, answer: bytes) -> Read:
        """What the service answered."""


class GraphQL:
    """The gateway, and whatever serves the same schema."""

    path = "/graphql"

    def body(self, question: Question, collections: list[str]) -> bytes:
        return orjson.dumps({"query": document(question), "variables": {"collections": collections}})

    def read(self, question: Question, answer: bytes) -> Read:
        data = orjson.loads(answer)["data"]
        if question.rows:
            return [[node[field.graphql] for field in FIELDS] for node in data["series"]["nodes"]]
        read = _widget if question.widget else _facet
        return {facet["key"]: read(facet) for facet in data["facets"]["facets"]}


def document(question: Question) -> str:
    """The GraphQL document of a question."""
    head = "query($collections: [ID!]) "
    where = '(where: {modality: {eq: "CT"}, collectionID: {in: $collections}}, '
    if question.rows:
        fields = " ".join(field.graphql for field in FIELDS)
        return f"{head}{{ series{where}first: {question.rows}) {{ nodes {{ {fields} }} }} }}"
    by = " ".join(f"{{field: {field.name}}}" for field in (INDEX_FACETS if question.widget else FACETS))
    if question.widget:
        buckets = "buckets { value counts { patients series } }"
        return f"{head}{{ facets{where}by: [{by}]) {{ facets {{ key {buckets} }} }} }}"
    return f"""{head}{{ facets{where}by: [{by}]) {{ facets {{ key total {{ {_SIX} }} missing {{ counts {{ {_SIX} }} }}
      buckets {{ value counts {{ {_SIX} }} ... on NumberBucket {{ gte }} }}
      ... on TermFacet {{ other {{ {_SIX} }} distinctCount }} ... on NumberFacet {{ outside {{ {_SIX} }} }} }} }} }}"""


def _facet(facet: dict[str, Any]) -> dict[str, Any]:
    cut = facet.get("other") or facet.get("outside")
    values = {str(bucket.get("gte", bucket["value"])): _six(bucket["counts"]) for bucket in facet["buckets"]}
    return {
        "total": _six(facet["total"]),
        "missing": _six(facet["missing"]["counts"]),
        "cut": _six(cut) if cut else _NOTHING,
        "distinct": facet.get("distinctCount", 0),
        # Empty ranges lie between others.
        "values": {value: six for value, six in values.items() if six != _NOTHING},
    }


def _widget(facet: dict[str, Any]) -> dict[str, Any]:
    values = {bucket["value"]: bucket["counts"] for bucket in facet["buckets"]}
    return {"values": {value: [counts["patients"], counts["series"]] for value, counts in values.items()}}


def _six(counts: Mapping[str, int]) -> list[int]:
    return [counts[name] for name in _SIX.split()]


class Sql:
    """DuckDB behind starlette (benchmarks.sql_service), which answers in the form itself."""

    path = "/ask"

    def body(self, question: Question, collections: list[str]) -> bytes:
        return orjson.dumps({"question": question.title, "collections": collections})

    def read(self, question: Question, answer: bytes) -> Read:
        found: Any = orjson.loads(answer)
        return [list(row.values()) for row in found] if question.rows else found


class IdcApi:
    """IDC's own REST API v3, by its endpoint for SQL: no other has all fields, or counts the values of a cohort."""

    path = "/v3/sql"

    def body(self, question: Question, collections: list[str]) -> bytes:
        names = ", ".join(f"'{name}'" for name in collections)
        sql = _page_sql(question.rows, names) if question.rows else _widgets_sql(names)
        return orjson.dumps({"sql": sql, "max_rows": 5000})

    def read(self, question: Question, answer: bytes) -> Read:
        rows = orjson.loads(answer)["rows"]
        if question.rows:
            return [list(row.values()) for row in rows]
        panel: dict[str, Any] = {field.name: {"values": {}} for field in INDEX_FACETS}
        for row in rows:
            panel[row["facet"]]["values"][row["value"]] = [row["patients"], row["series"]]
        return panel


def _page_sql(rows: int, names: str) -> str:
    # In the order of the service's own pages.
    fields = ", ".join(f'"{field.index}"' for field in FIELDS)
    return (
        f"SELECT {fields} FROM index WHERE Modality = 'CT' AND collection_id IN ({names}) "
        f"ORDER BY collection_id, PatientID, StudyInstanceUID, SeriesInstanceUID LIMIT {rows}"
    )


def _widgets_sql(names: str) -> str:
    # Patients are grouped first, then counted: faster than count(DISTINCT) of a pair.
    bases = dict.fromkeys(INDEX_FACETS, "cohort")
    bases[FacetField.MODALITY] = f"(SELECT * FROM index WHERE collection_id IN ({names}))"
    bases[FacetField.COLLECTION_ID] = "(SELECT * FROM index WHERE Modality = 'CT')"
    # What is selected is listed, too.
    selected = dict.fromkeys(INDEX_FACETS, "false")
    selected[FacetField.COLLECTION_ID] = f"value IN ({names})"
    facets = [
        f"(SELECT '{field.name}' AS facet, value, count(*) AS patients, sum(n)::BIGINT AS series FROM "
        f"(SELECT {column} AS value, collection_id, PatientID, count(*) AS n FROM {bases[field]} "
        f"WHERE {column} IS NOT NULL GROUP BY ALL) GROUP BY value "
        f"QUALIFY row_number() OVER (ORDER BY patients DESC, value) <= 20 OR {selected[field]})"
        for field, column in INDEX_FACETS.items()
    ]
    columns = ", ".join(dict.fromkeys(["collection_id", "PatientID", *INDEX_FACETS.values()]))
    cohort = f"SELECT {columns} FROM index WHERE Modality = 'CT' AND collection_id IN ({names})"
    return f"WITH cohort AS MATERIALIZED ({cohort}) {' UNION ALL '.join(facets)}"
