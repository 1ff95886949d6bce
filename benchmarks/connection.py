"""A client that costs next to nothing: HTTP/1.1 over one kept connection, requests ready-made, heads hardly read."""

import asyncio
import time
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"
_BODYLESS = (204, 304)


@dataclass(frozen=True)
class Reply:
    """A whole answer; `head` in lower case, `seconds` from the first byte sent to the last one received."""

    status: int
    head: bytes
    body: bytes
    seconds: float


def post(url: str, path: str, body: bytes, headers: str = "", content_type: str = "application/json") -> bytes:
    """A request as it is sent; headers are lines, each with its end."""
    kind = f"Content-Type: {content_type}\r\n"
    return (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n{kind}{headers}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(url: str, path: str, headers: str = "", method: str = "GET") -> bytes:
    """A request without a body."""
    return f"{method} {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n{headers}\r\n".encode()


class Connection(asyncio.Protocol):
    """One request at a time."""

    @classmethod
    async def to(cls, url: str) -> "Connection":
        """A connection to a server. OSError if nobody listens."""
        address = urlsplit(url)
        _, connection = await asyncio.get_running_loop().create_connection(
            cls, address.hostname or "", address.port or 80
        )
        return connection

    def __init__(self) -> None:
        self._received = bytearray()
        self._need = 0
        self._body = 0
        self._sent = 0.0
        self._reply: asyncio.Future[Reply] | None = None
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass.
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, request: bytes) -> Reply:
        """The answer to a request. OSError if the connection ends before it, ValueError if it tells no length."""
        if self.closed:
            raise ConnectionResetError("the server has closed the connection")
        self._reply = asyncio.get_running_loop().create_future()
        self._received, self._need = bytearray(), 0
        self._sent = time.perf_counter()
        self._transport.write(request)
        return await self._reply

    def data_received(self, data: bytes) -> None:
        """Collect the answer; its length is told in its head."""
        received = self._received
        received += data
        if self._need == 0:
            end = received.find(_END)
            if end < 0:
                return
            self._body = end + len(_END)
            try:
                self._need = self._body + _length(bytes(received[:end]).lower())
            except ValueError as error:
                self._fail(error)
                return
        if len(received) >= self._need:
            self._complete()

    def _complete(self) -> None:
        reply, self._reply = self._reply, None
        if reply is not None and not reply.done():
            head = bytes(self._received[: self._body]).lower()
            body = bytes(self._received[self._body :])
            reply.set_result(Reply(int(head[9:12]), head, body, time.perf_counter() - self._sent))

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = True
        self._fail(error or ConnectionResetError("the connection ended before the answer"))

    def _fail(self, error: Exception) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error)

    def close(self) -> None:
        self._transport.close()


def _length(head: bytes) -> int:
    """Bytes of the body. ValueError if the head does not tell."""
    if int(head[9:12]) in _BODYLESS:
        return 0
    start = head.find(_LENGTH)
    if start < 0:
        raise ValueError(f"an answer without content-length: {head.decode('latin-1')}")
    return int(head[start + len(_LENGTH) :].split(b"\r\n", 1)[0])
