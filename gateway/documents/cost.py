"""The static cost of an operation, by the directives @cost and @listSize of the schema.

It is counted as the IBM cost directives and Apollo's routers do: an object costs 1 and a scalar nothing unless @cost
says otherwise, a field costs its type and what is selected of it, and a list that as often as @listSize says.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
)

from schema.cost import ListSize, directives_of

# Items of a list of objects that the schema says nothing about; there is none but what routers ask.
UNKNOWN_SIZE = 100
# No value of Int is greater.
_MOST_SIZE = 2**31

Variables = Mapping[str, Any]
# A number, or how to tell it by the variables of a request.
Term = float | Callable[[Variables], float]
# Sizes that a field gives to lists directly under it, by their names.
_Sized = tuple[tuple[str, Term], ...]


class Prices:
    """Counts the cost of operations of one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._weighted = _weighted_inputs(schema)

    def of(self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Term:
        """The cost of a valid operation."""
        root = self._schema.get_root_type(operation.operation)
        return _Count(self._schema, self._weighted, operation, fragments).of(operation.selection_set, root, ())


class _Count:
    def __init__(
        self,
        schema: GraphQLSchema,
        weighted: Mapping[str, float],
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._schema = schema
        self._weighted = weighted
        self._fragments = fragments
        self._defaults = {node.variable.name.value: node.default_value for node in operation.variable_definitions or ()}
        self._of_fragments: dict[tuple[str, _Sized], Term] = {}

    def of(self, selection: SelectionSetNode, parent: GraphQLNamedType | None, sized: _Sized) -> Term:
        """What is selected of an object; `sized` are lists of it whose sizes the field above tells."""
        return _plus(self._of_node(node, parent, sized) for node in selection.selections)

    def _of_node(self, node: Any, parent: GraphQLNamedType | None, sized: _Sized) -> Term:
        if isinstance(node, FieldNode):
            return self._of_field(node, parent, sized)
        if isinstance(node, InlineFragmentNode):
            on = node.type_condition
            return self.of(node.selection_set, self._schema.get_type(on.name.value) if on else parent, sized)
        assert isinstance(node, FragmentSpreadNode)
        return self._of_fragment(node.name.value, sized)

    def _of_fragment(self, name: str, sized: _Sized) -> Term:
        if (name, sized) not in self._of_fragments:
            fragment = self._fragments[name]
            on = self._schema.get_type(fragment.type_condition.name.value)
            self._of_fragments[name, sized] = self.of(fragment.selection_set, on, sized)
        return self._of_fragments[name, sized]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None, sized: _Sized) -> Term:
        name = node.name.value
        # What asks for the schema itself costs nothing, as everywhere.
        field: GraphQLField | None = None if name.startswith("__") else getattr(parent, "fields", {}).get(name)
        if field is None:
            return 0.0
        cost, list_size = directives_of(field)
        named = get_named_type(field.type)
        own = float(cost.weight) if cost else float(is_composite_type(named))
        size = self._size(node, field, list_size) if list_size else None
        inner: _Sized = ()
        if list_size and list_size.sized_fields and size is not None:
            inner, size = tuple((below, size) for below in list_size.sized_fields), None
        if size is None:
            size = dict(sized).get(name, self._unknown(field))
        below = self.of(node.selection_set, named, inner) if node.selection_set else 0.0
        return _plus([_times(size, _plus([own, below])), *self._of_arguments(node, field)])

    def _unknown(self, field: GraphQLField) -> float:
        is_list = isinstance(get_nullable_type(field.type), GraphQLList)
        return UNKNOWN_SIZE if is_list and is_composite_type(get_named_type(field.type)) else 1.0

    def _size(self, node: FieldNode, field: GraphQLField, list_size: ListSize) -> Term | None:
        """How many items a list has: what the slicing argument says, else its default, else what is assumed."""
        if not list_size.slicing_arguments:
            return float(list_size.assumed_size) if list_size.assumed_size else None
        (name,) = list_size.slicing_arguments
        default = field.args[name].default_value
        assumed = float(default if isinstance(default, int) else list_size.assumed_size or UNKNOWN_SIZE)
        given = next((argument.value for argument in node.arguments or () if argument.name.value == name), None)
        return self._told(given, lambda value: _number(value, assumed))

    def _of_arguments(self, node: FieldNode, field: GraphQLField) -> Iterable[Term]:
        """Input objects that engines work for, one by one."""
        for argument in node.arguments or ():
            weight = self._weighted.get(get_named_type(field.args[argument.name.value].type).name)
            if weight:
                yield _times(weight, self._told(argument.value, _items))

    def _told(self, node: Any, tell: Callable[[Any], float]) -> Term:
        """What a value in the document, or in the variables, tells."""
        if not isinstance(node, VariableNode):
            return tell(node)
        name = node.name.value
        default = self._defaults.get(name)
        return lambda variables: tell(variables.get(name, default))


def _number(value: Any, assumed: float) -> float:
    """A size; whatever is none is refused when the operation is executed."""
    if isinstance(value, IntValueNode):
        value = int(value.value[:20])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(min(value, _MOST_SIZE)) if value > 0 else 0.0
    return assumed


def _items(value: Any) -> float:
    """How many input objects an argument holds."""
    if isinstance(value, ListValueNode):
        return len(value.values)
    if isinstance(value, list):
        return len(value)
    return 0 if value is None or isinstance(value, NullValueNode) else 1


def _plus(terms: Iterable[Term]) -> Term:
    constant = 0.0
    told: list[Callable[[Variables], float]] = []
    for term in terms:
        if callable(term):
            told.append(term)
        else:
            constant += term
    return (lambda variables: constant + sum(tell(variables) for tell in told)) if told else constant


def _times(one: Term, other: Term) -> Term:
    if not callable(one) and not callable(other):
        return one * other
    return lambda variables: told(one, variables) * told(other, variables)


def told(term: Term, variables: Variables) -> float:
    """The number, with these variables."""
    return term(variables) if callable(term) else term


def _weighted_inputs(schema: GraphQLSchema) -> dict[str, float]:
    """What each object of an input type costs: the weights of its fields. None of these types lies in another."""
    weights = {
        name: sum(float(cost.weight) for field in type_.fields.values() if (cost := directives_of(field)[0]))
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLInputObjectType)
    }
    return {name: weight for name, weight in weights.items() if weight}
