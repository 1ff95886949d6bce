"""What routers send to `_entities`: the type of an object and what it is known by."""

from collections.abc import Mapping
from dataclasses import dataclass
from reprlib import repr as shortened
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    coerce_input_value,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    parse,
)
from strawberry.federation.schema_directives import External, Key
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition

from schema.errors import BadUserInput

TYPENAME = "__typename"

# The fields that a key selects, each with those that it selects of it.
_Selected = Mapping[str, "_Selected"]


@dataclass(frozen=True)
class Entity:
    """A type that other subgraphs refer to by one of its keys. What it requires of them may come along."""

    type: GraphQLObjectType
    origin: Any
    keys: Mapping[str, _Selected]
    fields: frozenset[str]

    @classmethod
    def of(cls, type_: GraphQLObjectType) -> "Entity":
        """The entity that a GraphQL type is. TypeError if it has keys and no resolve_references."""
        definition: StrawberryObjectDefinition = type_.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        found = [key for key in definition.directives or () if isinstance(key, Key) and key.resolvable is not False]
        if found and not hasattr(definition.origin, "resolve_references"):
            raise TypeError(f"{type_.name} has keys: give it a classmethod resolve_references(info, representations)")
        keys = {str(key.fields): _selected(str(key.fields)) for key in found}
        return cls(type_, definition.origin, keys, frozenset().union(*keys.values(), _external(type_)))

    def read(self, representation: Mapping[str, Any], place: str) -> dict[str, Any]:
        """The values of a representation, by field and as the fields' types take them.

        BadUserInput, with the way from `place` as its argument, if one can't be meant or no key is whole.
        """
        given = {name: value for name, value in representation.items() if name != TYPENAME}
        for name in given:
            if name not in self.fields:
                complaint = f"this is in no key of {self.type.name}; send only {self._choice()}"
                raise BadUserInput(f"{place}.{name[:80]}", complaint)
        values = _fields(place, given, self.type)
        if not any(_holds(values, selected) for selected in self.keys.values()):
            raise BadUserInput(place, f"send all fields of a key of {self.type.name}: {self._choice()}")
        return values

    def _choice(self) -> str:
        return " or ".join(f"`{key}`" for key in self.keys) or "none: it can't be referred to here"


def _external(type_: GraphQLObjectType) -> frozenset[str]:
    """Fields of other subgraphs, which routers send where a field of ours requires them."""
    definitions = {
        name: field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF) for name, field in type_.fields.items()
    }
    return frozenset(
        name
        for name, field in definitions.items()
        if field is not None and any(isinstance(directive, External) for directive in field.directives)
    )


def _selected(key: str) -> _Selected:
    (operation,) = parse("{" + key + "}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return _tree(operation.selection_set)


def _tree(selection: SelectionSetNode | None) -> _Selected:
    nodes = selection.selections if selection else ()
    return {node.name.value: _tree(node.selection_set) for node in nodes if isinstance(node, FieldNode)}


def _holds(value: Any, selected: _Selected) -> bool:
    """Whether nothing of what is selected is missing."""
    if isinstance(value, list):
        return all(_holds(item, selected) for item in value)
    return value is None or all(name in value and _holds(value[name], below) for name, below in selected.items())


def _fields(path: str, given: Mapping[str, Any], type_: GraphQLObjectType) -> dict[str, Any]:
    """What of an object is known. null counts as not given where the field can't be null."""
    types = {name: type_.fields[name].type for name in given if name in type_.fields}
    return {
        name: _coerced(f"{path}.{name}", given[name], expected)
        for name, expected in types.items()
        if given[name] is not None or not is_non_null_type(expected)
    }


def _coerced(path: str, value: Any, expected: Any) -> Any:
    """The value as input of a field's type; objects by their fields. BadUserInput if it is none."""
    type_ = get_nullable_type(expected)
    if value is None:
        return None
    if is_list_type(type_) and isinstance(value, list):
        return [_coerced(f"{path}[{number}]", item, type_.of_type) for number, item in enumerate(value)]
    if is_object_type(type_) and isinstance(value, dict):
        return _fields(path, value, type_)
    found = coerce_input_value(value, type_) if is_leaf_type(type_) else Undefined
    if found is Undefined:
        raise BadUserInput(path, f"{shortened(value)} is no {type_}; send what the field of this name holds")
    return found
