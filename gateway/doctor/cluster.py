"""Whether the Elasticsearch of the settings can be asked, and whether it holds what is served."""

import asyncio
from collections.abc import Iterator

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from gateway.doctor.finding import Finding, ok, wrong
from gateway.elasticsearch import connection_of
from gateway.settings import Settings
from indexers.elasticsearch.connection import remedy, said
from indexers.elasticsearch.layout import Names
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.service import WrongIndexError, find_service
from schema.errors import UpstreamUnavailable

NAME = "elasticsearch"
# The client is of version 8, whose interface a server of version 9 still speaks.
_VERSIONS = ("8", "9")
_SECONDS = 5.0
_UNREACHABLE = "start it, or set elasticsearch to the addresses of its nodes"


def cluster(settings: Settings, store: Store | None) -> Iterator[Finding]:
    """Whether it answers, its versions, and the indices in service against the store, if that was built."""
    client = connection_of(settings).client(_SECONDS)
    try:
        versions = asyncio.run(_versions(client))
    except (ApiError, TransportError) as error:
        yield wrong(NAME, f"{settings.elasticsearch}: {said(error)}", remedy(error) or _UNREACHABLE)
        return
    told = f"{settings.elasticsearch}: {len(versions)} {'node' if len(versions) == 1 else 'nodes'} of version "
    told += ", ".join(sorted(set(versions)))
    if all(version.split(".")[0] in _VERSIONS for version in versions):
        yield ok(NAME, told)
    else:
        yield wrong(NAME, told, "use servers of version 8 or 9")
    yield _indices(settings, store)


async def _versions(client: AsyncElasticsearch) -> list[str]:
    try:
        # The root, which tells a version too, is missing in the smallest distribution.
        nodes = await client.nodes.info(metric="http")
        return [node["version"] for node in nodes["nodes"].values()]
    finally:
        await client.close()


def _indices(settings: Settings, store: Store | None) -> Finding:
    names = Names(settings.elasticsearch_prefix)
    if store is None:
        return wrong(NAME, f"the indices {names.prefix}-* have no store to be compared with", "run `idc-gateway build`")
    try:
        found = asyncio.run(find_service(connection_of(settings), names, Catalogue(store), _SECONDS))
    except WrongIndexError as error:
        return wrong(NAME, error.found, error.remedy)
    except UpstreamUnavailable as error:
        return wrong(NAME, error.complaint, "read the log of the cluster")
    return ok(NAME, f"{', '.join(found.indices.values())} are in service and of the store")
