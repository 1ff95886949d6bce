"""Data Repository Service objects of IDC: https://ga4gh.github.io/data-repository-service-schemas/.

Ids are made here, from what the index knows; the service is asked on demand only. Signed URLs are never asked for.
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from resolvers.commons.normal import said, whole
from resolvers.commons.question import Declined, Drifted, Question
from resolvers.commons.reading import reading
from resolvers.commons.transport import Asked

IDS_AT_ONCE = 100
_PREFIX = "dg.4DFC"
_PATH = "/ga4gh/drs/v1/objects"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# A bare UUID, or with a prefix that has : or / behind it, perhaps after drs:// and a host: all are in use.
_SPELLING = re.compile(rf"(?:(?:drs://(?:[^/:]+/)?)?dg\.4dfc[:/])?({_UUID})", re.IGNORECASE)
_ABSENT = frozenset({404})


@dataclass(frozen=True)
class Access:
    """Where the bytes of an object are: `type` is s3 or gs."""

    type: str
    url: str
    region: str | None


@dataclass(frozen=True)
class DrsObject:
    """An object (`access`) or a bundle of objects (`contents`: their ids). Size in bytes; checksums by their type."""

    id: str
    uri: str
    name: str | None
    size: int | None
    version: str | None
    checksums: tuple[tuple[str, str], ...]
    access: tuple[Access, ...]
    contents: tuple[str, ...]


@dataclass(frozen=True)
class DrsObjects:
    """What was found of several ids, and the ids of which nothing was."""

    objects: tuple[DrsObject, ...]
    absent: tuple[str, ...]


def drs_id(given: str) -> str:
    """The id of an object however it is spelt, such as dg.4DFC/<uuid>. ValueError if it has no UUID of IDC's form."""
    found = _SPELLING.fullmatch(given)
    if found is None:
        raise ValueError(f"{given!r} is no DRS id: give a UUID, {_PREFIX}/UUID or drs://{_PREFIX}:UUID")
    return f"{_PREFIX}/{found[1].lower()}"


def drs_uri(given: str) -> str:
    """The compact URI of an object, such as drs://dg.4DFC:<uuid>."""
    return f"drs://{drs_id(given).replace('/', ':')}"


class Drs:
    """Asks for objects. All errors are UpstreamErrors."""

    def __init__(self, service: Asked) -> None:
        self.service = service

    async def object(self, given: str) -> DrsObject | None:
        """An object; None if there is none, as of most series: only those of IDC v1 are bundles."""
        question = Question(f"{_PATH}/{drs_id(given)}", method="GET", check=_is_object, declines=_ABSENT)
        try:
            answer = await self.service.asked(question)
        except Declined:
            return None
        with reading(self.service.name, "objects"):
            return _object(answer)

    async def objects(self, given: Iterable[str]) -> DrsObjects:
        """Several objects, few at a time."""
        ids = sorted({drs_id(each) for each in given})
        chunks = [ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE)]
        answers = await asyncio.gather(*(self._bulk(chunk) for chunk in chunks))
        with reading(self.service.name, "objects"):
            found = {each.id: each for answer in answers for each in map(_object, answer["resolved_drs_objects"])}
        return DrsObjects(
            tuple(found[each] for each in ids if each in found), tuple(each for each in ids if each not in found)
        )

    async def _bulk(self, ids: list[str]) -> Any:
        def lacks(answer: Any) -> bool:
            return len(answer["resolved_drs_objects"]) < len(ids)

        return await self.service.asked(Question(_PATH, {"bulk_object_ids": ids}, check=_is_bulk, lacks=lacks))


def _is_object(answer: Any) -> None:
    if not isinstance(answer, dict) or _SPELLING.fullmatch(str(answer.get("id"))) is None:
        raise Drifted("answers objects in another form")


def _is_bulk(answer: Any) -> None:
    found = answer.get("resolved_drs_objects") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise Drifted("answers objects in another form")
    for each in found:
        _is_object(each)


def _object(wire: dict[str, Any]) -> DrsObject:
    return DrsObject(
        id=drs_id(wire["id"]),
        uri=drs_uri(wire["id"]),
        name=said(wire.get("name")),
        size=whole(wire.get("size")),
        version=said(wire.get("version")),
        checksums=tuple((each["type"], each["checksum"]) for each in wire.get("checksums") or ()),
        access=tuple(
            Access(each["type"], each["access_url"]["url"], said(each.get("region")))
            for each in wire.get("access_methods") or ()
            if (each.get("access_url") or {}).get("url")
        ),
        contents=tuple(drs_id(each["id"]) for each in wire.get("contents") or () if each.get("id")),
    )
