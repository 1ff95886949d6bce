"""Selections are canonical: what means the same by commutation, repetition or double negation is one tree."""

import pytest

from resolvers.selection import (
    EVERYTHING,
    And,
    In,
    Leaf,
    Not,
    Or,
    Selection,
    all_of,
    among,
    any_of,
    complement,
)
from schema.vocabulary import Level

CT = Leaf(Level.SERIES, "modality", (In(("CT",)),))
MR = Leaf(Level.SERIES, "modality", (In(("MR",)),))
SIEMENS = Leaf(Level.SERIES, "manufacturer", (In(("SIEMENS",)),))


@pytest.mark.parametrize("join", [all_of, any_of])
def test_order_repetition_and_nesting_do_not_matter(join: type) -> None:
    assert join([CT, MR]) == join([MR, CT, MR])
    assert join([CT, join([MR, SIEMENS])]) == join([join([SIEMENS, CT]), MR])
    assert join([CT]) == CT


def test_nothing_to_join() -> None:
    assert all_of([]) == EVERYTHING == And(())
    assert any_of([]) == Or(())


def test_double_complement() -> None:
    assert complement(complement(CT)) == CT
    assert complement(CT) == Not(CT)


def test_values_are_sorted_and_distinct() -> None:
    assert among(["MR", "CT", "MR"]) == In(("CT", "MR"))


def test_selections_key_caches() -> None:
    one = Selection(Level.SERIES, all_of([CT, SIEMENS]))
    other = Selection(Level.SERIES, all_of([SIEMENS, CT]))
    assert one == other and hash(one) == hash(other)
    assert one != Selection(Level.STUDY, one.condition)
