"""Fills an index with documents: in order, bounded in memory, and on from where an earlier run was stopped."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from elasticsearch import AsyncElasticsearch
from elasticsearch.helpers import async_streaming_bulk

from indexers.elasticsearch.documents import Document

# Bytes and documents of one request.
BULK_BYTES = 8_000_000
BULK_DOCUMENTS = 2_000
# An overloaded server (429) is asked again after 1, 2, 4, ... seconds.
RETRIES = 8
LONGEST_PAUSE = 60

Report = Callable[[int], None]


async def last_number(client: AsyncElasticsearch, index: str) -> int | None:
    """The greatest number of a document that the index has; None if it has none."""
    await client.indices.refresh(index=index)
    found = await client.search(index=index, size=0, aggs={"last": {"max": {"field": "patient_no"}}})
    last = found["aggregations"]["last"]["value"]
    return None if last is None else int(last)


async def fill(client: AsyncElasticsearch, index: str, documents: Iterator[Document], report: Report) -> None:
    """Send the documents, by number, so that one that is sent twice is there once; `report` is told their series."""
    sent = async_streaming_bulk(
        client,
        _actions(documents, report),  # type: ignore[arg-type]  # what _expanded reads
        index=index,
        chunk_size=BULK_DOCUMENTS,
        max_chunk_bytes=BULK_BYTES,
        expand_action_callback=_expanded,
        max_retries=RETRIES,
        initial_backoff=1,
        max_backoff=LONGEST_PAUSE,
        raise_on_error=True,
    )
    async for _ in sent:
        pass


async def _actions(documents: Iterator[Document], report: Report) -> AsyncIterator[Document]:
    # Making documents is the greater part of the work: in a thread, a batch at a time, it lets the bulks be sent.
    while batch := await asyncio.to_thread(lambda: list(itertools.islice(documents, 200))):
        for document in batch:
            yield document
        report(sum(document.series for document in batch))


def _expanded(document: Any) -> tuple[dict[str, Any], bytes]:
    return {"index": {"_id": str(document.number)}}, document.body
