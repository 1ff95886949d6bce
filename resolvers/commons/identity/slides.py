"""Slides of IDC joined to the slides of GDC that they are images of, by the barcode on the glass alone.

That a patient is linked to a case says nothing of slides: a case has many, of several samples. IDC has the barcode as
ContainerIdentifier (0040,0512) of a slide image, GDC as samples.portions.slides.submitter_id of a case.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schema.vocabulary import LinkStatus


@dataclass(frozen=True)
class GdcSlide:
    """A slide of GDC with the sample that it was cut from: slides.submitter_id, slides.slide_id, samples.sample_id."""

    barcode: str
    slide_id: str
    sample_id: str
    case_id: str


@dataclass(frozen=True)
class SlideLink:
    """`slides` has one slide if LINKED, all with the barcode if AMBIGUOUS or CONFLICT, none if NOT_FOUND."""

    status: LinkStatus
    slides: tuple[GdcSlide, ...] = ()


def slides_by_barcode(slides: Iterable[GdcSlide]) -> dict[str, tuple[GdcSlide, ...]]:
    """The slides of GDC by barcode, each slide once."""
    found: defaultdict[str, dict[str, GdcSlide]] = defaultdict(dict)
    for slide in slides:
        found[slide.barcode][slide.slide_id] = slide
    return {barcode: tuple(same.values()) for barcode, same in found.items()}


def slide_link(container: str | None, case_id: str, slides: Mapping[str, Sequence[GdcSlide]]) -> SlideLink:
    """The slide of GDC with exactly the barcode of an IDC container, for a patient linked to the case `case_id`.

    A slide of another case is a CONFLICT: the barcode says one patient, the link another.
    """
    same = tuple(slides.get(container, ())) if container else ()
    if not same:
        return SlideLink(LinkStatus.NOT_FOUND)
    if any(slide.case_id.lower() != case_id.lower() for slide in same):
        return SlideLink(LinkStatus.CONFLICT, same)
    return SlideLink(LinkStatus.LINKED if len(same) == 1 else LinkStatus.AMBIGUOUS, same)
