"""The way to the cluster: searches with a deadline, asked again on another node, and refused unless they are whole."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from indexers.elasticsearch.connection import Connection, reason
from indexers.elasticsearch.layout import Kind
from resolvers.search.elasticsearch.bodies import Search
from schema.errors import UpstreamUnavailable

UPSTREAM = "Elasticsearch"
# Overloaded, restarting or without a copy of a shard: another try, or another node, may do.
_PASSING = frozenset({408, 429, 502, 503, 504})
_FIRST_PAUSE = 0.05
_TRIES = 4
# Searches of one request.
_TOGETHER = 64


@dataclass
class Meter:
    """How much was asked of a cluster: requests, those sent again, and seconds waited for them; searches by index."""

    requests: int = 0
    repeated: int = 0
    seconds: float = 0.0
    searches: dict[str, int] = field(default_factory=dict)
    # Lists of patients or studies that were found first, and how many numbers they held.
    sets: int = 0
    numbers: int = 0


class Cluster:
    """Asks the indices of one build, by their own names. `close` it when it is no longer asked."""

    def __init__(
        self, connection: Connection, indices: Mapping[Kind, str], seconds: float, meter: Meter | None = None
    ) -> None:
        self._client: AsyncElasticsearch = connection.client(seconds)
        self._indices = indices
        self._seconds = seconds
        self.meter = meter or Meter()

    async def answers(self, searches: Sequence[Search]) -> list[Any]:
        """An answer per search, each of all shards. UpstreamUnavailable if there is none in time."""
        parts = [searches[start : start + _TOGETHER] for start in range(0, len(searches), _TOGETHER)]
        found = [await self._answered(part) for part in parts]
        return [answer for part in found for answer in part]

    async def close(self) -> None:
        """Close its connections."""
        await self._client.close()

    async def _answered(self, searches: Sequence[Search]) -> list[Any]:
        deadline = time.monotonic() + self._seconds
        said = ""
        for pause in (0.0, *(_FIRST_PAUSE * 2**number for number in range(_TRIES - 1))):
            if time.monotonic() + pause > deadline:
                break
            await asyncio.sleep(pause)
            self.meter.repeated += pause > 0
            try:
                return await self._asked(searches, deadline - time.monotonic())
            except _TryAgain as error:
                said = str(error)
        raise UpstreamUnavailable(UPSTREAM, said)

    async def _asked(self, searches: Sequence[Search], seconds: float) -> list[Any]:
        self.meter.requests += 1
        for one in searches:
            self.meter.searches[one.kind.value] = self.meter.searches.get(one.kind.value, 0) + 1
        begun = time.monotonic()
        try:
            asking = self._client.options(request_timeout=max(seconds, 0.001))
            found = await asking.msearch(searches=list(self._lines(searches)))
        except TransportError as error:
            raise _TryAgain(reason(error)) from error
        except ApiError as error:
            if error.meta.status in _PASSING:
                raise _TryAgain(reason(error)) from error
            raise UpstreamUnavailable(UPSTREAM, reason(error)) from error
        finally:
            self.meter.seconds += time.monotonic() - begun
        answers = found["responses"]
        if len(answers) != len(searches):
            raise _TryAgain(f"{len(answers)} of {len(searches)} answers came")
        return [_whole(answer) for answer in answers]

    def _lines(self, searches: Iterable[Search]) -> Iterable[dict[str, Any]]:
        for one in searches:
            # Never a part of the shards; and never an alias, which could mean two builds in one request.
            yield {
                "index": self._indices[one.kind],
                "allow_partial_search_results": False,
                "request_cache": True,
            }
            yield one.body


class _TryAgain(Exception):
    """An answer that may come when it is asked for again."""


class TooManyBuckets(Exception):
    """An answer of more buckets than the server gives."""


def _whole(answer: Any) -> Any:
    """The answer if it is of all shards. A number is never taken from any other."""
    error = answer.get("error")
    if error is not None:
        said = f"{error.get('type')}: {error.get('reason')}"
        causes = [error, *error.get("root_cause", ()), error.get("caused_by") or {}]
        if any(cause.get("type") == "too_many_buckets_exception" for cause in causes):
            raise TooManyBuckets(said)
        if answer.get("status") in _PASSING:
            raise _TryAgain(said)
        raise UpstreamUnavailable(UPSTREAM, said)
    shards = answer["_shards"]
    if answer["timed_out"] or shards["failed"] or shards["successful"] + shards.get("skipped", 0) < shards["total"]:
        raise _TryAgain(f"{shards['failed']} of {shards['total']} shards failed, timed out: {answer['timed_out']}")
    return answer
