"""Which buckets and flags a facet shows for what the engine found."""

from itertools import pairwise
from typing import Any

import pytest

from resolvers.facet_buckets import date_facet, number_facet, term_facet
from resolvers.own_filters import Spoken, Tests
from resolvers.search.facets import Bucket, FacetAnswer
from resolvers.selection import Contains, In, Range
from schema.vocabulary import COUNTABLE, DateInterval, FacetField

SERIES = dict.fromkeys(COUNTABLE, 7)


def answer(*buckets: Bucket, **rest: Any) -> FacetAnswer:
    return FacetAnswer(SERIES, SERIES, SERIES, buckets, **rest)


def own(*tests: Tests, missing: bool = False) -> list[Spoken]:
    return [Spoken(frozenset(), tests, missing)]


def selected_numbers(edges: list[float], *tests: Tests) -> list[str]:
    pairs = pairwise(edges)
    found = answer(*(Bucket(lower, SERIES, upper) for lower, upper in pairs))
    facet = number_facet(FacetField.PATIENT_AGE, "key", found, own(*tests))
    return [bucket.value for bucket in facet.buckets if bucket.selected]


def selected_years(*tests: Tests) -> list[str]:
    years = [Bucket(f"{year}-01-01", SERIES, f"{year + 1}-01-01") for year in (2000, 2001, 2002)]
    facet = date_facet(FacetField.STUDY_DATE, "key", answer(*years), own(*tests), DateInterval.YEAR)
    return [bucket.value for bucket in facet.buckets if bucket.selected]


def test_terms_show_their_label_and_whether_they_are_selected() -> None:
    found = answer(Bucket("CT", SERIES), Bucket("MR", SERIES), distinct=5)
    facet = term_facet(FacetField.MODALITY, "mine", found, own((In(("MR", "PT")), Contains("r"))), lambda v: f"<{v}>")
    assert [(bucket.value, bucket.label, bucket.selected) for bucket in facet.buckets] == [
        ("CT", "<CT>", False),
        ("MR", "<MR>", True),
    ]
    assert (facet.key, facet.field, facet.distinct_count) == ("mine", FacetField.MODALITY, 5)
    assert facet.other.series == facet.missing.counts.series == facet.total.series == 7


def test_a_release_is_a_number_shown_as_text() -> None:
    facet = term_facet(FacetField.FIRST_RELEASE, "key", answer(Bucket(9, SERIES)), own((In((9,)),)), str)
    assert [(bucket.value, bucket.selected) for bucket in facet.buckets] == [("9", True)]


@pytest.mark.parametrize("parts", [[True], [False, True], [True, False]])
def test_missing_is_selected_when_any_part_asks_for_it(parts: list[bool]) -> None:
    said = [one for missing in parts for one in own(missing=missing)]
    assert term_facet(FacetField.MODALITY, "key", answer(), said, str).missing.selected
    assert not term_facet(FacetField.MODALITY, "key", answer(), own(), str).missing.selected


@pytest.mark.parametrize(
    ("edges", "texts"),
    [
        ([0.0, 10.0, 20.0], ["[0,10)", "[10,20)"]),
        ([-1.0, 0.5, 1e15], ["[-1,0.5)", "[0.5,1000000000000000)"]),
        ([0.1, 0.25], ["[0.1,0.25)"]),
    ],
)
def test_edges_are_written_without_needless_digits(edges: list[float], texts: list[str]) -> None:
    found = answer(*(Bucket(lower, SERIES, upper) for lower, upper in pairwise(edges)))
    facet = number_facet(FacetField.PATIENT_AGE, "key", found, [])
    assert [bucket.value for bucket in facet.buckets] == [bucket.label for bucket in facet.buckets] == texts
    assert [(bucket.gte, bucket.lt) for bucket in facet.buckets] == list(pairwise(edges))


DECADES = [0.0, 10.0, 20.0, 30.0]
FIRST, SECOND, THIRD = "[0,10)", "[10,20)", "[20,30)"


@pytest.mark.parametrize(
    ("tests", "selected"),
    [
        ((Range(10.0, True, 20.0, False),), [SECOND]),
        ((Range(10.0, False, 20.0, True),), [SECOND, THIRD]),
        ((Range(None, True, 10.0, False),), [FIRST]),
        ((Range(None, True, 10.0, True),), [FIRST, SECOND]),
        ((Range(9.5, False, None, True),), [FIRST, SECOND, THIRD]),
        ((Range(29.0, True, None, True),), [THIRD]),
        ((Range(30.0, True, None, True),), []),
        ((In((5.0, 20.0)),), [FIRST, THIRD]),
        ((In((5.0, 20.0)), Range(5.0, False, None, True)), [THIRD]),
        ((In((5.0,)), In((5.0, 20.0))), [FIRST]),
        ((In((5.0,)), In((20.0,))), []),
        ((), []),
    ],
)  # fmt: skip
def test_a_number_bucket_is_selected_when_an_own_range_meets_it(tests: Tests, selected: list[str]) -> None:
    assert selected_numbers(DECADES, tests) == selected


def test_each_operator_object_selects_for_itself() -> None:
    objects = (Range(None, True, 5.0, True),), (In((5.0,)), Range(None, True, 4.0, True)), (In((25.0,)),)
    assert selected_numbers(DECADES, *objects) == [FIRST, THIRD]


@pytest.mark.parametrize(
    ("tests", "selected"),
    [
        ((Range(9, False, None, True),), [SECOND, THIRD]),
        ((Range(9, True, None, True),), [FIRST, SECOND, THIRD]),
        ((Range(8, False, 10, False),), [FIRST]),
        ((Range(8, False, 11, False),), [FIRST, SECOND]),
        ((Range(9, False, 10, False),), []),
        ((Range(None, True, 20, False),), [FIRST, SECOND]),
    ],
)
def test_whole_numbers_beyond_an_excluded_bound_start_at_the_next(tests: Tests, selected: list[str]) -> None:
    assert selected_numbers(DECADES, tests) == selected


@pytest.mark.parametrize(
    ("tests", "selected"),
    [
        ((Range("2000-12-31", False, None, True),), ["2001", "2002"]),
        ((Range("2000-12-31", True, None, True),), ["2000", "2001", "2002"]),
        ((Range("2000-02-03", True, "2001-01-01", False),), ["2000"]),
        ((Range("2000-02-03", True, "2001-01-01", True),), ["2000", "2001"]),
        ((Range("2000-12-31", False, "2001-01-01", False),), []),
        ((Range("9999-12-31", False, None, True),), []),
        ((Range(None, True, "0001-01-01", False),), []),
        ((In(("1999-12-31", "2002-12-31")),), ["2002"]),
    ],
)
def test_a_date_bucket_is_selected_when_an_own_range_meets_it(tests: Tests, selected: list[str]) -> None:
    assert selected_years(tests) == selected


def test_months_and_extremes_of_dates() -> None:
    found = answer(Bucket("2001-12-01", SERIES, "2002-01-01"), lowest="2001-12-03", highest="2001-12-30")
    facet = date_facet(FacetField.STUDY_DATE, "key", found, [], DateInterval.MONTH)
    (bucket,) = facet.buckets
    assert (bucket.value, bucket.label, str(bucket.start), str(bucket.end)) == (
        "2001-12", "2001-12", "2001-12-01", "2002-01-01",
    )  # fmt: skip
    assert (str(facet.earliest), str(facet.latest)) == ("2001-12-03", "2001-12-30")


def test_an_empty_base_has_no_extremes() -> None:
    numbers = number_facet(FacetField.PATIENT_AGE, "key", answer(), [])
    dates = date_facet(FacetField.STUDY_DATE, "key", answer(), [], DateInterval.YEAR)
    assert (numbers.min, numbers.max, dates.earliest, dates.latest) == (None, None, None, None)
    assert numbers.buckets == dates.buckets == []
