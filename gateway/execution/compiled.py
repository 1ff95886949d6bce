"""The functions that were generated, for all operations of the process: a bounded number, and what they have done."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

from gateway.execution.generated import CompleteObject, CompleteRows, object_function, rows_function
from gateway.execution.shape import ObjectShape, Shape

# For fewer rows a shape is not even looked up: to read it takes as long as to complete them.
FEW = 4
# Rows after which a function is made: from about a dozen on it has paid for its compilation.
WORTH_COMPILING = 16
# Fields in all functions together, each function counted as ten more: some twenty megabytes.
MOST_FIELDS = 20_000
_FIELDS_OF_A_FUNCTION = 10
# Shapes whose rows are counted before a function is made.
_MOST_SHAPES = 4096


F = TypeVar("F")
S = TypeVar("S", bound=Shape)


@dataclass(frozen=True)
class Compiled(Generic[F]):
    """What completes rows of a shape, the number of its fields, and the response keys that are left to be filled."""

    complete: F
    fields: int
    holes: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """How many rows and objects generated code completed, and how many it handed to graphql-core."""

    compiled: int
    handed: int


class CompiledSelections:
    """Makes functions for shapes that are worth it. Safe in threads."""

    def __init__(self, most_fields: int = MOST_FIELDS, few: int = FEW, worth: int = WORTH_COMPILING) -> None:
        self.few = few
        self.worth = worth
        self._lock = Lock()
        self._made: LRUCache[tuple[bool, Shape], Compiled[Any]] = LRUCache(
            most_fields, lambda made: _FIELDS_OF_A_FUNCTION + made.fields
        )
        self._met: LRUCache[int, int] = LRUCache(_MOST_SHAPES)
        self._compiled = self._handed = 0

    def __len__(self) -> int:
        return len(self._made)

    @property
    def done(self) -> Done:
        """What was done so far."""
        return Done(self._compiled, self._handed)

    def count(self, compiled: int, handed: int) -> None:
        """Rows or objects that were completed."""
        with self._lock:
            self._compiled += compiled
            self._handed += handed

    def of_rows(self, shape: Shape, rows: int) -> Compiled[CompleteRows] | None:
        """The function for the items of a list; None if too few rows of this shape were met so far, with these."""
        return self._found((True, shape), rows_function, shape, rows)

    def of_object(self, shape: ObjectShape, objects: int) -> Compiled[CompleteObject] | None:
        """The function for single objects; None as above."""
        return self._found((False, shape), object_function, shape, objects)

    def _found(self, key: tuple[bool, Shape], generate: Callable[[S], F], shape: S, rows: int) -> Compiled[F] | None:
        # By hash, since a shape is large; two that share one are compiled earlier than they need be.
        met = hash(key)
        with self._lock:
            found = self._made.get(key)
            if found is not None:
                return found
            rows += self._met.get(met, 0)
            self._met[met] = rows
        if rows < self.worth:
            return None
        made = Compiled(generate(shape), shape.fields(), shape.holes)
        with self._lock:
            self._made[key] = made
        return made
