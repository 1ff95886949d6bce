"""Identity across commons: candidates by an allow-list, links by exact match and cross-references, slides by barcode.

Pure functions over data: nothing here asks a commons.
"""

from resolvers.commons.identity.candidates import Candidate, Prospect, Refusal, candidates
from resolvers.commons.identity.found import Found, FoundCase
from resolvers.commons.identity.link import Disagreement, LinkKey, LinkResult, link
from resolvers.commons.identity.linkable import linkable_patients
from resolvers.commons.identity.rules import tables_digest
from resolvers.commons.identity.slides import GdcSlide, SlideLink, slide_link, slides_by_barcode

__all__ = [
    "Candidate",
    "Disagreement",
    "Found",
    "FoundCase",
    "GdcSlide",
    "LinkKey",
    "LinkResult",
    "Prospect",
    "Refusal",
    "SlideLink",
    "candidates",
    "link",
    "linkable_patients",
    "slide_link",
    "slides_by_barcode",
    "tables_digest",
]
