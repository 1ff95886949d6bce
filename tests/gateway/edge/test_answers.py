"""Answers are remembered by what was asked, within a number of bytes."""

from gateway.edge.answers import Answer, Answers, entity_tag, is_known
from gateway.edge.status import Outcome


def answer(size: int, *, storable: bool = True) -> Answer:
    return Answer(b"x" * size, "identity", Outcome.DATA, storable=storable)


def test_what_was_given_is_given_again() -> None:
    answers = Answers(10_000)
    answers.put("a", "zstd", given := answer(100))
    assert answers.get("a", "zstd") is given
    assert answers.get("a", "gzip") is None
    assert answers.get("b", "zstd") is None


def test_the_oldest_go_when_bytes_run_out() -> None:
    answers = Answers(10_000)
    for name in "abc":
        answers.put(name, "zstd", answer(3_000))
    assert [answers.get(name, "zstd") is None for name in "abc"] == [True, False, False]
    assert answers.bytes == 8_000
    answers.put("large", "zstd", answer(20_000))
    assert [answers.get(name, "zstd") is None for name in ("b", "c", "large")] == [False, False, True]


def test_what_may_not_be_given_again_is_not_kept() -> None:
    answers = Answers(10_000)
    answers.put("a", "zstd", answer(100, storable=False))
    assert answers.get("a", "zstd") is None


def test_nothing_is_kept_without_memory_for_it() -> None:
    answers = Answers(0)
    answers.put("a", "zstd", answer(1))
    assert answers.get("a", "zstd") is None


def test_a_tag_tells_questions_apart() -> None:
    tags = [
        entity_tag("25", "doc", None, {}),
        entity_tag("26", "doc", None, {}),
        entity_tag("25", "other", None, {}),
        entity_tag("25", "doc", "Named", {}),
        entity_tag("25", "doc", None, {"a": 1, "b": 2}),
        entity_tag("25", "doc", None, {"a": 2, "b": 1}),
        entity_tag("25", "doc", None, {"a": [1, 2]}),
        entity_tag("25", "doc", None, {"a": [2, 1]}),
    ]
    assert len(set(tags)) == len(tags)
    assert entity_tag("25", "doc", None, {"b": 2, "a": 1}) == tags[4]


def test_a_known_tag_may_stand_among_others() -> None:
    tag = entity_tag("25", "doc", None, {})
    assert is_known(tag, tag)
    assert is_known(tag, f'"x", {tag}')
    assert is_known(tag, tag.removeprefix("W/"))
    assert not is_known(tag, '"x"')
    assert not is_known(tag, "*")
    assert not is_known(tag, None)
