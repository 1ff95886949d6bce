"""What a document selects directly under a field."""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import FieldNode, FragmentSpreadNode, SelectionNode, SelectionSetNode


def selected_names(info: strawberry.Info[Any, Any], *path: str) -> frozenset[str]:
    """GraphQL names of the selected fields, through fragments; those under a false @include count, too.

    With a path of GraphQL names: of the fields selected where it leads to, whatever the fields' aliases.
    """
    raw = info._raw_info
    nodes: list[FieldNode] = list(raw.field_nodes)
    for name in path:
        nodes = [node for node in _selected(nodes, raw.fragments) if node.name.value == name]
    return frozenset(node.name.value for node in _selected(nodes, raw.fragments))


def _selected(nodes: list[FieldNode], fragments: Any) -> Iterator[FieldNode]:
    for node in nodes:
        if node.selection_set is not None:
            yield from _fields(node.selection_set, fragments, set())


def _fields(selection: SelectionSetNode, fragments: Any, seen: set[str]) -> Iterator[FieldNode]:
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node
        else:
            inner = _fragment(node, fragments, seen)
            if inner is not None:
                yield from _fields(inner, fragments, seen)


def _fragment(node: SelectionNode, fragments: Any, seen: set[str]) -> SelectionSetNode | None:
    if not isinstance(node, FragmentSpreadNode):
        inline: SelectionSetNode | None = getattr(node, "selection_set", None)
        return inline
    if node.name.value in seen:
        return None
    seen.add(node.name.value)
    definition = fragments[node.name.value]
    found: SelectionSetNode = getattr(definition, "definition", definition).selection_set
    return found
