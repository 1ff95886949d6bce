"""Slide images joined to the slides of GDC by the barcode on the glass; GDC is asked for all of a request together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from strawberry.dataloader import DataLoader

from indexers.slide_index import SlideIndex
from resolvers.commons.checked import Checked
from resolvers.commons.gdc import Gdc
from resolvers.commons.gdc_slide import Record
from resolvers.commons.identity import GdcSlide, LinkResult, slide_link, slides_by_barcode
from resolvers.commons.ledger import Told, opened
from resolvers.commons.live import when
from schema.errors import NotAsked
from schema.series import Series
from schema.vocabulary import Commons, LinkEvidence, LinkStatus

_NO_TABLE = "The gateway was not given IDC's table of slides: start it with --slide-index."
_NO_CONTAINER = "IDC names no container of this slide."
_REASONS = {
    LinkStatus.NOT_FOUND: "GDC has no slide with this barcode.",
    LinkStatus.AMBIGUOUS: "GDC has several slides with this barcode.",
    LinkStatus.CONFLICT: "GDC has this barcode in another case than the patient's.",
}


@dataclass(frozen=True)
class Joined:
    """How a slide image is linked, to which slides, and what to say of where that comes from."""

    link: LinkResult
    known: Checked | None
    container: str | None
    slides: Sequence[Record] = ()


@dataclass(frozen=True)
class _Found:
    slides: Sequence[Record]
    told: Told


class SeriesSlides:
    """One instance serves one request. `index`: None where the containers of slides are not known."""

    def __init__(self, index: SlideIndex | None, gdc: Gdc | None) -> None:
        self._index = index
        self._gdc = gdc
        self._found: DataLoader[str, _Found] = DataLoader(load_fn=self._load)

    def container(self, series: Series) -> str | None:
        """What is written on the glass; None if it is not known."""
        return None if self._index is None else self._index.container(str(series.series_instance_uid))

    async def joined(self, series: Series, case: Checked) -> Joined:
        """The slides of GDC with a series' barcode, for a patient of whose case in GDC `case` is known."""
        container = self.container(series)
        if case.link.status is not LinkStatus.LINKED or case.record is None:
            return Joined(case.link, case, container)
        if container is None:
            status = LinkStatus.NOT_CHECKED if self._index is None else LinkStatus.NOT_FOUND
            reason = _NO_TABLE if self._index is None else _NO_CONTAINER
            return Joined(replace(case.link, status=status, evidence=None, reason=reason), None, container)
        found = await self._found.load(container)
        by_id = {slide["slide_id"]: slide for slide in found.slides}
        joined = slide_link(container, case.record["case_id"], slides_by_barcode(map(_slide, found.slides)))
        evidence = LinkEvidence.BARCODE if joined.status is LinkStatus.LINKED else None
        link = replace(case.link, status=joined.status, evidence=evidence, reason=_REASONS.get(joined.status))
        release = next(iter(sorted(found.told.releases)), None)
        known = Checked(link, None, release, when(found.told), found.told.stale)
        return Joined(link, known, container, [by_id[slide.slide_id] for slide in joined.slides])

    async def _load(self, containers: list[str]) -> Sequence[_Found]:
        if self._gdc is None:
            raise NotAsked(Commons.GDC.value, "slides")
        with opened() as ledger:
            slides: dict[str, list[Record]] = defaultdict(list)
            for slide in await self._gdc.slides(containers):
                slides[slide["submitter_id"]].append(slide)
            told = ledger.told.get(self._gdc.service.name, Told())
            return [_Found(slides[container], told) for container in containers]


def _slide(record: Record) -> GdcSlide:
    return GdcSlide(record["submitter_id"], record["slide_id"], record["sample_id"], record["case_id"])
