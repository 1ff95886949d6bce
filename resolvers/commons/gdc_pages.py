"""Filters of GDC's REST interface, and its pages: https://docs.gdc.cancer.gov/API/Users_Guide/Search_and_Retrieval/.

Always by POST, since long filters don't fit into an address; with a sort, since pages without one overlap.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from resolvers.commons.ledger import noted
from resolvers.commons.question import Drifted, Question
from resolvers.commons.transport import Asked
from schema.errors import UpstreamBadResponse

_UNTOLD = "not told"
# A release may come out while pages are read: then they are read once more.
_TRIES = 2

Filter = dict[str, Any]
Wire = dict[str, Any]


def among(field: str, values: Iterable[str]) -> Filter:
    """Whose field has one of the values."""
    return {"op": "in", "content": {"field": field, "value": sorted(set(values))}}


def all_of(*filters: Filter) -> Filter:
    """Who meets all of them."""
    return filters[0] if len(filters) == 1 else {"op": "and", "content": list(filters)}


def _release(status: Any) -> str:
    return str(status.get("data_release") or status.get("tag") or _UNTOLD)


def _is_status(answer: Any) -> None:
    if not isinstance(answer, dict) or "status" not in answer:
        raise Drifted("answers status in another form")


# Older servers tell no release of the data but a tag.
STATUS = Question("/status", method="GET", check=_is_status, release=_release)


@dataclass(frozen=True)
class Page:
    """Some hits of an endpoint, and how many it has in all."""

    hits: list[Wire]
    total: int


@dataclass(frozen=True)
class Search:
    """What is asked of an endpoint: cases, files, ssm_occurrences. `key` is the field that tells its hits apart."""

    endpoint: str
    key: str
    filters: Filter
    size: int
    expand: Sequence[str] = ()
    fields: Sequence[str] = ()
    # How many there are if all that was asked for is there.
    least: int = 0

    def question(self, start: int) -> Question:
        """For the page that starts so many hits from the first."""
        asked: dict[str, Any] = {"filters": self.filters, "size": self.size, "from": start, "sort": f"{self.key}:asc"}
        if self.expand:
            asked["expand"] = ",".join(self.expand)
        if self.fields:
            asked["fields"] = ",".join(self.fields)
        return Question(f"/{self.endpoint}", asked, check=self._is_page, lacks=self._lacks)

    def _lacks(self, answer: Any) -> bool:
        return bool(answer["data"]["pagination"]["total"] < self.least)

    def _is_page(self, answer: Any) -> None:
        # Unknown fields are no error of GDC's: their values are just not there.
        if isinstance(answer, dict) and answer.get("warnings"):
            raise Drifted(f"knows no longer all fields that are asked for ({str(answer['warnings'])[:200]})")
        try:
            hits, total = answer["data"]["hits"], answer["data"]["pagination"]["total"]
            known = isinstance(total, int) and all(isinstance(hit[self.key], str) for hit in hits)
        except (KeyError, TypeError):
            known = False
        if not known:
            raise Drifted(f"answers {self.endpoint} in another form")


async def release_of(service: Asked) -> str:
    """The release of its data, such as `Data Release 45.0 - December 04, 2025`."""
    return _release(await service.asked(STATUS))


async def page_of(service: Asked, search: Search, start: int = 0) -> Page:
    """One page."""
    return _page(await service.asked(search.question(start)))


async def pages(service: Asked, search: Search) -> AsyncIterator[list[Wire]]:
    """All hits, each once, as pages. What the server counts and what comes must agree."""
    seen: set[str] = set()
    total, start = None, 0
    while total is None or start < total:
        # A page that may not fit to the others is not kept.
        page = _page(await service.asked(replace(search.question(start), lasting=False)))
        if total not in (None, page.total):
            raise UpstreamBadResponse(service.name, "changed while it was being read")
        new = [hit for hit in page.hits if hit[search.key] not in seen]
        seen.update(hit[search.key] for hit in new)
        total, start = page.total, start + search.size
        if new:
            yield new
    if len(seen) != total:
        raise UpstreamBadResponse(service.name, f"told of {total:,} {search.endpoint} and gave {len(seen):,}")


async def everything(service: Asked, search: Search) -> list[Wire]:
    """All hits, of one release."""
    first = await page_of(service, search)
    if first.total <= search.size:
        if len({hit[search.key] for hit in first.hits}) != first.total:
            complaint = f"told of {first.total:,} {search.endpoint} and gave others"
            raise noted(UpstreamBadResponse(service.name, complaint))
        return first.hits
    for number in range(_TRIES):
        release = await release_of(service)
        try:
            hits = [hit async for page in pages(service, search) for hit in page]
        except UpstreamBadResponse as error:
            if number == _TRIES - 1 or await release_of(service) == release:
                raise noted(error) from None
            continue
        if await release_of(service) == release:
            return hits
    raise noted(UpstreamBadResponse(service.name, "changed its release while it was being read"))


def _page(answer: Any) -> Page:
    return Page(answer["data"]["hits"], answer["data"]["pagination"]["total"])
