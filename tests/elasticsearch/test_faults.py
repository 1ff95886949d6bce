"""A cluster that fails gives an error, never a wrong number; when it is back, answers are."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from elasticsearch import AsyncElasticsearch

from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.layout import Kind, Names, build_name, described, mappings, settings
from indexers.elasticsearch.release import index_release, roll_back
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.cluster import Cluster
from resolvers.search.elasticsearch.engine import ElasticsearchEngine
from resolvers.search.elasticsearch.service import find_service
from resolvers.search.elasticsearch.watch import ANSWERED_ELSEWHERE, Place, WatchedEngine
from resolvers.search.embedded.engine import EmbeddedSearchEngine
from resolvers.search.engine import SearchEngine, Window
from resolvers.search.facets import FacetAnswer, FacetQuestion
from resolvers.selection import In, Leaf, Selection, Some
from schema.errors import UpstreamUnavailable
from schema.vocabulary import COUNTABLE, AskedCounts, FacetField, Level
from tests.conftest import SHORT_LIVED, servers
from tests.elasticsearch.conftest import Served
from tests.elasticsearch.server import Node

NUMBERS = frozenset(COUNTABLE)
# `make conformance` moves the aliases a thousand times.
SWITCHES = int(os.environ.get("SWITCHES", "150"))
CT = Leaf(Level.SERIES, "modality", (In(("CT",)),))
QUESTION = FacetQuestion(
    FacetField.MODALITY, Selection(Level.SERIES), AskedCounts(NUMBERS, NUMBERS, NUMBERS, NUMBERS), 3, "patients"
)


@pytest.fixture
def served(node: Node, store: Store, request: pytest.FixtureRequest) -> Served:
    found = Served(node.url, store, request.node.name.replace("_", "-")[:50])
    found.index()
    return found


@asynccontextmanager
async def watched(
    served: Served, seconds: float = 5, fallback: EmbeddedSearchEngine | None = None
) -> AsyncIterator[WatchedEngine]:
    """A started engine over what is in service."""
    engine = WatchedEngine(Place(served.connection, served.names, seconds), served.catalogue, fallback)
    await engine.start()
    yield engine
    await engine.close()


def instances(number: int) -> Selection:
    """The series of so many instances."""
    return Selection(Level.SERIES, Leaf(Level.SERIES, "instance_count", (In((number,)),)))


FACET, PAGE = 1, 2


async def answers(engine: SearchEngine, number: int = 0) -> list[object]:
    """What an engine answers to one question of each kind; the number makes it one that was not asked before."""
    series = Selection(Level.SERIES, Some(Level.PATIENT, Some(Level.SERIES, CT)))
    rows = Selection(Level.STUDY, Some(Level.SERIES, instances(number).condition))
    (facet,) = await engine.facets([QUESTION])
    assert isinstance(facet, FacetAnswer)
    page = await engine.page(rows, (), Window(5))
    return [await engine.counts(series, NUMBERS), facet, page.numbers.tolist(), page.total]


async def embedded_answers(store: Store) -> list[object]:
    engine = EmbeddedSearchEngine(Catalogue(store))
    found = await answers(engine)
    await engine.close()
    return found


async def test_it_answers_as_the_embedded_engine_does(served: Served) -> None:
    async with watched(served) as engine:
        assert engine.complaint is None and engine.ready
        assert await answers(engine) == await embedded_answers(served.store)


async def test_without_aliases_it_says_what_to_do_and_takes_them_when_they_come(node: Node, store: Store) -> None:
    served = Served(node.url, store, "late")
    async with watched(served) as engine:
        assert not engine.ready
        assert engine.complaint == "there is no late-common: run `idc-gateway index elasticsearch`"
        with pytest.raises(UpstreamUnavailable, match="there is no late-common"):
            await answers(engine)
        await index_release(served.connection, store, served.names, lambda *_: None)
        await engine.look()
        assert engine.ready
        assert await answers(engine) == await embedded_answers(store)


async def test_a_server_that_is_killed_and_comes_back(served: Served, node: Node) -> None:
    expected = await embedded_answers(served.store)
    async with watched(served, seconds=2) as engine:
        asking = [asyncio.create_task(answers(engine, number)) for number in range(1, 40)]
        await asyncio.sleep(0.3)
        await asyncio.to_thread(node.kill)
        for found in await asyncio.gather(*asking, return_exceptions=True):
            assert isinstance(found, UpstreamUnavailable) or (isinstance(found, list) and found[:2] == expected[:2])
        with pytest.raises(UpstreamUnavailable) as error:
            await answers(engine)
        assert error.value.extensions == {"code": "UPSTREAM_UNAVAILABLE", "service": "Elasticsearch"}
        assert not engine.ready and engine.complaint is not None
        node.start()
        await asyncio.to_thread(node.wait)
        while not engine.ready:
            await engine.look()
        assert await answers(engine) == expected


async def test_the_embedded_engine_answers_where_it_may_and_says_so(store: Store) -> None:
    embedded = EmbeddedSearchEngine(Catalogue(store))
    gone = Served("http://127.0.0.1:9", store, "idc")
    async with watched(gone, seconds=1, fallback=embedded) as engine:
        assert engine.ready and engine.complaint is not None
        noted: list[str] = []
        ANSWERED_ELSEWHERE.set(noted)
        assert await answers(engine) == await answers(embedded)
        assert len(noted) == 1 and "ConnectionError" in noted[0]
    await embedded.close()


async def test_an_index_that_was_replaced_twice(served: Served) -> None:
    """It is gone before the aliases are looked at again: the question is asked anew of the one in service."""
    async with watched(served) as engine:
        for _ in range(2):
            await index_release(served.connection, served.store, served.names, lambda *_: None)
        assert await answers(engine) == await embedded_answers(served.store)


async def test_many_switches_under_load(served: Served) -> None:
    """Two builds of which one lacks a patient: no answer is put together from both."""
    await index_release(served.connection, served.store, served.names, lambda *_: None)
    first = int(served.store.numbers(Level.SERIES, "instance_count").numbers[0])
    async with watched(served) as engine, AsyncElasticsearch(served.url) as client:
        builds = [build_name(served.store, number) for number in (1, 2)]
        for kind in Kind:
            await client.delete(index=served.names.index(kind, builds[1]), id="0", refresh=True)
        expected = [await answers_of_build(served, build, first) for build in builds]
        differing = {place for place, (a, b) in enumerate(zip(*expected, strict=True)) if a != b}
        assert {FACET, PAGE} <= differing
        seen: dict[int, set[int]] = {place: set() for place in differing}
        moving = asyncio.create_task(switching(client, served.names, builds))
        looking = asyncio.create_task(looked_at(engine))
        while not moving.done():
            found = await answers(engine, first)
            for place in differing:
                seen[place].add([each[place] for each in expected].index(found[place]))
        looking.cancel()
        await moving
    assert seen == {place: {0, 1} for place in differing}


async def switching(client: AsyncElasticsearch, names: Names, builds: list[str]) -> None:
    """Move all aliases to and fro."""
    for number in range(SWITCHES):
        actions = [
            action
            for kind in Kind
            for action in (
                {"remove": {"index": names.every(kind), "alias": names.alias(kind)}},
                {"add": {"index": names.index(kind, builds[number % 2]), "alias": names.alias(kind)}},
            )
        ]
        await client.indices.update_aliases(actions=actions)


async def looked_at(engine: WatchedEngine) -> None:
    """Follow the aliases without a pause."""
    while True:
        await engine.look()


async def answers_of_build(served: Served, build: str, number: int) -> list[object]:
    """What its indices answer, whatever the aliases name."""
    found = await find_service(served.connection, served.names, served.catalogue, 10)
    indices = {kind: served.names.index(kind, build) for kind in Kind}
    cluster = Cluster(served.connection, indices, 10)
    engine = ElasticsearchEngine(cluster, served.catalogue, found.sizes, found.shards)
    told = await answers(engine, number)
    await engine.close()
    return told


@pytest.fixture(scope="module")
def cluster_of_three() -> Iterator[list[Node]]:
    with servers(nodes=3, **SHORT_LIVED) as nodes:
        yield nodes


@pytest.fixture
def three_nodes(cluster_of_three: list[Node]) -> list[Node]:
    """Nodes of one cluster: one that a test before killed is started again."""
    for node in cluster_of_three:
        node.revive(nodes=3)
    return cluster_of_three


async def test_shards_on_several_nodes(three_nodes: list[Node], store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over three shards answers are the same; when one is lost there is none, not a part of one."""
    monkeypatch.setattr("indexers.elasticsearch.release.settings", lambda: settings(shards=3))
    connection = Connection(tuple(node.url for node in three_nodes))
    names, catalogue = Names("spread"), Catalogue(store)
    await index_release(connection, store, names, lambda *_: None)
    expected = await embedded_answers(store)
    engine = WatchedEngine(Place(connection, names, 10), catalogue)
    await engine.start()
    assert await answers(engine) == expected
    async with AsyncElasticsearch(three_nodes[0].url) as client:
        shards = await client.cat.shards(index=names.alias(Kind.PATIENTS), format="json")
    assert len({shard["node"] for shard in shards}) > 1
    victim = next(node for node in three_nodes if node.name in {shard["node"] for shard in shards})
    await asyncio.to_thread(victim.kill)
    for number in range(1, 10):
        with pytest.raises(UpstreamUnavailable):
            await engine.counts(instances(number), NUMBERS)
    while engine.complaint is None:
        await engine.look()
    assert not engine.ready
    await engine.close()


async def test_two_copies_outlive_a_node(three_nodes: list[Node], store: Store) -> None:
    connection = Connection(tuple(node.url for node in three_nodes))
    names, catalogue = Names("copied"), Catalogue(store)
    await index_release(connection, store, names, lambda *_: None, replicas=1)
    expected = await embedded_answers(store)
    async with AsyncElasticsearch(three_nodes[0].url, request_timeout=90) as client:
        await client.cluster.health(index="copied-*", wait_for_status="green", timeout="60s")
    engine = WatchedEngine(Place(connection, names, 30), catalogue)
    await engine.start()
    await asyncio.to_thread(three_nodes[2].kill)
    assert await answers(engine) == expected
    await engine.close()


async def test_a_build_that_is_half_there_is_not_taken(served: Served) -> None:
    """An alias that names an index of another catalogue is refused, whatever the other alias names."""
    async with AsyncElasticsearch(served.url) as client:
        meta = {**described(served.store), "catalogue": "another"}
        index = served.names.index(Kind.CLASSES, build_name(served.store, 9))
        await client.indices.create(
            index=index, settings=settings(), mappings=mappings(served.store, Kind.CLASSES, meta)
        )
        alias = served.names.alias(Kind.CLASSES)
        await client.indices.update_aliases(
            actions=[
                {"remove": {"index": served.names.every(Kind.CLASSES), "alias": alias}},
                {"add": {"index": index, "alias": alias}},
            ]
        )
    async with watched(served) as engine:
        assert engine.complaint is not None and "hold v25 of another build" in engine.complaint
    await index_release(served.connection, served.store, served.names, lambda *_: None)
    await roll_back(served.connection, served.names)
    async with watched(served) as engine:
        assert engine.complaint is None


async def test_cluster_refuses_what_is_not_whole(served: Served) -> None:
    """Asked by name of an index that is gone, it gives an error."""
    found = await find_service(served.connection, served.names, served.catalogue, 10)
    cluster = Cluster(served.connection, dict.fromkeys(found.indices, "no-such-index"), 5)
    from resolvers.search.elasticsearch.bodies import Search

    with pytest.raises(UpstreamUnavailable, match="index_not_found_exception"):
        await cluster.answers([Search(Kind.PATIENTS, {"size": 0})])
    await cluster.close()
