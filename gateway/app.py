"""The composition root: the one place that builds engines and puts them behind routes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.documents import Parsing, Validation
from gateway.endpoint import GraphQLEndpoint
from gateway.explorer import pages
from gateway.release import ReleaseHolder
from gateway.settings import Settings
from indexers.index_package import SourceError
from indexers.store import StoreError
from schema.build import build_schema

log = logging.getLogger("idc_gateway")


def build_app(settings: Settings, failed: Callable[[], None] = lambda: None) -> Starlette:
    """The ASGI application: it listens at once, and is ready when the store is. `failed`: the store can't be had."""
    holder = ReleaseHolder(settings)
    # Clients send few documents many times: each is parsed and validated once.
    graphql_schema = build_schema([Parsing, Validation])
    sdl = graphql_schema.as_str() + "\n"

    async def open_release() -> None:
        try:
            await holder.open()
        except (SourceError, StoreError) as error:
            log.error("%s", error)
            holder.state = f"failed: {error}"
            failed()
        except Exception:
            log.exception("the store can't be opened")
            holder.state = "failed: see the log"
            failed()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        opening = asyncio.create_task(open_release())
        yield
        opening.cancel()
        holder.close()

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        ready = holder.release is not None
        return JSONResponse({"state": holder.state, "release": holder.name}, 200 if ready else 503)

    async def schema(request: Request) -> Response:
        return PlainTextResponse(sdl)

    # Public data without cookies: pages of any origin may ask.
    cors = Middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"], expose_headers=["*"]
    )
    return Starlette(
        lifespan=lifespan,
        middleware=[cors],
        routes=[
            Route("/graphql", GraphQLEndpoint(graphql_schema, holder)),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/schema.graphql", schema),
            *pages(lambda: holder.name),
        ],
    )
