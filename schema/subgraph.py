"""The schema as a subgraph of Apollo Federation 2: other subgraphs add fields to its types, and routers join them."""

import asyncio
from functools import cached_property
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, GraphQLUnionType
from strawberry.federation.schema import FederationAny
from strawberry.types import ExecutionContext

from schema.api import api_sdl
from schema.errors import BadUserInput
from schema.paced import paced
from schema.representation import TYPENAME, Entity

MOST_REPRESENTATIONS = 1000


class Schema(strawberry.federation.Schema):
    """A subgraph whose entities are found together: one call for all representations of a type.

    A type with keys has a classmethod `resolve_references(info, representations)`, awaitable for as many objects. Each
    representation is a dict of the values of at least one whole key, by GraphQL names; each object may be None (there
    is none) or a BadUserInput that names a field of the representation. Both concern that representation alone.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        union = self._schema.type_map.get("_Entity")
        types = union.types if isinstance(union, GraphQLUnionType) else ()
        self._entities = {type_.name: Entity.of(type_) for type_ in types}
        _describe(self._schema)
        # To print the schema takes longer than most questions.
        _fields(self._schema, "_Service")["sdl"].resolve = lambda *_: self.as_str()

    def as_str(self) -> str:
        """The subgraph's SDL, as `_service { sdl }` gives it."""
        return self._sdl

    def api_sdl(self) -> str:
        """The schema as clients see it, for tools that know nothing of federation."""
        return api_sdl(self._schema)

    @cached_property
    def _sdl(self) -> str:
        return super().as_str()

    async def entities_resolver(  # type: ignore[override]
        self, info: strawberry.Info[Any, Any], representations: list[FederationAny]
    ) -> Any:
        """The objects of the representations, in their order, with an error in the place of each that is wrong."""
        if len(representations) > MOST_REPRESENTATIONS:
            complaint = f"{len(representations)} are more than {MOST_REPRESENTATIONS}; send them in several requests"
            raise BadUserInput("representations", complaint)
        found: list[Any] = [None] * len(representations)
        batches: dict[str, dict[int, dict[str, Any]]] = {}
        for number, representation in enumerate(representations):
            try:
                name, values = self._read(representation, _place(number))
                batches.setdefault(name, {})[number] = values
            except BadUserInput as error:
                found[number] = error
        resolving = (self._resolved(info, name, list(batch.values())) for name, batch in batches.items())
        for batch, objects in zip(batches.values(), await asyncio.gather(*resolving), strict=True):
            for number, one in zip(batch, objects, strict=True):
                found[number] = one.under(_place(number)) if isinstance(one, BadUserInput) else one
        return paced(found)

    def _read(self, representation: Any, place: str) -> tuple[str, dict[str, Any]]:
        """The type that is meant, and the values. BadUserInput if they can't be."""
        if not isinstance(representation, dict):
            raise BadUserInput(place, f"send an object with `{TYPENAME}` and the fields of a key")
        name = representation.get(TYPENAME)
        entity = self._entities.get(name) if isinstance(name, str) else None
        if entity is None:
            raise BadUserInput(f"{place}.{TYPENAME}", f"send one of {', '.join(sorted(self._entities))}")
        return entity.type.name, entity.read(representation, place)

    async def _resolved(self, info: strawberry.Info[Any, Any], name: str, batch: list[dict[str, Any]]) -> Any:
        return await self._entities[name].origin.resolve_references(info, batch)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: the gateway logs what is internal, once; strawberry would log every mistake of a client."""


def _place(number: int) -> str:
    return f"representations[{number}]"


def _fields(schema: GraphQLSchema, name: str) -> Any:
    type_ = schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return type_.fields


def _describe(schema: GraphQLSchema) -> None:
    """What federation adds, described as all else is: strawberry leaves it bare."""
    types = schema.type_map
    types["_Any"].description = "A representation: `__typename` and the fields of one of the type's keys."
    types["_Service"].description = "This subgraph."
    _fields(schema, "_Service")["sdl"].description = "Its schema with the directives of federation."
    assert schema.query_type is not None
    query = schema.query_type.fields
    query["_service"].description = "This subgraph as routers see it."
    if "_entities" in query:
        types["_Entity"].description = "A type that other subgraphs can refer to."
        entities = query["_entities"]
        entities.description = (
            "The objects that routers refer to, in their order; null where there is none, and null with an error where "
            "a representation can't be meant."
        )
        entities.args["representations"].description = f"Which objects, {MOST_REPRESENTATIONS:,} at most."
