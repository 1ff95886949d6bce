"""Clients in a process of their own, each of which asks again as soon as it is answered.

`python -m benchmarks.clients` reads a plan in JSON from each line of its input and writes what it saw to its output.
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import orjson
import uvloop

from benchmarks.connection import Connection, Reply, get, post
from benchmarks.peers import GraphQL, IdcApi, Peer, Sql
from benchmarks.questions import QUESTIONS, asked_collections

PEERS: dict[str, Peer] = {"graphql": GraphQL(), "sql": Sql(), "idc": IdcApi()}


@dataclass(frozen=True)
class Plan:
    """So many clients ask a service for so long. Questions are numbered from `first`, or are all that one."""

    url: str
    clients: int
    seconds: float
    # None: /healthz.
    peer: str | None
    question: str = ""
    collections: tuple[str, ...] = ()
    first: int = 0
    repeated: bool = False


@dataclass(frozen=True)
class Seen:
    """Seconds until the last answer, milliseconds of each answer, and the share of a core that the clients took."""

    seconds: float
    milliseconds: list[float]
    busy: float


async def _carried_out(plan: Plan) -> Seen:
    connections = await asyncio.gather(*(Connection.to(plan.url) for _ in range(plan.clients)))
    request = _requests(plan)
    if plan.repeated:
        # From now on it is remembered.
        _checked(await connections[0].ask(request()))
    times: list[float] = []
    start, cpu = time.perf_counter(), time.process_time()

    async def client(connection: Connection) -> None:
        while time.perf_counter() < start + plan.seconds:
            reply = await connection.ask(request())
            times.append(_checked(reply).seconds * 1e3)

    await asyncio.gather(*map(client, connections))
    seconds = time.perf_counter() - start
    busy = (time.process_time() - cpu) / seconds
    for connection in connections:
        connection.close()
    return Seen(seconds, times, busy)


def _requests(plan: Plan) -> Callable[[], bytes]:
    if plan.peer is None:
        ready = get(plan.url, "/healthz")
        return lambda: ready
    peer, question, largest = PEERS[plan.peer], QUESTIONS[plan.question], list(plan.collections)
    numbers = itertools.count(plan.first)

    def request() -> bytes:
        return post(plan.url, peer.path, peer.body(question, asked_collections(largest, next(numbers))))

    if plan.repeated:
        same = request()
        return lambda: same
    return request


def _checked(reply: Reply) -> Reply:
    if reply.status != 200 or b'"errors":' in reply.body:
        raise ValueError(f"status {reply.status}: {reply.body[:500].decode('utf-8', 'replace')}")
    return reply


def main() -> None:
    """See the module."""
    for line in sys.stdin.buffer:
        plan = Plan(**orjson.loads(line))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            seen = runner.run(_carried_out(plan))
        sys.stdout.buffer.write(orjson.dumps(asdict(seen)) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
