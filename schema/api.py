"""The schema as clients see it: without what only routers ask."""

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
    print_type,
)


def api_sdl(subgraph: GraphQLSchema) -> str:
    """The SDL of a subgraph without `_entities`, `_service`, their types, and all directives but GraphQL's own."""
    types = _without_federation(subgraph).type_map
    return "\n\n".join(print_type(types[name]) for name in sorted(types) if _is_ours(types[name]))


def _without_federation(subgraph: GraphQLSchema) -> GraphQLSchema:
    query = subgraph.query_type
    assert query is not None
    fields = {name: field for name, field in query.fields.items() if not name.startswith("_")}
    root = GraphQLObjectType(query.name, fields, description=query.description)
    # Types that only their interfaces lead to have to be given.
    types = [type_ for type_ in subgraph.type_map.values() if isinstance(type_, GraphQLObjectType) and type_.interfaces]
    return GraphQLSchema(query=root, types=types)


def _is_ours(type_: GraphQLNamedType) -> bool:
    return not is_specified_scalar_type(type_) and not is_introspection_type(type_)
