"""The patient: a subject of a collection."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import UNSET

from schema.arguments import DEFAULT_FIRST, ORDER, After, First, SeriesCondition, StudyCondition
from schema.cda_subject import CDASubject
from schema.commons_link import CommonsLink
from schema.connection import Connection
from schema.context import Info, Paging
from schema.cost import CASE, COUNT_OF_PARENT, PAGE, many
from schema.counts import Counts, asked_counts
from schema.demographics import DemographicValue
from schema.enums import SubjectKind
from schema.fields import described, value_of
from schema.gdc_case import GDCCase
from schema.global_id import keys_of
from schema.icdc_case import ICDCCase
from schema.node import Node
from schema.order import SeriesOrder, StudyOrder
from schema.pdc_case import PDCCase
from schema.record import Record

if TYPE_CHECKING:
    from schema.collection import Collection
    from schema.series import Series
    from schema.study import Study


@strawberry.federation.type(
    keys=keys_of("Patient"),
    description="A subject of a collection, known by collectionID and patientID together; not always a person: see "
    "subjectKind.",
)
class Patient(Record, Node):
    collection_id: strawberry.ID = value_of("collection_id")
    patient_id: strawberry.ID = value_of("patient_id")
    collection: Annotated["Collection", strawberry.lazy("schema.collection")] = described("Its collection.")
    subject_kind: SubjectKind = value_of("subject_kind")
    patient_sexes: list[str] = described("Every PatientSex (0010,0040) found in its series, ascending.")
    patient_ages: list[float] = described("Every age when imaged found in its series, in years, ascending.")
    modalities: list[str] = described("Every modality found in its series, ascending.")
    same_patient_id_elsewhere: list[Annotated["Patient", strawberry.lazy("schema.patient")]] = described(
        "Patients of other collections with the same PatientID; that they are the same person is not proven.", many(2)
    )

    @strawberry.field(
        description="What is known of the patient in each sister commons, and on what it rests.", directives=[many(4)]
    )
    async def links(self, info: Info) -> list[CommonsLink] | None:
        return await info.context.commons.links(self)

    @strawberry.field(
        description="The patient's case in the Genomic Data Commons; null if there is no link: see links.",
        directives=[CASE],
    )
    async def gdc_case(self, info: Info) -> GDCCase | None:
        return await info.context.commons.gdc_case(self)

    @strawberry.field(
        description="The patient's case in the Proteomic Data Commons; null if there is no link: see links.",
        directives=[CASE],
    )
    async def pdc_case(self, info: Info) -> PDCCase | None:
        return await info.context.commons.pdc_case(self)

    @strawberry.field(
        description="The patient's subject in the Cancer Data Aggregator; null if there is no link: see links.",
        directives=[CASE],
    )
    async def cda_subject(self, info: Info) -> CDASubject | None:
        return await info.context.commons.cda_subject(self)

    @strawberry.field(
        description="The dog's case in the Integrated Canine Data Commons; null if there is no link: see links.",
        directives=[CASE],
    )
    async def icdc_case(self, info: Info) -> ICDCCase | None:
        return await info.context.commons.icdc_case(self)

    @strawberry.field(
        description="Sex, race, ethnicity and vital status, as the linked commons have them, side by side.",
        directives=[many(4)],
    )
    async def demographics(self, info: Info) -> list[DemographicValue] | None:
        return await info.context.commons.demographics(self)

    @strawberry.field(description="Counts over its series.", directives=[COUNT_OF_PARENT])
    async def counts(self, info: Info, where: SeriesCondition = UNSET) -> Counts:
        return await info.context.hierarchy.counts_of(self, where, asked_counts(info))

    @strawberry.field(description="Its studies.", directives=[PAGE])
    async def studies(
        self,
        info: Info,
        where: StudyCondition = UNSET,
        first: First = DEFAULT_FIRST,
        after: After = UNSET,
        order_by: Annotated[list[StudyOrder] | None, strawberry.argument(description=ORDER)] = UNSET,
    ) -> Connection[Annotated["Study", strawberry.lazy("schema.study")]]:
        return await info.context.hierarchy.studies_of(self, where, Paging(first, after, order_by))

    @strawberry.field(description="Its series, over all its studies.", directives=[PAGE])
    async def series(
        self,
        info: Info,
        where: SeriesCondition = UNSET,
        first: First = DEFAULT_FIRST,
        after: After = UNSET,
        order_by: Annotated[list[SeriesOrder] | None, strawberry.argument(description=ORDER)] = UNSET,
    ) -> Connection[Annotated["Series", strawberry.lazy("schema.series")]]:
        return await info.context.hierarchy.series_of(self, where, Paging(first, after, order_by))
