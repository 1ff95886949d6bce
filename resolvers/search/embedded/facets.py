"""Facets over their bases, each by the form of its axis."""

from resolvers.search.embedded.axes import Axes, DateAxis, NumberAxis, TermAxis
from resolvers.search.embedded.bases import Base
from resolvers.search.embedded.drawn import Drawn, Reader
from resolvers.search.embedded.range_facets import dates, numbers
from resolvers.search.embedded.tallies import Tallies
from resolvers.search.embedded.term_facets import terms
from resolvers.search.facets import FacetQuestion


class Facets:
    """Draws up the facets of one catalogue."""

    def __init__(self, axes: Axes, tallies: Tallies) -> None:
        self._axes = axes
        self._tallies = tallies

    def drawn(self, question: FacetQuestion, base: Base) -> Drawn:
        """The facet over its base."""
        reader = Reader(self._tallies, base, question.field)
        total = {name: self._tallies.total(base, name) for name in question.asked.total}
        match self._axes[question.field]:
            case TermAxis() as axis:
                return terms(question, axis, reader, total)
            case NumberAxis() as axis:
                return numbers(question, axis, reader, total)
            case DateAxis() as axis:
                return dates(question, axis, reader, total)
