"""One indexer at a time: whoever indexes holds a lease in the cluster, and renews it while it runs."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from elasticsearch import AsyncElasticsearch, BadRequestError, ConflictError, NotFoundError

# A lease that was not renewed for so long belongs to a run that was killed.
SECONDS = 60.0
_MAPPINGS = {"dynamic": False, "properties": {}}
_ID = "lease"


class _Mark(NamedTuple):
    """Which writing of the lease is the last one known of."""

    number: int
    term: int

    @classmethod
    def of(cls, answer: Any) -> "_Mark":
        """The one that the server tells of."""
        return cls(answer["_seq_no"], answer["_primary_term"])


class LeaseError(Exception):
    """Another run is indexing; the message says which, and what to do."""


@asynccontextmanager
async def leased(client: AsyncElasticsearch, index: str) -> AsyncIterator[None]:
    """Hold the lease. LeaseError if another run holds it, or takes it because this one stood still."""
    await _ensure(client, index)
    own = {"host": socket.gethostname(), "process": os.getpid(), "started": time.time(), "renewed": time.time()}
    mark = await _taken(client, index, own)
    working = asyncio.current_task()
    assert working is not None
    renewing = asyncio.create_task(_renewed(client, index, own, mark, working))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        await _released(client, index, own)


async def _ensure(client: AsyncElasticsearch, index: str) -> None:
    try:
        await client.indices.create(
            index=index, mappings=_MAPPINGS, settings={"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        )
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


async def _taken(client: AsyncElasticsearch, index: str, own: dict[str, Any]) -> "_Mark":
    """Write the lease if there is none, or if that which is there has run out."""
    try:
        made = await client.index(index=index, id=_ID, document=own, op_type="create", refresh=True)
    except ConflictError:
        found = await client.get(index=index, id=_ID)
        held = found["_source"]
        age = time.time() - held["renewed"]
        if age < SECONDS:
            raise LeaseError(
                f"process {held['process']} on {held['host']} is indexing under the same prefix: wait until it is "
                f"done, or, if it was killed, {SECONDS - age:.0f} s"
            ) from None
        mark = _Mark.of(found)
        try:
            made = await client.index(
                index=index, id=_ID, document=own, if_seq_no=mark.number, if_primary_term=mark.term
            )
        except ConflictError:
            raise LeaseError(
                "another process has begun to index under the same prefix: wait until it is done"
            ) from None
    return _Mark.of(made)


async def _renewed(
    client: AsyncElasticsearch, index: str, own: dict[str, Any], mark: "_Mark", working: "asyncio.Task[Any]"
) -> None:
    while True:
        await asyncio.sleep(SECONDS / 4)
        own["renewed"] = time.time()
        try:
            made = await client.index(
                index=index, id=_ID, document=own, if_seq_no=mark.number, if_primary_term=mark.term
            )
        except ConflictError:
            working.cancel("another process has taken over")
            return
        except Exception:  # the server is busy, or away: the work itself will say so
            continue
        mark = _Mark.of(made)


async def _released(client: AsyncElasticsearch, index: str, own: dict[str, Any]) -> None:
    try:
        found = await client.get(index=index, id=_ID)
        if (found["_source"]["process"], found["_source"]["host"]) == (own["process"], own["host"]):
            await client.delete(index=index, id=_ID, if_seq_no=found["_seq_no"], if_primary_term=found["_primary_term"])
    except (NotFoundError, ConflictError):
        return
    except Exception:  # it runs out by itself
        return
