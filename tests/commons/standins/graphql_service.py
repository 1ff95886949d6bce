"""A GraphQL service as Apollo Server 3 answers it, over a schema and functions for its root fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from tests.commons.standins.server import StandIn, json_answer

Resolver = Callable[..., Any]
INTROSPECTION = (
    "GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. "
    "To enable introspection, pass introspection: true to ApolloServer in production"
)


def schema_of(path: Path) -> GraphQLSchema:
    """The schema in a file of SDL."""
    return build_schema(path.read_text(), assume_valid=True)


@dataclass
class Context:
    """What the resolvers of one request share: PDC's hazard."""

    request: web.Request
    document: DocumentNode
    variables: Mapping[str, Any]
    total: int | None = None

    @property
    def roots(self) -> list[FieldNode]:
        operation = next(d for d in self.document.definitions if isinstance(d, OperationDefinitionNode))
        return [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]


def failed(error: GraphQLError, code: str) -> dict[str, Any]:
    """An error as Apollo words it."""
    made: dict[str, Any] = {"message": error.message}
    if error.locations:
        made["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        made["path"] = error.path
    return {**made, "extensions": {"code": code}}


class GraphQLStandIn(StandIn):
    """A stand-in with one GraphQL endpoint, by GET and POST."""

    paths: tuple[str, ...] = ("/graphql",)
    sdl: Path

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        self.schema = schema_of(self.sdl)
        query = self.schema.query_type
        assert query is not None
        for name, resolver in self.resolvers().items():
            query.fields[name].resolve = resolver
        self.prepare()
        return [method(path, self._asked) for path in self.paths for method in (web.get, web.post)]

    def resolvers(self) -> dict[str, Resolver]:
        """By root field: `resolver(root, info, **arguments)`."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Change the schema further."""

    def refused(self, request: web.Request, body: bytes) -> web.Response | None:
        """An answer without the service, if the request gets none."""
        return None

    async def _asked(self, request: web.Request) -> web.Response:
        body = await request.read()
        refusal = self.refused(request, body)
        if refusal is not None:
            return refusal
        try:
            given = dict(request.query) if request.method == "GET" else orjson.loads(body)
        except orjson.JSONDecodeError:
            return web.Response(status=400, text="<pre>SyntaxError: Unexpected token</pre>", content_type="text/html")
        if not isinstance(given, dict) or not given.get("query"):
            return web.Response(
                status=400, text="GET query missing." if request.method == "GET" else "POST body missing."
            )
        variables = given.get("variables") or {}
        return self._executed(
            request, given["query"], orjson.loads(variables) if isinstance(variables, str) else variables
        )

    def _executed(self, request: web.Request, query: str, variables: dict[str, Any]) -> web.Response:
        if "__schema" in query or "__type(" in query:
            error = GraphQLError(INTROSPECTION)
            made = {**failed(error, "GRAPHQL_VALIDATION_FAILED"), "locations": [{"line": 1, "column": 3}]}
            return json_answer({"errors": [made]}, 400)
        try:
            document = parse(query)
        except GraphQLSyntaxError as error:
            return json_answer({"errors": [failed(error, "GRAPHQL_PARSE_FAILED")]}, 400)
        errors = validate(self.schema, document)
        if errors:
            return json_answer({"errors": [failed(error, "GRAPHQL_VALIDATION_FAILED") for error in errors]}, 400)
        context = Context(request, document, variables)
        result = execute_sync(self.schema, document, variable_values=variables, context_value=context)
        if result.data is None and result.errors and not result.errors[0].path:
            return json_answer({"errors": [failed(error, "BAD_USER_INPUT") for error in result.errors]}, 400)
        answer: dict[str, Any] = {}
        if result.errors:
            answer["errors"] = [failed(error, "INTERNAL_SERVER_ERROR") for error in result.errors]
        return json_answer({**answer, "data": result.data})


def context_of(info: GraphQLResolveInfo) -> Context:
    """What the request's resolvers share."""
    context = info.context
    assert isinstance(context, Context)
    return context
