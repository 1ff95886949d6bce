"""Random panels and crosstabs: every bucket, count, order and flag against the oracle's SQL on the untouched Parquet.

`FUZZ=10000 pytest tests/conformance` tries that many on the sample, SEED=n repeats a run.
"""

import os
from typing import Any

import pytest

from tests.conftest import Gateway
from tests.oracle.judge import Judge
from tests.oracle.random_facets import RandomFacets

ON_SAMPLE = int(os.environ.get("FUZZ", "2000")) // 2
# Of four, three are panels and one is a crosstab.
ON_IDC = 400 if os.environ.get("CONFORMANCE") == "all" else 50
SEED = int(os.environ.get("SEED", "20261016"))
BATCH = 50

FRAGMENTS = """
  fragment N on Counts { collections patients studies series instances sizeBytes }
  fragment F on Facet {
    key field total { ...N } missing { selected counts { ...N } }
    buckets { value label selected counts { ...N } }
    ... on TermFacet { other { ...N } distinctCount }
    ... on NumberFacet { buckets { gte lt } outside { ...N } min max }
    ... on DateFacet { buckets { start end } earliest latest }
  }"""
ARGUMENTS = "$where: SeriesWhere, $by: [FacetBy!]!, $match: MatchLevel"
PANEL = (
    f"query({ARGUMENTS}) {{ facets(where: $where, by: $by, match: $match) {{ total {{ ...N }} facets {{ ...F }} }} }}"
)
CROSSTAB = (
    f"query({ARGUMENTS}) {{ crosstab(where: $where, by: $by, match: $match) "
    "{ axes { ...F } cells { values counts { ...N } } } }"
)


def crosstab_of(data: Any) -> Any:
    """An answer with its cells by their values: no two may have the same ones."""
    found = data["crosstab"]
    cells = {tuple(cell["values"]): cell["counts"] for cell in found["cells"]}
    assert len(cells) == len(found["cells"])
    return {**found, "cells": cells}


def check(gateway: Gateway, judge: Judge, seed: int) -> None:
    """One random panel, or for every fourth seed a crosstab."""
    random = RandomFacets(seed, judge.vocabulary)
    if seed % 4:
        arguments = random.panel()
        found = gateway.data(PANEL + FRAGMENTS, **arguments)["facets"]
        expected = judge.oracle.panel(**arguments)
    else:
        arguments = random.crosstab()
        found = crosstab_of(gateway.data(CROSSTAB + FRAGMENTS, **arguments))
        expected = judge.oracle.crosstab(**arguments)
    assert found == expected, f"seed {seed}: {arguments}"


@pytest.mark.parametrize("batch", range(0, ON_SAMPLE, BATCH))
def test_on_the_sample(sampled: Gateway, sample_judge: Judge, batch: int) -> None:
    for seed in range(SEED + batch, SEED + min(batch + BATCH, ON_SAMPLE)):
        check(sampled, sample_judge, seed)


@pytest.mark.parametrize("batch", range(0, ON_IDC, BATCH))
def test_on_all_of_idc(idc: Gateway, idc_judge: Judge, batch: int) -> None:
    for seed in range(SEED + batch, SEED + min(batch + BATCH, ON_IDC)):
        check(idc, idc_judge, seed)
