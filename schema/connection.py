"""Relay connections: pages of rows with an exact total and counts over all matching rows."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import strawberry

from schema.cost import COUNT
from schema.counts import Counts, asked_counts
from schema.fields import described
from schema.paced import paced

T = TypeVar("T")

CountAll = Callable[[frozenset[str]], Awaitable[Counts]]
# Cursors of a part of the page's rows.
Cursors = Callable[[slice], list[str]]


@strawberry.federation.type(shareable=True, description="Where a page stands among all rows.")
class PageInfo:
    has_next_page: bool = described("Whether rows follow this page.")
    end_cursor: str | None = described("Cursor of the last row; pass it as `after` for the next page.")
    has_previous_page: bool = described("Whether `after` was given.")
    start_cursor: str | None = described("Cursor of the first row.")


@strawberry.type(description="A row of a page with its cursor.")
class Edge(Generic[T]):
    cursor: str = described("Cursor of this row; pass it as `after` for the rows that follow it.")
    node: T = described("The row.")


def _page_info(root: "Connection[Any]") -> PageInfo:
    first, last = root.cursors(slice(1)), root.cursors(slice(-1, None))
    return PageInfo(
        has_next_page=root.has_next,
        end_cursor=last[0] if last else None,
        has_previous_page=root.has_previous,
        start_cursor=first[0] if first else None,
    )


@strawberry.type(description="A page of rows. Page on with `after: pageInfo.endCursor` until hasNextPage is false.")
class Connection(Generic[T]):
    total_count: int = described("Exact number of all matching rows.")
    page_info: PageInfo = strawberry.field(resolver=_page_info, description="Where this page stands.")
    nodes: list[T] = described("The rows of this page.")
    has_next: strawberry.Private[bool]
    has_previous: strawberry.Private[bool]
    cursors: strawberry.Private[Cursors]
    count_all: strawberry.Private[CountAll]

    @strawberry.field(description="The rows of this page with their cursors.")
    def edges(self) -> list[Edge[T]]:
        rows = zip(self.cursors(slice(None)), self.nodes, strict=True)
        return paced([Edge(cursor=cursor, node=node) for cursor, node in rows])

    @strawberry.field(
        description="Counts over all series of all matching rows (under a parent: of the parent's series only), "
        "not of this page.",
        directives=[COUNT],
    )
    async def counts(self, info: strawberry.Info[Any, Any]) -> Counts:
        return await self.count_all(asked_counts(info))
