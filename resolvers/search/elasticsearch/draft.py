"""One facet while it is drawn up, and the answers of facets of numbers and dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from resolvers.search.elasticsearch.bodies import Tally
from resolvers.search.elasticsearch.facet_forms import (
    Form,
    Raw,
    day,
    periods,
)
from resolvers.search.facets import (
    PERIOD_CHARACTERS,
    Bucket,
    FacetAnswer,
    FacetQuestion,
    Numbers,
    period_end,
    period_start,
)
from resolvers.selection import Scalar, Selection
from schema.attributes import Attribute
from schema.vocabulary import FacetForm


@dataclass
class Draft:
    """One facet while it is drawn up."""

    question: FacetQuestion
    form: Form
    apart: Mapping[str, FacetAnswer]
    raw: Raw | None = None
    # Of the base; empty unless it is asked for.
    total: Numbers = field(default_factory=dict)
    # What was cut from a facet of terms: the series with any of those values.
    cut: Selection | None = None
    shown: tuple[Scalar, ...] = ()
    candidates: int = 0
    values: Mapping[Scalar, Tally] | None = None

    @property
    def attribute(self) -> Attribute:
        """What is counted by."""
        return self.form.attribute

    def others(self, value: Scalar) -> dict[str, Numbers]:
        """Per collection the numbers of a value among what is not indexed."""
        found = {}
        for collection, answer in self.apart.items():
            own = next((bucket.counts for bucket in answer.buckets if bucket.value == value), None)
            if own is not None:
                found[collection] = own
        return found


def _extremes(draft: Draft) -> tuple[Any, Any]:
    """The smallest and the greatest value, wherever it is."""
    assert draft.raw is not None
    lowest = [each.lowest for each in draft.apart.values() if each.lowest is not None]
    highest = [each.highest for each in draft.apart.values() if each.highest is not None]
    dates = draft.attribute.facet_form is FacetForm.DATES
    if draft.raw.lowest is not None and draft.raw.highest is not None:
        lowest.append(day(draft.raw.lowest) if dates else draft.raw.lowest)
        highest.append(day(draft.raw.highest) if dates else draft.raw.highest)
    return min(lowest, default=None), max(highest, default=None)


def number_answer(draft: Draft) -> FacetAnswer:
    """The answer of a facet of numbers."""
    asked, raw = draft.question.asked, draft.raw
    assert raw is not None
    lowest, highest = _extremes(draft)
    buckets = []
    for start, end in pairwise(draft.form.edges):
        # The edges are those of the release: what the base does not reach is left out.
        reached = lowest is not None and lowest < end and highest >= start
        if draft.question.boundaries is not None or reached:
            numbers = raw.values.get(start, draft.form.counting.nothing).plus(draft.others(start)).numbers
            buckets.append(Bucket(start, {name: numbers[name] for name in asked.buckets}, end))
    outside = raw.outside or draft.form.rest.nothing
    return FacetAnswer(
        draft.total,
        missing(draft),
        outside.plus({name: each.rest for name, each in draft.apart.items()}).numbers,
        buckets,
        lowest=lowest,
        highest=highest,
    )


def date_answer(draft: Draft) -> FacetAnswer:
    """The answer of a facet of dates."""
    asked, raw = draft.question.asked, draft.raw
    assert raw is not None
    earliest, latest = _extremes(draft)
    buckets = []
    for text in periods(earliest, latest, PERIOD_CHARACTERS[draft.question.interval]):
        start = period_start(text)
        numbers = raw.values.get(text, draft.form.counting.nothing).plus(draft.others(start)).numbers
        buckets.append(Bucket(start, {name: numbers[name] for name in asked.buckets}, period_end(text)))
    return FacetAnswer(
        draft.total, missing(draft), dict.fromkeys(asked.rest, 0), buckets, lowest=earliest, highest=latest
    )


def missing(draft: Draft) -> Numbers:
    """What of the base has no value, wherever it is."""
    assert draft.raw is not None
    return draft.raw.missing.plus({name: each.missing for name, each in draft.apart.items()}).numbers
