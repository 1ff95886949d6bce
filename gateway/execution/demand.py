"""How many rows of a selection an operation has met, until it is known what completes them."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

from graphql import GraphQLError

from gateway.execution.compiled import Compiled, CompiledSelections
from gateway.execution.reading import NotAlike
from gateway.execution.shape import Shape

log = logging.getLogger("idc_gateway")

S = TypeVar("S", bound=Shape)
F = TypeVar("F")


class Demand(Generic[S, F]):
    """One selection in one operation: how its shape is read, and how what completes it is found."""

    def __init__(
        self, selections: CompiledSelections, read: Callable[[], S], find: Callable[[S, int], Compiled[F] | None]
    ) -> None:
        self._few = selections.few
        self._worth = selections.worth
        self._read = read
        self._find = find
        self._rows = self._told = 0
        self._known = False
        self._shape: S | None = None
        self._compiled: Compiled[F] | None = None

    def met(self, rows: int) -> Compiled[F] | None:
        """What completes these rows, if it was generated before or is worth it by now."""
        if self._known:
            return self._compiled
        self._rows += rows
        if self._rows >= self._worth or (self._rows >= self._few and not self._told):
            self._look()
        return self._compiled

    def _look(self) -> None:
        try:
            if self._shape is None:
                self._shape = self._read()
            self._compiled = self._find(self._shape, self._rows - self._told)
        except (NotAlike, GraphQLError):
            # What is wrong with a selection graphql-core says of each row.
            self._known = True
        except Exception:
            log.exception("a selection can't be compiled; graphql-core executes it")
            self._known = True
        self._told = self._rows
        self._known = self._known or self._compiled is not None
