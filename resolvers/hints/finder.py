"""Finds the values of where-inputs that one release does not have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from cachetools import LRUCache

from resolvers.hints.given_values import GivenValues, given_values
from resolvers.hints.vocabularies import Meanings, Vocabularies
from resolvers.hints.wording import message, message_on_rest, message_unsought
from resolvers.search.engine import SearchEngine
from resolvers.selection import Selection
from schema.attributes import Attribute
from schema.hint import Hint

# Unknown values of one operator that have a hint each; those after them share one.
MOST_OWN = 10
# Unknown values of one answer for which it is sought what may be meant.
MOST_SOUGHT = 25
# Selections, by digest, that hold no unknown value.
_REMEMBERED = 10_000


@dataclass(frozen=True)
class Asked:
    """A where-input and the Selection that it became."""

    argument: str
    where: Any
    selection: Selection


class HintFinder:
    """Gives hints over one release. Selections that need none are remembered, so that they are looked at once."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._vocabularies = Vocabularies(engine)
        self._faultless: LRUCache[bytes, None] = LRUCache(_REMEMBERED)

    async def hints(self, asked: Iterable[Asked]) -> list[Hint]:
        """Hints on all unknown values, in the order of the where-inputs; the same one is given once."""
        new = [one for one in asked if one.selection.digest not in self._faultless]
        if not new:
            return []
        given = [list(given_values(one.selection.level, one.where, one.argument)) for one in new]
        sought = [values.asked for values in chain.from_iterable(given)]
        held = iter(await self._engine.held(sought) if sought else [])
        unknown: dict[GivenValues, list[str]] = {}
        for one, of_where in zip(new, given, strict=True):
            found = {values: _missing(values, next(held)) for values in of_where}
            if not any(found.values()):
                self._faultless[one.selection.digest] = None
            unknown.update((values, missing) for values, missing in found.items() if missing)
        return await self._worded(unknown)

    async def _worded(self, unknown: dict[GivenValues, list[str]]) -> list[Hint]:
        pairs = [(given, value) for given, missing in unknown.items() for value in missing[:MOST_OWN]]
        distinct = dict.fromkeys((given.attribute, value) for given, value in pairs if given.attribute is not None)
        sought = {key: await self._vocabularies.meanings(*key) for key in islice(distinct, MOST_SOUGHT)}
        hints: list[Hint] = []
        for given, missing in unknown.items():
            hints += [_hint(given, value, sought) for value in missing[:MOST_OWN]]
            if len(missing) > MOST_OWN:
                first = missing[MOST_OWN]
                text = message_on_rest(given, first, len(missing), MOST_OWN)
                hints.append(Hint(argument=given.argument, value=first, suggestions=[], message=text))
        return list({(hint.argument, hint.message): hint for hint in hints}.values())


def _missing(given: GivenValues, held: Sequence[bool]) -> list[str]:
    return [value for value, there in zip(given.values, held, strict=True) if not there]


def _hint(given: GivenValues, value: str, sought: dict[tuple[Attribute, str], Meanings]) -> Hint:
    meanings = Meanings() if given.attribute is None else sought.get((given.attribute, value))
    text = message_unsought(given, value, MOST_SOUGHT) if meanings is None else message(given, value, meanings)
    near = [] if meanings is None else list(meanings.near.values)
    return Hint(argument=given.argument, value=value, suggestions=near, message=text)
