"""Pages of files of cases, of which GDC is asked while a question is answered.

GDC has no question for a page of each of several cases. Of one case its page is asked for; of several, with the same
filters, all their files together, and each page is cut from them. So a request costs a few questions, never one per
case, and is refused for more cases than these can be asked for.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from strawberry.dataloader import DataLoader

from resolvers.commons.clients import CommonsClients
from resolvers.commons.gdc_file import access_of, file_record
from resolvers.commons.gdc_pages import Filter, Page, among
from resolvers.commons.reading import reading
from resolvers.cursor import digest_of, read_cursor, write_cursors
from resolvers.paging import after_of, page_size
from schema.built import built
from schema.connection import PageInfo
from schema.context import Paging
from schema.errors import BadUserInput, GatewayError, TooManyCases
from schema.gdc_case import GDCCase
from schema.gdc_file import FileFilter, GDCFile, GDCFilePage
from schema.names import graphql_name
from schema.vocabulary import Commons

MOST_CASES = 100
# No case has as many files.
_MOST_ROWS = 2**31

_Given = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class _Files:
    """The files of a case that are asked for; a cursor is bound to them and to the release of GDC."""

    case_id: str
    given: _Given
    release: str | None

    def digest(self) -> bytes:
        """8 bytes that tell them from all others."""
        return digest_of("GDCCase.filePage", self.case_id, self.given, self.release)

    def filters(self) -> list[Filter]:
        """As GDC takes them."""
        return [among(name, values) for name, values in self.given]


@dataclass(frozen=True)
class _Wanted:
    """A page of them: so many after the first `start`."""

    files: _Files
    start: int
    size: int


class CaseFiles:
    """One instance serves one request."""

    def __init__(self, clients: CommonsClients) -> None:
        self._gdc = clients.gdc
        self._service = clients.kept[Commons.GDC.value]
        self._pages: DataLoader[_Wanted, Page] = DataLoader(load_fn=self._load)

    async def page(self, case: GDCCase, asked: FileFilter, paging: Paging) -> GDCFilePage:
        """A page of a case's files. UpstreamError, TooManyCases; StaleCursor: `after` is of another release of GDC."""
        files = _Files(case.case_id, _given(asked), await self._service.release_now())
        size, after = page_size(paging), after_of(paging)
        start = 0 if after is None else read_cursor(after, files, _MOST_ROWS) + 1
        page = await self._pages.load(_Wanted(files, start, size))
        with reading(self._service.name, "files"):
            records = [file_record(hit) for hit in page.hits]
        accession = case.project.dbgap_accession_number
        nodes = [built(GDCFile, record, **access_of(record, accession)) for record in records]
        return _page(files, nodes, start, page.total)

    async def _load(self, keys: list[_Wanted]) -> Sequence[Page | Exception]:
        alike: dict[_Given, list[_Wanted]] = defaultdict(list)
        for key in keys:
            alike[key.files.given].append(key)
        found = await asyncio.gather(*map(self._together, alike.values()))
        pages = {key: page for part in found for key, page in part.items()}
        return [pages[key] for key in keys]

    async def _together(self, wanted: Sequence[_Wanted]) -> dict[_Wanted, Page | Exception]:
        """Pages of cases with the same filters. What fails, fails for them alone."""
        cases = {each.files.case_id for each in wanted}
        try:
            if len(cases) > MOST_CASES:
                raise TooManyCases("filePage", len(cases), MOST_CASES)
            pages = await (self._each(wanted) if len(cases) == 1 else self._cut(wanted, cases))
        except GatewayError as error:
            return dict.fromkeys(wanted, error)
        return dict(zip(wanted, pages, strict=True))

    async def _each(self, wanted: Sequence[_Wanted]) -> list[Page]:
        asked = (self._gdc.files(each.files.case_id, each.files.filters(), each.size, each.start) for each in wanted)
        return await asyncio.gather(*asked)

    async def _cut(self, wanted: Sequence[_Wanted], cases: set[str]) -> list[Page]:
        found = await self._gdc.files_of(cases, wanted[0].files.filters())
        return [
            Page(found[each.files.case_id][each.start : each.start + each.size], len(found[each.files.case_id]))
            for each in wanted
        ]


def _given(asked: FileFilter) -> _Given:
    given = asked.given()
    for name, values in given.items():
        if not values:
            raise BadUserInput(graphql_name(name), "the list is empty; leave it out or give at least one value")
    return tuple(sorted(given.items()))


def _page(files: _Files, nodes: list[GDCFile], start: int, total: int) -> GDCFilePage:
    ends = write_cursors(files, [start, start + len(nodes) - 1]) if nodes else [None, None]
    return GDCFilePage(
        total_count=total,
        page_info=PageInfo(
            has_next_page=start + len(nodes) < total,
            end_cursor=ends[1],
            has_previous_page=start > 0,
            start_cursor=ends[0],
        ),
        nodes=nodes,
    )
