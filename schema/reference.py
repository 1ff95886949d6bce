"""Which node another subgraph means: by its id, by the fields of its key, or by both."""

from collections.abc import Mapping

from schema.errors import BadUserInput
from schema.global_id import KEY_FIELDS, GlobalID, decode

# The values of key fields by their names, as text; those that were not given are left out.
KeyValues = Mapping[str, str]


def referenced(typename: str, given: KeyValues) -> GlobalID:
    """The node that the values name; they hold at least one whole key. BadUserInput if they can't be meant."""
    fields = KEY_FIELDS[typename]
    if "id" not in given:
        return GlobalID(typename, tuple(given[field] for field in fields))
    found = decode(given["id"])
    if found is None:
        raise BadUserInput("id", f"this is no id; send it as {typename}.id gave it")
    if found.typename != typename:
        raise BadUserInput(
            "id", f"this is the id of a {found.typename}, not of a {typename}; send it with its own type"
        )
    for field, value in zip(fields, found.key, strict=True):
        if given.get(field, value) != value:
            raise BadUserInput(field, "id names another object than this; send one of the two, or both of one object")
    return found
