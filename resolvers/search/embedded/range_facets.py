"""Facets of numbers and of dates: all their buckets, ascending."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from resolvers.search.embedded.axes import MISSING, DateAxis, NumberAxis
from resolvers.search.embedded.drawn import Drawn, Reader, at, rows
from resolvers.search.facets import (
    PERIOD_CHARACTERS,
    Bucket,
    FacetAnswer,
    FacetQuestion,
    period_end,
    period_start,
)
from schema.default_ranges import default_edges
from schema.vocabulary import DateInterval


def numbers(question: FacetQuestion, axis: NumberAxis, reader: Reader, total: dict[str, int]) -> Drawn:
    """The facet of numbers."""
    lowest, highest = reader.extremes(axis) or (None, None)
    edges = question.boundaries or default_edges(question.field, *axis.extremes)
    coding = axis.between(edges)
    ranges = list(enumerate(pairwise(edges), start=NumberAxis.FIRST))
    if question.boundaries is None:
        # The edges are those of the release: what the base does not reach is left out.
        ranges = [
            (slot, (start, end))
            for slot, (start, end) in ranges
            if lowest is not None and highest is not None and lowest < end and highest >= start
        ]
    slots = [slot for slot, _ in ranges]
    asked = question.asked
    tallied = reader.tallies(coding, asked.buckets | asked.missing | asked.rest, repr(edges))
    counts = rows(tallied, asked.buckets, slots)
    buckets = [Bucket(start, numbers, end) for (_, (start, end)), numbers in zip(ranges, counts, strict=True)]
    missing = at(tallied, asked.missing, MISSING)
    rest = at(tallied, asked.rest, NumberAxis.OUTSIDE)
    return Drawn(FacetAnswer(total, missing, rest, buckets, lowest=lowest, highest=highest), coding, slots)


def dates(question: FacetQuestion, axis: DateAxis, reader: Reader, total: dict[str, int]) -> Drawn:
    """The facet of dates."""
    days = np.flatnonzero(reader.tallies(axis.coding, frozenset({"series"}), "days")["series"][1:])
    coding, texts = axis.periods(PERIOD_CHARACTERS[question.interval])
    earliest, latest = (axis.days[days[0]], axis.days[days[-1]]) if len(days) else (None, None)
    slot = {text: number for number, text in enumerate(texts, start=1)}
    spanned = list(_periods(earliest, latest, question.interval))
    slots = [slot.get(text) for text in spanned]
    asked = question.asked
    tallied = reader.tallies(coding, asked.buckets | asked.missing, question.interval.name)
    counts = rows(tallied, asked.buckets, slots)
    buckets = [
        Bucket(period_start(text), numbers, period_end(text)) for text, numbers in zip(spanned, counts, strict=True)
    ]
    missing = at(tallied, asked.missing, MISSING)
    rest = dict.fromkeys(asked.rest, 0)
    return Drawn(FacetAnswer(total, missing, rest, buckets, lowest=earliest, highest=latest), coding, slots)


def _periods(earliest: str | None, latest: str | None, interval: DateInterval) -> Iterator[str]:
    """ISO texts of the years or months from that of the earliest day to that of the latest."""
    if earliest is None or latest is None:
        return
    length = PERIOD_CHARACTERS[interval]
    text = earliest[:length]
    while text <= latest[:length]:
        yield text
        text = period_end(text)[:length]
