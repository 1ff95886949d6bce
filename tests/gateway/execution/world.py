"""A schema with something of everything, and random objects for it, of which some are not what the schema says."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Annotated, Any, Generic, NewType, TypeVar

import strawberry
from graphql import Undefined
from strawberry import UNSET
from strawberry.schema.config import StrawberryConfig

from schema.paced import paced
from schema.scalars import SCALARS, BigInt
from tests.gateway.execution.oddities import Later, Lazy, Number, Once, Raised, Strange, Text, unreadable

T = TypeVar("T")


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.enum
class Word(str, Enum):  # noqa: UP042
    CT = "ct"
    MR = "mr"


# Its serialiser takes everything.
Shown = NewType("Shown", object)


@strawberry.interface
class Thing:
    uid: strawberry.ID


@strawberry.interface
class Named:
    name: str | None


@strawberry.type
class Code:
    value: str
    meaning: str | None

    def __repr__(self) -> str:
        return "<Code>"


@strawberry.type
class Other(Lazy, Thing):
    uid: strawberry.ID
    weight: str


@strawberry.type
class Row(Lazy, Thing, Named):
    uid: strawberry.ID
    name: str | None
    number: int | None
    count: int
    size: float
    ratio: float | None
    flag: bool
    perhaps: bool | None
    colour: Colour
    other_colour: Colour | None
    word: Word | None
    bytes: BigInt
    many_bytes: list[BigInt] | None
    day: datetime.date | None
    first_day: datetime.date
    moment: datetime.datetime | None
    shown: Shown | None
    tags: list[str]
    odd_tags: list[str | None] | None
    colours: list[Colour] | None
    matrix: list[list[int]]
    code: Code
    odd_code: Code | None
    codes: list[Code]
    odd_codes: list[Code | None] | None
    thing: Thing | None
    things: list[Thing] | None
    either: Annotated[Code | Other, strawberry.union("Either")] | None

    @strawberry.field
    def upper(self) -> str:
        return self.name.upper()  # type: ignore[union-attr]

    @strawberry.field
    def own_code(self) -> Code | None:
        return self.odd_code

    @strawberry.field
    async def suffixed(self, suffix: str = "x") -> str | None:
        await Later(None, 1)
        if self.name == "boom":
            raise Raised("boom")
        return f"{self.name}{suffix}"

    @strawberry.field
    async def sure(self) -> int:
        return self.number  # type: ignore[return-value]

    @strawberry.field
    async def late_codes(self, first: int = 2) -> list[Code]:
        return self.codes[:first]


@strawberry.type
class Study(Lazy, Thing):
    uid: strawberry.ID
    rows: list[Row]
    odd_rows: list[Row | None] | None
    main: Row | None

    @strawberry.field
    async def total(self) -> int | None:
        return len(self.rows)


@strawberry.type
class Edge(Generic[T]):
    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    total: int
    nodes: list[T]

    @strawberry.field
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor=str(number), node=node) for number, node in enumerate(self.nodes)]

    @strawberry.field
    async def later(self) -> int:
        return self.total


@strawberry.type
class LongConnection:
    """Items are nullable: which error of two lists at once nulls what holds both would be chance."""

    nodes: list[Row | None]

    @strawberry.field
    def edges(self) -> list[Edge[Row] | None]:
        return paced([Edge(cursor=str(number), node=node) for number, node in enumerate(self.nodes)])


@strawberry.type
class Query:
    rows: list[Row]
    odd_rows: list[Row | None] | None
    studies: list[Study]
    things: list[Thing]
    odd_things: list[Thing | None] | None
    named: list[Named | None]
    either: list[Annotated[Code | Other, strawberry.union("Either")] | None]
    connection: Connection[Row] | None
    long_rows: list[Row | None] | None
    long_things: list[Thing] | None
    long_connection: LongConnection | None

    @strawberry.field
    async def later_rows(self) -> list[Row] | None:
        return self.rows

    @strawberry.field
    async def later_studies(self) -> list[Study]:
        await Later(None, 2)
        return self.studies


def build() -> strawberry.Schema:
    scalars = {**SCALARS, Shown: strawberry.scalar(name="Shown", serialize=repr, parse_value=str)}
    return strawberry.Schema(Query, types=[Row, Study, Other], config=StrawberryConfig(scalar_map=scalars))


class RowOfAnotherClass(Row):
    """Not decorated: strawberry takes it for a Row."""


class RandomWorld:
    """The root object: lists of up to `rows` rows, long ones of `long`, each made when first read and always the same.

    A part `bad` of all values is not what the schema says.
    """

    def __init__(self, seed: int, bad: float, rows: int, long: int) -> None:
        self._seed = seed
        self._bad = bad
        self._rows = rows
        self._long = long
        self._random = Random(seed)
        self._read = self._random.random() < 0.5

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        self._random = Random(f"{self._seed} {name}")
        value = self.__dict__[name] = self._made(name)
        return value

    def _made(self, name: str) -> Any:
        number = self._long if name.startswith("long") else self._random.randint(0, self._rows)
        match name:
            case "rows":
                return self._many(self._row, number)
            case "odd_rows" | "named":
                return self._many(self._odd(self._row), number)
            case "studies":
                return self._many(self._study, min(number, 3))
            case "things":
                return self._many(self._thing, number)
            case "odd_things":
                return self._many(self._odd(self._thing), number)
            case "either":
                return self._many(self._either, number)
            case "connection":
                return Connection(total=self._of(number), nodes=self._many(self._row, number))
            case "long_rows":
                return paced(self._many(self._odd(self._row), number))
            case "long_things":
                return paced(self._many(self._thing, number))
            case "long_connection":
                return LongConnection(nodes=paced(self._many(self._odd(self._row), number)))
        raise AttributeError(name)

    def _many(self, make: Callable[[], Any], number: int) -> list[Any]:
        return [self._of(make()) for _ in range(number)]

    def _odd(self, make: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: None if self._random.random() < 0.1 else make()

    def _of(self, good: Any) -> Any:
        return self._strange(good) if self._random.random() < self._bad else good

    def _thing(self) -> Any:
        return self._random.choice([self._row, self._row, self._other, self._study])()

    def _either(self) -> Any:
        return self._random.choice([self._code, self._other])()

    def _code(self) -> Code:
        return Code(value=self._of("v"), meaning=self._of(self._random.choice(["m", None])))

    def _other(self) -> Any:
        return self._object(Other, uid=self._of("o"), weight=self._of("heavy"))

    def _study(self) -> Any:
        return self._object(
            Study,
            uid=self._of("9.9"),
            rows=self._of(self._many(self._row, self._random.randint(0, 3))),
            odd_rows=self._of(self._random.choice([None, self._many(self._odd(self._row), 2)])),
            main=self._of(self._random.choice([None, self._row()])),
        )

    def _row(self) -> Any:
        choice = self._random.choice
        values = {
            "uid": "1.2",
            "name": choice(["n", "boom", "abc", None]),
            "number": choice([1, None]),
            "count": 7,
            "size": choice([1.25, -0.0]),
            "ratio": choice([None, 0.5]),
            "flag": True,
            "perhaps": choice([None, False]),
            "colour": choice(list(Colour)),
            "other_colour": choice([None, Colour.BLUE]),
            "word": choice([None, Word.CT]),
            "bytes": 2**40,
            "many_bytes": choice([None, [self._of(1), self._of(2**50)]]),
            "day": choice([None, datetime.date(2021, 2, 3), "2020-01-31"]),
            "first_day": choice([datetime.date(2021, 2, 3), "2020-01-31"]),
            "moment": choice([None, datetime.datetime(2021, 2, 3, 4, 5)]),
            "shown": choice([None, "s", 1]),
            "tags": [self._of("a"), self._of("b")],
            "odd_tags": choice([None, ["a", self._of(None)], ("a",)]),
            "colours": choice([None, [self._of(Colour.RED)]]),
            "matrix": [[1, self._of(2)], self._of([3]), []],
            "code": self._code(),
            "odd_code": choice([None, self._code()]),
            "codes": self._many(self._code, 2),
            "odd_codes": choice([None, self._many(self._odd(self._code), 2)]),
            "thing": choice([None, self._other()]),
            "things": choice([None, self._many(self._other, 2)]),
            "either": choice([None, self._either()]),
        }
        return self._object(Row, **{name: self._of(value) for name, value in values.items()})

    def _strange(self, good: Any) -> Any:
        random = self._random
        kind = random.randrange(7)
        if kind == 0:
            return Later(random.choice([good, None, Raised("later"), "s"]), random.randint(0, 2))
        if kind == 1:
            return random.choice([Raised("read"), Raised("as value"), Raised("as value")])
        if kind == 2:
            return strawberry.cast(random.choice([Row, Other, Thing]), self._cast())
        return random.choice([
            None, None, None, "s", "ct", "red", 3, 2**40, -(2**31) - 1, 1.5, 3.0, math.nan, math.inf, True, False,
            [], ["a"], [None], (), {}, {"value": "x"}, Strange(), Colour.RED, Word.CT, datetime.date(2020, 1, 1),
            datetime.datetime(2020, 1, 1), b"x", Text("sub"), Number(3), Decimal("1.5"), Undefined, UNSET, Once("a"),
            self._code(), self._another(),
        ])  # fmt: skip

    def _cast(self) -> Any:
        return self._random.choice([self._other, Strange])()

    def _another(self) -> Any:
        return self._object(RowOfAnotherClass, uid="1.3", name="other", count=1, size=1.0, tags=[], codes=[], matrix=[])

    def _object(self, kind: type[Any], **values: Any) -> Any:
        """An object whose attributes are read already, but for those that can't be; or none is."""
        made = kind.__new__(kind)
        made.__dict__["to_come"] = values
        if self._read:
            made.__dict__.update({name: value for name, value in values.items() if not unreadable(value)})
        return made
