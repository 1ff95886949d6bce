"""The head of a request, bounded while it arrives: the parser itself keeps whatever it is sent."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Bytes of all header fields together, as many as Node.js takes.
_MOST_OF_FIELDS = 16_384
# Bytes that may arrive with no head or piece of a body completed by them: a URL that is as long as may be, and fields.
_MOST_UNFINISHED = 65_536 + _MOST_OF_FIELDS
# What stands between fields.
_BETWEEN = len(": \r\n")
_TOO_LARGE = f"A request may have {_MOST_OF_FIELDS:,} bytes of header fields; ask by POST, with fewer fields."


class BoundedHead(HttpToolsProtocol):
    """A connection that ends with 400 when the head of a request, or the frame of its body, is too large."""

    _fields = 0
    _unfinished = 0

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
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body is complete."""
        self._unfinished = 0
        super().on_body(body)
