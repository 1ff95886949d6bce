"""The Genomic Data Commons over its REST interface: https://docs.gdc.cancer.gov/API/Users_Guide/Search_and_Retrieval/.

Always by POST, since long filters don't fit into an address; with a sort, since pages without one overlap.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

from resolvers.commons.gdc_case import EXPAND, FILE_FIELDS, Record, file_kinds, gdc_record
from resolvers.commons.transport import Question, Service
from schema.errors import SchemaDrift, UpstreamBadResponse

# Ids of one filter, cases and files of one page: what GDC answers well within half a minute.
IDS_AT_ONCE = 500
CASES_OF_A_PAGE = 500
FILES_OF_A_PAGE = 5000
_UNTOLD = "not told"

Filter = dict[str, Any]
Report = Callable[[int], None]


def among(field: str, values: Iterable[str]) -> Filter:
    """Whose field has one of the values."""
    return {"op": "in", "content": {"field": field, "value": sorted(set(values))}}


def all_of(*filters: Filter) -> Filter:
    """Who meets all of them."""
    return filters[0] if len(filters) == 1 else {"op": "and", "content": list(filters)}


class Gdc:
    """Asks GDC. All errors are UpstreamErrors."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def release(self) -> str:
        """The release of its data, such as `Data Release 45.0 - December 04, 2025`."""
        status = await self.service.asked(Question("/status", method="GET"))
        return str(status.get("data_release") or status.get("tag") or _UNTOLD)

    async def cases(self, submitter_ids: Sequence[str], projects: Sequence[str]) -> list[Record]:
        """The cases with these submitter ids in these projects, with how many files of each kind they have."""
        chunks = [submitter_ids[start : start + IDS_AT_ONCE] for start in range(0, len(submitter_ids), IDS_AT_ONCE)]
        filters = [all_of(among("submitter_id", ids), among("project.project_id", projects)) for ids in chunks]
        found = await asyncio.gather(
            *(self._all("cases", each, CASES_OF_A_PAGE, "case_id", EXPAND) for each in filters)
        )
        return [gdc_record(hit) for hits in found for hit in hits]

    async def of_project(self, project: str, report: Report = lambda cases: None) -> list[Record]:
        """All cases of a project, with how many files and bytes of each kind they have."""
        filtered = among("project.project_id", [project])
        hits: list[dict[str, Any]] = []
        async for page in self._pages("cases", filtered, CASES_OF_A_PAGE, "case_id", EXPAND):
            hits += page
            report(len(page))
        fields = (*FILE_FIELDS, "file_size", "cases.case_id")
        files: dict[str, list[dict[str, Any]]] = defaultdict(list)
        of_project = among("cases.project.project_id", [project])
        async for page in self._pages("files", of_project, FILES_OF_A_PAGE, "file_id", (), ("file_id", *fields)):
            for file in page:
                for case in file.get("cases") or ():
                    files[case["case_id"]].append(file)
        return [gdc_record(hit, file_kinds(files[hit["case_id"]])) for hit in hits]

    async def mutated(self, gene: str, projects: Sequence[str]) -> set[str]:
        """The case ids with a simple somatic mutation of a gene, by its symbol; open data alone."""
        filtered = all_of(
            among("ssm.consequence.transcript.gene.symbol", [gene]), among("case.project.project_id", projects)
        )
        fields = ("ssm_occurrence_id", "case.case_id")
        hits = await self._all("ssm_occurrences", filtered, FILES_OF_A_PAGE, "ssm_occurrence_id", (), fields)
        return {hit["case"]["case_id"] for hit in hits}

    async def _all(self, *asked: Any) -> list[dict[str, Any]]:
        return [hit async for page in self._pages(*asked) for hit in page]

    async def _pages(
        self,
        endpoint: str,
        filters: Filter,
        size: int,
        key: str,
        expand: Sequence[str] = (),
        fields: Sequence[str] = (),
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """All hits, each once, as pages. What the server counts and what comes must agree."""
        asked: dict[str, Any] = {"filters": filters, "size": size, "sort": f"{key}:asc"}
        if expand:
            asked["expand"] = ",".join(expand)
        if fields:
            asked["fields"] = ",".join(fields)
        seen: set[str] = set()
        total, start = None, 0
        while total is None or start < total:
            hits, counted = await self._page(endpoint, {**asked, "from": start})
            if total not in (None, counted):
                raise UpstreamBadResponse(self.service.name, "changed while it was being read")
            new = [hit for hit in hits if hit.get(key) not in seen]
            seen.update(hit[key] for hit in new)
            total, start = counted, start + size
            if new:
                yield new
        if len(seen) != total:
            raise UpstreamBadResponse(self.service.name, f"told of {total:,} {endpoint} and gave {len(seen):,}")

    async def _page(self, endpoint: str, body: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
        answer = await self.service.asked(Question(f"/{endpoint}", body))
        warnings = answer.get("warnings") if isinstance(answer, dict) else None
        if warnings:
            raise SchemaDrift(self.service.name, f"knows no longer all fields that are asked for ({warnings})")
        try:
            data = answer["data"]
            hits, total = data["hits"], data["pagination"]["total"]
        except (KeyError, TypeError):
            raise SchemaDrift(self.service.name, f"answers {endpoint} in another form") from None
        if not isinstance(hits, list) or not isinstance(total, int):
            raise SchemaDrift(self.service.name, f"answers {endpoint} in another form")
        return hits, total
