"""Cursors: a row number, bound to the question that it belongs to."""

import base64
import binascii
import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import Protocol

from resolvers.search.engine import Order
from resolvers.selection import Selection
from schema.errors import BadUserInput, StaleCursor
from schema.vocabulary import MatchLevel

# Row number, digest of the question, checksum over both: 16 bytes, which tell a damaged cursor from a stale one.
_FORM = struct.Struct(">I8sI")

_NOT_A_CURSOR = "{!r} is not a cursor; take one from pageInfo.endCursor or an edge"


class Bound(Protocol):
    """What a cursor belongs to."""

    def digest(self) -> bytes:
        """8 bytes that tell it from every other."""
        ...


def digest_of(*said: object) -> bytes:
    """8 bytes that tell what is said from everything else."""
    return hashlib.blake2b(repr(said).encode(), digest_size=8).digest()


@dataclass(frozen=True)
class Question:
    """Everything that a cursor is bound to; `build` names the release and the numbering of its rows."""

    build: str
    field: str
    parent: str
    rows: Selection
    match: MatchLevel
    order: Order

    def digest(self) -> bytes:
        """8 bytes that tell this question from every other."""
        return digest_of(self.build, self.field, self.parent, self.rows.digest, self.match, self.order)


def write_cursors(question: Bound, rows: list[int]) -> list[str]:
    """A cursor per row."""
    digest = question.digest()
    return [_write(digest, row) for row in rows]


def _write(digest: bytes, row: int) -> str:
    body = struct.pack(">I8s", row, digest)
    return base64.urlsafe_b64encode(_FORM.pack(row, digest, zlib.crc32(body))).rstrip(b"=").decode()


def read_cursor(cursor: str, question: Bound, rows: int, argument: str = "after") -> int:
    """The row that the cursor names, one of `rows`. BadUserInput: it is no cursor; StaleCursor: of another question."""
    try:
        row, digest, checksum = _FORM.unpack(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, struct.error, ValueError):
        row, digest, checksum = 0, b"", -1
    if zlib.crc32(struct.pack(">I8s", row, digest)) != checksum or _write(digest, row) != cursor:
        raise BadUserInput(argument, _NOT_A_CURSOR.format(cursor))
    if digest != question.digest():
        raise StaleCursor(argument)
    if row >= rows:
        raise BadUserInput(argument, _NOT_A_CURSOR.format(cursor))
    return int(row)
