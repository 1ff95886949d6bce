"""The values of all attributes of a release, prepared for comparison when the first unknown value comes."""

import asyncio
from dataclasses import dataclass

from cachetools import LRUCache

from resolvers.hints.near_values import LONGEST, NOTHING_NEAR, Near, NearValues
from resolvers.search.engine import ColumnValues, SearchEngine
from schema.attributes import ATTRIBUTES, Attribute
from schema.vocabulary import AttributeType, Level

# Identifiers of single things: too many to compare with, so that elsewhere only the very text is looked for.
_SINGLE = ("patient_id", "study_instance_uid", "series_instance_uid", "crdc_series_uuid")
# UIDs are not written by hand: none is near another.
_OPAQUE = _SINGLE[1:]
# Collections are known by two attributes that are spelt alike: where the one is near, the other says nothing new.
_COLLECTION_NAMES = {"collection_id", "name"}
_REMEMBERED = 2_000


@dataclass(frozen=True)
class Elsewhere:
    """Another attribute that has a value, as it is spelt there."""

    attribute: Attribute
    values: tuple[str, ...]


@dataclass(frozen=True)
class Meanings:
    """What may be meant by an unknown value of an attribute."""

    near: Near = NOTHING_NEAR
    elsewhere: tuple[Elsewhere, ...] = ()


def _is_compared(attribute: Attribute) -> bool:
    """Whether unknown values of other attributes are looked for among the values of this one."""
    if attribute.column in _SINGLE or not attribute.where_levels:
        return False
    return attribute.type in (AttributeType.ID, AttributeType.TERM) or attribute.column == "name"


_COMPARED = [attribute for attribute in ATTRIBUTES if _is_compared(attribute)]
_LOOKED_UP = [attribute for attribute in ATTRIBUTES if attribute.column in _SINGLE]


class Vocabularies:
    """Looks through the values of one release."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._prepared: dict[tuple[Level, str], NearValues] = {}
        self._remembered: LRUCache[tuple[str, str], Meanings] = LRUCache(_REMEMBERED)

    async def meanings(self, attribute: Attribute, text: str) -> Meanings:
        """What may be meant by a text that is no value of the attribute."""
        if len(text) > LONGEST:
            return Meanings()
        key = (attribute.column, text)
        found = self._remembered.get(key)
        if found is None:
            found = self._remembered[key] = await self._sought(attribute, text)
        return found

    async def _sought(self, attribute: Attribute, text: str) -> Meanings:
        others = [other for other in _COMPARED if other is not attribute]
        compared = [(other, await self._values(other)) for other in others]
        own = None if attribute.column in _OPAQUE else await self._values(attribute)
        near, alike = await asyncio.to_thread(_compare, text, own, compared)
        if near.values and attribute.column in _COLLECTION_NAMES:
            alike = [found for found in alike if found.attribute.column not in _COLLECTION_NAMES]
        return Meanings(near, (*alike, *await self._looked_up(attribute, text)))

    async def _looked_up(self, attribute: Attribute, text: str) -> list[Elsewhere]:
        others = [other for other in _LOOKED_UP if other is not attribute]
        held = await self._engine.held([ColumnValues(other.level, other.column, (text,)) for other in others])
        return [Elsewhere(other, (text,)) for other, (there,) in zip(others, held, strict=True) if there]

    async def _values(self, attribute: Attribute) -> NearValues:
        key = (attribute.level, attribute.column)
        # Two requests may both prepare them; the later one wins, and both give the same answers.
        if key not in self._prepared:
            self._prepared[key] = await asyncio.to_thread(NearValues, await self._engine.vocabulary(*key))
        return self._prepared[key]


def _compare(
    text: str, own: NearValues | None, compared: list[tuple[Attribute, NearValues]]
) -> tuple[Near, list[Elsewhere]]:
    near = NOTHING_NEAR if own is None else own.near(text)
    alike = [Elsewhere(other, tuple(_spelt(other, values, text))) for other, values in compared]
    return near, [found for found in alike if found.values]


def _spelt(attribute: Attribute, values: NearValues, text: str) -> list[str]:
    found = values.alike(text)
    # Cancers are called after their place: Lung Cancer.
    return found or values.alike(f"{text} Cancer") if attribute.column == "cancer_types" else found
