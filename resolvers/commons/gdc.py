"""The Genomic Data Commons: its cases, their files and mutations, and all cases of a project."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence

from resolvers.commons.gdc_case import EXPAND, FILE_FIELDS, Record, file_counts, gdc_record
from resolvers.commons.gdc_mutation import Mutation, mutations_of
from resolvers.commons.gdc_pages import (
    Filter,
    Page,
    Search,
    Wire,
    all_of,
    among,
    everything,
    page_of,
    pages,
    release_of,
)
from resolvers.commons.gdc_slide import BARCODE, SLIDE_FIELDS, slides_of
from resolvers.commons.gdc_slide import Record as Slide
from resolvers.commons.reading import reading
from resolvers.commons.transport import Asked

# Ids of one filter, cases and files of one page: what GDC answers well within half a minute.
IDS_AT_ONCE = 500
CASES_OF_A_PAGE = 500
FILES_OF_A_PAGE = 5000

_FILE = ("file_id", "file_name", "file_size", "md5sum", "platform", "state", "data_release", *FILE_FIELDS)
_GENE = "ssm.consequence.transcript.gene.symbol"
_TRANSCRIPT = ("transcript_id", "aa_change", "is_canonical", "consequence_type", "gene.gene_id", "gene.symbol")
_MUTATION = (
    "ssm_occurrence_id",
    "case.case_id",
    "ssm.ssm_id",
    "ssm.genomic_dna_change",
    "ssm.mutation_subtype",
    *(f"ssm.consequence.transcript.{name}" for name in _TRANSCRIPT),
)

Report = Callable[[int], None]


class Gdc:
    """Asks GDC. All errors are UpstreamErrors."""

    def __init__(self, service: Asked) -> None:
        self.service = service

    async def release(self) -> str:
        """The release of its data, such as `Data Release 45.0 - December 04, 2025`."""
        return await release_of(self.service)

    async def cases(self, submitter_ids: Iterable[str], projects: Sequence[str]) -> list[Record]:
        """The cases with these submitter ids in these projects, with how many files of each kind they have."""
        return await self._cases("submitter_id", submitter_ids, among("project.project_id", projects))

    async def cases_by_id(self, case_ids: Iterable[str]) -> list[Record]:
        """The cases with these ids; those that GDC does not have are not there."""
        return await self._cases("case_id", case_ids)

    async def files(self, case_id: str, filters: Sequence[Filter] = (), first: int = 100, start: int = 0) -> Page:
        """Files of a case, by their ids; filters name fields of files. Metadata alone, of controlled files too."""
        filtered = all_of(among("cases.case_id", [case_id]), *filters)
        return await page_of(self.service, Search("files", "file_id", filtered, first, fields=_FILE), start)

    async def files_of(self, case_ids: Iterable[str], filters: Sequence[Filter] = ()) -> dict[str, list[Wire]]:
        """All files of cases that meet filters, by case and then by their ids; as `files` has them."""
        chunks = _chunks(case_ids, IDS_AT_ONCE)
        searches = [
            Search(
                "files",
                "file_id",
                all_of(among("cases.case_id", ids), *filters),
                FILES_OF_A_PAGE,
                fields=(*_FILE, "cases.case_id"),
            )
            for ids in chunks
        ]
        files = self._by_case(sorted(await self._everything(searches), key=lambda file: str(file["file_id"])))
        return {case: files[case] for chunk in chunks for case in chunk}

    async def slides(self, barcodes: Iterable[str]) -> list[Slide]:
        """The slides with exactly these barcodes, of any case, each with its sample."""
        chunks = _chunks(barcodes, IDS_AT_ONCE)
        hits = await self._everything(
            Search("cases", "case_id", among(BARCODE, own), CASES_OF_A_PAGE, fields=SLIDE_FIELDS) for own in chunks
        )
        wanted = {barcode for chunk in chunks for barcode in chunk}
        with reading(self.service.name, "slides"):
            # A case comes with each chunk that has one of its barcodes.
            return [slide for hit in {hit["case_id"]: hit for hit in hits}.values() for slide in slides_of(hit, wanted)]

    async def mutations(self, case_ids: Iterable[str], genes: Collection[str]) -> dict[str, list[Mutation]]:
        """Of cases their simple somatic mutations in genes, by their symbols; open data alone."""
        chunks = _chunks(case_ids, IDS_AT_ONCE)
        hits = await self._everything(self._occurrences(genes, among("case.case_id", ids), _MUTATION) for ids in chunks)
        found: dict[str, list[Mutation]] = {case: [] for chunk in chunks for case in chunk}
        with reading(self.service.name, "mutations"):
            for hit in hits:
                found[hit["case"]["case_id"]] += mutations_of(hit["ssm"], genes)
        return found

    async def mutated(self, gene: str, projects: Sequence[str]) -> set[str]:
        """The case ids with a simple somatic mutation of a gene, by its symbol; open data alone."""
        search = self._occurrences([gene], among("case.project.project_id", projects), _MUTATION[:2])
        hits = await everything(self.service, search)
        with reading(self.service.name, "mutations"):
            return {hit["case"]["case_id"] for hit in hits}

    async def case_pages(self, project: str) -> AsyncIterator[list[Record]]:
        """All cases of a project as pages, each once."""
        filtered = among("project.project_id", [project])
        async for page in pages(self.service, Search("cases", "case_id", filtered, CASES_OF_A_PAGE, EXPAND)):
            yield self._records(page)

    async def file_kinds(self, case_ids: Iterable[str]) -> dict[str, list[Record]]:
        """Of cases how many files and bytes of each kind they have."""
        fields = ("file_id", *FILE_FIELDS, "file_size", "cases.case_id")
        chunks = _chunks(case_ids, IDS_AT_ONCE)
        searches = [
            Search("files", "file_id", among("cases.case_id", ids), FILES_OF_A_PAGE, fields=fields) for ids in chunks
        ]
        files = self._by_case(await self._everything(searches))
        return {case: file_counts(files[case]) for chunk in chunks for case in chunk}

    async def of_project(self, project: str, report: Report = lambda cases: None) -> list[Record]:
        """All cases of a project, with how many files and bytes of each kind they have."""
        filtered = among("project.project_id", [project])
        hits: list[Wire] = []
        async for page in pages(self.service, Search("cases", "case_id", filtered, CASES_OF_A_PAGE, EXPAND)):
            hits += page
            report(len(page))
        files = await self._files_of(project)
        with reading(self.service.name, "cases"):
            return [gdc_record(hit, file_counts(files[hit["case_id"]])) for hit in hits]

    async def _files_of(self, project: str) -> dict[str, list[Wire]]:
        """The files of each case of a project."""
        filtered = among("cases.project.project_id", [project])
        fields = ("file_id", *FILE_FIELDS, "file_size", "cases.case_id")
        search = Search("files", "file_id", filtered, FILES_OF_A_PAGE, fields=fields)
        return self._by_case([file async for page in pages(self.service, search) for file in page])

    def _by_case(self, files: Iterable[Wire]) -> dict[str, list[Wire]]:
        """Files by the cases that they are of; one can be of several, and then comes with each chunk of cases."""
        found: dict[str, list[Wire]] = defaultdict(list)
        with reading(self.service.name, "files"):
            for file in {file["file_id"]: file for file in files}.values():
                for case in file.get("cases") or ():
                    found[case["case_id"]].append(file)
        return found

    async def _cases(self, field: str, values: Iterable[str], *filters: Filter) -> list[Record]:
        searches = [
            Search("cases", "case_id", all_of(among(field, ids), *filters), CASES_OF_A_PAGE, EXPAND, least=len(ids))
            for ids in _chunks(values, IDS_AT_ONCE)
        ]
        return self._records(await self._everything(searches))

    def _records(self, hits: Iterable[Wire]) -> list[Record]:
        with reading(self.service.name, "cases"):
            return [gdc_record(hit) for hit in hits]

    async def _everything(self, searches: Iterable[Search]) -> list[Wire]:
        found = await asyncio.gather(*(everything(self.service, search) for search in searches))
        return [hit for hits in found for hit in hits]

    @staticmethod
    def _occurrences(genes: Iterable[str], whose: Filter, fields: Sequence[str]) -> Search:
        filtered = all_of(among(_GENE, genes), whose)
        return Search("ssm_occurrences", "ssm_occurrence_id", filtered, FILES_OF_A_PAGE, fields=fields)


def _chunks(values: Iterable[str], size: int) -> list[list[str]]:
    """Distinct values in order, so many at a time."""
    wanted = sorted(set(values))
    return [wanted[start : start + size] for start in range(0, len(wanted), size)]
