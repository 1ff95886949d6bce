"""What fields cost, as clients and routers read it in the schema: the directives @cost and @listSize.

A point is about ten microseconds: an object to complete. The rest is in proportion.
"""

from graphql import GraphQLField, GraphQLInputField
from strawberry import UNSET
from strawberry.federation.schema_directives import Cost, ListSize
from strawberry.schema.schema_converter import GraphQLCoreConverter

__all__ = [
    "CASE",
    "COMMONS",
    "COUNT",
    "COUNT_OF_PARENT",
    "CROSSTAB",
    "FACET",
    "NODES_PAGE",
    "PAGE",
    "SEARCH",
    "STEP",
    "Cost",
    "ListSize",
]

# What engines do for a page of the release, for counts over it, for a facet, and for a step of an attrition, which
# shares work with the other steps.
SEARCH = Cost(weight=100)
COUNT = Cost(weight=100)
FACET = Cost(weight=100)
STEP = Cost(weight=40)
CROSSTAB = Cost(weight=500)
# Counts over the series of one parent; those of all parents of a page are made together.
COUNT_OF_PARENT = Cost(weight=20)
# The record of one patient in another commons: some hundred values to read, or to ask for.
CASE = Cost(weight=20)

# A question to every sister commons.
COMMONS = Cost(weight=1000)

# A page: its rows are as many as `first` says, or its default. Composers refuse an assumed size beside a default.
PAGE = ListSize(
    assumed_size=UNSET,
    slicing_arguments=["first"],
    sized_fields=["nodes", "edges"],
    require_one_slicing_argument=False,
)


# A page of what is no node, and so has no edges.
NODES_PAGE = ListSize(
    assumed_size=UNSET,
    slicing_arguments=["first"],
    sized_fields=["nodes"],
    require_one_slicing_argument=False,
)


def many(size: int) -> ListSize:
    """A list that is not paged: of twenty in the release at most one has more items than this."""
    return ListSize(assumed_size=size, slicing_arguments=UNSET, sized_fields=UNSET, require_one_slicing_argument=UNSET)


def directives_of(field: GraphQLField | GraphQLInputField) -> tuple[Cost | None, ListSize | None]:
    """What the schema says of a field, if anything."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    given = getattr(definition, "directives", ())
    cost = next((directive for directive in given if isinstance(directive, Cost)), None)
    return cost, next((directive for directive in given if isinstance(directive, ListSize)), None)
