"""Global ids are injective, URL-safe and have one spelling."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.global_id import KEY_FIELDS, GlobalID, decode

keys = st.sampled_from(sorted(KEY_FIELDS)).flatmap(
    lambda name: st.tuples(
        st.just(name), st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]))] * len(KEY_FIELDS[name]))
    )
)


@given(keys)
def test_an_id_leads_back_to_its_key_and_is_safe_in_a_url(key: tuple[str, tuple[str, ...]]) -> None:
    text = GlobalID(*key).encode()
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
    assert decode(text) == GlobalID(*key)


@given(keys, keys)
def test_two_things_never_share_an_id(one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]) -> None:
    assert (GlobalID(*one).encode() == GlobalID(*other).encode()) == (one == other)


@given(st.text())
def test_no_text_breaks_the_decoder(text: str) -> None:
    found = decode(text)
    assert found is None or found.encode() == text


def test_another_spelling_of_an_id_is_none() -> None:
    text = GlobalID("Study", ("1.2",)).encode()
    padded = text + "=" * (-len(text) % 4)
    assert decode(text) is not None
    assert padded == text or decode(padded) is None
    assert decode(text + "A") is None


@pytest.mark.parametrize("parts", [("Study", ("1", "2")), ("Patient", ("1",)), ("Instance", ("1",)), ("Study", ())])
def test_a_key_of_the_wrong_shape_is_none(parts: tuple[str, tuple[str, ...]]) -> None:
    assert decode(GlobalID(*parts).encode()) is None
