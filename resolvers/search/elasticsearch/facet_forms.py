"""What a facet asks of Elasticsearch, and how its buckets are read: terms, numbers and dates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from indexers.elasticsearch.fields import LEAST, MOST, RANGE, field, is_long_list, lowered_field
from indexers.elasticsearch.proofs import distinct_values
from indexers.store import Store
from resolvers.search.elasticsearch.bodies import Counting, Tally, whole
from resolvers.search.elasticsearch.queries import Json, containing, excluded, joined, span
from resolvers.search.facets import BY_VALUE, FacetQuestion, period_end
from resolvers.selection import Range, Scalar
from schema.attributes import Attribute, faceted
from schema.vocabulary import DateInterval, FacetForm, Level

SERIES = Level.SERIES

# How many days of the number of a date (20010304) are one bucket.
INTERVALS = {DateInterval.YEAR: 10_000, DateInterval.MONTH: 100}

# Deciding numbers: whether a value is there, and how values are ordered.
PRESENT = "series"


@dataclass(frozen=True)
class Raw:
    """Numbers per value as one source has them, and of the series without a value."""

    values: dict[Scalar, Tally]
    missing: Tally
    # Of long lists: how many values there are, of which those above are a part.
    distinct: int = 0
    outside: Tally | None = None
    lowest: float | None = None
    highest: float | None = None


def by_column(attribute: Attribute) -> str:
    """The field's name that documents of series have: the attribute's, or that of the collection it belongs to."""
    return "collection_id" if attribute.level is Level.COLLECTION else attribute.column


def is_alone(question: FacetQuestion) -> bool:
    """Whether it is asked in a search of its own: one long list makes a whole search slow."""
    return is_long_list(faceted(question.field))


def shown_numbers(question: FacetQuestion) -> frozenset[str]:
    """The numbers that are needed of each value of a facet of terms."""
    order = frozenset() if question.order == BY_VALUE else frozenset({question.order})
    asked = question.asked.buckets | order
    if faceted(question.field).level is Level.COLLECTION:
        # Buckets, what is missing and the rest are all put together from the numbers of collections.
        asked |= question.asked.missing | question.asked.rest
        asked = asked - {"collections"} | {PRESENT}
    return asked


@dataclass(frozen=True)
class Form:
    """One facet over the documents of one kind."""

    question: FacetQuestion
    counting: Counting
    missing: Counting
    rest: Counting
    store: Store
    # How many values the attribute has in all.
    values: int
    edges: tuple[float, ...] = ()
    # Of long lists: values whose numbers are needed, come what may.
    named: tuple[Scalar, ...] = ()
    shards: int = 1

    @property
    def attribute(self) -> Attribute:
        """What is counted by."""
        return faceted(self.question.field)

    @property
    def ranged(self) -> bool:
        """Whether documents tell the range of a number alone."""
        return self.attribute.column in self.counting.kind.ranged

    @property
    def name(self) -> str:
        """The field that is counted by."""
        return field(SERIES, by_column(self.attribute) + (RANGE if self.ranged else ""))

    @property
    def aggregations(self) -> Json:
        """The buckets, by names that are unique in a search that has one facet of each field and form."""
        found = self._buckets()
        if self.question.asked.missing and self.attribute.level is not Level.COLLECTION:
            found["missing"] = {"missing": {"field": self.name}, "aggs": self.missing.aggregations}
        return found

    def read(self, answer: Any) -> Raw:
        """What was found."""
        missing = self.missing.read(answer["missing"]) if "missing" in answer else self.missing.nothing
        match self.attribute.facet_form:
            case FacetForm.TERMS if is_alone(self.question):
                return self._read_long(answer, missing)
            case FacetForm.TERMS:
                return Raw(self._read_terms(answer["values"]), missing)
            case FacetForm.NUMBERS:
                return self._read_numbers(answer, missing)
            case FacetForm.DATES:
                return self._read_dates(answer, missing)

    def _buckets(self) -> Json:
        match self.attribute.facet_form:
            case FacetForm.TERMS if is_alone(self.question):
                return self._long_list()
            case FacetForm.TERMS:
                # All values: what is cut is cut here, so that nothing is approximate on several shards either.
                return {"values": self._terms(size=self.values + 1)}
            case FacetForm.NUMBERS:
                return self._numbers()
            case FacetForm.DATES:
                histogram = {"field": self.name, "interval": INTERVALS[self.question.interval], "min_doc_count": 1}
                return {"values": {"histogram": histogram, "aggs": self.counting.aggregations}, **self._extremes()}

    # -------------------------------------------------------------------------------------- terms

    def _terms(self, **options: Any) -> Json:
        found: Json = {"terms": {"field": self.name, **options}}
        if self.counting.aggregations:
            found["aggs"] = self.counting.aggregations
        return found

    def _long_list(self) -> Json:
        """The greatest, or first, values; those that are named; and how many there are."""
        by = [] if self.question.order == BY_VALUE else [{self.counting.order(self.question.order): "desc"}]
        # On several shards each must return all, or the greatest of all would be missed.
        spread = {"shard_size": self.values + 1} if self.shards > 1 else {}
        greatest = self._terms(size=self.size, order=[*by, {"_key": "asc"}], **spread)
        found: Json = {"values": greatest, "distinct": distinct_values(self.attribute.column)}
        if self.question.contains is not None:
            lowered = field(SERIES, lowered_field(self.store, self.attribute.column))
            found = {"allowed": {"filter": containing(lowered, self.question.contains), "aggs": found}}
        if self.named:
            found["named"] = self._terms(size=len(self.named), include=list(self.named))
        return found

    @property
    def size(self) -> int:
        """How many of the greatest values are asked for: those that are named may be among them, and be cut."""
        return min(self.question.size + len(self.named), self.values + 1)

    def _read_terms(self, answer: Any) -> dict[Scalar, Tally]:
        if answer["sum_other_doc_count"]:
            raise ValueError(f"{self.name} has more than its {self.values} values")
        return {bucket["key"]: self.counting.read(bucket) for bucket in answer["buckets"]}

    def _read_long(self, answer: Any, missing: Tally) -> Raw:
        allowed = answer.get("allowed", answer)
        buckets = [*allowed["values"]["buckets"], *answer.get("named", {}).get("buckets", ())]
        values: dict[Scalar, Tally] = {bucket["key"]: self.counting.read(bucket) for bucket in buckets}
        distinct = sum(group["d"]["value"] for group in allowed["distinct"]["buckets"])
        return Raw(values, missing, distinct=distinct)

    # -------------------------------------------------------------------------------------- numbers and dates

    def _extremes(self) -> Json:
        lowest = highest = field(SERIES, self.attribute.column)
        if self.ranged:
            lowest, highest = lowest + LEAST, highest + MOST
        return {"lowest": {"min": {"field": lowest}}, "highest": {"max": {"field": highest}}}

    def _numbers(self) -> Json:
        if self.ranged:  # nothing is outside
            return {"values": self._terms(size=len(self.edges)), **self._extremes()}
        ranges = [{"from": lower, "to": upper} for lower, upper in pairwise(self.edges)]
        found: Json = {"values": {"range": {"field": self.name, "ranges": ranges}, "aggs": self.counting.aggregations}}
        if self.question.asked.rest:
            inside = span(self.attribute, self.name, Range(self.edges[0], True, self.edges[-1], False))
            outside = joined([{"exists": {"field": self.name}}, excluded(inside)])
            found["outside"] = {"filter": outside, "aggs": self.rest.aggregations}
        return {**found, **self._extremes()}

    def _read_numbers(self, answer: Any, missing: Tally) -> Raw:
        buckets = answer["values"]["buckets"]
        starts = [self.edges[bucket["key"]] for bucket in buckets] if self.ranged else self.edges
        values: dict[Scalar, Tally] = {
            start: self.counting.read(bucket) for start, bucket in zip(starts, buckets, strict=False)
        }
        outside = self.rest.read(answer["outside"]) if "outside" in answer else None
        return Raw(
            values, missing, outside=outside, lowest=answer["lowest"]["value"], highest=answer["highest"]["value"]
        )

    def _read_dates(self, answer: Any, missing: Tally) -> Raw:
        length = 4 if self.question.interval is DateInterval.YEAR else 7
        values: dict[Scalar, Tally] = {
            day(bucket["key"])[:length]: self.counting.read(bucket) for bucket in answer["values"]["buckets"]
        }
        return Raw(values, missing, lowest=answer["lowest"]["value"], highest=answer["highest"]["value"])


def day(number: float) -> str:
    """The number of a date, or of the month or year that it begins, as ISO text."""
    text = f"{whole(number):08d}"
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def periods(earliest: str | None, latest: str | None, length: int) -> Iterator[str]:
    """ISO texts of the years or months from that of the earliest day to that of the latest."""
    if earliest is None or latest is None:
        return
    text = earliest[:length]
    while text <= latest[:length]:
        yield text
        text = period_end(text)[:length]


def order_key(question: FacetQuestion, value: Scalar, numbers: Tally | None) -> tuple[Any, ...]:
    """What buckets of a facet of terms ascend by."""
    if question.order == BY_VALUE:
        return (value,)
    return (0 if numbers is None else -numbers.numbers[question.order], value)


def greatest(question: FacetQuestion, candidates: Sequence[tuple[Scalar, Tally]]) -> list[Scalar]:
    """The values that are returned of those that may be."""
    ordered = sorted(candidates, key=lambda entry: order_key(question, *entry))
    return [value for value, _ in ordered[: question.size]]
