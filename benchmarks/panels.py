"""A facet panel as every peer answers it: by slots, which are codes of values or of ranges.

Slot 0 is missing. Of terms the others are values, of which the twenty with the most patients are returned and the rest
counted together; of numbers and dates they are ranges, which are all returned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from indexers.store import Store
from resolvers.search.embedded.axes import Axes, Coding, DateAxis, NumberAxis, TermAxis
from resolvers.search.embedded.grains import Grain
from resolvers.search.facets import FacetAnswer
from schema.attributes import FACETS
from schema.default_ranges import default_edges
from schema.vocabulary import COUNTABLE, FacetField

SIZE = 20

# Collections, patients, studies, series, instances, bytes.
Six = tuple[int, int, int, int, int, int]
NOTHING: Six = (0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Column:
    """A facet's slot per series; with `lists` a code per series, and for each code its slots."""

    field: FacetField
    codes: npt.NDArray[np.unsignedinteger]
    lists: Sequence[Sequence[int]] | None
    many: int
    terms: bool


@dataclass(frozen=True)
class PanelFacet:
    """What a panel says of one facet; `cut` counts what is in no returned slot."""

    total: Six
    missing: Six
    cut: Six
    slots: Mapping[int, Six]
    distinct: int


def columns(axes: Axes, store: Store) -> list[Column]:
    """Every facet's column, from the engine's own codes so that all peers count the same."""
    return [_column(field, axes[field], store) for field in FACETS]


def _column(field: FacetField, axis: TermAxis | NumberAxis | DateAxis, store: Store) -> Column:
    coding = default_coding(field, axis)
    profile = store.quotients.quotient.series_profile
    codes = coding.codes if coding.grain is Grain.SERIES else coding.codes[profile]
    if coding.lists is None:
        return Column(field, coding.slots[codes].astype(np.uint32), None, coding.many, isinstance(axis, TermAxis))
    starts, slots = coding.lists.starts.tolist(), coding.lists.slots.tolist()
    lists = [slots[start:end] for start, end in pairwise(starts)]
    return Column(field, codes.astype(np.uint32), lists, coding.many, terms=True)


def default_coding(field: FacetField, axis: TermAxis | NumberAxis | DateAxis) -> Coding:
    """The slots of a facet without options."""
    match axis:
        case TermAxis():
            return axis.coding
        case NumberAxis():
            return axis.between(default_edges(field, *axis.extremes))
        case DateAxis():
            return axis.periods(4)[0]


def of_engine(axes: Axes, field: FacetField, answer: FacetAnswer) -> PanelFacet:
    """The engine's answer by slots; empty ranges between others are left out."""
    axis = axes[field]
    slots: dict[int, Six] = {}
    for bucket in answer.buckets:
        counts = _six(bucket.counts)
        if counts != NOTHING:
            slots[_slot(field, axis, bucket.value)] = counts
    return PanelFacet(_six(answer.total), _six(answer.missing), _six(answer.rest), slots, answer.distinct)


def _slot(field: FacetField, axis: TermAxis | NumberAxis | DateAxis, value: str | float) -> int:
    match axis:
        case TermAxis():
            place = axis.vocabulary.place(value)
            assert place is not None
            return place + 1
        case NumberAxis():
            edges = default_edges(field, *axis.extremes)
            return edges.index(float(value)) + NumberAxis.FIRST
        case DateAxis():
            return list(axis.periods(4)[1]).index(str(value)[:4]) + 1


def _six(counts: Mapping[str, int]) -> Six:
    return tuple(counts[name] for name in COUNTABLE)  # type: ignore[return-value]


def best(ranked: Sequence[tuple[int, int]], terms: bool) -> list[int]:
    """The slots to return of (slot, patients) without missing: of terms the best, of ranges all."""
    if not terms:
        return [slot for slot, _ in ranked]
    return [slot for slot, _ in sorted(ranked, key=lambda pair: (-pair[1], pair[0]))[:SIZE]]
