"""The Proteomic Data Commons over its GraphQL: https://pdc.cancer.gov/data-dictionary/publicapi-documentation/.

Each request has one root field, since its fields share their arguments. Nested fields cost PDC a query per case, so
few cases are asked for at once. Rows come in no order, and no answer says which cases it lacks.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from resolvers.commons.graphql_question import root_field
from resolvers.commons.normal import said, whole
from resolvers.commons.pdc_case import Record, pdc_record, study
from resolvers.commons.reading import reading
from resolvers.commons.transport import Asked
from schema.errors import UpstreamBadResponse

CASES_AT_ONCE = 25
CASES_OF_A_PAGE = 1000

_PATH = "/graphql"
_REFERENCES = "externalReferences { external_reference_id reference_resource_shortname }"
_PLAIN = f"case_id case_submitter_id project_submitter_id case_is_ref disease_type primary_site {_REFERENCES}"
_DIAGNOSIS = """diagnosis_id diagnosis_is_primary_disease primary_diagnosis classification_of_tumor tumor_stage
  ajcc_pathologic_stage ajcc_clinical_stage figo_stage iss_stage tumor_grade age_at_diagnosis morphology icd_10_code
  tissue_or_organ_of_origin site_of_resection_or_biopsy"""
_ALL = f"query($offset: Int, $limit: Int) {{ allCases(offset: $offset, limit: $limit) {{ {_PLAIN} }} }}"
_NESTED = f"""{_PLAIN}
  demographics {{ gender sex race ethnicity vital_status days_to_birth days_to_death age_at_index }}
  diagnoses {{ {_DIAGNOSIS} }}
  treatments {{ treatment_type therapeutic_agents treatment_or_therapy }}"""
_BY_ID = f"query($ids: String) {{ case(case_id: $ids) {{ {_NESTED} }} }}"
_BY_SUBMITTER_ID = f"query($ids: String) {{ case(case_submitter_id: $ids) {{ {_NESTED} }} }}"
_STUDIES = """{ programsProjectsStudies { projects { project_submitter_id studies {
  pdc_study_id study_id study_submitter_id study_name analytical_fraction experiment_type acquisition_type } } } }"""
_CATALOG = "{ studyCatalog { pdc_study_id versions { study_id is_latest_version } } }"
_MEMBERS = "query($study: String) { biospecimenPerStudy(pdc_study_id: $study) { case_id } }"
_FILES = """query($study: String) { filesCountPerStudy(pdc_study_id: $study) {
  pdc_study_id data_category file_type files_count } }"""
_VERSION = "uiDataVersionSoftwareVersion"


def _release(answer: Any) -> str:
    return str(answer["data"][_VERSION]["data_release"])


RELEASE = root_field(_PATH, f"{{ {_VERSION} {{ data_release build_tag }} }}", _VERSION, release=_release)


@dataclass(frozen=True)
class FileCount:
    """How many files of a kind a study has."""

    data_category: str | None
    file_type: str | None
    files: int


class Pdc:
    """Asks PDC. All errors are UpstreamErrors. What it reads of studies it reads once: make one per harvest."""

    def __init__(self, service: Asked) -> None:
        self.service = service
        self._cases: list[dict[str, Any]] | None = None
        self._studies: dict[str, list[Record]] | None = None

    async def release(self) -> str:
        """The release of its data, such as 6.1."""
        return _release(await self.service.asked(RELEASE))

    async def cases(self, submitter_ids: Sequence[str]) -> list[Record]:
        """The cases with these submitter ids, without their studies."""
        wires = await self._in_chunks(_BY_SUBMITTER_ID, submitter_ids)
        with reading(self.service.name, "cases"):
            return [pdc_record(wire) for wire in wires]

    async def of_project(self, project: str, report: Callable[[int], None] = lambda cases: None) -> list[Record]:
        """All cases of a project, with the latest studies that have them."""
        if self._cases is None:
            self._cases = await self._all_cases()
        if self._studies is None:
            self._studies = await self._members()
        ids = [wire["case_id"] for wire in self._cases if wire.get("project_submitter_id") == project]
        wires = await self._in_chunks(_BY_ID, ids, report)
        if {wire["case_id"] for wire in wires} != set(ids):
            raise UpstreamBadResponse(self.service.name, f"has not all cases of {project} that it told of")
        with reading(self.service.name, "cases"):
            return [pdc_record(wire, self._studies.get(wire["case_id"], [])) for wire in wires]

    async def studies_of(self, cases: Mapping[str, str]) -> dict[str, list[Record]]:
        """The latest studies of cases, by their ids. `cases`: case ids, each with its project."""
        members = await self._members(set(cases.values()))
        return {case: members.get(case, []) for case in cases}

    async def studies(self, projects: Collection[str] | None = None) -> list[Record]:
        """The latest version of each study, of some projects or of all."""
        versions = await self._asked(_CATALOG, "studyCatalog", "pdc_study_id")
        programs = await self._asked(_STUDIES, "programsProjectsStudies")
        with reading(self.service.name, "studies"):
            latest = {
                version["study_id"]
                for entry in versions
                for version in entry["versions"]
                if str(version["is_latest_version"]).lower() == "yes"
            }
            found = {
                wire["pdc_study_id"]: study(wire)
                for program in programs
                for project in program.get("projects") or ()
                if projects is None or project["project_submitter_id"] in projects
                for wire in project.get("studies") or ()
                if wire["study_id"] in latest
            }
        return [found[name] for name in sorted(found)]

    async def members(self, pdc_study_id: str) -> list[str]:
        """The case ids of a study, from its biospecimens."""
        rows = await self._asked(_MEMBERS, "biospecimenPerStudy", "case_id", study=pdc_study_id)
        return sorted({row["case_id"] for row in rows})

    async def file_counts(self, pdc_study_id: str) -> list[FileCount]:
        """How many files of each kind a study has. Metadata alone: no URL is asked for."""
        rows = await self._asked(_FILES, "filesCountPerStudy", "pdc_study_id", study=pdc_study_id)
        return [
            FileCount(said(row.get("data_category")), said(row.get("file_type")), whole(row.get("files_count")) or 0)
            for row in rows
        ]

    async def _members(self, projects: Collection[str] | None = None) -> dict[str, list[Record]]:
        """By case the latest studies that have it."""
        found: dict[str, list[Record]] = defaultdict(list)
        studies = await self.studies(projects)
        members = await asyncio.gather(*(self.members(each["pdc_study_id"]) for each in studies))
        for each, cases in zip(studies, members, strict=True):
            for case in cases:
                found[case].append(each)
        return found

    async def _all_cases(self) -> list[dict[str, Any]]:
        """All cases, each once. Pages have no order: if they overlap, one page has to hold everything."""
        found: dict[str, dict[str, Any]] = {}
        start, came = 0, 0
        while True:
            page = await self._asked(_ALL, "allCases", "case_id", offset=start, limit=CASES_OF_A_PAGE)
            found |= {wire["case_id"]: wire for wire in page}
            start, came = start + CASES_OF_A_PAGE, came + len(page)
            if len(page) < CASES_OF_A_PAGE:
                break
        if len(found) != came:
            page = await self._asked(_ALL, "allCases", "case_id", offset=0, limit=came)
            found = {wire["case_id"]: wire for wire in page}
            if len(found) != came:
                raise UpstreamBadResponse(self.service.name, "gives some cases twice and others not at all")
        return list(found.values())

    async def _in_chunks(
        self, document: str, ids: Iterable[str], report: Callable[[int], None] = lambda cases: None
    ) -> list[dict[str, Any]]:
        wanted = sorted({each for each in ids if ";" not in each})
        chunks = [wanted[start : start + CASES_AT_ONCE] for start in range(0, len(wanted), CASES_AT_ONCE)]
        pages = await asyncio.gather(
            *(self._asked(document, "case", "case_id", least=len(chunk), ids=";".join(chunk)) for chunk in chunks)
        )
        found = {wire["case_id"]: wire for page in pages for wire in page}
        report(len(found))
        return list(found.values())

    async def _asked(
        self, document: str, field: str, key: str | None = None, least: int = 0, **variables: Any
    ) -> list[dict[str, Any]]:
        """The rows of the root field, each with its key."""
        question = root_field(_PATH, document, field, variables, least=least, key=key)
        # A page that may not fit to the others is not kept.
        question = replace(question, lasting="offset" not in variables)
        rows: list[dict[str, Any]] = (await self.service.asked(question))["data"][field]
        return rows
