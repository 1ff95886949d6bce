"""Records of patients as the commons give them now: asked for together, a chunk that fails on its own."""

import asyncio
import datetime
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import ClassVar

from resolvers.commons import cda, icdc, pdc
from resolvers.commons.checked import Checked, Sought
from resolvers.commons.clients import CommonsClients
from resolvers.commons.forms import FORMS, Record
from resolvers.commons.gdc import IDS_AT_ONCE
from resolvers.commons.identity import Candidate, Found, FoundCase, link
from resolvers.commons.ledger import Told, opened
from schema.errors import UpstreamError
from schema.vocabulary import Commons

Outcome = Checked | UpstreamError


@dataclass(frozen=True)
class _Asked:
    """What a commons answered to one chunk: its records by the ids that they are found under."""

    records: Mapping[str, Sequence[Record]]
    # Keys that the commons can't be asked for.
    not_askable: frozenset[str]
    told: Told


@dataclass(frozen=True)
class _Way:
    """How a commons is asked for the records of candidates, so many at a time."""

    at_once: int
    records: Callable[[Sequence[Candidate]], Awaitable[tuple[Iterable[Record], Iterable[str]]]]


class LiveRecords:
    """Asks commons for patients. One instance serves all requests: what was answered is kept by the clients."""

    # Tables of records that cost questions of their own.
    FURTHER: ClassVar = {Commons.GDC: frozenset({"files"}), Commons.PDC: frozenset({"studies"})}

    def __init__(self, clients: CommonsClients) -> None:
        self.clients = clients
        # The chunks of the clients, so that each request fails alone.
        self._ways = {
            Commons.GDC: _Way(IDS_AT_ONCE, self._gdc),
            Commons.PDC: _Way(pdc.CASES_AT_ONCE, self._pdc),
            Commons.CDA: _Way(cda.IDS_AT_ONCE, self._cda),
            Commons.ICDC: _Way(icdc.CASES_AT_ONCE, self._icdc),
        }

    def release(self, commons: Commons) -> str | None:
        """The release that a commons told last; None before, and where it tells none."""
        return self.clients.kept[commons.value].known_release

    async def asked_release(self, commons: Commons) -> str | None:
        """The release that a commons has now; None if it tells none. UpstreamError if it does not answer."""
        match commons:
            case Commons.GDC:
                return await self.clients.gdc.release()
            case Commons.PDC:
                return await self.clients.pdc.release()
            case Commons.CDA:
                return await self.clients.cda.release()
            case Commons.ICDC:
                await self.clients.icdc.answers()
                return None

    async def checked(
        self, asked: Mapping[Sought, Set[Commons]], elsewhere: Mapping[int, Found]
    ) -> dict[Sought, dict[Commons, Outcome]]:
        """For each patient what each commons that is asked for it holds.

        `elsewhere`: by row what other commons are known to hold, against which links are held.
        """
        answers = dict(
            zip(Commons, await asyncio.gather(*(self._answers(commons, asked) for commons in Commons)), strict=True)
        )
        return {
            sought: self._linked(sought, wanted, answers, elsewhere.get(sought.row, {}))
            for sought, wanted in asked.items()
        }

    async def _answers(
        self, commons: Commons, asked: Mapping[Sought, Set[Commons]]
    ) -> dict[str, _Asked | UpstreamError]:
        """By key the answer that has, or lacks, its records."""
        candidates: dict[str, list[Candidate]] = defaultdict(list)
        for sought, wanted in asked.items():
            candidate = sought.candidate(commons)
            if commons in wanted and candidate is not None:
                candidates[candidate.key].append(candidate)
        keys, way = sorted(candidates), self._ways[commons]
        chunks = [keys[start : start + way.at_once] for start in range(0, len(keys), way.at_once)]
        answers = await asyncio.gather(
            *(self._chunk(commons, [each for key in chunk for each in candidates[key]]) for chunk in chunks)
        )
        return {key: answer for chunk, answer in zip(chunks, answers, strict=True) for key in chunk}

    async def _chunk(self, commons: Commons, candidates: Sequence[Candidate]) -> _Asked | UpstreamError:
        with opened() as ledger:
            try:
                found, not_askable = await self._ways[commons].records(candidates)
            except UpstreamError as error:
                return error
            records: dict[str, list[Record]] = defaultdict(list)
            for record in found:
                for key in FORMS[commons].found(record).submitter_ids:
                    records[key].append(record)
            return _Asked(records, frozenset(not_askable), ledger.told.get(commons.value, Told()))

    def _linked(
        self,
        sought: Sought,
        wanted: Set[Commons],
        answers: Mapping[Commons, Mapping[str, _Asked | UpstreamError]],
        elsewhere: Found,
    ) -> dict[Commons, Outcome]:
        found: dict[Commons, Sequence[FoundCase]] = dict(elsewhere)
        own: dict[Commons, _Asked] = {}
        outcomes: dict[Commons, Outcome] = {}
        for commons in wanted:
            candidate = sought.candidate(commons)
            answer = None if candidate is None else answers[commons][candidate.key]
            if isinstance(answer, UpstreamError):
                outcomes[commons] = answer
            elif candidate is not None and answer is not None:
                own[commons] = answer
                if candidate.key not in answer.not_askable:
                    found[commons] = [FORMS[commons].found(each) for each in answer.records.get(candidate.key, ())]
        results = link(sought.prospects, found)
        for commons, answer in own.items():
            keys = results[commons].keys
            records = [each for key in keys for each in self._with_id(answer, commons, key.submitter_id, key.id)]
            linked = results[commons].evidence is not None
            outcomes[commons] = Checked(
                link=results[commons],
                kept=records[0] if linked and records else None,
                release=next(iter(sorted(answer.told.releases)), self.release(commons)),
                fetched_at=when(answer.told),
                stale=answer.told.stale,
            )
        return outcomes

    def _with_id(self, answer: _Asked, commons: Commons, key: str, id: str) -> list[Record]:
        return [each for each in answer.records.get(key, ()) if FORMS[commons].found(each).id == id]

    async def with_further(self, commons: Commons, records: list[Record], tables: Collection[str]) -> list[Record]:
        """Records of a commons with tables of FURTHER as well."""
        if commons is Commons.GDC and "files" in tables:
            kinds = await self.clients.gdc.file_kinds(record["case_id"] for record in records)
            return [{**record, "files": kinds[record["case_id"]]} for record in records]
        if commons is Commons.PDC and "studies" in tables:
            studies = await self.clients.pdc.studies_of({each["case_id"]: str(each["project"]) for each in records})
            return [{**record, "studies": studies[record["case_id"]]} for record in records]
        return records

    # ------------------------------------------------------------------------------------- ways to ask

    async def _gdc(self, candidates: Sequence[Candidate]) -> tuple[Iterable[Record], Iterable[str]]:
        projects = sorted({project for each in candidates for project in each.projects})
        return await self.clients.gdc.cases([each.key for each in candidates], projects), ()

    async def _pdc(self, candidates: Sequence[Candidate]) -> tuple[Iterable[Record], Iterable[str]]:
        return await self.clients.pdc.cases([each.key for each in candidates]), ()

    async def _cda(self, candidates: Sequence[Candidate]) -> tuple[Iterable[Record], Iterable[str]]:
        found = await self.clients.cda.subjects([each.key for each in candidates])
        return found.records, found.not_askable

    async def _icdc(self, candidates: Sequence[Candidate]) -> tuple[Iterable[Record], Iterable[str]]:
        return await self.clients.icdc.cases([each.key for each in candidates]), ()


def when(told: Told) -> datetime.datetime:
    """When the oldest of the answers came."""
    if told.fetched is None:
        return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return datetime.datetime.fromtimestamp(int(told.fetched), datetime.UTC)
