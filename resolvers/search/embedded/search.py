"""The embedded search itself: every answer of the protocol, computed in the thread that asks."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from resolvers.catalogue import Catalogue
from resolvers.search.embedded.axes import Axes
from resolvers.search.embedded.bases import Base
from resolvers.search.embedded.counts import count, count_steps, count_under
from resolvers.search.embedded.crosstab import cells
from resolvers.search.embedded.facets import Facets
from resolvers.search.embedded.grains import Grains, Mask
from resolvers.search.embedded.masks import Masks
from resolvers.search.embedded.orders import Orders
from resolvers.search.embedded.pages import page, pages_under
from resolvers.search.embedded.tallies import Tallies
from resolvers.search.engine import ColumnValues, Order, Parents, RowPage, Window
from resolvers.search.facets import CrosstabAnswer, FacetAnswer, FacetQuestion
from resolvers.selection import Keys, Selection
from schema.vocabulary import COUNTABLE, Level

# Tallies of recent facets.
_REMEMBERED_BYTES = 64_000_000

_EVERYTHING = Selection(Level.SERIES)


class EmbeddedSearch:
    """Answers Selections over the catalogue of one release. Safe to ask from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._grains = Grains(catalogue)
        self._masks = Masks(catalogue, self._grains)
        self._orders = Orders(catalogue)
        self.axes = Axes(catalogue, self._grains, self._masks)
        self._tallies = Tallies(_REMEMBERED_BYTES, _EVERYTHING.digest)
        self._facets = Facets(self.axes, self._tallies)

    def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, int]:
        """See SearchEngine."""
        if series == _EVERYTHING:
            return {name: self._totals[name] for name in asked}
        return count(self._grains, self._masks.series(series), asked)

    @cached_property
    def _totals(self) -> dict[str, int]:
        """The numbers of the whole release, which every page shows."""
        return count(self._grains, self._masks.series(_EVERYTHING), frozenset(COUNTABLE))

    def counts_of_steps(self, steps: Sequence[Selection], asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return count_steps(self._grains, [self._masks.series(step) for step in steps], asked)

    def counts_under(self, parents: Parents, series: Selection, asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """See SearchEngine."""
        return count_under(self._catalogue, self._grains, parents, self._masks.of(series), asked)

    def bases(self, questions: Sequence[FacetQuestion]) -> dict[bytes, Base]:
        """The bases of the facets, by the digests of their Selections."""
        selections = {question.series.digest: question.series for question in questions}
        return {digest: Base(self._grains, self._masks.series(series), digest) for digest, series in selections.items()}

    def facets(self, questions: Sequence[FacetQuestion], bases: Mapping[bytes, Base]) -> list[FacetAnswer | Exception]:
        """See SearchEngine."""
        answers: list[FacetAnswer | Exception] = []
        for question in questions:
            try:
                answers.append(self._facets.drawn(question, bases[question.series.digest]).answer)
            except Exception as error:  # one facet's failure is its own
                answers.append(error)
        return answers

    def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """See SearchEngine."""
        base = self.bases(questions)[questions[0].series.digest]
        axes = [self._facets.drawn(question, base) for question in questions]
        return CrosstabAnswer([axis.answer for axis in axes], cells(self._grains, base, axes, asked))

    def page(self, rows: Selection, order: Order, window: Window) -> RowPage:
        """See SearchEngine."""
        return page(self._masks.of(rows), self._orders.ranking(rows.level, order), window)

    def pages_under(
        self, parents: Parents, rows: Selection, order: Order, windows: Sequence[Window]
    ) -> Sequence[RowPage]:
        """See SearchEngine."""
        ranking = self._orders.ranking(rows.level, order)
        return pages_under(self._catalogue.relations, rows.level, parents, self._masks.of(rows), ranking, windows)

    def held(self, asked: Sequence[ColumnValues | Keys]) -> Sequence[Sequence[bool]]:
        """See SearchEngine."""
        return [self._held(one) for one in asked]

    def _held(self, asked: ColumnValues | Keys) -> Sequence[bool]:
        if isinstance(asked, Keys):
            return [row is not None for row in self._catalogue.keys.rows(asked.level, asked.keys)]
        return self._masks.leaves(asked.level, asked.column).held(asked.values)

    def vocabulary(self, level: Level, column: str) -> Sequence[str]:
        """See SearchEngine."""
        return [str(value) for value in self._masks.leaves(level, column).vocabulary.elements]

    def mask(self, series: Selection) -> Mask:
        """Which series the Selection holds, by row number."""
        return self._masks.of(series)

    def forget(self, *, everything: bool = False) -> None:
        """Forget the sets and tallies of earlier questions, so that the next ones can be measured.

        `everything`: those of the whole release, too.
        """
        self._masks.forget()
        self._tallies.forget(everything=everything)
