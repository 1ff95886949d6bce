"""What is known of a patient in sister commons, and on what it rests."""

import datetime

import strawberry

from schema.cost import many
from schema.enums import Commons, LinkEvidence, LinkStatus
from schema.fields import described


@strawberry.type(description="Where a statement of another commons comes from, and how a patient was linked to it.")
class Provenance:
    status: LinkStatus = described("What is known of the patient there.")
    evidence: LinkEvidence | None = described("On what the link rests; null without a link.")
    rule: str | None = described("The rule of identity that allows the link; null if none covers the patient.")
    idc_release: int = described("Release of IDC that the patient is of.")
    commons_release: str | None = described("Release of the commons, as it names it; null if it was not asked.")
    fetched_at: datetime.datetime | None = described("When it was read; null if it was not.")
    stale: bool = described("Whether it is older than it should be, since the commons could not be asked again.")


@strawberry.type(description="A record of another commons that is, or may be, the patient's.")
class LinkedRecord:
    id: str = described("Its id there. That of a CDA subject holds for one release of CDA alone.")
    submitter_id: str = described("The identifier under which it was found.")
    project: str = described("The project there that holds it.")


@strawberry.type(description="What does not fit together. It is reported, never decided.")
class Disagreement:
    source: Commons = described("The commons that says it.")
    about: Commons = described("The commons that it is about.")
    message: str = described("What is said, and what is there.")
    ids: list[str] = described("Ids of the records that it is about.")


@strawberry.type(description="What is known of a patient in one commons.")
class CommonsLink:
    commons: Commons = described("The commons.")
    status: LinkStatus = described("What is known of the patient there.")
    reason: str | None = described("Why there is no link; null if there is one.")
    records: list[LinkedRecord] = described(
        "The patient's record; all that fit if the link is ambiguous or contradicted; none otherwise.", many(2)
    )
    disagreements: list[Disagreement] = described("What does not fit together.", many(2))
    provenance: Provenance = described("Where this comes from.")
