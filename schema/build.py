"""Builds the GraphQL schema of the gateway."""

from collections.abc import Sequence
from typing import Literal

from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter

from schema.facets import CommonsFacet, DateFacet, NumberFacet, TermFacet
from schema.names import graphql_name
from schema.query import Query
from schema.scalars import SCALARS
from schema.subgraph import Schema

# The latest that all composers read.
FEDERATION_VERSION: Literal["2.9"] = "2.9"

# Types that only their interfaces lead to.
_FORMS = [TermFacet, NumberFacet, DateFacet, CommonsFacet]


class _Names(NameConverter):
    def apply_naming_config(self, name: str) -> str:
        return graphql_name(name)


def build_schema(extensions: Sequence[type[SchemaExtension]] = ()) -> Schema:
    """The schema, executable once a context is given; `extensions` accompany every execution."""
    config = StrawberryConfig(name_converter=_Names(), scalar_map=SCALARS)
    return Schema(
        query=Query,
        types=_FORMS,
        config=config,
        extensions=list(extensions),
        federation_version=FEDERATION_VERSION,
    )
