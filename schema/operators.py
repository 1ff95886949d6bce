"""The operator objects: what can be asked of one attribute."""

import datetime

import strawberry
from strawberry import UNSET

from schema.enums import ObjectKind, SubjectKind
from schema.scalars import BigInt

EQ = "Equal to this value, exactly (case matters)."
NE = "The complement of eq: another value, or none."
IN = "Equal to one of these; at least one must be given."
NOT_IN = "The complement of in: none of these, or no value."
CONTAINS = "Contains this text, upper and lower case alike."
STARTS_WITH = "Starts with this text, upper and lower case alike."
SEARCH = "Has all these words, in any order, upper and lower case alike; a word ending in * matches its beginning."
GT = "Greater (later) than this."
GTE = "At least (not before) this."
LT = "Less (earlier) than this."
LTE = "At most (not after) this."
IS_NULL = "true: has no value; false: has one."
# Of lists, and of attributes asked above their level.
TOGETHER = "Several must hold on the same value; ne, notIn and isNull speak of all values of the row."

OR_NULL = "true: take rows without a value along, too. Needs another operator beside it."


@strawberry.input(description=f"Conditions on text. {TOGETHER}")
class StringWhere:
    eq: str | None = strawberry.field(default=UNSET, description=EQ)
    ne: str | None = strawberry.field(default=UNSET, description=NE)
    in_: list[str] | None = strawberry.field(default=UNSET, description=IN)
    not_in: list[str] | None = strawberry.field(default=UNSET, description=NOT_IN)
    contains: str | None = strawberry.field(default=UNSET, description=CONTAINS)
    starts_with: str | None = strawberry.field(default=UNSET, description=STARTS_WITH)
    search: str | None = strawberry.field(default=UNSET, description=SEARCH)
    is_null: bool | None = strawberry.field(default=UNSET, description=IS_NULL)
    or_null: bool | None = strawberry.field(default=UNSET, description=OR_NULL)


@strawberry.input(description=f"Conditions on an identifier. {TOGETHER}")
class IDWhere:
    eq: strawberry.ID | None = strawberry.field(default=UNSET, description=EQ)
    ne: strawberry.ID | None = strawberry.field(default=UNSET, description=NE)
    in_: list[strawberry.ID] | None = strawberry.field(default=UNSET, description=IN)
    not_in: list[strawberry.ID] | None = strawberry.field(default=UNSET, description=NOT_IN)
    contains: str | None = strawberry.field(default=UNSET, description=CONTAINS)
    starts_with: str | None = strawberry.field(default=UNSET, description=STARTS_WITH)
    is_null: bool | None = strawberry.field(default=UNSET, description=IS_NULL)
    or_null: bool | None = strawberry.field(default=UNSET, description=OR_NULL)


@strawberry.input(description="Conditions on the opaque global id of a node.")
class NodeIDWhere:
    eq: strawberry.ID | None = strawberry.field(default=UNSET, description=EQ)
    ne: strawberry.ID | None = strawberry.field(default=UNSET, description=NE)
    in_: list[strawberry.ID] | None = strawberry.field(default=UNSET, description=IN)
    not_in: list[strawberry.ID] | None = strawberry.field(default=UNSET, description=NOT_IN)


@strawberry.input(description=f"Conditions on a whole number. {TOGETHER}")
class IntWhere:
    eq: int | None = strawberry.field(default=UNSET, description=EQ)
    ne: int | None = strawberry.field(default=UNSET, description=NE)
    in_: list[int] | None = strawberry.field(default=UNSET, description=IN)
    not_in: list[int] | None = strawberry.field(default=UNSET, description=NOT_IN)
    gt: int | None = strawberry.field(default=UNSET, description=GT)
    gte: int | None = strawberry.field(default=UNSET, description=GTE)
    lt: int | None = strawberry.field(default=UNSET, description=LT)
    lte: int | None = strawberry.field(default=UNSET, description=LTE)
    is_null: bool | None = strawberry.field(default=UNSET, description=IS_NULL)
    or_null: bool | None = strawberry.field(default=UNSET, description=OR_NULL)


@strawberry.input(description=f"Conditions on a large whole number. {TOGETHER}")
class BigIntWhere:
    eq: BigInt | None = strawberry.field(default=UNSET, description=EQ)
    ne: BigInt | None = strawberry.field(default=UNSET, description=NE)
    in_: list[BigInt] | None = strawberry.field(default=UNSET, description=IN)
    not_in: list[BigInt] | None = strawberry.field(default=UNSET, description=NOT_IN)
    gt: BigInt | None = strawberry.field(default=UNSET, description=GT)
    gte: BigInt | None = strawberry.field(default=UNSET, description=GTE)
    lt: BigInt | None = strawberry.field(default=UNSET, description=LT)
    lte: BigInt | None = strawberry.field(default=UNSET, description=LTE)
    is_null: bool | None = strawberry.field(default=UNSET, description=IS_NULL)
    or_null: bool | None = strawberry.field(default=UNSET, description=OR_NULL)


@strawberry.input(description=f"Conditions on a number. {TOGETHER}")
class FloatWhere:
    eq: float | None = strawberry.field(default=UNSET, description=EQ)
    ne: float | None = strawberry.field(default=UNSET, description=NE)
    gt: float | None = strawberry.field(default=UNSET, description=GT)
    gte: float | None = strawberry.field(default=UNSET, description=GTE)
    lt: float | None = strawberry.field(default=UNSET, description=LT)
    lte: float | None = strawberry.field(default=UNSET, description=LTE)
    is_null: bool | None = strawberry.field(default=UNSET, description=IS_NULL)
    or_null: bool | None = strawberry.field(default=UNSET, description=OR_NULL)


@strawberry.input(description=f"Conditions on a day. {TOGETHER}")
class DateWhere:
    eq: datetime.date | None = strawberry.field(default=UNSET, description=EQ)
    ne: datetime.date | None = strawberry.field(default=UNSET, description=NE)
    in_: list[datetime.date] | None = strawberry.field(default=UNSET, description=IN)
    not_in: list[datetime.date] | None = strawberry.field(default=UNSET, description=NOT_IN)
    gt: datetime.date | None = strawberry.field(default=UNSET, description=GT)
    gte: datetime.date | None = strawberry.field(default=UNSET, description=GTE)
    lt: datetime.date | None = strawberry.field(default=UNSET, description=LT)
    lte: datetime.date | None = strawberry.field(default=UNSET, description=LTE)
    is_null: bool | None = strawberry.field(default=UNSET, description=IS_NULL)
    or_null: bool | None = strawberry.field(default=UNSET, description=OR_NULL)


@strawberry.input(description="Conditions on what a patient identifier stands for.")
class SubjectKindWhere:
    eq: SubjectKind | None = strawberry.field(default=UNSET, description=EQ)
    ne: SubjectKind | None = strawberry.field(default=UNSET, description=NE)
    in_: list[SubjectKind] | None = strawberry.field(default=UNSET, description=IN)
    not_in: list[SubjectKind] | None = strawberry.field(default=UNSET, description=NOT_IN)


@strawberry.input(description="Conditions on what a series holds.")
class ObjectKindWhere:
    eq: ObjectKind | None = strawberry.field(default=UNSET, description=EQ)
    ne: ObjectKind | None = strawberry.field(default=UNSET, description=NE)
    in_: list[ObjectKind] | None = strawberry.field(default=UNSET, description=IN)
    not_in: list[ObjectKind] | None = strawberry.field(default=UNSET, description=NOT_IN)
