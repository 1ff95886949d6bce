"""The Cancer Data Aggregator over its REST interface: https://cda.readthedocs.io.

Its firewall refuses bodies beyond 8 KB, so few ids are asked for at once. Rows come in no order. `next_url` may lead
to the same page for ever: it is not followed.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from resolvers.commons.cda_subject import ADDED, Record, Wire, cda_record
from resolvers.commons.ledger import noted
from resolvers.commons.question import Declined, Drifted, Question
from resolvers.commons.reading import reading
from resolvers.commons.transport import Asked
from schema.errors import UpstreamBadResponse

IDS_AT_ONCE = 200
BODY_BYTES = 7_500
ROWS_OF_A_PAGE = 2_000
# Statuses that mean that a question is too large.
_TOO_LARGE = frozenset({403, 413, 414})
# A filter is `column = value`: what else a value may hold, its parser takes for something else.
_ASKABLE = re.compile(r"[A-Za-z0-9._:/+-]+")

Report = Callable[[int], None]


def _is_release(answer: Any) -> None:
    rows = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "data_source" in row for row in rows):
        raise Drifted("answers release_metadata in another form")


def _release(answer: Any) -> str:
    """Of which releases it is made, such as `GDC 45.0, IDC v24, PDC 6.1`: it has none of its own."""
    told = {(str(row["data_source"]), str(row.get("data_source_version"))) for row in answer["result"]}
    return ", ".join(f"{source} {version}" for source, version in sorted(told))


RELEASE = Question("/release_metadata/", method="GET", check=_is_release, release=_release)


@dataclass(frozen=True)
class Subjects:
    """What was found. CDA can't be asked for ids with blanks, `=` and the like: of them nothing is told."""

    records: list[Record]
    not_askable: tuple[str, ...]


class Cda:
    """Asks CDA. All errors are UpstreamErrors."""

    def __init__(self, service: Asked) -> None:
        self.service = service

    async def release(self) -> str:
        """Of which releases of other commons it is made, such as `GDC 45.0, IDC v24, PDC 6.1`."""
        return _release(await self.service.asked(RELEASE))

    async def subjects(self, upstream_ids: Iterable[str]) -> Subjects:
        """The subjects with these ids in any commons, each once. CDA takes capitals for small letters: compare ids."""
        wanted = sorted(set(upstream_ids))
        askable = [each for each in wanted if _ASKABLE.fullmatch(each)]
        found = await asyncio.gather(*(self._chunk(chunk) for chunk in _chunks(askable)))
        rows = {row["subject_id"]: row for chunk in found for row in chunk}
        not_askable = tuple(each for each in wanted if not _ASKABLE.fullmatch(each))
        return Subjects(self._records(rows[key] for key in sorted(rows)), not_askable)

    async def of_project(self, project: str, report: Report = lambda subjects: None) -> list[Record]:
        """All subjects of a project by its short name: for IDC's, the collection id."""
        if not _ASKABLE.fullmatch(project):
            raise ValueError(f"CDA can't be asked for {project!r}")
        try:
            return self._records(await self._rows(_body([f"project_short_name = {project}"]), report))
        except Declined as error:
            raise self._refused(error) from None

    def _records(self, rows: Iterable[Wire]) -> list[Record]:
        with reading(self.service.name, "subjects"):
            return [cda_record(row) for row in rows]

    async def _chunk(self, ids: Sequence[str]) -> list[Wire]:
        """Subjects with these ids; in halves if they are too many."""
        try:
            return await self._rows(_body([_filter(each) for each in ids]))
        except Declined as error:
            if len(ids) == 1:
                raise self._refused(error) from None
        half = len(ids) // 2
        return [*await self._chunk(ids[:half]), *await self._chunk(ids[half:])]

    def _refused(self, error: Declined) -> UpstreamBadResponse:
        """Of a question that can't be made smaller."""
        complaint = f"answered with status {error.status}"
        return noted(UpstreamBadResponse(self.service.name, complaint, error.status))

    async def _rows(self, body: dict[str, Any], report: Report = lambda subjects: None) -> list[Wire]:
        """All rows, each once. If pages overlap, since they have no order, one page has to hold everything."""
        rows: dict[str, Wire] = {}
        total, start = 1, 0
        while len(rows) < total:
            page = await self._page(body, ROWS_OF_A_PAGE, start)
            new = {row["subject_id"]: row for row in page["result"] if row["subject_id"] not in rows}
            rows |= new
            total, start = page["total_row_count"], start + ROWS_OF_A_PAGE
            report(len(new))
            if not new:
                break
        if len(rows) != total:
            page = await self._page(body, max(total, len(rows)), 0)
            rows = {row["subject_id"]: row for row in page["result"]}
            total = page["total_row_count"]
        if len(rows) != total:
            complaint = f"told of {total:,} subjects and gave {len(rows):,}"
            raise noted(UpstreamBadResponse(self.service.name, complaint))
        return [rows[key] for key in sorted(rows)]

    async def _page(self, body: dict[str, Any], limit: int, start: int) -> Any:
        query = (("limit", str(limit)), ("offset", str(start)))
        asked = len(body["MATCH_SOME"])

        def lacks(answer: Any) -> bool:
            return bool(answer["total_row_count"] < asked)

        question = Question(
            "/data/subject", body, query, check=_is_page, lacks=lacks, lasting=start == 0, declines=_TOO_LARGE
        )
        return await self.service.asked(question)


def _is_page(answer: Any) -> None:
    rows = answer.get("result") if isinstance(answer, dict) else None
    known = isinstance(rows, list) and isinstance(answer.get("total_row_count"), int)
    if not known or not all(isinstance(row, dict) and isinstance(row.get("subject_id"), str) for row in rows or ()):
        raise Drifted("answers data/subject in another form")


def _filter(upstream_id: str) -> str:
    return f"upstream_id = {upstream_id}"


def _body(filters: Sequence[str]) -> dict[str, Any]:
    return {"MATCH_SOME": list(filters), "ADD_COLUMNS": list(ADDED), "COLLATE_RESULTS": True}


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """As many ids at a time as a body may hold."""
    empty = len(orjson.dumps(_body([])))
    chunk: list[str] = []
    size = empty
    for each in ids:
        more = len(orjson.dumps(_filter(each))) + 1
        if chunk and (len(chunk) == IDS_AT_ONCE or size + more > BODY_BYTES):
            yield chunk
            chunk, size = [], empty
        chunk.append(each)
        size += more
    if chunk:
        yield chunk
