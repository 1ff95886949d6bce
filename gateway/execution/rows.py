"""Completes the rows of one list with generated code, and with graphql-core what that hands over."""

import asyncio
from collections.abc import Awaitable, Sequence
from time import perf_counter
from typing import Any

from graphql import GraphQLOutputType, GraphQLResolveInfo
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path, gather_with_cancel

from gateway.execution.generated import CompleteRows
from schema.paced import turn

# Fields between two looks at the clock: some 60 microseconds, or two milliseconds if all are handed over.
_STEP = 1000


class Rows:
    """The rows of a list in the making."""

    def __init__(
        self,
        executor: Executor[Any],
        complete: CompleteRows,
        item_type: GraphQLOutputType,
        selection: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        items: Sequence[Any],
    ) -> None:
        self._executor = executor
        self._complete = complete
        self._item_type = item_type
        self._selection = selection
        self._info = info
        self._path = path
        self._items = items
        self._done: list[Any] = []
        self._waiting: list[int] = []
        self.handed = self._returned = 0

    @property
    def compiled(self) -> int:
        """Rows that generated code completed so far."""
        return len(self._done) - self._returned

    def at_once(self) -> list[Any] | Awaitable[list[Any]]:
        """All rows; to be awaited if some of them are."""
        try:
            self._complete(self._items, self._done, self._hand, 0)
        except Exception:
            # As graphql-core does, what can be awaited in the rest of the list is settled, too.
            rest = self._items[len(self._done) + 1 :]
            self._abandon([item for item in rest if self._executor.is_awaitable(item)])
            raise
        return self._settled() if self._waiting else self._done

    async def step_by_step(self, fields: int, seconds: float) -> list[Any]:
        """All rows, with a turn of the event loop after each `seconds` of work."""
        step = max(1, _STEP // max(1, fields))
        start, total = 0, len(self._items)
        try:
            while start < total:
                async with turn():
                    start = self._steps(start, step, perf_counter() + seconds)
                    await asyncio.sleep(0)
        except Exception:
            self._abandon([])
            raise
        return await self._settled()

    def _steps(self, start: int, step: int, until: float) -> int:
        """Complete rows until then, one step at least; the number of the next row."""
        while True:
            self._complete(self._items[start : start + step], self._done, self._hand, start)
            start += step
            if start >= len(self._items) or perf_counter() >= until:
                return start

    def _hand(self, number: int, row: Any) -> None:
        """Complete a row as graphql-core's complete_iterable_value does."""
        self.handed += 1
        executor, path = self._executor, self._path.add_key(number, None)
        if executor.is_awaitable(row):
            awaited = executor.complete_awaitable_list_item_value(
                row, self._item_type, self._selection, self._info, path, None
            )
            self._done.append(awaited)
            self._waiting.append(number)
        elif executor.complete_list_item_value(
            row, self._done, self._item_type, self._selection, self._info, path, None
        ):
            self._waiting.append(number)
        self._returned += 1

    async def _settled(self) -> list[Any]:
        done, waiting = self._done, self._waiting
        if len(waiting) == 1:
            done[waiting[0]] = await done[waiting[0]]
        elif waiting:
            awaited = await gather_with_cancel(*(done[number] for number in waiting))
            for number, value in zip(waiting, awaited, strict=True):
                done[number] = value
        return done

    def _abandon(self, others: list[Any]) -> None:
        """An error leaves the list: what was begun is ended in the background."""
        begun = [*(self._done[number] for number in self._waiting), *others]
        if begun:
            self._executor.settle_in_background(begun)
