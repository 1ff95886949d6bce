"""The GraphQL endpoint: GraphQL over HTTP, with one way from a request to its answer."""

import logging
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from graphql import OperationDefinitionNode, OperationType
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from gateway.documents import Documents, Prepared
from gateway.edge import question as questions
from gateway.edge.admission import Admission, overloaded
from gateway.edge.answers import Answer, Answers, entity_tag, is_known
from gateway.edge.body import compressed, dumped, written
from gateway.edge.client import Network, client_address, household
from gateway.edge.execution import Execution, codes_of
from gateway.edge.media import GRAPHQL, IDENTITY, JSON, accepts_html, content_coding, media_type
from gateway.edge.persisted import KnownDocuments
from gateway.edge.question import Question
from gateway.edge.rate import RateLimit
from gateway.edge.refusal import Refusal, ill_formed
from gateway.edge.status import STATUSES, Outcome, Rules
from gateway.errors import present
from gateway.explorer import graphiql_page
from gateway.release import ReleaseHolder
from gateway.telemetry.log import write_operation
from gateway.telemetry.metrics import Metrics
from gateway.telemetry.operation import Operation
from gateway.telemetry.spans import operation_span
from resolvers.single_flight import SingleFlight

log = logging.getLogger("idc_gateway")

REQUEST_ID = "X-Request-ID"
# The data of a release never change, but the gateway may be given another release.
_PUBLIC = "public, max-age=60, s-maxage=3600, stale-while-revalidate=86400"
_NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Bounds:
    """What one request may take."""

    body_bytes: int
    body_seconds: float


@dataclass(frozen=True)
class GraphQLEndpoint:
    """Answers POST and GET; browsers get the explorer. 503 until the release is open."""

    holder: ReleaseHolder
    documents: Documents
    known: KnownDocuments
    execution: Execution
    answers: Answers
    flights: SingleFlight[tuple[str, str], Answer]
    admission: Admission
    rate: RateLimit
    metrics: Metrics
    bounds: Bounds
    trusted_proxies: tuple[Network, ...]
    rules: Rules
    # Tells data and code that are served apart from all others.
    code: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        told = Operation(uuid.uuid4().hex, client_address(request, self.trusted_proxies), method=request.method)
        told.user_agent = request.headers.get("user-agent", "")
        with operation_span(told, scope), self.metrics.in_flight():
            with _timed(told, "total"):
                response = await self._response(request, told)
            told.status, told.bytes, told.release = response.status_code, len(response.body), self.holder.version
        self.metrics.observe(told)
        write_operation(told)

        async def identified(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = told.request_id
                headers["Vary"] = "Accept, Accept-Encoding"
            await send(message)

        await response(scope, receive, identified)

    async def _response(self, request: Request, told: Operation) -> Response:
        if _is_browser(request):
            return graphiql_page()
        media = media_type(_list(request, "accept"))
        try:
            if media is None:
                raise ill_formed("Accept", f"answers are {JSON} or {GRAPHQL}", 406)
            return await self._answered(request, media, told)
        except Refusal as refusal:
            told.codes = (refusal.code,)
            self.metrics.refused(refusal.code)
            return _refused(refusal, media)
        except Exception:
            log.exception("internal error in request %s", told.request_id)
            told.codes = ("INTERNAL",)
            message = f"internal error; when you report it, give request {told.request_id}"
            return _refused(Refusal(500, "INTERNAL", message, requestID=told.request_id), media)

    async def _answered(self, request: Request, media: str, told: Operation) -> Response:
        with self._paid(told):
            question = await self._question(request)
        if self.holder.release is None:
            raise overloaded(f"not ready: {self.holder.state}", 5)
        with self._paid(told), _timed(told, "prepare"):
            prepared = self._prepared(question, request.method, told)
            refused = None if prepared.errors else prepared.check(question.variables)
        if prepared.errors or refused is not None:
            headers = self._spend(told, 0.0) | _NOT_KEPT
            answer = self._invalid(prepared, [refused] if refused is not None else [*prepared.errors], told)
            return self._sent(answer, media, told, headers)
        return await self._asked(request, question, prepared, media, told)

    async def _question(self, request: Request) -> Question:
        if request.method == "GET":
            return questions.from_url(request)
        if request.method == "POST":
            return await questions.from_body(request, self.bounds.body_bytes, self.bounds.body_seconds)
        raise ill_formed("the method", f"ask by POST or GET, not by {request.method}", 405, Allow="GET, POST")

    def _prepared(self, question: Question, method: str, told: Operation) -> Prepared:
        text = self.known.document(question)
        self.metrics.looked_up_document(found=text in self.documents)
        prepared = self.documents.prepare(text, question.operation_name)
        told.document, told.persisted = prepared.digest, question.document is None
        told.operation_name = prepared.operation_name or question.operation_name
        if method == "GET" and _changes_something(prepared):
            raise ill_formed("the method", "by GET only queries are asked; send others by POST", 405, Allow="POST")
        if prepared.operation is not None:
            told.operation_type = prepared.operation.operation.value
            told.cost = prepared.cost(question.variables)
        return prepared

    async def _asked(
        self, request: Request, question: Question, prepared: Prepared, media: str, told: Operation
    ) -> Response:
        tag = entity_tag(self._served(), prepared.digest, question.operation_name, question.variables)
        by_get = request.method == "GET"
        if by_get and is_known(tag, _list(request, "if-none-match")):
            told.cached = "304"
            return Response(status_code=304, headers=self._spend(told, 0.0) | _fresh(tag))
        coding = content_coding(_list(request, "accept-encoding"))
        answer = self.answers.get(tag, coding)
        told.cached = "miss" if answer is None else "hit"
        headers = self._spend(told, 0.0 if answer is not None else told.cost or 0.0)
        if answer is None:
            answer, leads = await self.flights.run((tag, coding), lambda: self._made(question, prepared, coding, told))
            if leads:
                self.answers.put(tag, coding, answer)
        told.codes = answer.codes
        if by_get:
            headers |= _fresh(tag) if answer.storable else _NOT_KEPT
        return self._sent(answer, media, told, headers)

    @contextmanager
    def _paid(self, told: Operation) -> Iterator[None]:
        """A request that is refused has been read: it costs what the least operation does."""
        try:
            yield
        except Refusal:
            self._spend(told, 0.0)
            raise

    def _spend(self, told: Operation, cost: float) -> dict[str, str]:
        """What is remembered costs the client next to nothing."""
        return self.rate.spend(household(told.client), cost)

    async def _made(self, question: Question, prepared: Prepared, coding: str, told: Operation) -> Answer:
        release = self.holder.release
        assert release is not None  # it is never closed while requests are answered
        async with self.admission.admitted():
            with _timed(told, "execute"), release.request() as context:
                executed = await self.execution.answer(prepared, question.variables, context, told.request_id)
            answer = executed.answer
            extensions = {"release": self.holder.version, "cost": self._cost(told), **answer.get("extensions", {})}
            with _timed(told, "encode"):
                body, coding = await compressed(await written(answer | {"extensions": extensions}), coding)
        return Answer(body, coding, executed.outcome, codes_of(answer.get("errors", [])), executed.lasting)

    def _invalid(self, prepared: Prepared, errors: list[Any], told: Operation) -> Answer:
        presented = present(errors, told.request_id)
        told.codes = codes_of(presented)
        outcome = Outcome.UNPARSED if prepared.document is None else Outcome.INVALID
        body = dumped({"errors": presented, "extensions": {"release": self.holder.version}})
        return Answer(body, IDENTITY, outcome, told.codes, storable=False)

    def _cost(self, told: Operation) -> dict[str, Any]:
        cost = told.cost or 0.0
        return {"requested": int(cost) if cost.is_integer() else cost, "limit": self.documents.limits.cost}

    def _served(self) -> str:
        release = self.holder.release
        return f"{self.code} {release.edition if release is not None else None}"

    def _sent(self, answer: Answer, media: str, told: Operation, headers: Mapping[str, str]) -> Response:
        sent = dict(headers)
        if answer.coding != IDENTITY:
            sent["Content-Encoding"] = answer.coding
        sent["Server-Timing"] = ", ".join(
            f"{name};dur={seconds * 1000:.2f}" for name, seconds in told.durations.items()
        )
        return Response(answer.body, STATUSES[self.rules][media][answer.outcome], sent, f"{media}; charset=utf-8")


def _list(request: Request, name: str) -> str | None:
    """A header that is a list, which may stand on several lines (RFC 9110, section 5.3)."""
    return ", ".join(request.headers.getlist(name)) or None


def _is_browser(request: Request) -> bool:
    """Whether a page is wanted rather than an answer."""
    return (
        request.method == "GET" and not questions.names_a_document(request) and accepts_html(_list(request, "accept"))
    )


def _changes_something(prepared: Prepared) -> bool:
    """Whether any operation of the document is no query."""
    definitions = prepared.document.definitions if prepared.document is not None else ()
    return any(
        isinstance(node, OperationDefinitionNode) and node.operation is not OperationType.QUERY for node in definitions
    )


def _refused(refusal: Refusal, media: str | None) -> Response:
    headers = refusal.headers | _NOT_KEPT
    return Response(dumped({"errors": [refusal.error]}), refusal.status, headers, f"{media or JSON}; charset=utf-8")


def _fresh(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": _PUBLIC}


@contextmanager
def _timed(told: Operation, phase: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        told.durations[phase] = time.perf_counter() - start
