"""Facets: counts per value, for the widgets of a filter panel."""

import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from schema.cost import FACET, many
from schema.counts import Counts, asked_counts
from schema.enums import DateInterval, FacetField, FacetOrder
from schema.fields import described
from schema.vocabulary import AskedCounts

# The parts of a facet over records of whom nothing is known.
_APART = ("notFound", "withheld", "undecided", "notChecked", "notLinkable")

# Buckets that a facet returns by default, and at most.
DEFAULT_SIZE = 20
MOST_SIZE = 1000


def _optional(description: str, default: object = UNSET) -> Any:
    return strawberry.field(default=default, description=description)


@strawberry.input(description="What to count by, and which buckets to return.")
class FacetBy:
    field: FacetField = strawberry.field(description="What to count by.", directives=[FACET])
    key: str | None = _optional("Name of the facet in the answer, unique in one panel. Left out: the field's name.")
    size: int | None = _optional(
        f"Facets of terms: how many buckets to return, 1 to {MOST_SIZE}. null: {DEFAULT_SIZE}.", DEFAULT_SIZE
    )
    order_by: FacetOrder | None = _optional(
        "Facets of terms: buckets descend by this count, ties ascend by value; VALUE: they ascend by value.",
        FacetOrder.PATIENTS,
    )
    contains: str | None = _optional(
        "Facets of terms: only values (not labels) that contain this text, whatever its case. It narrows the buckets, "
        "distinctCount and other, never missing or total. Empty: all values."
    )
    values: list[str] | None = _optional(
        "Facets of terms: these values are always returned with their counts, beyond size, whatever contains says and "
        "even at zero, as selected ones are."
    )
    exclude_own_filter: bool | None = _optional(
        "Whether the facet's own filter is left out, so that a list with several choices shows what choosing another "
        "would give: the conditions joined by `and` that name nothing but this attribute, at the series or its "
        "collection. What stands under study, patient, some, none or every is never left out. Crosstabs leave out "
        "nothing.",
        True,
    )
    boundaries: list[float] | None = _optional(
        "Facets of numbers: edges of the buckets, ascending; each bucket holds its lower edge and not its upper one "
        "and is returned even if it is empty. Left out: decades of age, powers of ten of counts and sizes."
    )
    interval: DateInterval | None = _optional(
        "Facets of dates: length of a bucket. Their number has no limit.", DateInterval.YEAR
    )


@strawberry.interface(description="The counts of one value, or of one range of values.")
class FacetBucket:
    value: str = described("The value; of a range its bounds as in [40,50), of a year or month its ISO 8601 text.")
    label: str = described("What to show: the collection's name, the analysis result's title, otherwise the value.")
    selected: bool = described(
        "Whether the facet's own filter asks for it: a value by eq or in; a range if what is asked for meets it."
    )
    counts: Counts = described("Distinct things among the series of the facet's base with this value.")


@strawberry.type(description="The series of the facet's base that have no value.")
class MissingBucket:
    selected: bool = described("Whether the own filter asks for them, by isNull: true or orNull: true.")
    counts: Counts = described("Distinct things among them.")


@strawberry.interface(description="The counts per value of one attribute.")
class Facet:
    key: str = described("The key that was asked for, or the name of the field.")
    field: FacetField | None = described("What is counted by.")
    total: Counts = described(
        "The facet's base: what matches with the facet's own filter left out, unless excludeOwnFilter is false."
    )
    missing: MissingBucket = described("What of the base has no value.")
    buckets: list[FacetBucket] = described(
        "The counts per value. Their patients may add up to more than the total: a patient can have several values.",
        many(DEFAULT_SIZE),
    )


@strawberry.type(description="One value of a facet of terms.")
class TermBucket(FacetBucket):
    pass


@strawberry.type(description="The counts per distinct value.")
class TermFacet(Facet):
    buckets: list[TermBucket] = described(
        "The values with the greatest counts, or the first ones, and selected ones.", many(DEFAULT_SIZE)
    )  # type: ignore[assignment]
    other: Counts = described(
        "Distinct things with any value that is not among the buckets, each once however many such values it has."
    )
    distinct_count: int = described("How many distinct values the base has, among those that `contains` allows.")


@strawberry.type(
    description="The counts per distinct value of what a sister commons holds of patients. Buckets, `missing`, `other` "
    "and the numbers of those of whom nothing is known make up the total; each patient is in one part, save for those "
    "with several values."
)
class CommonsFacet(Facet):
    buckets: list[TermBucket] = described(
        "The values with the greatest counts, or the first ones, and selected ones.", many(DEFAULT_SIZE)
    )  # type: ignore[assignment]
    other: Counts = described(
        "Distinct things with any value that is not among the buckets, each once however many such values it has."
    )
    distinct_count: int = described("How many distinct values the base has, among those that `contains` allows.")
    not_found: Counts = described("Of patients without a record there.")
    withheld: Counts = described("Of patients whose record was taken back there.")
    undecided: Counts = described("Of patients with several records that fit, or with one that is contradicted.")
    not_checked: Counts = described("Of patients who were not looked for, since they came into IDC later.")
    not_linkable: Counts = described("Of patients whom no rule of identity allows to be linked.")


@strawberry.type(description="One range of a facet of numbers.")
class NumberBucket(FacetBucket):
    gte: float = described("Lower edge, which belongs to the bucket.")
    lt: float = described("Upper edge, which does not.")


@strawberry.type(description="The counts per range of numbers.")
class NumberFacet(Facet):
    buckets: list[NumberBucket] = described(
        "All ranges, ascending, also empty ones between others.", many(DEFAULT_SIZE)
    )  # type: ignore[assignment]
    outside: Counts = described("Distinct things with a value outside the given boundaries.")
    min: float | None = described("Smallest value of the base.")
    max: float | None = described("Greatest value of the base.")


@strawberry.type(description="One year or month of a facet of dates.")
class DateBucket(FacetBucket):
    start: datetime.date = described("Its first day.")
    end: datetime.date = described("The first day after it.")


@strawberry.type(description="The counts per year or month.")
class DateFacet(Facet):
    buckets: list[DateBucket] = described(
        "All years or months, ascending, also empty ones between others.", many(DEFAULT_SIZE)
    )  # type: ignore[assignment]
    earliest: datetime.date | None = described("Earliest date of the base.")
    latest: datetime.date | None = described("Latest date of the base.")


@strawberry.type(description="The facets of one filter, for a panel of widgets.")
class FacetPanel:
    total: Counts = described("What matches with every filter applied.")
    facets: list[Facet | None] = described(
        "The facets in the order that they were asked for; one that fails is null, with an error of its own.",
        many(25),
    )


@strawberry.type(description="Counts for one combination of values.")
class CrosstabCell:
    values: list[str | None] = described("One bucket value per axis, in the order that was asked for; null: missing.")
    counts: Counts = described("Distinct things among the series with all of these values.")


@strawberry.type(description="The counts of every combination of values of two or three attributes.")
class Crosstab:
    axes: list[Facet] = described("The facet of each attribute, with every filter applied.", many(3))
    cells: list[CrosstabCell] = described(
        "The combinations of returned buckets, and of missing values, that are not empty. What an axis cuts stands in "
        "its `other` or `outside`.",
        many(500),
    )


FacetsBy = Annotated[list[FacetBy], strawberry.argument(description="What to count by. Empty: the total only.")]
Axes = Annotated[
    list[FacetBy],
    strawberry.argument(description="Two or three attributes to count by; one given twice needs two keys."),
]


def asked_of_facets(info: strawberry.Info[Any, Any], field: str) -> AskedCounts:
    """Which numbers the document selects of each part of the facets in this field."""
    return AskedCounts(
        total=asked_counts(info, field, "total"),
        missing=asked_counts(info, field, "missing", "counts"),
        buckets=asked_counts(info, field, "buckets", "counts"),
        rest=asked_counts(info, field, "other") | asked_counts(info, field, "outside"),
        apart=frozenset().union(*(asked_counts(info, field, why) for why in _APART)),
    )
