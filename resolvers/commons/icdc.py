"""The Integrated Canine Data Commons over its GraphQL: https://github.com/CBIIT/bento-icdc-backend.

It tells no release of its data, so its answers are kept by time alone.
"""

import asyncio
import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from resolvers.commons.graphql_question import root_field
from resolvers.commons.icdc_case import FIELDS, Record, icdc_record
from resolvers.commons.ledger import noted
from resolvers.commons.reading import reading
from resolvers.commons.transport import Asked
from schema.errors import UpstreamBadResponse

CASES_AT_ONCE = 100
_PATH = "/v1/graphql/"
_BY_ID = f"""query($ids: [String], $first: Int, $offset: Int) {{
  case(filter: {{case_id_in: $ids}}, first: $first, offset: $offset, orderBy: [case_id_asc]) {{ {FIELDS} }} }}"""
# Without `first` all of them come.
_OF_STUDY = f"""query($study: String) {{
  case(filter: {{study: {{clinical_study_designation: $study}}}}, orderBy: [case_id_asc]) {{ {FIELDS} }} }}"""
# It tells no release: any answer is as good.
_ALIVE = replace(root_field(_PATH, "{ __typename }", "__typename"), lasting=False)

Report = Callable[[int], None]


class Icdc:
    """Asks ICDC. All errors are UpstreamErrors."""

    def __init__(self, service: Asked) -> None:
        self.service = service

    async def release(self) -> str:
        """ICDC tells no release of its data, so it is known by the day on which it was read (UTC)."""
        return f"as of {datetime.datetime.now(datetime.UTC).date()}"

    async def answers(self) -> None:
        """UpstreamError if it does not."""
        await self.service.asked(_ALIVE)

    async def cases(self, case_ids: Iterable[str]) -> list[Record]:
        """The cases with these ids; those that ICDC does not have are not there."""
        wanted = sorted(set(case_ids))
        chunks = [wanted[start : start + CASES_AT_ONCE] for start in range(0, len(wanted), CASES_AT_ONCE)]
        found = await asyncio.gather(*(self._chunk(chunk) for chunk in chunks))
        return [record for records in found for record in records]

    async def of_project(self, project: str, report: Report = lambda cases: None) -> list[Record]:
        """All cases of a study, by its designation, such as GLIOMA01."""
        wires = await self._asked(_OF_STUDY, study=project)
        report(len(wires))
        return self._records(wires)

    async def _chunk(self, ids: list[str]) -> list[Record]:
        # One page has room for all: ids are unique.
        wires = await self._asked(_BY_ID, least=len(ids), ids=ids, first=len(ids), offset=0)
        records = self._records(wires)
        if not {record["case_id"] for record in records} <= set(ids):
            raise noted(UpstreamBadResponse(self.service.name, "gave cases that were not asked for"))
        return records

    async def _asked(self, document: str, least: int = 0, **variables: Any) -> list[Any]:
        answer = await self.service.asked(root_field(_PATH, document, "case", variables, least=least, key="case_id"))
        rows: list[Any] = answer["data"]["case"]
        return rows

    def _records(self, wires: Iterable[dict[str, Any]]) -> list[Record]:
        with reading(self.service.name, "cases"):
            found = {wire["case_id"]: icdc_record(wire) for wire in wires}
        return [found[case] for case in sorted(found)]
