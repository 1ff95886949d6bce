"""What is known of a patient in one commons, whether it was harvested or asked for."""

import datetime
from dataclasses import dataclass, field
from functools import cached_property

import orjson

from resolvers.commons.forms import FORMS, Record
from resolvers.commons.identity import Candidate, FoundCase, LinkResult, Prospect
from schema.vocabulary import Commons, LinkStatus


@dataclass(frozen=True)
class Checked:
    """How a patient is linked, the record if there is a link, and of which release of the commons that is.

    `kept` is the record, perhaps as JSON. `stale`: it is older than it should be, since the commons could not be asked
    again.
    """

    link: LinkResult
    kept: Record | bytes | None
    release: str | None
    fetched_at: datetime.datetime
    stale: bool = False

    @cached_property
    def record(self) -> Record | None:
        """The record; None without a link."""
        return orjson.loads(self.kept) if isinstance(self.kept, bytes) else self.kept

    @property
    def found(self) -> list[FoundCase] | None:
        """What other links can be held against; None if no single record, or its absence, is certain."""
        if self.record is not None:
            return [FORMS[self.link.commons].found(self.record)]
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
