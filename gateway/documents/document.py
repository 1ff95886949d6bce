"""Documents, prepared once for all requests that send them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    ValueNode,
    parse,
    validate,
)

from gateway.documents.arguments import Argument, ArgumentCheck, large_arguments
from gateway.documents.cost import Prices, Term, told
from gateway.documents.fragments import reached
from gateway.documents.refusal import too_costly, too_large
from gateway.documents.shape import check_shape
from gateway.limits import DocumentLimits

# Characters of documents that are remembered: parsed, they take some seventy times the memory.
_REMEMBERED = 300_000
# A document counts as so many at least, so that three hundred are remembered at most.
_SMALLEST = 1_000


@dataclass(frozen=True)
class Prepared:
    """A document with the operation that is asked; `errors` are those of the request, and there is no operation then.

    `digest` is the SHA-256 of the text, in hexadecimal. `document` is None if the text could not be parsed.
    """

    digest: str
    document: DocumentNode | None
    operation: OperationDefinitionNode | None
    errors: tuple[GraphQLError, ...]
    _limits: DocumentLimits = field(repr=False)
    _cost: Term = field(default=0.0, repr=False)
    _arguments: tuple[Argument, ...] = field(default=(), repr=False)

    @property
    def operation_name(self) -> str | None:
        """The name of the operation, if it has one."""
        return self.operation.name.value if self.operation is not None and self.operation.name is not None else None

    def cost(self, variables: Mapping[str, Any]) -> float:
        """Points of the operation with these variables, as they were sent."""
        return told(self._cost, variables)

    def check(self, variables: Mapping[str, Any]) -> GraphQLError | None:
        """Whether the operation asks too much with these variables: an error that says what."""
        refused = ArgumentCheck(self._limits, variables, self._defaults()).refused(self._arguments)
        cost = self.cost(variables)
        return refused or (too_costly(cost, self._limits.cost) if cost > self._limits.cost else None)

    def _defaults(self) -> dict[str, ValueNode]:
        nodes = self.operation.variable_definitions or () if self.operation is not None else ()
        return {node.variable.name.value: node.default_value for node in nodes if node.default_value is not None}


class Documents:
    """Prepares the documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: DocumentLimits) -> None:
        self.limits = limits
        self._schema = schema
        self._prices = Prices(schema)
        self._known: LRUCache[str, _Document] = LRUCache(_REMEMBERED, getsizeof=lambda known: known.size)

    def __contains__(self, text: str) -> bool:
        """Whether the document is remembered."""
        return text in self._known

    def prepare(self, text: str, operation_name: str | None) -> Prepared:
        """The document with the operation of this name, or its only one. What is wrong with it is among its errors."""
        known = self._known.get(text)
        if known is None:
            known = self._read(text)
            if known.size <= self._known.maxsize:
                self._known[text] = known
        return known.prepared(operation_name, self.limits)

    def _read(self, text: str) -> "_Document":
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        size = max(len(text), _SMALLEST)
        document: DocumentNode | None = None
        try:
            document = _parsed(text, self.limits)
            errors = self._errors(document)
        except GraphQLError as error:
            errors = [error]
        if document is None or errors:
            return _Document(digest, size, document, tuple(errors), {})
        return _Document(digest, size, document, (), self._operations(digest, document))

    def _errors(self, document: DocumentNode) -> Sequence[GraphQLError]:
        """Limits come first, so that what validation does with a document is bounded."""
        check_shape(document, self.limits)
        literals: list[Argument] = []
        for node in document.definitions:
            # All else in a document defines types, which validation refuses.
            if isinstance(node, ExecutableDefinitionNode):
                literals += [argument for argument in large_arguments(self._schema, node) if not argument.variables]
        refused = ArgumentCheck(self.limits, {}, {}).refused(literals)
        return [refused] if refused else validate(self._schema, document, max_errors=self.limits.errors)

    def _operations(self, digest: str, document: DocumentNode) -> dict[str | None, Prepared]:
        """Of a valid document."""
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        found: dict[str | None, Prepared] = {}
        for node in operations:
            used = [large_arguments(self._schema, each) for each in (node, *reached(node, fragments))]
            told_by_variables = tuple(argument for each in used for argument in each if argument.variables)
            name = node.name.value if node.name else None
            cost = self._prices.of(node, fragments)
            found[name] = Prepared(digest, document, node, (), self.limits, cost, told_by_variables)
        if len(found) == 1:
            found[None] = next(iter(found.values()))
        return found


@dataclass(frozen=True)
class _Document:
    """What is remembered of a text."""

    digest: str
    size: int
    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]
    operations: Mapping[str | None, Prepared]

    def prepared(self, name: str | None, limits: DocumentLimits) -> Prepared:
        if self.errors:
            return Prepared(self.digest, self.document, None, self.errors, limits)
        found = self.operations.get(name)
        if found is not None:
            return found
        return Prepared(self.digest, self.document, None, (self._not_found(name),), limits)

    def _not_found(self, name: str | None) -> GraphQLError:
        if name is None:
            return GraphQLError("the document holds several operations: name the one to execute in operationName")
        names = ", ".join(sorted(repr(known) for known in self.operations if known))
        there = f"it holds {names}" if names else "leave operationName out, as the operation has no name"
        return GraphQLError(f"the document holds no operation named {name[:80]!r}; {there}")


def _parsed(text: str, limits: DocumentLimits) -> DocumentNode:
    if len(text) > limits.characters:
        said = f"the document has {len(text):,} characters, more than {limits.characters:,}"
        raise too_large(said, "characters", limits.characters, "put values in variables")
    try:
        return parse(text, max_tokens=limits.tokens)
    except GraphQLError as error:
        if not error.message.endswith(f"more than {limits.tokens} tokens. Parsing aborted."):
            raise
        said = f"the document has more than {limits.tokens:,} tokens"
        raise too_large(said, "tokens", limits.tokens, "put values in variables") from None
