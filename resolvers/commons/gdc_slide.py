"""Slides of GDC as they are read, each with the sample that it was cut from.

Source: https://docs.gdc.cancer.gov/API/Users_Guide/Appendix_A_Available_Fields/#case-fields (endpoint `cases`).
"""

from collections.abc import Collection, Iterator
from typing import Any

from resolvers.commons.normal import listed, said

BARCODE = "samples.portions.slides.submitter_id"
SLIDE_FIELDS = (
    "case_id",
    "samples.sample_id",
    "samples.submitter_id",
    "samples.sample_type",
    "samples.tissue_type",
    "samples.portions.slides.slide_id",
    BARCODE,
)

Record = dict[str, Any]
Wire = dict[str, Any]


def slides_of(hit: Wire, barcodes: Collection[str]) -> Iterator[Record]:
    """Of one hit of `cases` the slides with these barcodes; a filter does not cut out the others."""
    for sample in listed(hit.get("samples")):
        for portion in listed(sample.get("portions")):
            for slide in listed(portion.get("slides")):
                if slide.get("submitter_id") in barcodes:
                    yield {
                        "slide_id": slide["slide_id"],
                        "submitter_id": slide["submitter_id"],
                        "case_id": hit["case_id"],
                        "sample_id": sample["sample_id"],
                        "sample_submitter_id": sample.get("submitter_id"),
                        "sample_type": said(sample.get("sample_type")),
                        "tissue_type": said(sample.get("tissue_type")),
                    }
