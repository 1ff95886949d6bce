"""What facets of every form are drawn up with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resolvers.search.embedded.axes import Coding
from resolvers.search.embedded.bases import Base
from resolvers.search.embedded.grains import Numbers
from resolvers.search.embedded.tallies import Tallies
from resolvers.search.facets import FacetAnswer
from schema.vocabulary import FacetField


@dataclass(frozen=True)
class Drawn:
    """A facet's answer, and for crosstabs the slot of each of its buckets in a coding; None: the release has none."""

    answer: FacetAnswer
    coding: Coding
    slots: Sequence[int | None]


class Reader:
    """Reads the tallies of one facet over its base."""

    def __init__(self, tallies: Tallies, base: Base, field: FacetField) -> None:
        self._tallies = tallies
        self._field = field
        self.base = base

    def tally(self, coding: Coding, name: str, grouping: str) -> Numbers:
        """Per slot the number `name`. `grouping` tells the coding from others of the same facet."""
        return self._tallies.of(self.base, coding, name, self._field.name, grouping)

    def at(self, coding: Coding, names: Iterable[str], slot: int, grouping: str) -> dict[str, int]:
        """The numbers of one slot."""
        return {name: int(self.tally(coding, name, grouping)[slot]) for name in names}

    def rows(
        self, coding: Coding, names: Iterable[str], slots: Sequence[int | None], grouping: str
    ) -> list[dict[str, int]]:
        """The numbers of each of the slots, of None zeros."""
        places = [-1 if slot is None else slot for slot in slots]
        columns = {name: [*self.tally(coding, name, grouping).tolist(), 0] for name in names}
        return [{name: column[place] for name, column in columns.items()} for place in places]
