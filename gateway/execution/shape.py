"""What a selection asks of rows that are all alike, in a form that can be compared and compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from graphql import GraphQLObjectType, GraphQLOutputType


@dataclass(frozen=True, slots=True)
class Typename:
    """`__typename` under this response key."""

    key: str


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute under this response key; `inner` is what is selected of the objects that it holds."""

    key: str
    attribute: str
    type: GraphQLOutputType
    inner: Shape | None


@dataclass(frozen=True, slots=True)
class Hole:
    """A field under this response key that graphql-core executes: it has a resolver of its own."""

    key: str


Part = Typename | Column | Hole


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """Objects of exactly the class `kind`, as `object_type` says. With `may_be_cast` an object may say otherwise."""

    object_type: GraphQLObjectType
    kind: type[Any]
    may_be_cast: bool
    parts: tuple[Part, ...]

    def fields(self) -> int:
        """How many fields there are, the objects inside included."""
        return sum(1 + part.inner.fields() if isinstance(part, Column) and part.inner else 1 for part in self.parts)

    @property
    def holes(self) -> tuple[str, ...]:
        """The response keys that are left to graphql-core."""
        return tuple(part.key for part in self.parts if isinstance(part, Hole))


@dataclass(frozen=True, slots=True)
class ChoiceShape:
    """Objects of an interface: the class of each decides its shape."""

    choices: tuple[ObjectShape, ...]
    holes: ClassVar[tuple[str, ...]] = ()

    def fields(self) -> int:
        """How many fields there are in all shapes."""
        return sum(choice.fields() for choice in self.choices)


Shape = ObjectShape | ChoiceShape
