"""Slides of IDC joined to slides of GDC by the barcode alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resolvers.commons.identity import GdcSlide, SlideLink, slide_link, slides_by_barcode
from schema.vocabulary import LinkStatus

CASE, OTHER_CASE = "1f601832-eee3-48fb-acf5-80c4a454f26e", "c5bf474c-6919-47b4-ba59-34ab20c087d5"
TOP = GdcSlide("TCGA-BH-A0EA-01A-01-TSA", "slide-1", "sample-1", CASE)
DIAGNOSTIC = GdcSlide("TCGA-BH-A0EA-01Z-00-DX1", "slide-2", "sample-2", CASE.upper())
SLIDES = slides_by_barcode([TOP, DIAGNOSTIC, TOP])


def test_a_slide_is_joined_by_its_barcode_to_the_sample_that_it_was_cut_from() -> None:
    assert slide_link(TOP.barcode, CASE, SLIDES) == SlideLink(LinkStatus.LINKED, (TOP,))
    assert slide_link(DIAGNOSTIC.barcode, CASE, SLIDES) == SlideLink(LinkStatus.LINKED, (DIAGNOSTIC,))


@pytest.mark.parametrize(
    "container",
    [None, "", "TCGA-BH-A0EA", "TCGA-BH-A0EA-01A-01-TS", "tcga-bh-a0ea-01a-01-tsa", "TCGA-BH-A0EA-01A-01-TSA "],
)
def test_a_slide_of_a_linked_case_without_the_exact_barcode_is_not_found(container: str | None) -> None:
    assert slide_link(container, CASE, SLIDES) == SlideLink(LinkStatus.NOT_FOUND)


def test_a_barcode_in_another_case_is_a_conflict() -> None:
    assert slide_link(TOP.barcode, OTHER_CASE, SLIDES) == SlideLink(LinkStatus.CONFLICT, (TOP,))


def test_a_barcode_of_two_slides_is_ambiguous() -> None:
    twin = replace(TOP, slide_id="slide-3")
    found = slide_link(TOP.barcode, CASE, slides_by_barcode([TOP, twin]))
    assert found == SlideLink(LinkStatus.AMBIGUOUS, (TOP, twin))
