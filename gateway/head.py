"""The head of a request, bounded while it arrives: the parser itself keeps whatever it is sent, and waits for ever."""

import asyncio
from asyncio import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Bytes of all header fields together, as many as Node.js takes.
_MOST_OF_FIELDS = 16_384
# Bytes that may arrive with no head or piece of a body completed by them: a URL that is as long as may be, and fields.
_MOST_UNFINISHED = 65_536 + _MOST_OF_FIELDS
# In which a head must arrive, that of the first request from when the connection is made.
_SECONDS = 60.0
# What stands between fields.
_BETWEEN = len(": \r\n")
_TOO_LARGE = f"A request may have {_MOST_OF_FIELDS:,} bytes of header fields; ask by POST, with fewer fields."


class BoundedHead(HttpToolsProtocol):
    """A connection that ends with 400 when the head of a request, or the frame of its body, is too large.

    It is closed when a head is too slow.
    """

    _fields = 0
    _unfinished = 0
    _awaited: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was made to."""
        self._await_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what has arrived."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > _MOST_UNFINISHED and not self.transport.is_closing():
            self.send_400_response(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._fields = self._unfinished = 0
        super().on_message_begin()
        self._await_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header field, or one after the body of a request, is complete."""
        self._fields += len(name) + len(value) + _BETWEEN
        if self._fields > _MOST_OF_FIELDS:
            self.send_400_response(_TOO_LARGE)
            raise ValueError(_TOO_LARGE)  # which ends the parser
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete."""
        self._unfinished = 0
        self._await_no_more()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body is complete."""
        self._unfinished = 0
        super().on_body(body)

    def _await_head(self) -> None:
        self._await_no_more()
        self._awaited = asyncio.get_running_loop().call_later(_SECONDS, self.transport.close)

    def _await_no_more(self) -> None:
        if self._awaited is not None:
            self._awaited.cancel()
            self._awaited = None
