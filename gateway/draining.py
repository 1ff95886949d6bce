"""A gateway that stops: it says that it is not ready, and asks clients to open no further connections to it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Draining:
    """`begun` once the gateway was told to stop."""

    def __init__(self) -> None:
        self.begun = False

    def closing(self, app: ASGIApp) -> ASGIApp:
        """The application, whose answers end their connections from then on."""

        async def asked(scope: Scope, receive: Receive, send: Send) -> None:
            async def sent(message: Message) -> None:
                if self.begun and message["type"] == "http.response.start":
                    MutableHeaders(scope=message)["Connection"] = "close"
                await send(message)

            await app(scope, receive, sent if scope["type"] == "http" else send)

        return asked
