"""The collection: a data set that was submitted as a whole."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import UNSET

from schema.arguments import DEFAULT_FIRST, ORDER, After, First, PatientCondition, SeriesCondition
from schema.connection import Connection
from schema.context import Info, Paging
from schema.cost import COUNT_OF_PARENT, PAGE, many
from schema.counts import Counts, asked_counts
from schema.fields import described, value_of
from schema.global_id import keys_of
from schema.node import Node
from schema.order import PatientOrder
from schema.record import Record
from schema.source import Source

if TYPE_CHECKING:
    from schema.analysis_result import AnalysisResult
    from schema.patient import Patient


@strawberry.federation.type(
    keys=keys_of("Collection"),
    description="A data set that was submitted to IDC as a whole, with the analysis results made of it.",
)
class Collection(Record, Node):
    collection_id: strawberry.ID = value_of("collection_id")
    name: str = value_of("name")
    cancer_types: list[str] = value_of("cancer_types")
    tumor_locations: list[str] = value_of("tumor_locations")
    species: list[str] = value_of("species")
    program_id: str | None = value_of("program_id")
    status: str | None = value_of("status")
    description: str | None = described("What the collection is, with HTML tags as published.")
    updated: datetime.date | None = value_of("updated")
    supporting_data: list[str] = described("What exists elsewhere for its patients: Clinical, Genomics, ...")
    sources: list[Source] = described(
        "The published data sets that its series came with, each with its licence.", many(4)
    )
    analysis_results: list[Annotated["AnalysisResult", strawberry.lazy("schema.analysis_result")]] = described(
        "Analysis results with series in this collection.", many(2)
    )

    @strawberry.field(description="Counts over its series, analysis results included.", directives=[COUNT_OF_PARENT])
    async def counts(self, info: Info, where: SeriesCondition = UNSET) -> Counts:
        return await info.context.hierarchy.counts_of(self, where, asked_counts(info))

    @strawberry.field(description="Its patients.", directives=[PAGE])
    async def patients(
        self,
        info: Info,
        where: PatientCondition = UNSET,
        first: First = DEFAULT_FIRST,
        after: After = UNSET,
        order_by: Annotated[list[PatientOrder] | None, strawberry.argument(description=ORDER)] = UNSET,
    ) -> Connection[Annotated["Patient", strawberry.lazy("schema.patient")]]:
        return await info.context.hierarchy.patients_of(self, where, Paging(first, after, order_by))
