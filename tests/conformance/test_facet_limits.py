"""A panel asks for so many facets and buckets at most, and a setting raises each limit."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from gateway.open_release import OpenRelease
from gateway.settings import Settings
from indexers.build import ensure_store
from indexers.index_package import IndexPackage
from indexers.store import Store
from resolvers.facet_limits import FacetLimits
from schema.build import build_schema

PANEL = """query($by: [FacetBy!]!) {
  facets(by: $by) { total { series } facets { key buckets { value } } }
}"""


def asked(sample: IndexPackage, cache: Path, by: list[dict[str, Any]], limits: FacetLimits) -> ExecutionResult:
    release = OpenRelease.over(Store(ensure_store(sample, cache)), facet_limits=limits)
    try:
        return asyncio.run(build_schema().execute(PANEL, variable_values={"by": by}, context_value=release.context()))
    finally:
        asyncio.run(release.close())


def facets(many: int, **options: Any) -> list[dict[str, Any]]:
    return [{"field": "SERIES_DESCRIPTION", "key": f"k{number}"} | options for number in range(many)]


@pytest.mark.parametrize(
    ("by", "limit", "argument", "complaint"),
    [
        (
            facets(41, size=1),
            "facets",
            "by",
            "41 facets are more than 40 (setting IDC_GATEWAY_PANEL_FACETS); ask in several panels",
        ),
        (
            facets(25, size=1000),
            "buckets",
            "by",
            "25,000 buckets are more than 5,000 (setting IDC_GATEWAY_PANEL_BUCKETS); "
            "lower `size`, or ask in several panels",
        ),
        (
            facets(6, size=1, values=[str(n) for n in range(900)]),
            "buckets",
            "by",
            "5,406 buckets are more than 5,000 (setting IDC_GATEWAY_PANEL_BUCKETS); "
            "lower `size`, or ask in several panels",
        ),
        (
            facets(1, field="PATIENT_AGE", boundaries=list(range(1002))),
            "boundaries",
            "by[0].boundaries",
            "1,002 boundaries are more than 1,000 (setting IDC_GATEWAY_FACET_BOUNDARIES); ask in several facets",
        ),
        (
            facets(1, values=[str(n) for n in range(1001)]),
            "values",
            "by[0].values",
            "1,001 values are more than 1,000 (setting IDC_GATEWAY_FACET_VALUES); ask in several facets",
        ),
    ],
)
def test_a_limit_names_its_setting_which_raises_it(
    sample: IndexPackage, cache: Path, by: list[dict[str, Any]], limit: str, argument: str, complaint: str
) -> None:
    refused = asked(sample, cache, by, FacetLimits())
    assert refused.errors is not None
    assert [error.message for error in refused.errors] == [f"{argument}: {complaint}"]
    assert refused.errors[0].extensions == {"code": "BAD_USER_INPUT", "argument": argument}
    answered = asked(sample, cache, by, replace(FacetLimits(), **{limit: 25_000}))
    assert answered.errors is None and answered.data is not None
    assert [facet["key"] for facet in answered.data["facets"]["facets"]] == [one["key"] for one in by]


def test_at_the_limits_a_panel_is_answered(sample: IndexPackage, cache: Path) -> None:
    by = [*facets(5, size=998, values=["x", "y"]), {"field": "PATIENT_AGE"}, {"field": "STUDY_DATE"}]
    assert asked(sample, cache, by, FacetLimits()).errors is None
    assert asked(sample, cache, facets(40, size=125), FacetLimits()).errors is None


def test_sizes_of_facets_that_have_none_are_not_counted(sample: IndexPackage, cache: Path) -> None:
    by = [{"field": "PATIENT_AGE", "key": f"k{number}", "size": 1000} for number in range(30)]
    assert asked(sample, cache, by, FacetLimits()).errors is None


def test_an_empty_key_is_no_name(sample: IndexPackage, cache: Path) -> None:
    result = asked(sample, cache, [{"field": "MODALITY", "key": ""}, {"field": "MODALITY"}], FacetLimits())
    assert result.errors is not None and result.data is not None
    (error,) = result.errors
    assert error.message == "by[0].key: it is empty; leave it out, or give the facet a name"
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": "by[0].key"}
    assert [facet and facet["key"] for facet in result.data["facets"]["facets"]] == [None, "MODALITY"]


def test_the_settings_are_the_limits() -> None:
    assert FacetLimits.of(Settings()) == FacetLimits()
    raised = Settings(panel_facets=1, panel_buckets=2, facet_boundaries=3, facet_values=4)
    assert FacetLimits.of(raised) == FacetLimits(1, 2, 3, 4)
