"""Documents are parsed and validated once; and what strawberry leaves out of validation."""

from collections.abc import Iterator

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import ParserCache, ValidationCache

# A parsed document takes some seventy times the memory of its text, and 128 of them are remembered.
_REMEMBERED_CHARACTERS = 8_000


class Parsing(ParserCache):
    """Remembers parsed documents, unless they are large."""

    def on_parse(self) -> Iterator[None]:
        """Parse the document of this request."""
        if len(self.execution_context.query or "") > _REMEMBERED_CHARACTERS:
            yield
        else:
            yield from super().on_parse()


class Validation(ValidationCache):
    """Remembers validated documents, unless they are large, and refuses to guess which operation is meant."""

    def on_validate(self) -> Iterator[None]:
        """Validate the document of this request."""
        if self._ambiguous():
            message = "the document holds several operations: name the one to execute in operationName"
            self.execution_context.pre_execution_errors = [GraphQLError(message)]
            yield
        elif len(self.execution_context.query or "") > _REMEMBERED_CHARACTERS:
            yield
        else:
            yield from super().on_validate()

    def _ambiguous(self) -> bool:
        """Of several operations one must be named (GraphQL, section 6.1)."""
        # The public property answers with the first operation where none is named.
        if self.execution_context._provided_operation_name is not None:
            return False
        document = self.execution_context.graphql_document
        definitions = document.definitions if document is not None else ()
        return sum(isinstance(node, OperationDefinitionNode) for node in definitions) > 1
