"""What a release holds of an attribute, counted by series: its column brought down to the series."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexers.columns import Identifiers, Numbers, Terms
from resolvers.catalogue import Catalogue
from schema.attributes import Attribute
from schema.vocabulary import Level

Element = str | int | float


@dataclass(frozen=True)
class Census:
    """Coverage, and how many series have each value; of a list, each element."""

    series: int
    patients: int
    distinct: int
    # Values ascending with their series; empty for unique identifiers.
    frequencies: Sequence[tuple[Element, int]]
    examples: Sequence[Element]
    # Pairs of elements of one list, for lists only.
    pairs: Counter[tuple[Element, Element]]

    def frequent(self, most: int) -> list[tuple[Element, int]]:
        """The values that most series have; of equally frequent ones the first by value."""
        return sorted(self.frequencies, key=lambda found: -found[1])[:most]

    def quantile(self, share: float) -> Element:
        """The smallest value that at least this share of the series with a value do not exceed."""
        totals = np.cumsum([number for _, number in self.frequencies])
        return self.frequencies[int(np.searchsorted(totals, share * totals[-1]))][0]

    def companion(self, element: Element) -> Element | None:
        """The element that most often stands in one list with this one."""
        beside: Counter[Element] = Counter()
        for pair, number in self.pairs.items():
            if element in pair:
                beside[pair[1] if pair[0] == element else pair[0]] += number
        return min(beside, key=lambda other: (-beside[other], str(other))) if beside else None


def census(catalogue: Catalogue, attribute: Attribute) -> Census:
    """The census of one attribute."""
    column = catalogue.store.column(attribute.level, attribute.column)
    if isinstance(column, Identifiers):
        spread = column.order[[0, len(column.order) // 2, -1]]
        texts = [text.decode() for text in column.texts[spread].tolist()]
        sizes = catalogue.relations.sizes
        return Census(sizes[Level.SERIES], sizes[Level.PATIENT], len(column.order), (), texts, Counter())
    codes, values = _coded(column)
    codes = _of_series(catalogue, codes, attribute.level)
    numbers = np.bincount(codes, minlength=len(values) + 1)[1:].tolist()
    frequencies, pairs = _by_element(values, numbers)
    present = codes != 0
    patients = np.count_nonzero(catalogue.relations.counted(present, Level.SERIES, Level.PATIENT))
    found = [value for value, _ in frequencies]
    spread_values = list(dict.fromkeys(found[place] for place in (0, len(found) // 2, -1)))
    return Census(int(present.sum()), int(patients), len(found), frequencies, spread_values, pairs)


def _coded(column: Terms | Numbers) -> tuple[npt.NDArray[np.integer], Sequence[Element | tuple[str, ...]]]:
    """A code per row, 0 for a missing value, and the values of the codes from 1."""
    if isinstance(column, Terms):
        return column.codes, column.values
    values, codes = np.unique(column.numbers, return_inverse=True)
    return codes + 1, values.tolist()


def _of_series(catalogue: Catalogue, codes: npt.NDArray[np.integer], level: Level) -> npt.NDArray[np.integer]:
    return codes if level is Level.SERIES else codes[catalogue.relations.ancestor(Level.SERIES, level)]


def _by_element(
    values: Sequence[Element | tuple[str, ...]], numbers: Sequence[int]
) -> tuple[list[tuple[Element, int]], Counter[tuple[Element, Element]]]:
    """How many series have each value or element, and each two elements of one list."""
    single: Counter[Element] = Counter()
    pairs: Counter[tuple[Element, Element]] = Counter()
    for value, number in zip(values, numbers, strict=True):
        elements = sorted(value) if isinstance(value, tuple) else [value]
        for place, element in enumerate(elements):
            single[element] += number
            for other in elements[place + 1 :]:
                pairs[element, other] += number
    return sorted((pair for pair in single.items() if pair[1]), key=lambda pair: pair[0]), pairs
