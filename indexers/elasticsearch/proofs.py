"""What must hold before an index is put into service: it counts as the catalogue does, and its hashes are told apart.

Elasticsearch counts distinct values by hashes of 25 bits. Up to 5,792 of them it counts exactly, unless two values
share a hash. If all values of a field are told apart, those of every selection are.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from elasticsearch import AsyncElasticsearch

from indexers.columns import Terms
from indexers.elasticsearch.fields import DISTINCT_GROUP, NUMBER, is_long_list
from indexers.elasticsearch.layout import Kind
from indexers.shared_studies import SharedStudies
from indexers.store import Store
from schema.attributes import ATTRIBUTES
from schema.vocabulary import COUNTABLE, Level

# Sums are doubles, exact up to here.
MOST_SUM = 2**53
_PATH = "studies.series"
THRESHOLD = 3000


class ProofError(Exception):
    """An index does not hold what the catalogue holds; the message says what differs."""


@dataclass(frozen=True)
class Expected:
    """The numbers over all series that are indexed, and how many values long lists and collections have there."""

    counts: dict[str, int]
    distinct: dict[str, int]

    @classmethod
    def of(cls, store: Store, shared: SharedStudies) -> "Expected":
        """Of a store, without the patients that share studies."""
        tree = store.hierarchy
        rows = np.delete(np.arange(len(tree.series_patient)), shared.series)
        numbers = {name: store.numbers(Level.SERIES, name).numbers for name in ("instance_count", "size_bytes")}
        counts = {
            "collections": len(np.unique(tree.series_collection[rows])),
            "patients": len(tree.patient_collection) - len(shared.patients),
            "studies": len(tree.study_collection) - len(shared.studies),
            "series": len(rows),
            "instances": int(numbers["instance_count"][rows].sum()),
            "size_bytes": int(numbers["size_bytes"][rows].sum()),
        }
        if counts["size_bytes"] >= MOST_SUM:
            raise ProofError(f"the release has {counts['size_bytes']:,} bytes, more than can be added up exactly")
        distinct = {name: _distinct(store.terms(Level.SERIES, name), rows) for name in long_lists()}
        return cls(counts, distinct)


def _distinct(terms: Terms, rows: Any) -> int:
    codes = np.unique(terms.codes[rows])
    return int(np.count_nonzero(codes))


def long_lists() -> list[str]:
    """Attributes of which a facet has very many values."""
    return [declared.column for declared in ATTRIBUTES if is_long_list(declared)]


async def prove(client: AsyncElasticsearch, index: str, kind: Kind, expected: Expected) -> None:
    """ProofError if the index counts anything else than expected."""
    lists = [name for name in expected.distinct if kind.tells(name)]
    body = {"all": {"nested": {"path": _PATH}, "aggs": {**_counts(kind), **{n: distinct_values(n) for n in lists}}}}
    found = await client.search(index=index, size=0, aggs=body, allow_partial_search_results=False)
    answer = found["aggregations"]["all"]
    counted = {
        "collections": answer["collections"]["value"],
        "patients": _weight(answer["patients"], kind),
        "studies": _weight(answer["studies"], kind),
        "series": int(answer["series"]["value"]) if kind.weighed else answer["doc_count"],
        "instances": int(answer["instances"]["value"]),
        "size_bytes": int(answer["size_bytes"]["value"]),
    }
    for name in COUNTABLE:
        if counted[name] != expected.counts[name]:
            raise ProofError(f"{index} counts {counted[name]:,} {name}, the catalogue {expected.counts[name]:,}")
    for name in lists:
        values = sum(bucket["d"]["value"] for bucket in answer[name]["buckets"])
        if values != expected.distinct[name]:
            raise ProofError(
                f"{index} tells {values:,} of {expected.distinct[name]:,} values of {name} apart: two share a hash"
            )


def distinct_values(column: str) -> dict[str, Any]:
    """An aggregation of a long list's values in groups so small that none of a group share a hash."""
    numbers = {"field": f"{_PATH}.{column}{NUMBER}"}
    own = {"d": {"cardinality": {**numbers, "precision_threshold": THRESHOLD}}}
    return {"histogram": {**numbers, "interval": DISTINCT_GROUP, "min_doc_count": 1}, "aggs": own}


def _counts(kind: Kind) -> dict[str, Any]:
    weights = kind.weighed
    patients: dict[str, Any] = {"reverse_nested": {}}
    studies: dict[str, Any] = {"reverse_nested": {"path": "studies"}}
    if weights:
        patients["aggs"] = {"n": {"sum": {"field": "n_patients"}}}
        studies["aggs"] = {"n": {"sum": {"field": "studies.n_studies"}}}
    return {
        "collections": {"cardinality": {"field": f"{_PATH}.collection_id", "precision_threshold": THRESHOLD}},
        "patients": patients,
        "studies": studies,
        "instances": {"sum": {"field": f"{_PATH}.instance_count"}},
        "size_bytes": {"sum": {"field": f"{_PATH}.size_bytes"}},
        **({"series": {"sum": {"field": f"{_PATH}.n_series"}}} if weights else {}),
    }


def _weight(answer: Any, kind: Kind) -> int:
    return int(answer["n"]["value"] if kind.weighed else answer["doc_count"])
