"""The column forms of the embedded store, and how Arrow columns become them.

`Terms`: one code per row, 0 for a missing value and 1.. in ascending order of the values, so that comparing codes is
comparing values. `Numbers`: one integer per row, none missing. `Identifiers`: one fixed-width ASCII text per row, each
unique, with the permutation that sorts them. Lists (comma-separated in the index) are Terms whose values are tuples.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)

Value = str | int | float | tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """`values[code - 1]` is the value of a row with that code."""

    codes: npt.NDArray[np.unsignedinteger]
    values: Sequence[Value]


@dataclass(frozen=True)
class Numbers:
    """int32 or int64 per row."""

    numbers: npt.NDArray[np.signedinteger]


@dataclass(frozen=True)
class Identifiers:
    """`texts` has dtype S<width>; `order` sorts it bytewise. `lowered`: no text has an upper-case letter."""

    texts: npt.NDArray[np.bytes_]
    order: npt.NDArray[np.uint32]
    lowered: bool


Column = Terms | Numbers | Identifiers


def narrowed(codes: npt.NDArray[np.integer]) -> npt.NDArray[np.unsignedinteger]:
    """The same codes in the narrowest unsigned type that holds them."""
    top = int(codes.max()) if len(codes) else 0
    for dtype in (np.uint8, np.uint16):
        if top <= np.iinfo(dtype).max:
            return codes.astype(dtype)
    return codes.astype(np.uint32)


def terms(column: pa.ChunkedArray, read: Callable[[str | None], Value | None] | None = None) -> Terms:
    """Terms of a text or integer column. `read` turns a distinct text, or its absence, into its value."""
    encoded = column.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # an empty column has no chunk to combine
        encoded = pa.array([], type=column.type)
    if not pa.types.is_dictionary(encoded.type):
        encoded = pc.dictionary_encode(encoded)
    raw = encoded.dictionary.to_pylist()
    indices = pc.fill_null(encoded.indices.cast(pa.int64()), len(raw)).to_numpy(zero_copy_only=False)
    found = [*raw, None]
    return _ranked(found if read is None else [read(text) for text in found], indices)


def _ranked(found: list[Value | None], indices: npt.NDArray[np.int64]) -> Terms:
    """Terms in ascending order of their values, from a value per index; used values only."""
    used = np.zeros(len(found), bool)
    used[indices] = True
    values = sorted({v for v, u in zip(found, used, strict=True) if u and v is not None})
    code = {value: number for number, value in enumerate(values, start=1)}
    ranks = np.array([0 if v is None else code.get(v, 0) for v in found], np.uint32)
    return Terms(narrowed(ranks[indices]), values)


def terms_of(values: Sequence[Value | None]) -> Terms:
    """Terms of a short Python list."""
    return _ranked(list(values), np.arange(len(values), dtype=np.int64))


def elements(text: str | None) -> tuple[str, ...] | None:
    """The elements of a comma-separated list, trimmed, each once, in their order; None if there are none."""
    parts = dict.fromkeys(part.strip() for part in (text or "").split(","))
    return tuple(part for part in parts if part) or None


def whole_number(text: str | None) -> int | None:
    """An IS value (PS3.5 6.2) as a 32-bit integer; None if it is not one."""
    if text is None or not _INTEGER.fullmatch(text.strip()):
        return None
    number = int(text)
    return number if -(2**31) <= number < 2**31 else None


def identifiers(column: pa.ChunkedArray) -> Identifiers:
    """Identifiers of a text column. ValueError if one is missing, not ASCII, over 64 characters or not unique."""
    texts = fixed_width(column)
    order = np.argsort(texts, kind="stable").astype(np.uint32)
    ranked = texts[order]
    if len(ranked) and (ranked[1:] == ranked[:-1]).any():
        raise ValueError("identifiers are not unique")
    return Identifiers(texts, order, lowered=bool((np.char.lower(texts) == texts).all()))


def fixed_width(column: pa.ChunkedArray) -> npt.NDArray[np.bytes_]:
    """A text column as an array of dtype S<width>."""
    if not len(column):
        return np.empty(0, "S1")
    if column.null_count:
        raise ValueError("an identifier is missing")
    if not pc.all(pc.string_is_ascii(column)).as_py():
        raise ValueError("an identifier is not ASCII")
    width = int(pc.max(pc.binary_length(column)).as_py() or 1)
    if width > 64:
        raise ValueError("an identifier is longer than 64 characters")
    padded = pc.ascii_rpad(column.cast(pa.string()), width=width, padding="\0").cast(pa.binary())
    fixed = padded.cast(pa.binary(width)).combine_chunks()
    return np.frombuffer(fixed.buffers()[1], dtype=f"S{width}", count=len(fixed), offset=fixed.offset * width)


def find_identifiers(column: Identifiers, wanted: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """For every wanted text the row that holds it, and whether there is one."""
    if not len(column.texts):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    width = column.texts.dtype.itemsize
    # Neither a longer text nor one with NUL or beyond ASCII can be in the column; numpy would cut them to fit.
    fits = [len(text) <= width and text.isascii() and "\0" not in text for text in wanted]
    encoded = [text.encode() if ok else b"" for text, ok in zip(wanted, fits, strict=True)]
    needles = np.array(encoded, column.texts.dtype)
    places = np.searchsorted(column.texts, needles, sorter=column.order)
    rows = column.order[np.minimum(places, len(column.order) - 1)].astype(np.int64)
    found = (column.texts[rows] == needles) & np.array(fits, bool)
    return rows, found
