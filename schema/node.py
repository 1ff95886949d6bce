"""Relay's Node: an object that can be fetched again by its id."""

from collections.abc import Sequence

import strawberry

from schema.context import Info
from schema.errors import BadUserInput
from schema.global_id import GlobalID
from schema.reference import KeyValues, referenced


@strawberry.interface(description="An object with a global id, by which it can be fetched again.")
class Node:
    """What collections, analysis results, patients, studies and series have in common."""

    id: strawberry.ID = strawberry.field(
        description="Global id: opaque, safe in URLs, stable across releases, never shared by two things."
    )

    @classmethod
    async def resolve_references(
        cls, info: Info, representations: Sequence[KeyValues]
    ) -> "list[Node | BadUserInput | None]":
        """The objects of this type that other subgraphs refer to, in one batch; see schema.subgraph.Schema."""
        wanted = [_referenced(cls.__name__, given) for given in representations]
        nodes = iter(await info.context.hierarchy.nodes_of([id for id in wanted if isinstance(id, GlobalID)]))
        return [next(nodes) if isinstance(id, GlobalID) else id for id in wanted]


def _referenced(typename: str, given: KeyValues) -> GlobalID | BadUserInput:
    try:
        return referenced(typename, given)
    except BadUserInput as error:
        return error
