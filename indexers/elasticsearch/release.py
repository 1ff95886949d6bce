"""Puts a release into an Elasticsearch cluster: builds its indices beside those in service, then switches over.

The aliases move in one step, after all checks. A run that fails or is killed leaves them where they are; the next one
goes on where it stopped. The build before the one in service is kept, for `roll_back`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError
from elasticsearch.helpers import BulkIndexError

from indexers.elasticsearch.classes import classes_of
from indexers.elasticsearch.connection import Connection, reason
from indexers.elasticsearch.documents import Document, class_documents, patient_documents
from indexers.elasticsearch.fill import BULK_DOCUMENTS, fill, last_number
from indexers.elasticsearch.layout import LAYOUT, Kind, Names, build_name, described, mappings, settings
from indexers.elasticsearch.lease import LeaseError, leased
from indexers.elasticsearch.proofs import Expected, ProofError, prove
from indexers.shared_studies import SharedStudies
from indexers.store import Store

# Merging a whole release into one segment takes a minute.
SECONDS = 900.0

# Patients that share studies are answered for by the gateway itself: they must be few.
_MOST_SHARING = 10_000
_MOST_SHARING_PART = 0.05

Report = Callable[[str, int], None]


class IndexingError(Exception):
    """The release could not be put into the cluster; the message says why and what to do."""


@dataclass(frozen=True)
class Build:
    """The indices of one build, by what their documents are, and what they say of themselves."""

    name: str
    indices: dict[Kind, str]
    told: dict[Kind, dict[str, Any]]

    @property
    def finished(self) -> bool:
        """Whether it was whole and checked."""
        return len(self.told) == len(Kind) and all(meta.get("finished") for meta in self.told.values())


class Indexer:
    """Fills and switches the indices under one prefix."""

    def __init__(self, client: AsyncElasticsearch, names: Names, report: Report) -> None:
        self._client = client
        self._names = names
        self._report = report

    async def put(self, store: Store, replicas: int = 0) -> str:
        """The name of the build that is in service in the end."""
        shared = SharedStudies.of(store.hierarchy)
        _check_sharing(store, shared)
        expected = Expected.of(store, shared)
        builds = await self._builds()
        live = await self._live()
        wanted = described(store)
        build = next((b for b in builds if b.name not in live and not b.finished and _same(b, wanted)), None)
        if build is None:
            taken = [int(b.name.rsplit("-", 1)[1]) for b in builds]
            build = Build(build_name(store, max(taken, default=0) + 1), {}, {})
        for kind in Kind:
            index = self._names.index(kind, build.name)
            if kind not in build.indices:
                await self._create(store, kind, index, wanted)
            start = await last_number(self._client, index)
            self._report(f"{kind.value}", 0)
            # The last one may be the only one of its request that arrived: it and its neighbours are sent again.
            documents = _documents(store, kind, shared, 0 if start is None else max(0, start - BULK_DOCUMENTS))
            await fill(self._client, index, documents, lambda series, kind=kind: self._report(kind.value, series))  # type: ignore[misc]
            await self._settle(index, replicas)
            self._report(f"checking {kind.value}", 0)
            await prove(self._client, index, kind, expected)
        for kind in Kind:
            meta = {**wanted, "finished": time.time()}
            await self._client.indices.put_mapping(index=self._names.index(kind, build.name), meta=meta)
        await self._switch(build.name)
        await self._remove_older(build.name)
        return build.name

    async def roll_back(self) -> str:
        """Switch to the build before the one in service. IndexingError if there is none."""
        live = await self._live()
        older = [
            b for b in await self._builds() if b.finished and b.name not in live and b.name < max(live, default="")
        ]
        if not older:
            raise IndexingError(f"there is no earlier build under {self._names.prefix}- to go back to")
        build = max(older, key=lambda b: b.name)
        await self._switch(build.name)
        return build.name

    async def _create(self, store: Store, kind: Kind, index: str, meta: dict[str, Any]) -> None:
        await self._client.indices.create(index=index, settings=settings(), mappings=mappings(store, kind, meta))

    async def _settle(self, index: str, replicas: int) -> None:
        """One segment without what was kept for recovery, and as many copies as wanted."""
        self._report("merging", 0)
        await self._client.indices.refresh(index=index)
        await self._client.indices.flush(index=index)
        await self._client.indices.forcemerge(index=index, max_num_segments=1)
        await self._client.indices.flush(index=index)
        await self._client.indices.refresh(index=index)
        if replicas:
            await self._client.indices.put_settings(index=index, settings={"number_of_replicas": replicas})

    async def _switch(self, build: str) -> None:
        """All aliases in one step: nobody sees one of them moved and another not."""
        actions: list[dict[str, Any]] = []
        for kind in Kind:
            alias = self._names.alias(kind)
            actions.append({"remove": {"index": self._names.every(kind), "alias": alias, "must_exist": False}})
            actions.append({"add": {"index": self._names.index(kind, build), "alias": alias}})
        await self._client.indices.update_aliases(actions=actions)

    async def _remove_older(self, build: str) -> None:
        """All but the build in service and the finished one before it."""
        others = sorted((b for b in await self._builds() if b.name != build), key=lambda b: b.name, reverse=True)
        kept = next((b.name for b in others if b.finished), None)
        for other in others:
            if other.name != kept:
                await self._client.indices.delete(index=",".join(other.indices.values()))

    async def _live(self) -> set[str]:
        """The builds that an alias names."""
        found: set[str] = set()
        for kind in Kind:
            try:
                answer = await self._client.indices.get_alias(name=self._names.alias(kind))
            except NotFoundError:
                continue
            found |= {_build_of(self._names, kind, index) for index in answer}
        return found

    async def _builds(self) -> list[Build]:
        """All builds under the prefix, whole or not."""
        found: dict[str, Build] = {}
        for kind in Kind:
            answer = await self._client.indices.get_mapping(index=self._names.every(kind))
            for index, described_ in answer.items():
                name = _build_of(self._names, kind, index)
                meta = described_["mappings"].get("_meta", {})
                build = found.setdefault(name, Build(name, {}, {}))
                build.indices[kind] = index
                build.told[kind] = meta
        return sorted(found.values(), key=lambda b: b.name)


async def index_release(connection: Connection, store: Store, names: Names, report: Report, replicas: int = 0) -> str:
    """Put a release into service; the name of its build. IndexingError if it can't be."""
    return await _guarded(connection, names, report, lambda indexer: indexer.put(store, replicas))


async def roll_back(connection: Connection, names: Names) -> str:
    """Go back to the build before; its name. IndexingError if there is none."""
    return await _guarded(connection, names, lambda step, series: None, lambda indexer: indexer.roll_back())


async def _guarded(connection: Connection, names: Names, report: Report, work: Callable[[Indexer], Any]) -> str:
    client = connection.client(SECONDS)
    try:
        async with leased(client, names.lease):
            done: str = await work(Indexer(client, names, report))
            return done
    except (LeaseError, ProofError) as error:
        raise IndexingError(f"{error}; what was in service still is") from error
    except BulkIndexError as error:
        said = error.errors[0].get("index", {}).get("error", {}) if error.errors else {}
        raise IndexingError(f"{_refused(said)}; what was in service still is; run it again to go on") from error
    except (ApiError, TransportError) as error:
        raise IndexingError(
            f"{', '.join(connection.urls)}: {reason(error)}; what was in service still is; run it again to go on"
        ) from error
    finally:
        await client.close()


def _refused(said: Any) -> str:
    return f"a document was refused ({said.get('type')}: {said.get('reason')})" if isinstance(said, dict) else str(said)


def _documents(store: Store, kind: Kind, shared: SharedStudies, start: int) -> Iterator[Document]:
    if kind.weighed:
        return class_documents(store, classes_of(store, kind, shared.patients), kind, start)
    return patient_documents(store, shared.patients, start)


def _same(build: Build, wanted: dict[str, Any]) -> bool:
    return all(meta.get(name) == value for meta in build.told.values() for name, value in wanted.items())


def _build_of(names: Names, kind: Kind, index: str) -> str:
    return index.removeprefix(f"{names.prefix}-").removesuffix(f"-{kind.value}")


def _check_sharing(store: Store, shared: SharedStudies) -> None:
    series = len(store.hierarchy.series_patient)
    if len(shared.series) > max(_MOST_SHARING, series * _MOST_SHARING_PART):
        raise IndexingError(
            f"{len(shared.patients):,} patients with {len(shared.series):,} of {series:,} series share studies, which "
            f"an index of layout {LAYOUT} can't hold: serve this release with the embedded engine"
        )
