"""Slides of IDC joined to the slides of the Genomic Data Commons, and to the samples that these were cut from."""

import strawberry

from schema.commons_link import Provenance
from schema.cost import many
from schema.enums import LinkStatus
from schema.fields import described


@strawberry.type(description="A slide of GDC with the sample that it was cut from.")
class GDCSlideOfSample:
    slide_id: str = described("Its id in GDC.")
    submitter_id: str = described("Its barcode.")
    case_id: str = described("The case that has it.")
    sample_id: str = described("The sample's id in GDC.")
    sample_submitter_id: str | None = described("The sample's barcode.")
    sample_type: str | None = described("The sample's type.")
    tissue_type: str | None = described("Tumor, Normal, ...")


@strawberry.type(description="What is known of a slide image's slide in GDC. Only its barcode joins it, no likeness.")
class GDCSlideLink:
    container_identifier: str | None = described("The barcode: ContainerIdentifier (0040,0512) of the image.")
    status: LinkStatus = described(
        "LINKED: GDC has one slide with the barcode, in the patient's case; AMBIGUOUS: several; CONFLICT: in another "
        "case."
    )
    reason: str | None = described("Why there is no link; null if there is one.")
    slides: list[GDCSlideOfSample] = described(
        "The slide; all with the barcode if the link is ambiguous or contradicted; none otherwise.", many(1)
    )
    provenance: Provenance = described("Where this comes from.")
