"""Facets as the contract shows them: buckets with labels, and which of them the own filter selects."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from resolvers.own_filters import Spoken, Tests
from resolvers.search.facets import PERIOD_CHARACTERS, Bucket, FacetAnswer
from resolvers.selection import In, Range, Scalar
from schema.counts import Counts
from schema.facets import (
    CommonsFacet,
    DateBucket,
    DateFacet,
    MissingBucket,
    NumberBucket,
    NumberFacet,
    TermBucket,
    TermFacet,
)
from schema.paced import paced
from schema.vocabulary import DateInterval, FacetField


def term_facet(
    field: FacetField, key: str, answer: FacetAnswer, own: Sequence[Spoken], label: Callable[[Scalar], str]
) -> TermFacet:
    """A facet of terms."""
    selected = frozenset().union(*(said.selected for said in own))
    return TermFacet(
        key=key,
        field=field,
        total=Counts.of(answer.total),
        missing=_missing(answer, own),
        buckets=paced(
            [
                TermBucket(
                    value=str(bucket.value),
                    label=label(bucket.value),
                    selected=bucket.value in selected,
                    counts=Counts.of(bucket.counts),
                )
                for bucket in answer.buckets
            ]
        ),
        other=Counts.of(answer.rest),
        distinct_count=answer.distinct,
    )


def commons_facet(field: FacetField, key: str, answer: FacetAnswer, own: Sequence[Spoken]) -> CommonsFacet:
    """A facet over records in a commons."""
    terms: dict[str, Any] = vars(term_facet(field, key, answer, own, str))
    unknown: dict[str, Any] = {why: Counts.of(numbers) for why, numbers in answer.apart.items()}
    return CommonsFacet(**terms, **unknown)


def number_facet(field: FacetField, key: str, answer: FacetAnswer, own: Sequence[Spoken]) -> NumberFacet:
    """A facet of numbers."""
    return NumberFacet(
        key=key,
        field=field,
        total=Counts.of(answer.total),
        missing=_missing(answer, own),
        buckets=paced([_number_bucket(bucket, own) for bucket in answer.buckets]),
        outside=Counts.of(answer.rest),
        min=None if answer.lowest is None else float(answer.lowest),
        max=None if answer.highest is None else float(answer.highest),
    )


def _number_bucket(bucket: Bucket, own: Sequence[Spoken]) -> NumberBucket:
    lower, upper = float(bucket.value), float(bucket.until or 0.0)
    text = f"[{_number(lower)},{_number(upper)})"
    return NumberBucket(
        value=text,
        label=text,
        selected=_met(bucket, own),
        counts=Counts.of(bucket.counts),
        gte=lower,
        lt=upper,
    )


def _number(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def date_facet(
    field: FacetField, key: str, answer: FacetAnswer, own: Sequence[Spoken], interval: DateInterval
) -> DateFacet:
    """A facet of dates."""
    return DateFacet(
        key=key,
        field=field,
        total=Counts.of(answer.total),
        missing=_missing(answer, own),
        buckets=paced([_date_bucket(bucket, own, PERIOD_CHARACTERS[interval]) for bucket in answer.buckets]),
        earliest=_day(answer.lowest),
        latest=_day(answer.highest),
    )


def _date_bucket(bucket: Bucket, own: Sequence[Spoken], characters: int) -> DateBucket:
    text = str(bucket.value)[:characters]
    return DateBucket(
        value=text,
        label=text,
        selected=_met(bucket, own),
        counts=Counts.of(bucket.counts),
        start=datetime.date.fromisoformat(str(bucket.value)),
        end=datetime.date.fromisoformat(str(bucket.until)),
    )


def _day(text: Scalar | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(str(text))


def _missing(answer: FacetAnswer, own: Sequence[Spoken]) -> MissingBucket:
    return MissingBucket(selected=any(said.missing for said in own), counts=Counts.of(answer.missing))


def _met(bucket: Bucket, own: Sequence[Spoken]) -> bool:
    """Whether a range or value that the own filter asks for meets the bucket."""
    return any(_meets(tests, bucket) for said in own for tests in said.tests)


def _meets(tests: Tests, bucket: Bucket) -> bool:
    """Whether some value in the bucket passes all tests of one operator object."""
    span = Range(bucket.value, True, bucket.until, False)
    ranges = [span, *(_closed(test) for test in tests if isinstance(test, Range))]
    listed = [frozenset(test.values) for test in tests if isinstance(test, In)]
    if listed:
        return any(all(_inside(value, each) for each in ranges) for value in frozenset.intersection(*listed))
    return len(ranges) > 1 and all(_overlap(one, other) for one in ranges for other in ranges)


def _closed(span: Range) -> Range:
    """With the next value for a bound that is excluded, where there is one: of whole numbers and of days."""
    lower = span.lower if span.lower_included else _stepped(span.lower, 1)
    upper = span.upper if span.upper_included else _stepped(span.upper, -1)
    return Range(lower, span.lower_included or lower != span.lower, upper, span.upper_included or upper != span.upper)


def _stepped(value: Scalar | None, step: int) -> Scalar | None:
    """The value after or before; itself where that can't be told."""
    if isinstance(value, int):
        return value + step
    if isinstance(value, str):
        try:
            return (datetime.date.fromisoformat(value) + datetime.timedelta(days=step)).isoformat()
        except OverflowError:  # the first or the last day that a date can be
            return value
    return value


def _inside(value: Scalar, span: Range) -> bool:
    return _overlap(Range(value, True, value, True), span)


def _overlap(one: Range, other: Range) -> bool:
    """Two intervals meet if neither ends before the other begins; three do if every two of them do."""
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def _begins_before_end(one: Range, other: Range) -> bool:
    if one.lower is None or other.upper is None:
        return True
    if one.lower == other.upper:
        return one.lower_included and other.upper_included
    return one.lower < other.upper  # type: ignore[operator]
