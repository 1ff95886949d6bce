"""The hints of one request."""

from typing import Any

from resolvers.hints.finder import Asked, HintFinder
from resolvers.selection import EVERYTHING, Selection
from resolvers.where import series_selection
from schema.hint import Hint
from schema.where import SeriesWhere


class RequestHints:
    """See schema.context.Hints. Of where-inputs that mean the same, such as those under many parents, one is kept."""

    def __init__(self, finder: HintFinder) -> None:
        self._finder = finder
        self._asked: dict[tuple[str, Selection], Asked] = {}

    def noting(self, selection: Selection, where: Any, argument: str = "where") -> Selection:
        """The Selection, after noting the where-input that it was made of."""
        if selection.condition != EVERYTHING:
            self._asked.setdefault((argument, selection), Asked(argument, where, selection))
        return selection

    async def of(self, where: SeriesWhere | None) -> list[Hint]:
        """Hints on a where-input that nothing else is asked of."""
        return await self._finder.hints([Asked("where", where, series_selection(where, None))])

    async def noted(self) -> list[Hint]:
        """Hints on all where-inputs noted so far."""
        return await self._finder.hints(self._asked.values())
