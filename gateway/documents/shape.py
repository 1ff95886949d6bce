"""The shape of a document, measured before it is validated: validation takes time that grows faster than documents do.

Fragments count wherever they are spread, and are measured once: the time is that of the document as written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from gateway.documents.refusal import too_large
from gateway.limits import DocumentLimits

_LEVELS = "selections in each other"
_SPLIT = "ask in several requests"
_FLATTEN = "ask for what lies deeper in a request of its own"
_ONCE = "select each field once"


@dataclass
class _Size:
    """What a selection holds, and how deep it is in fields and in selections."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    levels: int = 0

    def add(self, other: "_Size") -> None:
        """What lies in it, at the same depth."""
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives
        self.depth = max(self.depth, other.depth)
        self.levels = max(self.levels, other.levels)


def check_shape(document: DocumentNode, limits: DocumentLimits) -> None:
    """GraphQLError with code DOCUMENT_TOO_LARGE if the document is over a limit."""
    _Measure(document, limits).check()


class _Measure:
    def __init__(self, document: DocumentNode, limits: DocumentLimits) -> None:
        definitions = document.definitions
        self._limits = limits
        self._operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        self._fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        # None while a fragment is being measured: one that leads to itself adds nothing, and validation refuses it.
        self._sizes: dict[str, _Size | None] = {}
        self._flat: dict[str, list[FieldNode]] = {}

    def check(self) -> None:
        self._refuse(len(self._operations), "operations", "operations")
        self._refuse(len(self._fragments), "fragments", "fragments")
        whole = _Size()
        for definition in self._definitions():
            whole.add(self._of_definition(definition))
            self._check(whole, definition)
            self._check_keys([definition.selection_set], isinstance(definition, OperationDefinitionNode))

    def _definitions(self) -> Iterator[OperationDefinitionNode | FragmentDefinitionNode]:
        """Operations, then the fragments that none of them spreads: these are validated, too."""
        yield from self._operations
        for name, fragment in self._fragments.items():
            if name not in self._sizes:
                yield fragment

    def _of_definition(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> _Size:
        if isinstance(definition, FragmentDefinitionNode):
            return self._of_fragment(definition.name.value, 1)
        size = self._of(definition.selection_set, 1)
        size.directives += len(definition.directives or ())
        size.directives += sum(len(variable.directives or ()) for variable in definition.variable_definitions or ())
        return size

    # ------------------------------------------------------------------------------------------ sizes

    def _of(self, selection: SelectionSetNode, level: int) -> _Size:
        self._refuse(level, "levels", _LEVELS, selection, _FLATTEN)
        size = _Size(levels=1)
        for node in selection.selections:
            size.add(self._of_node(node, level))
            self._check(size, node)
        return size

    def _of_node(self, node: SelectionNode, level: int) -> _Size:
        if isinstance(node, FragmentSpreadNode):
            found = self._of_fragment(node.name.value, level + 1)
            size = _Size(found.fields, found.aliases, found.directives, found.depth, found.levels + 1)
        elif isinstance(node, InlineFragmentNode):
            size = self._of(node.selection_set, level + 1)
            size.levels += 1
        else:
            assert isinstance(node, FieldNode)
            size = self._of(node.selection_set, level + 1) if node.selection_set else _Size()
            size.fields += 1
            size.depth += 1
            size.levels += 1
            size.aliases += node.alias is not None
        size.directives += len(node.directives or ())
        return size

    def _of_fragment(self, name: str, level: int) -> _Size:
        if name not in self._sizes:
            self._sizes[name] = None
            fragment = self._fragments.get(name)
            size = self._of(fragment.selection_set, level) if fragment else _Size()
            size.directives += len(fragment.directives or ()) if fragment else 0
            self._sizes[name] = size
        return self._sizes[name] or _Size()

    def _check(self, size: _Size, node: Node) -> None:
        self._refuse(size.fields, "fields", "fields", node)
        self._refuse(size.aliases, "aliases", "aliases", node)
        self._refuse(size.directives, "directives", "directives", node)
        self._refuse(size.depth, "depth", "levels of fields", node, _FLATTEN)
        self._refuse(size.levels, "levels", _LEVELS, node, _FLATTEN)

    def _refuse(self, found: int, limit: str, what: str, node: Node | None = None, remedy: str = _SPLIT) -> None:
        most = getattr(self._limits, limit)
        if found > most:
            raise too_large(f"the document has more than {most:,} {what}", limit, most, remedy, node)

    # ------------------------------------------------------------------------------------------ keys

    def _check_keys(self, selections: Iterable[SelectionSetNode], at_root: bool = False) -> None:
        """How often each key of the answer is written, as selections of one key are merged: each pair is compared."""
        keys: dict[str, list[FieldNode]] = {}
        for selection in selections:
            for node in self._fields(selection):
                keys.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        if at_root:
            self._refuse(len(keys), "root_fields", "root fields")
        for key, nodes in keys.items():
            if len(nodes) > self._limits.same_key:
                said = f"the document selects {key[:80]!r} more than {self._limits.same_key:,} times in one place"
                raise too_large(said, "same_key", self._limits.same_key, _ONCE, nodes[-1])
            below = [node.selection_set for node in nodes if node.selection_set]
            if below:
                self._check_keys(below)

    def _fields(self, selection: SelectionSetNode) -> Iterator[FieldNode]:
        """The fields that are selected here, through fragments."""
        for node in selection.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._fields_of(node.name.value)

    def _fields_of(self, name: str) -> list[FieldNode]:
        if name not in self._flat:
            self._flat[name] = []
            if name in self._fragments:
                self._flat[name] = list(self._fields(self._fragments[name].selection_set))
        return self._flat[name]
