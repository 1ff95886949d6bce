"""Putting a release into service: whatever befalls a run, what is in service is whole, and the next run goes on."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from indexers.elasticsearch import lease, release
from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.documents import Document, patient_documents
from indexers.elasticsearch.layout import LAYOUT, Kind, Names
from indexers.elasticsearch.release import IndexingError, index_release, roll_back
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.service import WrongIndexError, find_service, open_engine
from resolvers.selection import Selection
from schema.vocabulary import Level
from tests.elasticsearch.conftest import Served
from tests.elasticsearch.server import Node

ALL_SERIES = Selection(Level.SERIES)


@pytest.fixture
def served(node: Node, store: Store, request: pytest.FixtureRequest) -> Served:
    """The small release under a prefix of the test's own, in service once."""
    found = Served(node.url, store, request.node.name.replace("_", "-")[:50])
    found.index()
    return found


def asked(served: Served, path: str, **body: Any) -> Any:
    """What the cluster answers to one request of its own interface."""

    async def request() -> Any:
        async with AsyncElasticsearch(served.url) as client:
            method = body.pop("method", "GET")
            headers = {"accept": "application/json", "content-type": "application/json"}
            return (await client.perform_request(method, path, body=body or None, headers=headers)).body

    return asyncio.run(request())


def in_service(served: Served) -> set[str]:
    """The builds that the aliases name."""
    found = {index for kind in Kind for index in asked(served, f"/_alias/{served.names.alias(kind)}")}
    return {index.removeprefix(f"{served.prefix}-").rsplit("-", 1)[0] for index in found}


def builds(served: Served) -> set[str]:
    """The builds that there are."""
    found = {name for kind in Kind for name in asked(served, f"/{served.names.every(kind)}/_mapping")}
    return {index.removeprefix(f"{served.prefix}-").rsplit("-", 1)[0] for index in found}


def series_counted(served: Served) -> int:
    """How many series the engine over what is in service counts."""

    async def count() -> int:
        engine = await open_engine(served.connection, served.names, served.catalogue, seconds=60)
        found = await engine.counts(ALL_SERIES, frozenset({"series"}))
        await engine.close()
        return found["series"]

    return asyncio.run(count())


def build(number: int) -> str:
    return f"build-v25-layout-{LAYOUT}-{number:04d}"


def test_the_build_before_is_kept_and_older_ones_go(served: Served) -> None:
    assert (in_service(served), builds(served)) == ({build(1)}, {build(1)})
    assert served.index() == build(2)
    assert (in_service(served), builds(served)) == ({build(2)}, {build(1), build(2)})
    assert served.index() == build(3)
    assert (in_service(served), builds(served)) == ({build(3)}, {build(2), build(3)})
    assert asyncio.run(roll_back(served.connection, served.names)) == build(2)
    assert in_service(served) == {build(2)}
    with pytest.raises(IndexingError, match="there is no earlier build"):
        asyncio.run(roll_back(served.connection, served.names))
    assert series_counted(served) == len(served.store.hierarchy.series_patient)


def test_two_runs_at_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one is refused, and says who is at work."""

    async def both() -> list[Any]:
        first = asyncio.create_task(index_release(served.connection, served.store, served.names, lambda *_: None))
        await asyncio.sleep(1)
        second = index_release(served.connection, served.store, served.names, lambda *_: None)
        return await asyncio.gather(first, second, return_exceptions=True)

    done, refused = asyncio.run(both())
    assert done == build(2)
    assert isinstance(refused, IndexingError)
    assert "is indexing under the same prefix: wait until it is done" in str(refused)
    assert in_service(served) == {build(2)}


def test_a_killed_run_leaves_all_as_it_was_and_the_next_goes_on(
    served: Served, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path\n"
        "from indexers.elasticsearch import fill\n"
        "from indexers.elasticsearch.connection import Connection\n"
        "from indexers.elasticsearch.layout import Names\n"
        "from indexers.elasticsearch.release import index_release\n"
        "from indexers.store import Store\n"
        "url, prefix, folder = sys.argv[1:]\n"
        "fill.BULK_DOCUMENTS = 20\n"
        "def report(step, series): series and print(step, flush=True)\n"
        "asyncio.run(index_release(Connection((url,)), Store(Path(folder)), Names(prefix), report))\n"
    )
    command = [sys.executable, "-c", program, served.url, served.prefix, str(served.store.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        patients = (line for line in run.stdout if line == b"patients\n")
        assert len(list(islice(patients, 3))) == 3  # it is in their middle
        run.send_signal(signal.SIGKILL)
    assert in_service(served) == {build(1)} and builds(served) == {build(1), build(2)}
    assert series_counted(served) == len(served.store.hierarchy.series_patient)
    with pytest.raises(IndexingError, match="or, if it was killed"):
        served.index()
    monkeypatch.setattr(lease, "SECONDS", 0.5)
    time.sleep(1)
    started: list[int] = []

    def remembered(store: Store, left_out: Any, start: int) -> Iterator[Document]:
        started.append(start)
        return patient_documents(store, left_out, start)

    monkeypatch.setattr(release, "patient_documents", remembered)
    monkeypatch.setattr(release, "BULK_DOCUMENTS", 50)
    assert served.index() == build(2)
    assert started[0] > 0
    assert in_service(served) == {build(2)}
    assert series_counted(served) == len(served.store.hierarchy.series_patient)


def test_documents_that_are_lost_are_found_missing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that counts anything but what the catalogue holds never gets into service."""

    def short(store: Store, left_out: Any, start: int) -> Iterator[Document]:
        return islice(patient_documents(store, left_out, start), 500)

    monkeypatch.setattr(release, "patient_documents", short)
    with pytest.raises(IndexingError, match=r"counts [\d,]+ (collections|patients), the catalogue [\d,]+; what was in"):
        served.index()
    assert in_service(served) == {build(1)}


def test_a_full_disk(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without room takes nothing: the message says so, and when there is room the run goes on."""
    marks = ("low", "high", "flood_stage")
    full = {f"cluster.routing.allocation.disk.watermark.{mark}": "1000000gb" for mark in marks}
    asked(served, "/_cluster/settings", method="PUT", persistent={**full, "cluster.info.update.interval": "10s"})
    monkeypatch.setattr(release, "SECONDS", 10.0)
    try:
        with pytest.raises(IndexingError, match="what was in service still is; run it again to go on"):
            served.index()
        assert in_service(served) == {build(1)}
        assert series_counted(served) == len(served.store.hierarchy.series_patient)
    finally:
        asked(served, "/_cluster/settings", method="PUT", persistent=dict.fromkeys(full))
    monkeypatch.setattr(lease, "SECONDS", 0.5)  # it could not be given back
    end = time.monotonic() + 60
    while "read_only_allow_delete" in str(asked(served, f"/{served.prefix}-*/_settings")):
        assert time.monotonic() < end
        time.sleep(1)
    assert served.index() == build(2)


def test_what_is_no_index_of_this_catalogue_is_refused(served: Served) -> None:
    catalogue: Catalogue = served.catalogue

    async def found(prefix: str) -> None:
        await find_service(served.connection, Names(prefix), catalogue, 10)

    with pytest.raises(WrongIndexError, match="there is no nothing-common: run `idc-gateway index elasticsearch`"):
        asyncio.run(found("nothing"))
    index = served.names.index(Kind.CLASSES, build(1))
    for told, said in (
        ({"layout": 99}, f"have layout 99, not {LAYOUT}: run `idc-gateway index elasticsearch`"),
        ({"layout": LAYOUT, "release": 24, "catalogue": "other"}, "hold v24 of another build, here is idc-v25"),
    ):
        asked(served, f"/{index}/_mapping", method="PUT", _meta=told)
        with pytest.raises(WrongIndexError, match=said):
            asyncio.run(found(served.prefix))


def test_a_cluster_that_is_not_there(store: Store) -> None:
    with pytest.raises(IndexingError, match=r"^http://127.0.0.1:9: ConnectionError.* run it again to go on$"):
        asyncio.run(index_release(Connection(("http://127.0.0.1:9",)), store, Names("x"), lambda *_: None))
