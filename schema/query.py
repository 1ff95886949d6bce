"""The root of every question."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.analysis_result import AnalysisResult
from schema.arguments import (
    DEFAULT_FIRST,
    ORDER,
    After,
    CollectionCondition,
    First,
    Match,
    PatientCondition,
    SeriesCondition,
    StudyCondition,
)
from schema.attribute import Attribute, attributes
from schema.attrition import AttritionStep
from schema.collection import Collection
from schema.commons_status import CommonsCoverage, CommonsStatus
from schema.connection import Connection
from schema.context import Info, Paging
from schema.cost import COMMONS, COUNT, CROSSTAB, PAGE, SEARCH, STEP, many
from schema.counts import Counts, asked_counts
from schema.enums import Level, MatchLevel
from schema.facets import Axes, Crosstab, FacetPanel, FacetsBy, asked_of_facets
from schema.hint import Hint
from schema.node import Node
from schema.order import CollectionOrder, PatientOrder, SeriesOrder, StudyOrder
from schema.patient import Patient
from schema.release import Release, SeriesVersion
from schema.series import Series
from schema.study import Study
from schema.where import SeriesWhere


def _id(description: str) -> object:
    return strawberry.argument(description=description)


CollectionID = Annotated[strawberry.ID, _id("Short name of the collection, for example lidc_idri.")]
PatientID = Annotated[strawberry.ID, _id("PatientID (0010,0020) within the collection.")]
AnalysisResultID = Annotated[strawberry.ID, _id("Identifier of the analysis result.")]
StudyUID = Annotated[strawberry.ID, _id("StudyInstanceUID (0020,000D).")]
SeriesUID = Annotated[strawberry.ID, _id("SeriesInstanceUID (0020,000E).")]
Steps = Annotated[
    list[SeriesWhere], strawberry.argument(description="Conditions on series, in the order of the steps, 200 at most.")
]
ReleaseNumber = Annotated[
    int | None, strawberry.argument(description="Its number, for example 24; null: the current one.")
]
OfLevel = Annotated[Level | None, strawberry.argument(description="Only attributes of this level.")]


@strawberry.type(description="Everything that can be asked. A root field is null together with an error, or for none.")
class Query:
    # Of several subgraphs with nodes none can find those of the others: routers compose these two and hide them.
    @strawberry.federation.field(
        shareable=True,
        inaccessible=True,
        description="The object with this global id; null if there is none or the id is malformed.",
    )
    async def node(self, info: Info, id: Annotated[strawberry.ID, _id("A global id.")]) -> Node | None:
        return (await info.context.hierarchy.nodes([id]))[0]

    @strawberry.federation.field(
        shareable=True,
        inaccessible=True,
        description="The objects with these global ids (1,000 at most), in their order; null where there is none.",
        directives=[many(100)],
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], _id("Global ids.")]
    ) -> list[Node | None] | None:
        return await info.context.hierarchy.nodes(ids)

    @strawberry.field(description="The release with this number, or the current one; null if there is none.")
    async def release(self, info: Info, version: ReleaseNumber = UNSET) -> Release | None:
        return await info.context.releases.release(version if isinstance(version, int) else None)

    @strawberry.field(description="All releases of IDC, the newest first.", directives=[many(30)])
    async def releases(self, info: Info) -> list[Release] | None:
        return await info.context.releases.releases()

    @strawberry.field(description="Every attribute that can be filtered, faceted or sorted by.", directives=[many(40)])
    def attributes(self, level: OfLevel = UNSET) -> list[Attribute] | None:
        return attributes(level)

    @strawberry.field(description="Exact counts over the matching series.", directives=[COUNT])
    async def counts(
        self, info: Info, where: SeriesCondition = UNSET, match: Match = MatchLevel.SERIES
    ) -> Counts | None:
        return await info.context.hierarchy.counts(where, match, asked_counts(info))

    @strawberry.field(
        description="Counts per value of several attributes, for the widgets of a filter panel, with the total of what "
        "matches.",
        directives=[COUNT],
    )
    async def facets(
        self, info: Info, by: FacetsBy, where: SeriesCondition = UNSET, match: Match = MatchLevel.SERIES
    ) -> FacetPanel | None:
        asked = asked_of_facets(info, "facets")
        return await info.context.facets.facets(where, by, match, asked, asked_counts(info, "total"))

    @strawberry.field(
        description="Counts for every combination of the values of two or three attributes.", directives=[CROSSTAB]
    )
    async def crosstab(
        self, info: Info, by: Axes, where: SeriesCondition = UNSET, match: Match = MatchLevel.SERIES
    ) -> Crosstab | None:
        asked = asked_of_facets(info, "axes")
        return await info.context.facets.crosstab(where, by, match, asked, asked_counts(info, "cells", "counts"))

    @strawberry.field(
        description="How many are left after each of several conditions, added one by one: the steps are joined as "
        "`and`, then `match` applies.",
        directives=[STEP, many(10)],
    )
    async def attrition(self, info: Info, steps: Steps, match: Match = MatchLevel.SERIES) -> list[AttritionStep] | None:
        asked = asked_counts(info, "counts") | asked_counts(info, "removed")
        return await info.context.hierarchy.attrition(steps, match, asked)

    @strawberry.field(
        description="Values in `where` that occur nowhere in the release, with the values near them; empty if all of "
        "them occur. The hints of any answer are in its extensions.hints.",
        directives=[COUNT, many(10)],
    )
    async def hints(self, info: Info, where: SeriesCondition = UNSET) -> list[Hint] | None:
        return await info.context.hints.of(where)

    @strawberry.field(
        description="How the sister commons are: what was harvested of them, whether they answer, and their releases.",
        directives=[COMMONS, many(4)],
    )
    async def commons_status(self, info: Info) -> list[CommonsStatus] | None:
        return await info.context.overview.status()

    @strawberry.field(
        description="Of how many patients of the matching series sister commons hold records: the denominators of "
        "conditions and facets on them, as far as they were harvested.",
        directives=[COUNT, many(4)],
    )
    async def commons_coverage(
        self, info: Info, where: SeriesCondition = UNSET, match: Match = MatchLevel.SERIES
    ) -> list[CommonsCoverage] | None:
        return await info.context.overview.coverage(where, match)

    @strawberry.field(description="Collections.", directives=[SEARCH, PAGE])
    async def collections(
        self,
        info: Info,
        where: CollectionCondition = UNSET,
        first: First = DEFAULT_FIRST,
        after: After = UNSET,
        order_by: Annotated[list[CollectionOrder] | None, strawberry.argument(description=ORDER)] = UNSET,
    ) -> Connection[Collection] | None:
        return await info.context.hierarchy.collections(where, Paging(first, after, order_by))

    @strawberry.field(description="The collection with this identifier; null if there is none.")
    async def collection(self, info: Info, collection_id: CollectionID) -> Collection | None:
        return await info.context.hierarchy.collection(collection_id)

    @strawberry.field(description="Analysis results.", directives=[SEARCH, PAGE])
    async def analysis_results(
        self, info: Info, first: First = DEFAULT_FIRST, after: After = UNSET
    ) -> Connection[AnalysisResult] | None:
        return await info.context.hierarchy.analysis_results(Paging(first, after))

    @strawberry.field(description="The analysis result with this identifier; null if there is none.")
    async def analysis_result(self, info: Info, analysis_result_id: AnalysisResultID) -> AnalysisResult | None:
        return await info.context.hierarchy.analysis_result(analysis_result_id)

    @strawberry.field(description="Patients.", directives=[SEARCH, PAGE])
    async def patients(
        self,
        info: Info,
        where: PatientCondition = UNSET,
        first: First = DEFAULT_FIRST,
        after: After = UNSET,
        order_by: Annotated[list[PatientOrder] | None, strawberry.argument(description=ORDER)] = UNSET,
    ) -> Connection[Patient] | None:
        return await info.context.hierarchy.patients(where, Paging(first, after, order_by))

    @strawberry.field(description="The patient with this identifier in this collection; null if there is none.")
    async def patient(self, info: Info, collection_id: CollectionID, patient_id: PatientID) -> Patient | None:
        return await info.context.hierarchy.patient(collection_id, patient_id)

    @strawberry.field(description="Studies.", directives=[SEARCH, PAGE])
    async def studies(
        self,
        info: Info,
        where: StudyCondition = UNSET,
        first: First = DEFAULT_FIRST,
        after: After = UNSET,
        order_by: Annotated[list[StudyOrder] | None, strawberry.argument(description=ORDER)] = UNSET,
    ) -> Connection[Study] | None:
        return await info.context.hierarchy.studies(where, Paging(first, after, order_by))

    @strawberry.field(description="The study with this UID; null if there is none.")
    async def study(self, info: Info, study_instance_uid: StudyUID) -> Study | None:
        return await info.context.hierarchy.study(study_instance_uid)

    @strawberry.field(description="Series.", directives=[SEARCH, PAGE])
    async def series(
        self,
        info: Info,
        where: SeriesCondition = UNSET,
        match: Match = MatchLevel.SERIES,
        first: First = DEFAULT_FIRST,
        after: After = UNSET,
        order_by: Annotated[list[SeriesOrder] | None, strawberry.argument(description=ORDER)] = UNSET,
    ) -> Connection[Series] | None:
        return await info.context.hierarchy.series(where, match, Paging(first, after, order_by))

    @strawberry.field(description="The series with this UID; null if there is none.")
    async def series_by_uid(self, info: Info, series_instance_uid: SeriesUID) -> Series | None:
        return await info.context.hierarchy.series_by_uid(series_instance_uid)

    @strawberry.field(
        description="The versions in which releases served this series, the earliest first, also of a series that was "
        "removed; empty if no release is known to have held it.",
        directives=[many(2)],
    )
    async def series_versions(self, info: Info, series_instance_uid: SeriesUID) -> list[SeriesVersion] | None:
        return await info.context.releases.series_versions(series_instance_uid)
