"""Which fragments an operation leads to."""

from collections.abc import Iterator, Mapping

from graphql import FragmentDefinitionNode, FragmentSpreadNode, OperationDefinitionNode, SelectionSetNode


def reached(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[FragmentDefinitionNode]:
    """The fragments that an operation spreads, directly or through others, each once."""
    found: dict[str, FragmentDefinitionNode] = {}
    waiting = list(_spread(operation.selection_set))
    while waiting:
        name = waiting.pop()
        if name not in found and name in fragments:
            found[name] = fragments[name]
            waiting.extend(_spread(fragments[name].selection_set))
    return list(found.values())


def _spread(selection: SelectionSetNode) -> Iterator[str]:
    for node in selection.selections:
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value
        elif selected := getattr(node, "selection_set", None):
            yield from _spread(selected)
