"""Reads the shape of a selection from what graphql-core collects, so that fragments and conditions are its own."""

from collections.abc import Callable
from keyword import iskeyword

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
)
from graphql.execution.collect_fields import CollectedFields, FieldDetailsList, GroupedFieldSet
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE
from strawberry.types.field import StrawberryField

from gateway.execution.shape import ChoiceShape, Column, Hole, ObjectShape, Part, Shape, Typename

Collect = Callable[[GraphQLObjectType, FieldDetailsList], CollectedFields]

# A larger selection is left to graphql-core: its source would take long to compile.
MOST_FIELDS = 500
# The longest response key of a selection that is compiled: functions are kept by the number of their fields.
MOST_CHARACTERS = 200
# CPython compiles twenty blocks in each other.
MOST_LEVELS = 8


class NotAlike(Exception):
    """The rows can't be completed by generated code."""


class TooLarge(NotAlike):
    """Nor can any part of them, for there are too many fields, or a key is too long."""


class ShapeReader:
    """Reads the selections of one operation. One reader reads one shape."""

    def __init__(self, schema: GraphQLSchema, collect: Collect) -> None:
        self._schema = schema
        self._collect = collect
        self._left = MOST_FIELDS

    def of_items(self, item_type: GraphQLOutputType, selection: FieldDetailsList) -> Shape:
        """The shape of a list's items, all of whose fields are attributes. NotAlike if others are among them."""
        return self._inner(item_type, selection, 1)

    def of_object(self, type_: GraphQLObjectType, fields: GroupedFieldSet) -> ObjectShape:
        """The shape of an object, with holes for what is no attribute and for lists of objects, which may be long.

        NotAlike if it has nothing but holes.
        """
        parts: list[Part] = []
        for key, selection in fields.items():
            try:
                part = self._part(type_, key, selection, 1)
                parts.append(Hole(key) if _many_objects(part) else part)
            except TooLarge:
                raise
            except NotAlike:
                parts.append(Hole(key))
        if all(isinstance(part, Hole) for part in parts):
            raise NotAlike
        return ObjectShape(type_, *_source(type_), tuple(parts))

    def _inner(self, type_: GraphQLOutputType, selection: FieldDetailsList, level: int) -> Shape:
        named = _named(type_)
        if isinstance(named, GraphQLObjectType):
            return self._whole(named, selection, level)
        if isinstance(named, GraphQLInterfaceType):
            return self._choice(named, selection, level)
        raise NotAlike

    def _whole(self, type_: GraphQLObjectType, selection: FieldDetailsList, level: int) -> ObjectShape:
        if level > MOST_LEVELS:
            raise NotAlike
        source = _source(type_)
        collected = self._collect(type_, selection)
        if collected.new_defer_usages:
            raise NotAlike
        fields = collected.grouped_field_set
        parts = tuple(self._part(type_, key, inner, level) for key, inner in fields.items())
        return ObjectShape(type_, *source, parts)

    def _choice(self, type_: GraphQLInterfaceType, selection: FieldDetailsList, level: int) -> ChoiceShape:
        """Of the types that implement the interface those whose rows are alike."""
        definition = (type_.extensions or {}).get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if not isinstance(definition, StrawberryObjectDefinition) or definition.resolve_type is not None:
            raise NotAlike
        choices: list[ObjectShape] = []
        for possible in self._schema.get_possible_types(type_):
            try:
                if _told_by_class(possible):
                    choices.append(self._whole(possible, selection, level))
            except TooLarge:
                raise
            except NotAlike:
                continue
        if not choices:
            raise NotAlike
        return ChoiceShape(tuple(choices))

    def _part(self, type_: GraphQLObjectType, key: str, selection: FieldDetailsList, level: int) -> Part:
        self._left -= 1
        if self._left < 0 or len(key) > MOST_CHARACTERS:
            raise TooLarge
        node = selection[0].node
        if node.name.value == "__typename":
            return Typename(key)
        field = self._schema.get_field(type_, node.name.value)
        if field is None or field.args or node.arguments:
            raise NotAlike
        attribute, named = _attribute(field), _named(field.type)
        leaf = isinstance(named, GraphQLScalarType | GraphQLEnumType)
        return Column(key, attribute, field.type, None if leaf else self._inner(named, selection, level + 1))


def _named(type_: GraphQLOutputType) -> GraphQLOutputType:
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    return type_


def _many_objects(part: Part) -> bool:
    if not isinstance(part, Column) or part.inner is None:
        return False
    type_ = part.type
    return isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)


def _attribute(field: GraphQLField) -> str:
    """The Python attribute that a field shows as it is. NotAlike if a resolver or an extension has a say."""
    definition = (field.extensions or {}).get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryField) or not definition.is_basic_field:
        raise NotAlike
    if not getattr(field.resolve, "_is_default", False) or definition.default_resolver is not getattr:
        raise NotAlike
    name = definition.python_name
    if not name.isidentifier() or iskeyword(name):
        raise NotAlike
    return name


def _definition(type_: GraphQLObjectType) -> StrawberryObjectDefinition:
    definition = (type_.extensions or {}).get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of is not None:
        raise NotAlike
    return definition


def _source(type_: GraphQLObjectType) -> tuple[type, bool]:
    """The class of the objects of a type, and whether strawberry.cast can make one of another type."""
    definition = _definition(type_)
    generic = definition.concrete_of
    kind = definition.origin if generic is None else generic.origin
    if issubclass(kind, BaseException) or hasattr(kind, "__await__") or hasattr(kind, TYPE_CAST_ATTRIBUTE):
        raise NotAlike
    return kind, type_.is_type_of is not None or bool(type_.interfaces)


def _told_by_class(type_: GraphQLObjectType) -> bool:
    """Whether objects of exactly the type's class are of this type, in the eyes of an interface."""
    definition = _definition(type_)
    own = getattr(definition.origin, "__strawberry_definition__", None)
    return own is definition and not definition.is_graphql_generic and definition.name == type_.name
