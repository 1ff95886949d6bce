"""The Selection: what a `where` means, as an immutable, canonical, hashable tree with explicit levels.

Engines answer Selections and never see GraphQL; caches are keyed by (release, Selection). Conditions that mean the
same by commutation, repetition or double negation are the same tree. Use the functions below, not the classes, to
make compound conditions.

Truth is two-valued: `Leaf` holds if the row has an element that passes all tests, so a row without a value never does,
and `Not` is the exact complement. Only of `Recorded` it can be unknown; so no rewrite here makes "x or not x" true.
There is one way between levels, `Some`: towards an ancestor, of which every row has one, it reads "whose study ...";
towards members it reads "some series of which ...".
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from schema.vocabulary import Commons, Level

Scalar = str | int | float


@dataclass(frozen=True)
class In:
    """Equal to one of the values, which are sorted and distinct."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Range:
    """Between two bounds, either of which may be open (None)."""

    lower: Scalar | None = None
    lower_included: bool = True
    upper: Scalar | None = None
    upper_included: bool = True


@dataclass(frozen=True)
class Contains:
    """The lower-cased value contains this lower-cased text."""

    text: str


@dataclass(frozen=True)
class StartsWith:
    """The lower-cased value starts with this lower-cased text."""

    text: str


@dataclass(frozen=True)
class Word:
    """A lower-cased word, or the beginning of one."""

    text: str
    prefix: bool


@dataclass(frozen=True)
class Search:
    """Every word is a word of the lower-cased value, or begins one."""

    words: tuple[Word, ...]


Test = In | Range | Contains | StartsWith | Search


@dataclass(frozen=True)
class Leaf:
    """Some element of the attribute passes all tests; without tests: there is an element."""

    level: Level
    column: str
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Keys:
    """The row is one of these, by the key of its global id: (uid,), (collectionID,) or (collectionID, patientID)."""

    level: Level
    keys: tuple[tuple[str, ...], ...]


class RowSet:
    """Rows of a level of the whole release, told by a digest from every other set."""

    def __init__(self, mask: npt.NDArray[np.bool_]) -> None:
        self._size = len(mask)
        self._bits = np.packbits(mask)
        self._digest = hashlib.blake2b(self._bits.tobytes(), digest_size=16).hexdigest()

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        """Per row of the level whether the set holds it."""
        return np.unpackbits(self._bits, count=self._size).view(bool)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSet) and self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)

    def __repr__(self) -> str:
        return f"RowSet({self._digest})"


@dataclass(frozen=True)
class Rows:
    """The row is one of a set, which was found elsewhere."""

    level: Level
    rows: RowSet


@dataclass(frozen=True)
class Recorded:
    """The patient has a record in a commons that meets a condition on records.

    Its truth is unknown for patients of whom nothing is known there. `unknown_counts`: these meet it, and meet its
    complement, too. `resolvers.known` decides it before an engine is asked; engines never see one.
    """

    commons: Commons
    condition: "Condition"
    unknown_counts: bool = False


@dataclass(frozen=True)
class Field:
    """Stands in a Recorded: a row of a table of the record has a value that passes all tests; without: has a value."""

    table: str
    column: str
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True)
class SomeRow:
    """Stands in a Recorded: the record has a row in a table for which a condition of Fields holds."""

    table: str
    condition: "Condition"


@dataclass(frozen=True)
class And:
    """All hold; of none: true."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    """At least one holds; of none: false."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """Does not hold."""

    condition: "Condition"


@dataclass(frozen=True)
class Some:
    """Holds for some row of `level` that is an ancestor or a member of this one."""

    level: Level
    condition: "Condition"


@dataclass(frozen=True)
class Count:
    """The number of members at `level` that meet the condition passes all tests; without tests: true."""

    level: Level
    condition: "Condition"
    tests: tuple[Test, ...]


Condition = Leaf | Keys | Rows | Recorded | Field | SomeRow | And | Or | Not | Some | Count

EVERYTHING = And(())


@dataclass(frozen=True)
class Selection:
    """The rows of `level` that meet the condition."""

    level: Level
    condition: Condition = EVERYTHING

    @cached_property
    def digest(self) -> bytes:
        """16 bytes that tell this Selection from every other, in any process."""
        return hashlib.blake2b(repr(self).encode(), digest_size=16).digest()


def all_of(conditions: Iterable[Condition]) -> Condition:
    """All hold."""
    return _joined(And, conditions)


def any_of(conditions: Iterable[Condition]) -> Condition:
    """At least one holds."""
    return _joined(Or, conditions)


def undecided(condition: "Recorded | Field | SomeRow") -> ValueError:
    """What an engine raises that is asked about records elsewhere."""
    return ValueError(f"{condition} must be decided before an engine is asked")


def complement(condition: Condition) -> Condition:
    """Does not hold."""
    return condition.condition if isinstance(condition, Not) else Not(condition)


def among(values: Iterable[Scalar]) -> In:
    """Equal to one of the values, which are of one type."""
    return In(tuple(sorted(set(values))))


def _joined(kind: type[And] | type[Or], conditions: Iterable[Condition]) -> Condition:
    distinct = set(_flat(kind, conditions))
    if len(distinct) == 1:
        return distinct.pop()
    # repr is a total order that does not depend on the process, unlike hash.
    return kind(tuple(sorted(distinct, key=repr)))


def _flat(kind: type[And] | type[Or], conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        if isinstance(condition, kind):
            yield from condition.conditions
        else:
            yield condition
