"""PDC's GraphQL, over the types it publishes (`pdc.graphql`), by GET and POST.

Its quirks:

1. Ids of `case` and `casePerFile` are lists with `;` between them. Nobody says which were not found.
2. More than 50 ids with nested fields, or 300 without: 504 with HTML (one SQL per case and nested field).
3. A JSON body of more than 100 kB: 413 with HTML.
4. Pages need both `offset` and `limit`: else the first 100 rows, and a `total` of 0. Rows have no order.
5. `pagination` knows its total only if `total` is selected before it; else null.
6. Resolvers of one request share their arguments: of several root fields all are answered with those of the last.
7. Introspection is 400; what does not fit the schema is 400 GRAPHQL_VALIDATION_FAILED; a resolver that fails is
   HTTP 200 with INTERNAL_SERVER_ERROR and null. (200, null and no errors: `faults.null_data`.)
8. Numbers are strings ("-25560", and "0" for no death); nothing is "N/A", "Not Reported", "", " ", "Unknown" or null.
9. Unknown values of enumerations (`analytical_fraction: "Proteom"`) are an empty list.
10. `case` is not limited to the latest version of a study; `study` and `programsProjectsStudies` list old versions as
    well (`versions=False`: only the latest); `studyCatalog` says which is the latest ("yes"/"no").
    `biospecimenPerStudy`, `clinicalPerStudy` and files by `pdc_study_id` are of the latest, those by `study_id` of it.
11. Reference material and pools are cases ("Ref", "Pooled Sample", digits), one without `case_is_ref`.
12. `reference_entity_location` may end with a carriage return.
13. `File.file_size` is an Int and fails for files of more than 2 GiB; `FilePerStudy.file_size` is a string.
14. `signedUrl` is an object, and only there if it is selected (`signed` counts how often that was).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from graphql import FieldNode, GraphQLError, GraphQLResolveInfo, SelectionSetNode
from graphql.execution.values import get_argument_values

from tests.commons.standins import pdc_documents as documents
from tests.commons.standins.draw import stream
from tests.commons.standins.faults import page
from tests.commons.standins.graphql_service import Context, GraphQLStandIn, Resolver, context_of
from tests.commons.standins.pdc_documents import Document
from tests.commons.standins.records import PdcCase, PdcFile, PdcStudy
from tests.commons.standins.world import World

RELEASE, NEXT_RELEASE = "6.1", "6.2"
BODY_BYTES = 100 * 1024
NESTED_IDS, PLAIN_IDS = 50, 300
NESTED = {"demographics", "samples", "diagnoses", "exposures", "follow_ups", "treatments"}
UNPAGED = 100
MOST_FILES = 20_000
Row = TypeVar("Row")


def ids(given: str | None) -> list[str] | None:
    """A list with `;`; None if there is none."""
    return None if given is None else [part.strip() for part in given.split(";") if part.strip()]


def selected(nodes: Iterable[FieldNode]) -> set[str]:
    """The names of the fields right under some."""
    found: set[str] = set()
    for node in nodes:
        selections = node.selection_set.selections if isinstance(node.selection_set, SelectionSetNode) else ()
        found |= {under.name.value for under in selections if isinstance(under, FieldNode)}
    return found


class Pdc(GraphQLStandIn):
    """The stand-in of PDC over a world."""

    service = "pdc"
    sdl = Path(__file__).parent / "pdc.graphql"

    def __init__(self, world: World, release: str = RELEASE, versions: bool = True) -> None:
        super().__init__(world, release)
        self.versions = versions
        self.signed = 0

    def resolvers(self) -> dict[str, Resolver]:
        made = {
            "case": self._case,
            "allCases": self._all_cases,
            "getPaginatedCases": self._paginated_cases,
            "paginatedCasesSamplesAliquots": self._paginated_samples,
            "biospecimenPerStudy": self._biospecimens,
            "clinicalPerStudy": self._clinical,
            "programsProjectsStudies": self._programs,
            "study": self._study,
            "studyCatalog": self._catalog,
            "filesCountPerStudy": self._files_count,
            "filesPerStudy": self._files,
            "fileMetadata": self._file_metadata,
            "casePerFile": self._case_per_file,
            "pdcEntityReference": self._references,
            "uiDataVersionSoftwareVersion": self._version,
        }
        return {name: self._clobbered(resolver) for name, resolver in made.items()}

    def prepare(self) -> None:
        self.schema.type_map["Pagination"].fields["total"].resolve = self._late_total  # type: ignore[attr-defined]
        for name in ("PaginatedCases", "PaginatedSamples"):
            self.schema.type_map[name].fields["total"].resolve = self._total  # type: ignore[attr-defined]
        self.schema.type_map["FilePerStudy"].fields["signedUrl"].resolve = self._signed  # type: ignore[attr-defined]

    def refused(self, request: web.Request, body: bytes) -> web.Response | None:
        return page(413) if len(body) > BODY_BYTES else None

    async def _asked(self, request: web.Request) -> web.Response:
        try:
            return await super()._asked(request)
        except _TooSlowError:
            return page(504)

    def _clobbered(self, resolver: Resolver) -> Resolver:
        """Of several root fields the last one's arguments are what all of them see."""

        def resolve(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
            context = context_of(info)
            roots = context.roots
            if len(roots) > 1:
                query = self.schema.query_type
                assert query is not None
                last = roots[-1]
                of_last = get_argument_values(query.fields[last.name.value], last, context.variables)  # type: ignore[arg-type]
                allowed = query.fields[info.field_name].args
                arguments = {name: value for name, value in of_last.items() if name in allowed}
            arguments.pop("acceptDUA", None)
            return resolver(info, **arguments)

        return resolve

    # Rows

    def _rows(self, info: GraphQLResolveInfo, rows: Sequence[Row], offset: int | None, limit: int | None) -> list[Row]:
        context = context_of(info)
        if offset is None or limit is None:
            context.total = 0
            return list(rows[:UNPAGED])
        context.total = len(rows)
        shown = self.page(context.request, rows, offset, limit)
        stream("rows", self.service, len(self.requests)).shuffle(shown)
        return shown

    def _versions(self, study_id: str | None, pdc_study_id: str | None) -> list[PdcStudy]:
        """By `study_id` that version, by `pdc_study_id` the latest."""
        wanted, named = ids(study_id), ids(pdc_study_id)
        return [
            study
            for study in self.world.pdc_studies
            if (wanted is not None and study.study_id in wanted)
            or (wanted is None and study.latest and (named is None or study.pdc_study_id in named))
        ]

    def _members(self, studies: Iterable[PdcStudy]) -> list[PdcCase]:
        inside = {case_id for study in studies for case_id in study.cases}
        return [case for case in self.world.pdc_cases if case.case_id in inside]

    # Cases

    def _case(
        self,
        info: GraphQLResolveInfo,
        case_id: str | None = None,
        case_submitter_id: str | None = None,
        study_id: str | None = None,
        pdc_study_id: str | None = None,
    ) -> list[Document]:
        asked, named = ids(case_id), ids(case_submitter_id)
        nested = bool(NESTED & selected(info.field_nodes))
        if len((asked or []) + (named or [])) > (NESTED_IDS if nested else PLAIN_IDS):
            raise _TooSlowError
        found = list(self.world.pdc_cases)
        if study_id is not None or pdc_study_id is not None:
            wanted = {*(ids(study_id) or ()), *(ids(pdc_study_id) or ())}
            found = self._members(s for s in self.world.pdc_studies if {s.study_id, s.pdc_study_id} & wanted)
        if asked is not None:
            found = [case for case in found if case.case_id in asked]
        if named is not None:
            found = [case for case in found if case.submitter_id in named]
        stream("rows", self.service, len(self.requests)).shuffle(found)
        return [documents.case(case) for case in found]

    def _all_cases(self, info: GraphQLResolveInfo, offset: int | None = None, limit: int | None = None) -> Any:
        return [documents.case(case) for case in self._rows(info, self.world.pdc_cases, offset, limit)]

    def _paged(
        self, info: GraphQLResolveInfo, name: str, cases: Sequence[PdcCase], offset: int | None, limit: int | None
    ) -> Document:
        shown = self._rows(info, cases, offset, limit)
        context = context_of(info)
        total, context.total = context.total, None
        size = limit or UNPAGED
        return {
            "_total": total,
            name: [documents.case(case) for case in shown],
            "pagination": {
                "count": len(shown),
                "sort": None,
                "from": offset or 0,
                "page": (offset or 0) // size + 1,
                "pages": -(-(total or 0) // size),
                "size": size,
            },
        }

    def _paginated_cases(self, info: GraphQLResolveInfo, offset: int | None = None, limit: int | None = None) -> Any:
        return self._paged(info, "cases", self.world.pdc_cases, offset, limit)

    def _paginated_samples(
        self,
        info: GraphQLResolveInfo,
        study_id: str | None = None,
        pdc_study_id: str | None = None,
        project_submitter_id: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> Document:
        cases = self._members(self._versions(study_id, pdc_study_id))
        if project_submitter_id is not None:
            cases = [case for case in cases if case.project == project_submitter_id]
        return self._paged(info, "casesSamplesAliquots", cases, offset, limit)

    @staticmethod
    def _total(paged: Document, info: GraphQLResolveInfo) -> int | None:
        context: Context = context_of(info)
        context.total = paged["_total"]
        return context.total

    @staticmethod
    def _late_total(pagination: Document, info: GraphQLResolveInfo) -> int | None:
        return context_of(info).total

    # Studies

    def _biospecimens(
        self, info: GraphQLResolveInfo, study_id: str | None = None, pdc_study_id: str | None = None
    ) -> list[Document]:
        rows = [
            row
            for case in self._members(self._versions(study_id, pdc_study_id))
            for row in documents.biospecimens(case)
        ]
        stream("rows", self.service, len(self.requests)).shuffle(rows)
        return rows

    def _clinical(
        self, info: GraphQLResolveInfo, study_id: str | None = None, pdc_study_id: str | None = None
    ) -> list[Document]:
        return [documents.clinical(case) for case in self._members(self._versions(study_id, pdc_study_id))]

    def _shown(self) -> list[PdcStudy]:
        return [study for study in self.world.pdc_studies if self.versions or study.latest]

    def _programs(self, info: GraphQLResolveInfo, **filters: str | None) -> list[Document]:
        def fits(study: PdcStudy) -> bool:
            row = {**documents.study(study, []), "disease_type": study.disease_type, "primary_site": study.primary_site}
            return all(value is None or row.get(name) == value for name, value in filters.items())

        return documents.programs(self.world, [study for study in self._shown() if fits(study)])

    def _study(
        self, info: GraphQLResolveInfo, study_id: str | None = None, pdc_study_id: str | None = None
    ) -> list[Document]:
        wanted, named = ids(study_id), ids(pdc_study_id)
        return [
            documents.study(study, self._counted(study))
            for study in self._shown()
            if (wanted is None or study.study_id in wanted) and (named is None or study.pdc_study_id in named)
        ]

    def _catalog(self, info: GraphQLResolveInfo, pdc_study_id: str | None = None) -> list[Document]:
        named = ids(pdc_study_id)
        versions: dict[str, list[Document]] = {}
        for study in self.world.pdc_studies:
            if named is None or study.pdc_study_id in named:
                versions.setdefault(study.pdc_study_id, []).append(documents.study(study, []))
        return [{"pdc_study_id": name, "versions": found} for name, found in versions.items()]

    # Files

    def _files_of(self, study: PdcStudy) -> list[PdcFile]:
        return [file for file in self.world.pdc_files if file.pdc_study_id == study.pdc_study_id]

    def _counted(self, study: PdcStudy, **filters: str | None) -> list[Document]:
        counts = Counter((file.file_type, file.data_category) for file in self._files_of(study))
        rows = [
            {
                "study_id": study.study_id,
                "pdc_study_id": study.pdc_study_id,
                "study_submitter_id": study.submitter_id,
                "file_type": kind,
                "data_category": category,
                "files_count": count,
            }
            for (kind, category), count in counts.items()
        ]
        return [row for row in rows if all(v is None or row[name] == v for name, v in filters.items())]

    def _files_count(
        self,
        info: GraphQLResolveInfo,
        study_id: str | None = None,
        pdc_study_id: str | None = None,
        **filters: str | None,
    ) -> list[Document]:
        return [row for study in self._versions(study_id, pdc_study_id) for row in self._counted(study, **filters)]

    def _files(
        self,
        info: GraphQLResolveInfo,
        study_id: str | None = None,
        pdc_study_id: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        **filters: str | None,
    ) -> list[Document]:
        rows = [documents.file(f, s) for s in self._versions(study_id, pdc_study_id) for f in self._files_of(s)]
        rows = [row for row in rows if all(v is None or row[name] == v for name, v in filters.items())]
        # Without a page all come; with one of its two numbers alone, the first hundred.
        if offset is None and limit is None:
            return rows
        return self._rows(info, rows, offset, limit)

    def _signed(self, file: Document, info: GraphQLResolveInfo) -> Document:
        self.signed += 1
        return dict(file["signedUrl"])

    def _file_metadata(
        self,
        info: GraphQLResolveInfo,
        file_id: str | None = None,
        file_name: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> list[Document]:
        if limit is not None and limit > MOST_FILES:
            raise GraphQLError(f"Limit cannot be over {MOST_FILES}")
        wanted = ids(file_id)
        latest = {study.pdc_study_id: study for study in self.world.pdc_studies if study.latest}
        rows = [
            # Here the size is a number.
            {**documents.file(file, latest[file.pdc_study_id]), "file_size": file.size}
            for file in self.world.pdc_files
            if (wanted is None or file.file_id in wanted) and file_name in (None, file.name)
        ]
        return self._rows(info, rows, offset, limit)

    def _case_per_file(self, info: GraphQLResolveInfo, file_id: str | None = None) -> list[Document]:
        names = {case.case_id: case.submitter_id for case in self.world.pdc_cases}
        wanted = ids(file_id) or []
        return [
            {"file_id": file.file_id, "case_id": case_id, "case_submitter_id": names.get(case_id)}
            for file in self.world.pdc_files
            if file.file_id in wanted
            for case_id in file.case_ids
        ]

    def _references(
        self,
        info: GraphQLResolveInfo,
        entity_type: str | None = None,
        entity_id: str | None = None,
        reference_type: str | None = None,
    ) -> list[Document]:
        if entity_type != "study" or reference_type not in (None, "external"):
            return []
        return [
            row
            for study in self.world.pdc_studies
            if entity_id in (None, study.study_id)
            for row in documents.entity_references(study)
        ]

    def _version(self, info: GraphQLResolveInfo) -> Document:
        return {"data_release": self.release, "build_tag": "4.0.17"}


class _TooSlowError(BaseException):
    """It would take so long that the gateway before the service gives up; no resolver's error."""
