"""Builds the GraphQL schema of the gateway."""

from collections.abc import Sequence

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types import ExecutionContext

from schema.facets import DateFacet, NumberFacet, TermFacet
from schema.names import graphql_name
from schema.query import Query
from schema.scalars import SCALARS

# Types that only their interfaces lead to.
_FORMS = [TermFacet, NumberFacet, DateFacet]


class _Names(NameConverter):
    def apply_naming_config(self, name: str) -> str:
        return graphql_name(name)


class _Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: the gateway logs what is internal, once; strawberry would log every mistake of a client."""


def build_schema(extensions: Sequence[type[SchemaExtension]] = ()) -> strawberry.Schema:
    """The schema, executable once a context is given; `extensions` accompany every execution."""
    config = StrawberryConfig(name_converter=_Names(), scalar_map=SCALARS)
    return _Schema(query=Query, types=_FORMS, config=config, extensions=list(extensions))
