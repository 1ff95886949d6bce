"""Facets the way Guppy asks for them: one document per series, one search per facet, cardinalities.

Its own server stands before Elasticsearch; here only what it asks of that is measured, which favours it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from elasticsearch import AsyncElasticsearch
from elasticsearch.helpers import async_bulk

from benchmarks.filters import Conditions
from indexers.columns import Terms
from indexers.elasticsearch.documents import day_number
from indexers.elasticsearch.layout import settings
from resolvers.catalogue import Catalogue
from resolvers.selection import Condition, In, Leaf, Range, Some
from schema.attributes import FACETS, Attribute, Values, faceted
from schema.default_ranges import default_edges
from schema.vocabulary import FacetField, FacetForm, Level

INDEX = "guppy-series"

# Its searches run beside each other.
_AT_ONCE = 8
_SIZE = 20
_DISTINCT = {"collections": "collection_id", "patients": "patient_no", "studies": "study_no"}
_SUMS = {"instances": "instance_count", "size_bytes": "size_bytes"}
_TYPES = {Values.INT: "long", Values.BIG_INT: "long", Values.FLOAT: "double", Values.DATE: "integer"}

ATTRIBUTES = tuple(faceted(field) for field in FACETS)


class Guppy:
    """Asks flat documents. `threshold`: up to how many distinct values a cardinality means to be close."""

    def __init__(self, client: AsyncElasticsearch, catalogue: Catalogue, threshold: int) -> None:
        self._client = client
        self._catalogue = catalogue
        self._threshold = threshold

    async def panel(self, conditions: Conditions, numbers: frozenset[str]) -> list[Any]:
        """Per facet the aggregations of its search."""
        gate = asyncio.Semaphore(_AT_ONCE)
        return await asyncio.gather(*(self._facet(field, conditions, numbers, gate) for field in FACETS))

    async def _facet(
        self, field: FacetField, conditions: Conditions, numbers: frozenset[str], gate: asyncio.Semaphore
    ) -> Any:
        counted = self._numbers(numbers)
        own = faceted(field).column
        aggregations = {
            **counted,
            "values": {**self._buckets(field, numbers), "aggs": counted},
            "missing": {"missing": {"field": own}, "aggs": counted},
        }
        query = {"bool": {"filter": [_query(condition) for condition, of in conditions if of is not field]}}
        async with gate:
            answer = await self._client.search(
                index=INDEX, size=0, track_total_hits=True, query=query, aggs=aggregations, request_cache=False
            )
        return answer["aggregations"] | {"doc_count": answer["hits"]["total"]["value"]}

    def _numbers(self, numbers: frozenset[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, column in _DISTINCT.items():
            if name in numbers:
                found[name] = {"cardinality": {"field": column, "precision_threshold": self._threshold}}
        return found | {name: {"sum": {"field": column}} for name, column in _SUMS.items() if name in numbers}

    def _buckets(self, field: FacetField, numbers: frozenset[str]) -> dict[str, Any]:
        attribute = faceted(field)
        match attribute.facet_form:
            case FacetForm.TERMS:
                order: list[dict[str, str]] = [{"patients": "desc"}] if "patients" in numbers else []
                order.append({"_key": "asc"})
                return {"terms": {"field": attribute.column, "size": _SIZE, "order": order}}
            case FacetForm.DATES:
                return {"histogram": {"field": attribute.column, "interval": 10_000, "min_doc_count": 1}}
            case FacetForm.NUMBERS:
                edges = default_edges(field, *_extremes(self._catalogue, attribute))
                ranges = [{"from": lower, "to": upper} for lower, upper in pairwise(edges)]
                return {"range": {"field": attribute.column, "ranges": ranges}}


def counted(bucket: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of a bucket, or of a whole answer."""
    found = {name: int(bucket[name]["value"]) for name in (*_DISTINCT, *_SUMS) if name in bucket}
    return found | {"series": int(bucket["doc_count"])}


async def fill(client: AsyncElasticsearch, catalogue: Catalogue) -> None:
    """The index of all series, one document each."""
    await client.options(ignore_status=404).indices.delete(index=INDEX)
    fields: dict[str, Any] = {f.column: {"type": _TYPES.get(f.values, "keyword")} for f in ATTRIBUTES}
    fields |= {name: {"type": "integer"} for name in ("patient_no", "study_no")}
    for attribute in ATTRIBUTES:
        if fields[attribute.column]["type"] == "keyword":
            fields[attribute.column]["eager_global_ordinals"] = True
    mappings = {"dynamic": "strict", "_source": {"enabled": False}, "properties": fields}
    await client.indices.create(index=INDEX, settings=settings(), mappings=mappings)
    await async_bulk(client, _documents(catalogue), chunk_size=5_000, refresh=False)
    await client.indices.refresh(index=INDEX)
    await client.indices.flush(index=INDEX)
    await client.indices.forcemerge(index=INDEX, max_num_segments=1)
    await client.indices.refresh(index=INDEX)


async def _documents(catalogue: Catalogue) -> AsyncIterator[dict[str, Any]]:
    tree = catalogue.tree
    columns = [(attribute.column, _values(catalogue, attribute)) for attribute in ATTRIBUTES]
    patients, studies = tree.series_patient.tolist(), tree.series_study.tolist()
    rows = zip(*(values for _, values in columns), patients, studies, strict=True)
    names = [*(name for name, _ in columns), "patient_no", "study_no"]
    for row in rows:
        yield {"_index": INDEX, "_source": {n: v for n, v in zip(names, row, strict=True) if v is not None}}


def _values(catalogue: Catalogue, attribute: Attribute) -> Iterator[Any]:
    """Per series its value, or those of its patient or collection."""
    store, tree = catalogue.store, catalogue.tree
    above = {Level.SERIES: None, Level.PATIENT: tree.series_patient, Level.COLLECTION: tree.series_collection}
    rows = above[attribute.level]
    column = store.column(attribute.level, attribute.column)
    if not isinstance(column, Terms):
        return iter(store.numbers(attribute.level, attribute.column).numbers.tolist())
    values: list[Any] = [None, *column.values]
    if attribute.values is Values.DATE:
        values = [None, *(day_number(str(value)) for value in column.values)]
    codes = np.asarray(column.codes if rows is None else column.codes[rows]).tolist()
    return (values[code] for code in codes)


def _extremes(catalogue: Catalogue, attribute: Attribute) -> tuple[float, float]:
    column = catalogue.store.column(attribute.level, attribute.column)
    if isinstance(column, Terms):
        return float(column.values[0]), float(column.values[-1])  # type: ignore[arg-type]
    numbers = catalogue.store.numbers(attribute.level, attribute.column).numbers
    return float(numbers.min()), float(numbers.max())


def _query(condition: Condition) -> dict[str, Any]:
    match condition:
        case Some(_, inner):
            return _query(inner)
        case Leaf(_, column, (In(values),)):
            return {"terms": {column: list(values)}}
        case Leaf(_, column, (Range(lower, _, upper, _),)):
            bounds: Sequence[Any] = (lower, upper)
            if isinstance(lower, str):
                bounds = [day_number(str(bound)) for bound in bounds]
            return {"range": {column: {"gte": bounds[0], "lte": bounds[1]}}}
        case _:
            raise ValueError(f"no question of the benchmarks asks for {condition}")
