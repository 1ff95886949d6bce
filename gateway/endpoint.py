"""The GraphQL endpoint."""

import logging
import uuid
from dataclasses import asdict
from typing import Any

import orjson
import strawberry
from cross_web import HTTPException
from graphql import GraphQLError
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from gateway.errors import present
from gateway.explorer import graphiql_page
from gateway.release import ReleaseHolder
from schema.context import Context

log = logging.getLogger("idc_gateway")

REQUEST_ID = "X-Request-ID"


class GraphQLEndpoint(GraphQL[Context, None]):
    """Answers POST and GET; browsers get the explorer. 503 until the release is open."""

    def __init__(self, schema: strawberry.Schema, holder: ReleaseHolder) -> None:
        super().__init__(schema, subscription_protocols=())
        self._holder = holder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["request_id"] = uuid.uuid4().hex

        async def identified(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = scope["request_id"]
                headers["Vary"] = "Accept"
            await send(message)

        await super().__call__(scope, receive, identified)

    async def run(self, request: Request, context: Any = None, root_value: Any = None) -> Any:  # type: ignore[override]
        """Answer one request."""
        browser = request.method == "GET" and "query" not in request.query_params
        release = self._holder.release
        if release is not None:
            context = request.scope["context"] = release.context()
            return await super().run(request, context, root_value)
        return await self.render_graphql_ide(request) if browser else _not_ready(self._holder.state)

    async def render_graphql_ide(self, request: Request) -> Response:
        """GraphiQL, from our own files."""
        return graphiql_page()

    def parse_json(self, data: str | bytes) -> Any:
        """The body, or the variables of a GET, which must be objects (GraphQL over HTTP, section 5.4).

        Half a surrogate pair is refused: no store holds one, and no answer could repeat it.
        """
        try:
            parsed = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise HTTPException(400, f"This is not JSON in UTF-8: {error}") from None
        if not isinstance(parsed, dict):
            raise HTTPException(400, "The body must be a JSON object with a `query`; variables must be an object.")
        return parsed

    def encode_json(self, data: object) -> bytes:
        """JSON without spaces, in UTF-8."""
        return orjson.dumps(data, option=orjson.OPT_PASSTHROUGH_SUBCLASS)

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The answer as clients see it."""
        answer: GraphQLHTTPResponse = {"data": result.data}
        if result.errors:
            errors: list[GraphQLError] = result.errors
            answer["errors"] = present(errors, request.scope["request_id"])  # type: ignore[typeddict-item]
        hints = await self._hints(request)
        found = {"hints": hints} if hints else {}
        answer["extensions"] = {"release": self._holder.version, **found, **(result.extensions or {})}
        return answer

    async def _hints(self, request: Request) -> list[dict[str, Any]]:
        """What may have been meant by values that match nothing; an answer does not fail for want of them."""
        context: Context = request.scope["context"]
        try:
            return [asdict(hint) for hint in await context.hints.noted()]
        except Exception:
            log.exception("no hints in request %s", request.scope["request_id"])
            return []


def _not_ready(state: str) -> JSONResponse:
    error = {"message": f"not ready: {state}; try again in a few seconds", "extensions": {"code": "OVERLOADED"}}
    return JSONResponse({"errors": [error]}, 503, headers={"Retry-After": "5"})
