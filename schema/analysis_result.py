"""The analysis result: series made from the images of others and published under a DOI of their own."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.context import Info
from schema.cost import COUNT_OF_PARENT, many
from schema.counts import Counts, asked_counts
from schema.fields import described, value_of
from schema.global_id import keys_of
from schema.node import Node
from schema.record import Record
from schema.source import Source

if TYPE_CHECKING:
    from schema.collection import Collection


@strawberry.federation.type(
    keys=keys_of("AnalysisResult"),
    description="Series made from the images of one or more collections and published on their own: segmentations, "
    "annotations, measurements. They lie in the studies of the images that they were made from.",
)
class AnalysisResult(Record, Node):
    analysis_result_id: strawberry.ID = value_of("analysis_result_id")
    title: str = described("Its title.")
    description: str | None = described("What it is, with HTML tags as published.")
    source: Source = described("The publication, with citation and licence.")
    collections: list[Annotated["Collection", strawberry.lazy("schema.collection")]] = described(
        "Collections that hold series of it.", many(20)
    )

    @strawberry.field(description="Counts over its series.", directives=[COUNT_OF_PARENT])
    async def counts(self, info: Info) -> Counts:
        return await info.context.hierarchy.counts_of(self, None, asked_counts(info))
