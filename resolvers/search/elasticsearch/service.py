"""Finds the indices in service, and refuses those that the catalogue here can't be asked with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, NotFoundError

from indexers.elasticsearch.connection import Connection, reason
from indexers.elasticsearch.layout import LAYOUT, Kind, Names, fingerprint
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.cluster import UPSTREAM, Cluster
from resolvers.search.elasticsearch.engine import ElasticsearchEngine
from schema.errors import UpstreamUnavailable
from schema.vocabulary import Level

# What a gateway waits for an answer.
SECONDS = 10.0

_LEVELS = ((Level.PATIENT, "patient_no"), (Level.STUDY, "studies.study_no"))


class WrongIndexError(Exception):
    """The indices in service are not those of the catalogue; the message says what to do."""

    remedy = "run `idc-gateway index elasticsearch`"

    def __init__(self, found: str) -> None:
        super().__init__(f"{found}: {self.remedy}")
        self.found = found


@dataclass(frozen=True)
class InService:
    """The indices that the aliases name, how many numbers their documents have, and their shards."""

    indices: Mapping[Kind, str]
    sizes: Mapping[tuple[Kind, Level], int]
    shards: int


async def find_service(connection: Connection, names: Names, catalogue: Catalogue, seconds: float) -> InService:
    """The indices of the catalogue. WrongIndexError if others are in service, UpstreamUnavailable without an answer."""
    client = connection.client(seconds)
    try:
        indices: dict[Kind, str] = {}
        told: list[dict[str, Any]] = []
        shards = 1
        for kind in Kind:
            alias = names.alias(kind)
            try:
                found = await client.indices.get(index=alias)
            except NotFoundError:
                raise WrongIndexError(f"there is no {alias}") from None
            (indices[kind], about), *others = found.items()
            if others:
                raise WrongIndexError(f"{alias} names several indices")
            told.append(about["mappings"].get("_meta", {}))
            shards = max(shards, int(about["settings"]["index"]["number_of_shards"]))
        _check(told, catalogue, names)
        health = await client.cluster.health(index=",".join(indices.values()))
        if health["status"] == "red":
            raise UpstreamUnavailable(UPSTREAM, f"not all shards of {', '.join(indices.values())} are there")
        sizes = await _sizes(client, indices, catalogue)
        return InService(indices, sizes, shards)
    except (ApiError, TransportError) as error:
        raise UpstreamUnavailable(UPSTREAM, reason(error)) from error
    finally:
        await client.close()


def _check(told: list[dict[str, Any]], catalogue: Catalogue, names: Names) -> None:
    for meta in told:
        if meta.get("layout") != LAYOUT:
            raise WrongIndexError(f"the indices {names.prefix}-* have layout {meta.get('layout')}, not {LAYOUT}")
        if meta.get("catalogue") != fingerprint(catalogue.store):
            raise WrongIndexError(
                f"the indices {names.prefix}-* hold v{meta.get('release')} of another build, here is {catalogue.build}"
            )


async def _sizes(client: Any, indices: Mapping[Kind, str], catalogue: Catalogue) -> dict[tuple[Kind, Level], int]:
    """Numbers of patients' documents are the rows of the catalogue; those of classes are looked for."""
    sizes = {(Kind.PATIENTS, level): catalogue.relations.sizes[level] for level in (*dict(_LEVELS), Level.SERIES)}
    last = {
        "patients": {"max": {"field": "patient_no"}},
        "nested": {"nested": {"path": "studies"}, "aggs": {"studies": {"max": {"field": "studies.study_no"}}}},
    }
    for kind in filter(lambda kind: kind.weighed, Kind):
        answer = await client.search(index=indices[kind], size=0, aggs=last, allow_partial_search_results=False)
        found = answer["aggregations"]
        for level, value in (
            (Level.PATIENT, found["patients"]["value"]),
            (Level.STUDY, found["nested"]["studies"]["value"]),
        ):
            sizes[kind, level] = 0 if value is None else int(value) + 1
    return sizes


async def open_engine(
    connection: Connection, names: Names, catalogue: Catalogue, seconds: float = SECONDS
) -> ElasticsearchEngine:
    """An engine over the indices in service. See `find_service`."""
    found = await find_service(connection, names, catalogue, seconds)
    return ElasticsearchEngine(Cluster(connection, found.indices, seconds), catalogue, found.sizes, found.shards)
