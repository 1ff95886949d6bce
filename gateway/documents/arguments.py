"""How much the arguments of an operation hold, whether it stands in the document or in the variables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

from gateway.documents.refusal import not_meant, too_much_asked
from gateway.limits import DocumentLimits

# Fields of where-inputs that nest conditions; `collection` and the like only name another level.
_NESTING = frozenset({"and", "or", "not", "some", "none", "every", "count"})

_SPLIT = "ask in several requests"
_UNNEST = "join conditions of one kind in one list"

# A value of an argument: a literal, or what JSON has.
Value = Any
Variables = Mapping[str, Any]


@dataclass(frozen=True)
class Argument:
    """An argument that can hold much, with its type and the variables that are used in it."""

    node: ArgumentNode
    type: Any
    variables: frozenset[str]


def large_arguments(schema: GraphQLSchema, definition: ExecutableDefinitionNode) -> list[Argument]:
    """Those that take lists or objects, as written. What has no type is passed over: it need not be valid."""
    root: GraphQLNamedType | None = None
    if isinstance(definition, OperationDefinitionNode):
        root = schema.get_root_type(definition.operation)
    elif isinstance(definition, FragmentDefinitionNode):
        root = schema.get_type(definition.type_condition.name.value)
    return list(_under(schema, definition.selection_set, root))


def _under(schema: GraphQLSchema, selection: SelectionSetNode, parent: GraphQLNamedType | None) -> Iterator[Argument]:
    for node in selection.selections:
        if isinstance(node, FieldNode):
            field = _field(schema, parent, node.name.value)
            if field is None:
                continue
            for argument in node.arguments or ():
                taken = field.args.get(argument.name.value)
                if taken is not None and _can_be_large(taken.type):
                    yield Argument(argument, taken.type, frozenset(_variables(argument.value)))
            if node.selection_set:
                yield from _under(schema, node.selection_set, get_named_type(field.type))
        elif isinstance(node, InlineFragmentNode):
            on = node.type_condition
            yield from _under(schema, node.selection_set, schema.get_type(on.name.value) if on else parent)


def _field(schema: GraphQLSchema, parent: GraphQLNamedType | None, name: str) -> Any:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        return schema.get_field(parent, name)
    return None


def _can_be_large(type_: Any) -> bool:
    return isinstance(get_nullable_type(type_), GraphQLList | GraphQLInputObjectType)


def _variables(value: ValueNode) -> Iterator[str]:
    if isinstance(value, VariableNode):
        yield value.name.value
    elif isinstance(value, ListValueNode):
        for item in value.values:
            yield from _variables(item)
    elif isinstance(value, ObjectValueNode):
        for field in value.fields:
            yield from _variables(field.value)


@dataclass(frozen=True)
class _Size:
    """Conditions of a value, that is objects without others in them, and how deep they are nested."""

    conditions: int = 0
    nesting: int = 0


_NOTHING = _Size()


class ArgumentCheck:
    """Measures arguments with the variables of one request.

    Both forms of a value mean the same: an object has the fields of its type, a single value is a list of one.
    """

    def __init__(self, limits: DocumentLimits, variables: Variables, defaults: Mapping[str, ValueNode]) -> None:
        self._limits = limits
        self._variables = variables
        self._defaults = defaults
        self._of_variables: dict[tuple[str, str], _Size] = {}

    def refused(self, arguments: Iterable[Argument]) -> GraphQLError | None:
        """The error of the first argument that asks too much."""
        for argument in arguments:
            try:
                self._of(argument.node.value, argument.type, _Place((argument.node.name.value,), 0, argument.node))
            except GraphQLError as error:
                return error
        return None

    def _of(self, value: Value, type_: Any, place: "_Place") -> _Size:
        """The size of a value. GraphQLError if it is too much there."""
        type_ = get_nullable_type(type_)
        if isinstance(value, VariableNode):
            return self._of_variable(value.name.value, type_, place)
        if isinstance(type_, GraphQLList):
            return self._of_list(_items(value), get_nullable_type(type_.of_type), place)
        return self._of_object(value, type_, place) if isinstance(type_, GraphQLInputObjectType) else _NOTHING

    def _of_variable(self, name: str, type_: Any, place: "_Place") -> _Size:
        """What a variable holds is walked once, however often it is used."""
        key = (name, str(type_))
        if key not in self._of_variables:
            value = self._variables[name] if name in self._variables else self._defaults.get(name)
            self._of_variables[key] = self._of(value, type_, place)
        return self._checked(self._of_variables[key], place)

    def _of_list(self, items: Sequence[Value], type_: Any, place: "_Place") -> _Size:
        if not is_leaf_type(type_):
            return self._sum((self._of(item, type_, place) for item in items), place)
        most = self._limits.values
        if len(items) > most:
            said = f"{len(items):,} values are more than {most:,}"
            raise too_much_asked(".".join(place.path), said, "values", most, _SPLIT, place.argument)
        return _NOTHING

    def _of_object(self, value: Value, type_: GraphQLInputObjectType, place: "_Place") -> _Size:
        if isinstance(value, dict) and len(value) > len(type_.fields):
            said = f"it has {len(value):,} fields, but {type_.name} has {len(type_.fields)}; leave out the others"
            raise not_meant(".".join(place.path), said, place.argument)
        given = _given(value, type_)
        sizes = (self._of_field(name, value, type_.fields[name].type, place) for name, value in given.items())
        size = self._sum(sizes, place)
        # One condition has no others in it; an empty object takes as long.
        return size if size.conditions else self._checked(_Size(1), place)

    def _of_field(self, name: str, value: Value, type_: Any, place: "_Place") -> _Size:
        nests = name in _NESTING
        inner = _Place((*place.path, name), place.nesting + nests, place.argument)
        self._checked(_NOTHING, inner)
        size = self._of(value, type_, inner)
        return _Size(size.conditions, size.nesting + nests)

    def _sum(self, sizes: Iterable[_Size], place: "_Place") -> _Size:
        total = _NOTHING
        for size in sizes:
            total = self._checked(_Size(total.conditions + size.conditions, max(total.nesting, size.nesting)), place)
        return total

    def _checked(self, size: _Size, place: "_Place") -> _Size:
        """The size, unless it is too much."""
        conditions, nesting = self._limits.conditions, self._limits.nesting
        if size.conditions > conditions:
            said = f"it holds more than {conditions:,} conditions or other objects"
            raise too_much_asked(place.path[0], said, "conditions", conditions, _SPLIT, place.argument)
        if place.nesting + size.nesting > nesting:
            said = f"more than {nesting} of and, or, not, some, none, every and count lie in each other"
            raise too_much_asked(place.path[0], said, "nesting", nesting, _UNNEST, place.argument)
        return size


@dataclass(frozen=True)
class _Place:
    """Where a value stands: the path to it, how many values nest it, and the argument it belongs to."""

    path: tuple[str, ...]
    nesting: int
    argument: ArgumentNode


def _items(value: Value) -> Sequence[Value]:
    """The items of a list; a single value is a list of one, and null of none."""
    if isinstance(value, ListValueNode):
        return value.values
    if isinstance(value, list):
        return value
    return () if _is_null(value) else (value,)


def _given(value: Value, type_: GraphQLInputObjectType) -> dict[str, Value]:
    """The fields of an object that its type has and that are not null: null counts as not given."""
    if isinstance(value, ObjectValueNode):
        value = {field.name.value: field.value for field in value.fields}
    if not isinstance(value, dict):
        return {}
    return {name: value[name] for name in type_.fields if name in value and not _is_null(value[name])}


def _is_null(value: Value) -> bool:
    return value is None or isinstance(value, NullValueNode)
