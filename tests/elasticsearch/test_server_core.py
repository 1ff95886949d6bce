"""Only parts of Elasticsearch's core are used: no scripts, nothing of x-pack or of other modules."""

from collections.abc import Iterator, Sequence
from typing import Any

from strawberry import Schema

from gateway.open_release import OpenRelease
from indexers.elasticsearch.release import index_release
from indexers.index_package import IndexPackage
from indexers.store import Store
from resolvers.search.elasticsearch.bodies import Search
from resolvers.search.elasticsearch.cluster import Cluster
from resolvers.search.elasticsearch.engine import ElasticsearchEngine
from resolvers.search.elasticsearch.service import find_service
from schema.build import build_schema
from tests.conformance.test_facets import CROSSTAB, FRAGMENTS, PANEL
from tests.conformance.test_random_selections import FIELDS, document
from tests.elasticsearch.conftest import Served
from tests.oracle.random_facets import RandomFacets
from tests.oracle.random_where import RandomWhere, Vocabulary

QUERIES = {
    "bool", "constant_score", "exists", "function_score", "match_all", "match_none", "nested", "prefix", "range",
    "term", "terms", "wildcard",
}  # fmt: skip
AGGREGATIONS = {
    "cardinality", "filter", "histogram", "max", "min", "missing", "nested", "range", "reverse_nested", "sum", "terms",
}  # fmt: skip
# Random questions of each sort: so many make every query and aggregation that there is.
SEEDS = 60
# Keys of queries that hold queries.
INNER = {"query", "filter", "must_not", "should"}


def queries(body: Any) -> Iterator[str]:
    """The kinds of queries in a query, or in a list of them."""
    for query in body if isinstance(body, list) else [body]:
        (kind, content), *more = query.items()
        assert not more
        yield kind
        for name, inner in content.items():
            if name in INNER:
                yield from queries(inner)


def aggregations(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The kinds of aggregations, and of queries in them."""
    for one in body.values():
        (kind,) = set(one) - {"aggs"}
        yield "aggregation", kind
        if kind == "filter":
            yield from (("query", query) for query in queries(one["filter"]))
        yield from aggregations(one.get("aggs", {}))


class Recording(Cluster):
    """A cluster that keeps what it is asked."""

    bodies: list[dict[str, Any]]

    async def answers(self, searches: Sequence[Search]) -> list[Any]:
        self.bodies += [one.body for one in searches]
        return await super().answers(searches)


async def ask(schema: Schema, release: OpenRelease, text: str, variables: dict[str, Any]) -> None:
    answer = await schema.execute(text, variable_values=variables, context_value=release.context())
    assert answer.errors is None


async def test_every_search_uses_the_core_alone(elasticsearch: str, store: Store, sample: IndexPackage) -> None:
    served, vocabulary = Served(elasticsearch, store, "core"), Vocabulary.read(sample.folder)
    catalogue = served.catalogue
    await index_release(served.connection, served.store, served.names, lambda step, series: None)
    found = await find_service(served.connection, served.names, catalogue, 60)
    cluster = Recording(served.connection, found.indices, 60)
    cluster.bodies = []
    engine = ElasticsearchEngine(cluster, catalogue, found.sizes)
    release, schema = OpenRelease.with_engine(catalogue, engine), build_schema()
    for seed in range(SEEDS):
        wheres, facets = RandomWhere(seed, vocabulary), RandomFacets(seed, vocabulary)
        for level, field in FIELDS.items():
            assert field
            await ask(schema, release, document(level), {"where": wheres.where(level), "first": 3})
        await ask(schema, release, PANEL + FRAGMENTS, facets.panel())
        await ask(schema, release, CROSSTAB + FRAGMENTS, facets.crosstab())
    await release.close()
    used_queries: set[str] = set()
    used_aggregations: set[str] = set()
    for body in cluster.bodies:
        assert set(body) <= {"aggs", "query", "size", "track_total_hits"}
        used_queries |= set(queries(body["query"])) if "query" in body else set()
        for form, kind in aggregations(body["aggs"]):
            (used_queries if form == "query" else used_aggregations).add(kind)
    assert used_queries == QUERIES
    assert used_aggregations == AGGREGATIONS
