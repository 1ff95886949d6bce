"""Clients that connect and do not ask are not waited for."""

import asyncio

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from gateway import head
from gateway.head import BoundedHead


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost: x", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n"],
    ids=["nothing", "half a head", "half of a second head"],
)
async def test_a_head_that_does_not_arrive_is_not_waited_for(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "_SECONDS", 0.05)
    config = uvicorn.Config(PlainTextResponse("ok"), lifespan="off")
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: BoundedHead(config=config, server_state=ServerState(), app_state={}), "127.0.0.1"
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    async with asyncio.timeout(30):
        writer.write(sent)
        answered = await reader.read()
    writer.close()
    server.close()
    assert answered.count(b"HTTP/1.1 200 OK") == sent.count(b"\r\n\r\n")
