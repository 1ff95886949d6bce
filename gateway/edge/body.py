"""The body of an answer: JSON, written in pieces so that no other request waits for a large one, and compressed."""

import asyncio
import gzip
from typing import Any

import brotli
import orjson
import zstandard

from gateway.edge.media import IDENTITY

# Smaller bodies fit one packet and gain nothing.
_SMALLEST = 1_000
# Above this size a body is compressed in a thread, where it lets others run.
_INLINE = 32_000
# Items of a list that are written between two turns of the event loop, and how deep such lists may lie:
# data, a root field, its list, an item, its list.
_PIECE = 250
_DEPTH = 5


async def written(answer: dict[str, Any]) -> bytes:
    """The answer as JSON in UTF-8, without spaces."""
    pieces: list[bytes] = []
    await _write(answer, pieces, _DEPTH)
    return b"".join(pieces)


async def _write(value: Any, pieces: list[bytes], depth: int) -> None:
    if depth == 0 or not _may_be_large(value):
        pieces.append(dumped(value))
    elif value.__class__ is dict:
        await _write_object(value, pieces, depth)
    elif len(value) <= _PIECE:
        await _write_list(value, pieces, depth)
    else:
        await _write_slices(value, pieces)


async def _write_object(value: dict[str, Any], pieces: list[bytes], depth: int) -> None:
    before = b"{"
    for name, inner in value.items():
        pieces.append(before + dumped(name) + b":")
        await _write(inner, pieces, depth - 1)
        before = b","
    pieces.append(b"}" if value else b"{}")


async def _write_list(value: list[Any], pieces: list[bytes], depth: int) -> None:
    before = b"["
    for inner in value:
        pieces.append(before)
        await _write(inner, pieces, depth - 1)
        before = b","
    pieces.append(b"]" if value else b"[]")


async def _write_slices(value: list[Any], pieces: list[bytes]) -> None:
    before = b"["
    for start in range(0, len(value), _PIECE):
        # Without the brackets of the slice.
        pieces.append(before + dumped(value[start : start + _PIECE])[1:-1])
        before = b","
        await asyncio.sleep(0)
    pieces.append(b"]")


def _may_be_large(value: Any) -> bool:
    """Whether a list long enough to be written in slices may lie in it."""
    if value.__class__ is dict:
        return any(inner.__class__ in (dict, list) for inner in value.values())
    return value.__class__ is list and len(value) > 0 and (len(value) > _PIECE or value[0].__class__ in (dict, list))


def dumped(value: Any) -> bytes:
    """JSON in UTF-8, without spaces."""
    return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_SUBCLASS)


async def compressed(body: bytes, coding: str) -> tuple[bytes, str]:
    """The body in a content coding, and that coding: identity where compressing gains nothing."""
    if coding == IDENTITY or len(body) < _SMALLEST:
        return body, IDENTITY
    if len(body) < _INLINE:
        return _compress(body, coding), coding
    return await asyncio.to_thread(_compress, body, coding), coding


def _compress(body: bytes, coding: str) -> bytes:
    # The levels at which each is fast and small enough to be written once and read once.
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=1).compress(body)
    if coding == "br":
        return bytes(brotli.compress(body, quality=4))
    return gzip.compress(body, compresslevel=4, mtime=0)
