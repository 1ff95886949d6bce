"""What a document selects directly under a field."""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import FieldNode, FragmentSpreadNode, SelectionNode, SelectionSetNode


def selected_names(info: strawberry.Info[Any, Any]) -> frozenset[str]:
    """GraphQL names of the selected fields, through fragments; those under a false @include count, too."""
    raw = info._raw_info
    sets = [node.selection_set for node in raw.field_nodes if node.selection_set is not None]
    return frozenset(name for found in sets for name in _names(found, raw.fragments, set()))


def _names(selection: SelectionSetNode, fragments: Any, seen: set[str]) -> Iterator[str]:
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        else:
            inner = _fragment(node, fragments, seen)
            if inner is not None:
                yield from _names(inner, fragments, seen)


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
