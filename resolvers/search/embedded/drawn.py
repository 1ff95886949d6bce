"""What facets of every form are drawn up with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from resolvers.search.embedded.axes import Coding, NumberAxis
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

    def tallies(self, coding: Coding, names: frozenset[str], grouping: str) -> Mapping[str, Numbers]:
        """Per slot each of the numbers. `grouping` tells the coding from others of the same facet."""
        return self._tallies.of(self.base, coding, names, self._field.name, grouping)

    def extremes(self, axis: NumberAxis) -> tuple[float, float] | None:
        """The smallest and the greatest number of the base; None if there is none."""
        return self._tallies.extremes(self.base, axis, self._field.name)


def at(tallied: Mapping[str, Numbers], names: Iterable[str], slot: int) -> dict[str, int]:
    """The numbers of one slot."""
    return {name: int(tallied[name][slot]) for name in names}


def rows(tallied: Mapping[str, Numbers], names: Iterable[str], slots: Sequence[int | None]) -> list[dict[str, int]]:
    """The numbers of each of the slots, of None zeros."""
    places = [-1 if slot is None else slot for slot in slots]
    columns = {name: [*tallied[name].tolist(), 0] for name in names}
    return [{name: column[place] for name, column in columns.items()} for place in places]
