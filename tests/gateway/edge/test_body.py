"""Answers are written in pieces, and compressed, without a byte being other than in one piece."""

import gzip
import random
from typing import Any

import brotli
import orjson
import pytest
import zstandard

from gateway.edge.body import compressed, written

ROW = {"seriesInstanceUID": "1.2.3", "instanceCount": 3, "sizes": [1, 2], "counts": {"series": 1}}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"data": None},
        {"data": {}},
        {"data": {"a": []}},
        {"data": {"a": {"b": {"c": {"d": {"e": [[], {}]}}}}}},
        {"data": {"série": "日本", 'quoted "name"': "\u2028"}},
        {"data": {"series": {"nodes": [ROW] * 249}}},
        {"data": {"series": {"nodes": [ROW] * 250}}},
        {"data": {"series": {"nodes": [ROW] * 251}}, "extensions": {"release": 25}},
        {"data": {"numbers": list(range(1000)), "texts": ["x"] * 501, "nulls": [None] * 300}},
        {"data": {"facets": {"facets": [{"buckets": [{"value": str(n)} for n in range(1000)]}] * 25}}},
    ],
)
async def test_pieces_make_the_same_body(answer: dict[str, Any]) -> None:
    assert await written(answer) == orjson.dumps(answer)


async def test_pieces_of_random_answers_make_the_same_body() -> None:
    chance = random.Random(6)
    for _ in range(300):
        answer = {"data": some(chance, 6)}
        assert await written(answer) == orjson.dumps(answer)


def some(chance: random.Random, depth: int) -> Any:
    """A random JSON value."""
    if depth == 0 or chance.random() < 0.2:
        return chance.choice([None, True, 1, 2.5, "x", "ü", [], {}])
    length = chance.choice([0, 1, 2, 3]) if depth < 6 else 260
    if chance.random() < 0.5:
        return {f"k{n}": some(chance, depth - 1) for n in range(length)}
    return [some(chance, depth - 1) for _ in range(length)]


@pytest.mark.parametrize("size", [1_000, 31_999, 32_000, 500_000])
@pytest.mark.parametrize("coding", ["identity", "zstd", "br", "gzip"])
async def test_a_compressed_body_can_be_read(coding: str, size: int) -> None:
    body = (b'{"patientID": "TCGA-A1-A0SB"}' * (size // 29 + 1))[:size]
    sent, told = await compressed(body, coding)
    read = {"identity": bytes, "zstd": zstandard.decompress, "br": brotli.decompress, "gzip": gzip.decompress}
    assert told == coding
    assert read[coding](sent) == body
    assert coding == "identity" or len(sent) < size / 3


async def test_a_small_body_is_left_alone() -> None:
    assert await compressed(b"x" * 999, "zstd") == (b"x" * 999, "identity")
