"""Facet questions and their answers, as engines take and give them."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from resolvers.selection import Scalar, Selection
from schema.vocabulary import AskedCounts, DateInterval, FacetField

Numbers = dict[str, int]

# An order by value rather than by a count.
BY_VALUE = "value"

# Characters of an ISO 8601 date that name its year or month.
PERIOD_CHARACTERS = {DateInterval.YEAR: 4, DateInterval.MONTH: 7}


@dataclass(frozen=True)
class FacetQuestion:
    """One facet over a base.

    Of terms: the `size` values with the greatest counts by `order` (or the first ones, BY_VALUE), ties by value; only
    those that contain the lower-cased text; and those that are `kept`, come what may. Of numbers: by `boundaries`,
    which ascend, or by the field's own. Of dates: by `interval`.
    """

    field: FacetField
    series: Selection
    asked: AskedCounts
    size: int
    order: str
    contains: str | None = None
    kept: tuple[Scalar, ...] = ()
    boundaries: tuple[float, ...] | None = None
    interval: DateInterval = DateInterval.YEAR


@dataclass(frozen=True)
class Bucket:
    """A term; or a range from `value`, included, to `until`, excluded: numbers, or days as ISO text."""

    value: Scalar
    counts: Numbers
    until: Scalar | None = None


@dataclass(frozen=True)
class FacetAnswer:
    """`distinct`: values in the base that `contains` allows. `lowest`, `highest`: of numbers and dates in the base."""

    total: Numbers
    missing: Numbers
    rest: Numbers
    buckets: Sequence[Bucket]
    distinct: int = 0
    lowest: Scalar | None = None
    highest: Scalar | None = None
    # Of facets over records in commons: those of whom nothing is known, by why.
    apart: Mapping[str, Numbers] = field(default_factory=dict)


@dataclass(frozen=True)
class CrosstabAnswer:
    """The axes as facets, and per cell the place of its bucket on each axis (None: missing) with its counts."""

    axes: Sequence[FacetAnswer]
    cells: Sequence[tuple[tuple[int | None, ...], Numbers]]


def period_start(text: str) -> str:
    """The first day of a year (2001) or month (2001-03), as ISO text."""
    return f"{text}-01-01"[:10]


def period_end(text: str) -> str:
    """The first day after a year or month, as ISO text."""
    year, month = int(text[:4]), int(text[5:7] or 12)
    return datetime.date(year + month // 12, month % 12 + 1, 1).isoformat()
