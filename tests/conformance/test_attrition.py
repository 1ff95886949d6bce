"""Attrition: each step is the oracle's count of all conditions so far, and what it removed the difference."""

import os
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from tests.conftest import Gateway
from tests.oracle.judge import Judge
from tests.oracle.random_where import RandomWhere

ON_SAMPLE = int(os.environ.get("FUZZ", "500"))
ON_IDC = 20
SEED = int(os.environ.get("SEED", "20260926"))
BATCH = 50

NUMBERS = "collections patients studies series instances sizeBytes"
DOCUMENT = f"""query($steps: [SeriesWhere!]!, $match: MatchLevel) {{
  attrition(steps: $steps, match: $match) {{ step counts {{ {NUMBERS} }} removed {{ {NUMBERS} }} }} }}"""


def check(gateway: Gateway, judge: Judge, seed: int) -> None:
    wheres = RandomWhere(seed, judge.vocabulary)
    steps, match = wheres.steps(), wheres.match()
    found = gateway.data(DOCUMENT, steps=steps, match=match)["attrition"]
    wanted = [judge.oracle.counts("SERIES", {"and": steps[:number]}, match) for number in range(len(steps) + 1)]
    said = f"seed {seed}: {match} {steps}"
    for number, (step, (before, after)) in enumerate(zip(found, pairwise(wanted), strict=True), start=1):
        assert step["step"] == number, said
        assert step["counts"] == {name: after[name] for name in step["counts"]}, said
        assert step["removed"] == {name: before[name] - after[name] for name in step["removed"]}, said


@pytest.mark.parametrize("batch", range(0, ON_SAMPLE, BATCH))
def test_on_the_sample(sampled: Gateway, sample_judge: Judge, batch: int) -> None:
    for seed in range(SEED + batch, SEED + min(batch + BATCH, ON_SAMPLE)):
        check(sampled, sample_judge, seed)


def test_on_all_of_idc(idc: Gateway, idc_judge: Judge) -> None:
    for seed in range(SEED, SEED + ON_IDC):
        check(idc, idc_judge, seed)


def test_only_selected_numbers_are_answered_wherever_they_are_selected(sampled: Gateway) -> None:
    document = """query($steps: [SeriesWhere!]!) { attrition(steps: $steps) { a: counts { patients } ...rest } }
      fragment rest on AttritionStep { removed { ... on Counts { series } } left: counts { sizeBytes } }"""
    steps: list[dict[str, Any]] = [{}, {"modality": {"eq": "CT"}}]
    first, second = sampled.data(document, steps=steps)["attrition"]
    assert first["removed"] == {"series": 0}
    assert second["a"]["patients"] < first["a"]["patients"]
    assert second["removed"]["series"] > 0
    assert second["left"]["sizeBytes"] < first["left"]["sizeBytes"]


def test_no_steps_are_no_rows(sampled: Gateway) -> None:
    assert sampled.data("{ attrition(steps: []) { step } }")["attrition"] == []


def test_too_many_steps_are_refused(sampled: Gateway) -> None:
    error = sampled.error("query($steps: [SeriesWhere!]!) { attrition(steps: $steps) { step } }", steps=[{}] * 201)
    assert error.message == "steps: 201 steps are more than 200; put conditions together"
    whole = sampled.data("query($steps: [SeriesWhere!]!) { attrition(steps: $steps) { step } }", steps=[{}] * 200)
    assert len(whole["attrition"]) == 200


def test_a_bad_step_is_named(sampled: Gateway) -> None:
    error = sampled.error('{ attrition(steps: [{modality: {eq: "CT"}}, {modality: {in: []}}]) { step } }')
    assert error.message.startswith("steps[1].modality.in: the list is empty")
    assert error.extensions["code"] == "BAD_USER_INPUT"


def test_the_order_of_steps_does_not_change_the_last(sampled: Gateway, sample_judge: Judge) -> None:
    for seed in range(SEED, SEED + 20):
        wheres = RandomWhere(seed, sample_judge.vocabulary)
        steps, match = wheres.steps(), wheres.match()
        shuffled = Random(seed).sample(steps, len(steps))
        last = [gateway_steps(sampled, order, match)[-1]["counts"] for order in (steps, shuffled)]
        assert last[0] == last[1], f"seed {seed}"


def gateway_steps(gateway: Gateway, steps: list[dict[str, Any]], match: str) -> Any:
    return gateway.data(DOCUMENT, steps=steps, match=match)["attrition"]
