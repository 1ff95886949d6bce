"""How the attributes of the table stand in documents: under which field, of which type, at which levels."""

from collections.abc import Iterator
from typing import Any

from indexers.columns import Identifiers
from indexers.store import Store
from schema.attributes import ATTRIBUTES, Attribute, Values, attribute
from schema.vocabulary import AttributeType, Level

# Where the documents of a level stand in the document of their patient.
PATHS = {Level.PATIENT: None, Level.STUDY: "studies", Level.SERIES: "studies.series"}
LEVELS = tuple(PATHS)

LOWERED = "_lc"  # the text in lower case
WORDS = "_tok"  # its words in lower case
NUMBER = "_no"  # its place among all values of the attribute, from 1
RANGE = "_range"  # the place of the number's range among the default ones, from 0
LEAST, MOST = "_least", "_most"  # of the numbers of several series

# A row's place in a set of rows of its level: bit `number % 52` of word `number // 52`. Sums of such bits, each taken
# once, are sets, and exact in the doubles that Elasticsearch adds in.
BITS = 52

# Values of a long list whose distinct ones are counted together: so few that none share a hash (see proofs).
DISTINCT_GROUP = 64

_TYPES = {Values.INT: "long", Values.BIG_INT: "long", Values.FLOAT: "double", Values.DATE: "integer"}


def field(level: Level, name: str) -> str:
    """The full name of a field of the documents of a level."""
    path = PATHS[level]
    return name if path is None else f"{path}.{name}"


def is_text(declared: Attribute) -> bool:
    """Whether its values are texts."""
    return declared.values not in _TYPES


def has_many_values(declared: Attribute) -> bool:
    """Whether it can have so many texts that searches in them are left to Elasticsearch."""
    return is_text(declared) and (declared.free_text or (declared.type is AttributeType.ID and declared.facet is None))


def is_long_list(declared: Attribute) -> bool:
    """Whether a facet of it has so many values that only the greatest buckets are asked for."""
    return declared.free_text and declared.facet is not None


def placed(level: Level) -> Iterator[Attribute]:
    """The attributes that documents of a level hold: its own, the collection, and at the series all facets."""
    for declared in ATTRIBUTES:
        counted = level is Level.SERIES and declared.level is Level.PATIENT and declared.facet is not None
        if declared.column == "collection_id" or declared.level is level or counted:
            yield declared


def holds(level: Level, column: str) -> bool:
    """Whether documents of the level hold the attribute."""
    return any(declared.column == column for declared in placed(level))


def lowered_field(store: Store, column: str) -> str:
    """The field with an attribute's texts in lower case: itself, if they are."""
    declared = attribute(column)
    found = store.column(declared.level, column)
    return column if isinstance(found, Identifiers) and found.lowered else column + LOWERED


def attribute_fields(store: Store, declared: Attribute) -> dict[str, Any]:
    """The fields of one attribute with their mappings."""
    if not is_text(declared):
        return {declared.column: {"type": _TYPES[declared.values]}}
    if not has_many_values(declared):
        return {declared.column: {"type": "keyword", "eager_global_ordinals": declared.facet is not None}}
    searched = {"type": "keyword", "doc_values": False}
    fields: dict[str, Any] = {declared.column: searched}
    fields[lowered_field(store, declared.column)] = searched
    if declared.values is Values.STRING:
        fields[declared.column + WORDS] = searched
    if is_long_list(declared):
        fields[declared.column] = {"type": "keyword", "eager_global_ordinals": True}
        fields[declared.column + NUMBER] = {"type": "integer"}
    return fields
