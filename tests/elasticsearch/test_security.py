"""A cluster that asks who is there, over TLS: who may, is answered; who may not, reads which setting to mend."""

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway.doctor.cluster import cluster
from gateway.doctor.finding import State
from gateway.settings import load_settings
from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.layout import Names
from indexers.elasticsearch.release import IndexingError, index_release
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.service import open_engine
from resolvers.search.elasticsearch.watch import Place, WatchedEngine
from resolvers.selection import Selection
from schema.errors import UpstreamUnavailable
from schema.vocabulary import Level
from tests.conftest import SHORT_LIVED, Gateway, servers
from tests.elasticsearch.security import Security
from tests.elasticsearch.server import Node
from tests.gateway.conftest import ROOT, command, serving

NAMES = Names("idc-secured")
UNTRUSTED = "the certificate of Elasticsearch can't be verified: set elasticsearch-ca to the file of the CA"
UNKNOWN = "set elasticsearch-user or elasticsearch-api-key to what the cluster knows"
NOT_ALLOWED = "give the user or key the privileges that docs/elasticsearch.md lists"


@dataclass(frozen=True)
class Guarded:
    """A release in a cluster that only the users of `security` may ask."""

    node: Node
    security: Security
    store: Store

    def by(self, name: str) -> Connection:
        """As a user."""
        return Connection((self.node.url,), None, self.security.user(name), self.security.ca)

    @property
    def series(self) -> int:
        return len(self.store.hierarchy.series_patient)


@pytest.fixture(scope="module")
def guarded(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("security")
    security = Security.of(folder, admin="superuser", indexer="gateway_indexing", reader="gateway_serving")
    with servers(security=security, **SHORT_LIVED) as (node,):
        found = Guarded(node, security, store)
        asyncio.run(index_release(found.by("indexer"), store, NAMES, lambda *_: None))
        yield found


async def counted(connection: Connection, store: Store) -> int:
    engine = await open_engine(connection, NAMES, Catalogue(store), seconds=30)
    found = await engine.counts(Selection(Level.SERIES), frozenset({"series"}))
    await engine.close()
    return found["series"]


def test_least_privileges_are_enough(guarded: Guarded) -> None:
    """What the documentation lists lets one user index, and another one serve."""
    assert asyncio.run(counted(guarded.by("reader"), guarded.store)) == guarded.series


def strangers(guarded: Guarded) -> dict[str, tuple[Connection, str]]:
    """Ways to ask that are refused, and what is said of each."""
    good = guarded.by("reader")
    return {
        "wrong password": (replace(good, basic_auth="reader:no such password"), UNKNOWN),
        "nobody": (replace(good, basic_auth=None), UNKNOWN),
        "wrong key": (replace(good, basic_auth=None, api_key="bm8tc3VjaDprZXk="), UNKNOWN),
        "no CA": (replace(good, ca=None), UNTRUSTED),
        "another CA": (replace(good, ca=guarded.security.other_ca), UNTRUSTED),
    }


@pytest.mark.parametrize("who", ["wrong password", "nobody", "wrong key", "no CA", "another CA"])
def test_who_is_refused_reads_why(guarded: Guarded, who: str, caplog: pytest.LogCaptureFixture) -> None:
    connection, said = strangers(guarded)[who]

    async def asked() -> str:
        engine = WatchedEngine(Place(connection, NAMES, 5), Catalogue(guarded.store))
        await engine.start()
        assert not engine.ready and engine.complaint is not None
        with pytest.raises(UpstreamUnavailable) as refused:
            await engine.counts(Selection(Level.SERIES), frozenset({"series"}))
        assert refused.value.extensions == {"code": "UPSTREAM_UNAVAILABLE", "service": "Elasticsearch"}
        complaint = engine.complaint
        await engine.close()
        return complaint

    assert said in asyncio.run(asked())
    with pytest.raises(IndexingError) as refused:
        asyncio.run(index_release(connection, guarded.store, NAMES, lambda *_: None))
    assert said in str(refused.value)
    for told in (str(refused.value), caplog.text):
        assert "no such password" not in told and "bm8tc3VjaDprZXk" not in told


def test_a_reader_can_not_index(guarded: Guarded) -> None:
    with pytest.raises(IndexingError, match=f"security_exception: .*: {NOT_ALLOWED}; what was in service still is"):
        asyncio.run(index_release(guarded.by("reader"), guarded.store, NAMES, lambda *_: None))
    assert asyncio.run(counted(guarded.by("reader"), guarded.store)) == guarded.series


def flags(guarded: Guarded, password: str) -> dict[str, object]:
    return {
        "engine": "elasticsearch",
        "elasticsearch": guarded.node.url,
        "elasticsearch_prefix": NAMES.prefix,
        "elasticsearch_user": f"reader:{password}",
        "elasticsearch_ca": guarded.security.ca,
    }


def test_the_doctor_asks_the_cluster(guarded: Guarded, tmp_path: Path) -> None:
    good = flags(guarded, guarded.security.users["reader"][0])

    def findings(store: Store | None, **other: object) -> list[tuple[State, str, str]]:
        settings = load_settings(**{**good, "cache": tmp_path, **other})
        return [(one.state, one.found, one.remedy) for one in cluster(settings, store)]

    version = (State.OK, f"{guarded.node.url}: 1 node of version 8.19.21", "")
    healthy, indices = findings(guarded.store)
    assert healthy == version
    assert indices[0] is State.OK and indices[1].endswith("-patients are in service and of the store")
    gone = (State.WRONG, "there is no idc-other-common", "run `idc-gateway index elasticsearch`")
    assert findings(guarded.store, elasticsearch_prefix="idc-other") == [version, gone]
    unbuilt = (State.WRONG, "the indices idc-secured-* have no store to be compared with", "run `idc-gateway build`")
    assert findings(None) == [version, unbuilt]
    (refused,) = findings(guarded.store, elasticsearch_user="reader:wrong")
    assert refused[0] is State.WRONG and "security_exception" in refused[1] and refused[2] == UNKNOWN
    (untrusted,) = findings(guarded.store, elasticsearch_ca=guarded.security.other_ca)
    assert f"{untrusted[1]}: {untrusted[2]}".startswith(f"{guarded.node.url}: {UNTRUSTED}")
    (unreachable,) = findings(guarded.store, elasticsearch="https://127.0.0.1:9")
    assert "ConnectionError" in unreachable[1]
    assert unreachable[2] == "start it, or set elasticsearch to the addresses of its nodes"


def test_a_gateway_that_is_refused_is_not_ready_and_tells_no_secret(
    guarded: Guarded, idc: Gateway, cache: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    wrong = flags(guarded, "no such password")
    with serving(cache, log, **wrong) as server:
        server.wait_until(lambda: UNKNOWN in log.read_text())
        ready = server.http.get("/readyz")
        assert ready.status_code == 503 and UNKNOWN in ready.text
        answer = server.http.post("/graphql", json={"query": "{ counts { series } }"})
        assert answer.json()["errors"][0]["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"
        assert "no such password" not in f"{ready.text}{answer.text}{log.read_text()}"
    given = [part for name, value in wrong.items() for part in (f"--{name.replace('_', '-')}", value)]
    told = subprocess.run(
        command("doctor", "--cache", cache, *given), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1 and UNKNOWN in told.stdout
    assert "no such password" not in told.stdout + told.stderr
