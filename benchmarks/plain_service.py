"""The gateway's schema and resolvers over the same store, served by strawberry's own ASGI view.

`python -m benchmarks.plain_service PORT CACHE`. Documents are parsed and validated once, as everybody would set it up.
"""

import sys
from pathlib import Path

import strawberry.asgi
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.extensions import ParserCache, ValidationCache

from gateway.kernel_cache import use_kernel_cache
from gateway.open_release import OpenRelease
from indexers.build import ensure_store
from indexers.index_package import installed_index
from indexers.store import Store
from schema.build import build_schema
from schema.context import Context


class View(strawberry.asgi.GraphQL[Context, None]):
    """strawberry's view with the gateway's context."""

    def __init__(self, release: OpenRelease) -> None:
        super().__init__(build_schema([ParserCache, ValidationCache]))
        self._release = release

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return self._release.context()


async def _ready(request: Request) -> Response:
    return PlainTextResponse("ready")


def main() -> None:
    """See the module."""
    port, cache = int(sys.argv[1]), Path(sys.argv[2])
    use_kernel_cache(cache)
    release = OpenRelease.over(Store(ensure_store(installed_index(), cache)))
    app = Starlette(routes=[Route("/graphql", View(release)), Route("/readyz", _ready)])
    uvicorn.run(app, port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
