"""The composition root: the one place that builds engines and puts them behind routes."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib.metadata import version

import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.documents import DocumentLimits, Documents, Prepared
from gateway.draining import Draining
from gateway.edge.admission import Admission
from gateway.edge.answers import Answers
from gateway.edge.endpoint import Bounds, GraphQLEndpoint
from gateway.edge.execution import Execution
from gateway.edge.persisted import KnownDocuments, read_trusted
from gateway.edge.rate import RateLimit
from gateway.execution import CompiledExecutor, PlainExecutor
from gateway.explorer import pages
from gateway.garbage import collect_when_idle
from gateway.release import ReleaseHolder
from gateway.settings import Settings, SettingsError
from gateway.telemetry.metrics import Metrics
from indexers.index_package import SourceError
from indexers.store import StoreError
from resolvers.single_flight import SingleFlight
from schema.build import build_schema

log = logging.getLogger("idc_gateway")

# For what would hold up the event loop and is not the engine's; they wait more than they compute.
_THREADS = 32


def build_app(
    settings: Settings, draining: Draining | None = None, failed: Callable[[], None] = lambda: None
) -> Starlette:
    """The ASGI application: it listens at once, and is ready when the store is until it is stopped.

    `failed` is called if the store can't be had.
    """
    draining = draining or Draining()
    graphql_schema = build_schema()
    sdl = graphql_schema.as_str() + "\n"
    trusted = read_trusted(settings.trusted_documents)
    metrics = Metrics({hashlib.sha256(text.encode()).hexdigest(): name for name, text in trusted.items()})
    holder = ReleaseHolder(settings, metrics)
    endpoint = _endpoint(graphql_schema, sdl, trusted, holder, metrics, settings)

    async def open_release() -> None:
        try:
            release = await holder.open()
            metrics.serve(release.catalogue.store.key.release, release.catalogue.build, version("idc-gateway"))
        except (SourceError, StoreError) as error:
            log.error("%s", error)
            holder.fail(str(error))
            failed()
        except Exception:
            log.exception("the store can't be opened")
            holder.fail("see the log")
            failed()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # Names of commons are looked up in these threads, too, and those that nobody answers for take their time.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "beside"))
        beside = (open_release(), metrics.sample_event_loop(), collect_when_idle(lambda: endpoint.admission.running))
        running = [asyncio.create_task(work) for work in beside]
        yield
        for task in running:
            task.cancel()
        await holder.close()

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        ready = holder.ready and not draining.begun
        state = "stopping" if draining.begun else holder.state
        return JSONResponse({"state": state, "release": holder.name}, 200 if ready else 503)

    async def schema(request: Request) -> Response:
        return PlainTextResponse(sdl)

    async def numbers(request: Request) -> Response:
        body, content_type = metrics.render(request.headers.get("accept"))
        return Response(body, headers={"Content-Type": content_type})

    # Public data without cookies: pages of any origin may ask.
    cors = Middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"], expose_headers=["*"]
    )
    return Starlette(
        lifespan=lifespan,
        middleware=[cors],
        routes=[
            Route("/graphql", endpoint),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/schema.graphql", schema),
            Route("/metrics", numbers),
            *pages(lambda: holder.name),
        ],
    )


def _endpoint(
    schema: strawberry.Schema,
    sdl: str,
    trusted: dict[str, str],
    holder: ReleaseHolder,
    metrics: Metrics,
    settings: Settings,
) -> GraphQLEndpoint:
    executor = CompiledExecutor if settings.compiled_execution else PlainExecutor
    documents = Documents(schema._schema, DocumentLimits.of(settings))
    for name, text in trusted.items():
        _check_trusted(name, documents.prepare(text, None), settings)
    answers = Answers(settings.answer_bytes)
    metrics.watch_answers(answers)
    metrics.watch_rows(lambda: CompiledExecutor.selections.done)
    return GraphQLEndpoint(
        holder=holder,
        documents=documents,
        known=KnownDocuments(trusted, settings.trusted_only),
        execution=Execution(schema, executor, settings.operation_seconds),
        answers=answers,
        flights=SingleFlight(),
        admission=Admission(settings.operations, settings.waiting_operations),
        rate=RateLimit(settings.rate_points, settings.rate_refill),
        metrics=metrics,
        bounds=Bounds(settings.body_bytes, settings.body_seconds),
        trusted_proxies=settings.trusted_networks,
        rules=settings.http_statuses,
        # The answer tells the limit of cost.
        code=f"{version('idc-gateway')} {hashlib.sha256(sdl.encode()).hexdigest()} {documents.limits.cost}",
    )


def _check_trusted(name: str, prepared: Prepared, settings: Settings) -> None:
    if prepared.errors:
        said = f"IDC_GATEWAY_TRUSTED_DOCUMENTS={settings.trusted_documents}"
        raise SettingsError(f"{said}: document {name!r}: {prepared.errors[0].message} Correct or remove it.")
