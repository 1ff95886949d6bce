"""What every search engine can do. All answers are exact, and rows are numbers in key order of their level."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from resolvers.search.facets import CrosstabAnswer, FacetAnswer, FacetQuestion
from resolvers.selection import Keys, Selection
from schema.vocabulary import Level, OrderDirection

RowNumbers = npt.NDArray[np.integer]

KEYS = "keys"


@dataclass(frozen=True)
class OrderStep:
    """One step of a sort: a column or tally of the level, or KEYS. Rows without a value come last either way."""

    column: str
    direction: OrderDirection = OrderDirection.ASC


Order = tuple[OrderStep, ...]


@dataclass(frozen=True)
class Window:
    """Which part of the ordered rows: `first` of them after row number `after` (None: from the start)."""

    first: int
    after: int | None = None


@dataclass(frozen=True)
class RowPage:
    """Row numbers of a page, how many rows match in all, and whether some follow the page."""

    numbers: RowNumbers
    total: int
    has_next: bool


@dataclass(frozen=True)
class Parents:
    """Rows whose members are asked for, by number; no number comes twice."""

    level: Level
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class ColumnValues:
    """Texts that a column of text may hold."""

    level: Level
    column: str
    values: tuple[str, ...]


class SearchEngine(Protocol):
    """Answers Selections over one release."""

    async def counts(self, series: Selection, asked: frozenset[str]) -> dict[str, int]:
        """The asked numbers of schema.vocabulary.COUNTABLE over the selected series."""
        ...

    async def counts_of_steps(self, steps: Sequence[Selection], asked: frozenset[str]) -> Sequence[dict[str, int]]:
        """For each step the asked numbers over the series that this Selection and all before it hold."""
        ...

    async def counts_under(
        self, parents: Parents, series: Selection, asked: frozenset[str]
    ) -> Sequence[dict[str, int]]:
        """The same per patient or study, over its series."""
        ...

    async def facets(self, questions: Sequence[FacetQuestion]) -> Sequence[FacetAnswer | Exception]:
        """The facets of one panel; one that fails is an exception among the others' answers."""
        ...

    async def crosstab(self, questions: Sequence[FacetQuestion], asked: frozenset[str]) -> CrosstabAnswer:
        """Facets over one and the same base, and the asked numbers for each combination of their buckets."""
        ...

    async def page(self, rows: Selection, order: Order, window: Window) -> RowPage:
        """A page of the selected rows."""
        ...

    async def pages_under(
        self, parents: Parents, rows: Selection, order: Order, windows: Sequence[Window]
    ) -> Sequence[RowPage]:
        """A page per parent of those selected rows that are its own, each with its window."""
        ...

    async def held(self, asked: Sequence[ColumnValues | Keys]) -> Sequence[Sequence[bool]]:
        """For each of the values, or keys, whether a row of the release has it."""
        ...

    async def vocabulary(self, level: Level, column: str) -> Sequence[str]:
        """The distinct values of a column of text, elements of lists singly, ascending. Not for unique identifiers."""
        ...
