"""The study: one visit, or one specimen's slides."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import UNSET

from schema.arguments import DEFAULT_FIRST, ORDER, After, First, SeriesCondition
from schema.connection import Connection
from schema.context import Info, Paging
from schema.cost import COUNT_OF_PARENT, PAGE, many
from schema.counts import Counts, asked_counts
from schema.fields import described, value_of
from schema.global_id import keys_of
from schema.node import Node
from schema.order import SeriesOrder
from schema.record import Record

if TYPE_CHECKING:
    from schema.collection import Collection
    from schema.patient import Patient
    from schema.series import Series


@strawberry.federation.type(
    keys=keys_of("Study"),
    description="A DICOM study: one visit, or one specimen's slides.",
)
class Study(Record, Node):
    study_instance_uid: strawberry.ID = value_of("study_instance_uid")
    collection_id: strawberry.ID = value_of("collection_id")
    collection: Annotated["Collection", strawberry.lazy("schema.collection")] = described("Its collection.")
    patients: list[Annotated["Patient", strawberry.lazy("schema.patient")]] = described(
        "Its patient; one study of IDC lies under two.", many(1)
    )
    study_date: datetime.date | None = described("The earliest StudyDate (0008,0020) of its series.")
    study_description: str | None = described(
        "The most frequent StudyDescription (0008,1030) of its series; of equally frequent ones the first by value."
    )
    modalities: list[str] = described("Every modality found in its series, ascending.")
    viewer_url: str | None = described("Opens it in IDC's web viewer: Slim if it holds slides, else OHIF.")

    @strawberry.field(description="Counts over its series.", directives=[COUNT_OF_PARENT])
    async def counts(self, info: Info, where: SeriesCondition = UNSET) -> Counts:
        return await info.context.hierarchy.counts_of(self, where, asked_counts(info))

    @strawberry.field(description="Its series.", directives=[PAGE])
    async def series(
        self,
        info: Info,
        where: SeriesCondition = UNSET,
        first: First = DEFAULT_FIRST,
        after: After = UNSET,
        order_by: Annotated[list[SeriesOrder] | None, strawberry.argument(description=ORDER)] = UNSET,
    ) -> Connection[Annotated["Series", strawberry.lazy("schema.series")]]:
        return await info.context.hierarchy.series_of(self, where, Paging(first, after, order_by))
