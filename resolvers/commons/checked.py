"""What is known of a patient in one commons, whether it was harvested or asked for."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from resolvers.commons import cda_subject, gdc_case, icdc_case, pdc_case
from resolvers.commons.identity import Candidate, FoundCase, LinkResult, Prospect
from schema.vocabulary import Commons, LinkStatus

Record = dict[str, Any]

# What links need of a record of each commons.
FOUND: dict[Commons, Callable[[Record], FoundCase]] = {
    Commons.GDC: gdc_case.found_case,
    Commons.PDC: pdc_case.found_case,
    Commons.CDA: cda_subject.found_case,
    Commons.ICDC: icdc_case.found_case,
}


@dataclass(frozen=True)
class Checked:
    """How a patient is linked, the record if there is a link, and of which release of the commons that is.

    `stale`: it is older than it should be, since the commons could not be asked again.
    """

    link: LinkResult
    record: Record | None
    release: str | None
    fetched_at: datetime.datetime
    stale: bool = False

    @property
    def found(self) -> list[FoundCase] | None:
        """What other links can be held against; None if no single record, or its absence, is certain."""
        if self.record is not None:
            return [FOUND[self.link.commons](self.record)]
        return [] if self.link.status is LinkStatus.NOT_FOUND else None


@dataclass(frozen=True)
class Sought:
    """A patient, by its row, and what each commons is to be asked for."""

    row: int
    prospects: dict[Commons, Prospect] = field(compare=False)

    def candidate(self, commons: Commons) -> Candidate | None:
        """What to ask a commons for; None if it is not asked."""
        prospect = self.prospects[commons]
        return prospect if isinstance(prospect, Candidate) else None
