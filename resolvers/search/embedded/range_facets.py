"""Facets of numbers and of dates: all their buckets, ascending."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from resolvers.search.embedded.axes import MISSING, Coding, DateAxis, NumberAxis
from resolvers.search.embedded.drawn import Drawn, Reader
from resolvers.search.facets import Bucket, FacetAnswer, FacetQuestion, default_edges, period_end, period_start
from schema.vocabulary import DateInterval

_ISO_CHARACTERS = {DateInterval.YEAR: 4, DateInterval.MONTH: 7}


def numbers(question: FacetQuestion, axis: NumberAxis, reader: Reader, total: dict[str, int]) -> Drawn:
    """The facet of numbers."""
    lowest, highest = _extremes(axis, reader)
    edges = question.boundaries or default_edges(question.field, *axis.extremes)
    coding, grouping = axis.between(edges), repr(edges)
    ranges = list(enumerate(pairwise(edges), start=NumberAxis.FIRST))
    if question.boundaries is None:
        # The edges are those of the release: what the base does not reach is left out.
        ranges = [
            (slot, (start, end))
            for slot, (start, end) in ranges
            if lowest is not None and highest is not None and lowest < end and highest >= start
        ]
    slots = [slot for slot, _ in ranges]
    counts = reader.rows(coding, question.asked.buckets, slots, grouping)
    buckets = [Bucket(start, numbers, end) for (_, (start, end)), numbers in zip(ranges, counts, strict=True)]
    missing = reader.at(coding, question.asked.missing, MISSING, grouping)
    rest = reader.at(coding, question.asked.rest, NumberAxis.OUTSIDE, grouping)
    return Drawn(FacetAnswer(total, missing, rest, buckets, lowest=lowest, highest=highest), coding, slots)


def _extremes(axis: NumberAxis, reader: Reader) -> tuple[float | None, float | None]:
    """The smallest and the greatest value of the base."""
    if axis.codes is None:
        live = axis.numbers[reader.base.live(axis.grain)]
        return (float(live.min()), float(live.max())) if len(live) else (None, None)
    coding = Coding(axis.grain, axis.codes, len(axis.numbers) + 1)
    held = np.flatnonzero(reader.tally(coding, "series", "values")[1:])
    return (float(axis.numbers[held[0]]), float(axis.numbers[held[-1]])) if len(held) else (None, None)


def dates(question: FacetQuestion, axis: DateAxis, reader: Reader, total: dict[str, int]) -> Drawn:
    """The facet of dates."""
    days = np.flatnonzero(reader.tally(axis.coding, "series", "days")[1:])
    coding, texts = axis.periods(_ISO_CHARACTERS[question.interval])
    grouping = question.interval.name
    earliest, latest = (axis.days[days[0]], axis.days[days[-1]]) if len(days) else (None, None)
    slot = {text: number for number, text in enumerate(texts, start=1)}
    spanned = list(_periods(earliest, latest, question.interval))
    slots = [slot.get(text) for text in spanned]
    counts = reader.rows(coding, question.asked.buckets, slots, grouping)
    buckets = [
        Bucket(period_start(text), numbers, period_end(text)) for text, numbers in zip(spanned, counts, strict=True)
    ]
    missing = reader.at(coding, question.asked.missing, MISSING, grouping)
    rest = dict.fromkeys(question.asked.rest, 0)
    return Drawn(FacetAnswer(total, missing, rest, buckets, lowest=earliest, highest=latest), coding, slots)


def _periods(earliest: str | None, latest: str | None, interval: DateInterval) -> Iterator[str]:
    """ISO texts of the years or months from that of the earliest day to that of the latest."""
    if earliest is None or latest is None:
        return
    length = _ISO_CHARACTERS[interval]
    text = earliest[:length]
    while text <= latest[:length]:
        yield text
        text = period_end(text)[:length]
