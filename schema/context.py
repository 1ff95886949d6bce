"""What the schema asks of the floors above: the context of one request, as protocols."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import strawberry

from schema.vocabulary import AskedCounts, MatchLevel

if TYPE_CHECKING:
    from schema.analysis_result import AnalysisResult
    from schema.attrition import AttritionStep
    from schema.cda_subject import CDASubject
    from schema.collection import Collection
    from schema.commons_link import CommonsLink
    from schema.commons_status import CommonsCoverage, CommonsStatus
    from schema.connection import Connection
    from schema.counts import Counts
    from schema.demographics import DemographicValue
    from schema.facets import Crosstab, FacetBy, FacetPanel
    from schema.gdc_case import GDCCase, GDCFileCount
    from schema.gdc_file import FileFilter, GDCFilePage
    from schema.gdc_mutation import GDCMutation
    from schema.gdc_slide import GDCSlideLink
    from schema.global_id import GlobalID
    from schema.hint import Hint
    from schema.icdc_case import ICDCCase
    from schema.node import Node
    from schema.order import CollectionOrder, PatientOrder, SeriesOrder, StudyOrder
    from schema.patient import Patient
    from schema.pdc_case import PDCCase, PDCFileCount, PDCStudy
    from schema.release import Release, SeriesVersion
    from schema.series import Series
    from schema.study import Study
    from schema.where import CollectionWhere, PatientWhere, SeriesWhere, StudyWhere

    Order = Sequence[CollectionOrder] | Sequence[PatientOrder] | Sequence[StudyOrder] | Sequence[SeriesOrder]


@dataclass(frozen=True)
class Paging:
    """The paging arguments of a connection: how many rows, after which cursor, in which order."""

    first: int | None
    after: str | None
    order_by: "Order | None" = None


class Hierarchy(Protocol):
    """Collections, patients, studies and series of the current release. Arguments are checked here: BadUserInput."""

    async def nodes(self, ids: Sequence[str]) -> "list[Node | None]": ...
    async def nodes_of(self, references: "Sequence[GlobalID]") -> "list[Node | None]":
        """The nodes that other subgraphs refer to, in their order; None where there is none."""
        ...

    async def collection(self, collection_id: str) -> "Collection | None": ...
    async def analysis_result(self, analysis_result_id: str) -> "AnalysisResult | None": ...
    async def patient(self, collection_id: str, patient_id: str) -> "Patient | None": ...
    async def study(self, study_instance_uid: str) -> "Study | None": ...
    async def series_by_uid(self, series_instance_uid: str) -> "Series | None": ...

    async def collections(self, where: "CollectionWhere | None", paging: Paging) -> "Connection[Collection]": ...
    async def analysis_results(self, paging: Paging) -> "Connection[AnalysisResult]": ...
    async def patients(self, where: "PatientWhere | None", paging: Paging) -> "Connection[Patient]": ...
    async def studies(self, where: "StudyWhere | None", paging: Paging) -> "Connection[Study]": ...
    async def series(
        self, where: "SeriesWhere | None", match: MatchLevel | None, paging: Paging
    ) -> "Connection[Series]": ...

    async def patients_of(
        self, parent: "Collection", where: "PatientWhere | None", paging: Paging
    ) -> "Connection[Patient]": ...
    async def studies_of(
        self, parent: "Patient", where: "StudyWhere | None", paging: Paging
    ) -> "Connection[Study]": ...
    async def series_of(
        self, parent: "Patient | Study", where: "SeriesWhere | None", paging: Paging
    ) -> "Connection[Series]": ...

    async def counts(
        self, where: "SeriesWhere | None", match: MatchLevel | None, asked: frozenset[str]
    ) -> "Counts": ...
    async def attrition(
        self, steps: "Sequence[SeriesWhere]", match: MatchLevel | None, asked: frozenset[str]
    ) -> "list[AttritionStep]": ...
    async def counts_of(
        self,
        parent: "Collection | Patient | Study | AnalysisResult",
        where: "SeriesWhere | None",
        asked: frozenset[str],
    ) -> "Counts": ...


class Facets(Protocol):
    """Counts per value. Arguments are checked here: BadUserInput."""

    async def facets(
        self,
        where: "SeriesWhere | None",
        by: "Sequence[FacetBy]",
        match: MatchLevel | None,
        asked: AskedCounts,
        panel: frozenset[str],
    ) -> "FacetPanel": ...
    async def crosstab(
        self,
        where: "SeriesWhere | None",
        by: "Sequence[FacetBy]",
        match: MatchLevel | None,
        asked: AskedCounts,
        cells: frozenset[str],
    ) -> "Crosstab": ...


class Releases(Protocol):
    """The releases of IDC, and the versions of series that they served."""

    async def release(self, version: int | None) -> "Release | None": ...
    async def releases(self) -> "list[Release]": ...
    async def series_versions(self, series_instance_uid: str) -> "list[SeriesVersion]": ...


class Hints(Protocol):
    """Values given in where-inputs that occur nowhere in the current release."""

    async def of(self, where: "SeriesWhere | None") -> "list[Hint]": ...

    async def noted(self) -> "list[Hint]":
        """Hints on everything that this request was answered so far."""
        ...


class SisterCommons(Protocol):
    """What sister commons hold of patients.

    NotHarvested of what was not harvested where commons are not asked meanwhile; UpstreamError if one is asked and does
    not answer.
    """

    async def links(self, patient: "Patient") -> "list[CommonsLink]": ...
    async def gdc_case(self, patient: "Patient") -> "GDCCase | None": ...
    async def pdc_case(self, patient: "Patient") -> "PDCCase | None": ...
    async def cda_subject(self, patient: "Patient") -> "CDASubject | None": ...
    async def icdc_case(self, patient: "Patient") -> "ICDCCase | None": ...
    async def demographics(self, patient: "Patient") -> "list[DemographicValue]": ...
    async def gdc_files(self, case_id: str) -> "list[GDCFileCount]":
        """How many files of each kind GDC has for a case, now."""
        ...

    async def gdc_file_page(self, case: "GDCCase", asked: "FileFilter", paging: Paging) -> "GDCFilePage":
        """A page of a case's files, now. Arguments are checked here; TooManyCases in all that the request asks for."""
        ...

    async def gdc_mutations(self, case: "GDCCase", genes: Sequence[str]) -> "list[GDCMutation] | None":
        """Simple somatic mutations of a case in genes, now; None if it has no open calls. Genes are checked here."""
        ...

    def container_identifier(self, series: "Series") -> str | None:
        """Barcode of the slide that a series is an image of; None if it is not known, or there is none."""
        ...

    async def gdc_slide_link(self, series: "Series") -> "GDCSlideLink | None":
        """The slides of GDC with that barcode, now; None if the series is no slide."""
        ...

    async def pdc_file_counts(self, pdc_study_id: str) -> "list[PDCFileCount]":
        """How many files of each kind PDC has for a study, now."""
        ...

    async def pdc_studies(self, case_id: str, project: str) -> "list[PDCStudy]":
        """The latest versions of the studies of a project of PDC that have a case, now."""
        ...


class CommonsOverview(Protocol):
    """How sister commons are, and of how many patients they hold records."""

    async def status(self) -> "list[CommonsStatus]": ...
    async def coverage(self, where: "SeriesWhere | None", match: MatchLevel | None) -> "list[CommonsCoverage]": ...


@dataclass
class Context:
    """What one request can ask."""

    hierarchy: Hierarchy
    facets: Facets
    releases: Releases
    hints: Hints
    commons: SisterCommons
    overview: CommonsOverview


Info = strawberry.Info[Context, Any]
