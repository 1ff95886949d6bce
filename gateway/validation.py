"""Validation of documents: once per document, and what strawberry leaves out."""

from collections.abc import Iterator

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import ValidationCache


class Validation(ValidationCache):
    """Cached validation that also refuses to guess: of several operations one must be named (GraphQL, 6.1)."""

    def on_validate(self) -> Iterator[None]:
        """Validate the document of this request."""
        document = self.execution_context.graphql_document
        definitions = document.definitions if document is not None else ()
        operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        # The public property would answer with the first operation.
        if len(operations) > 1 and self.execution_context._provided_operation_name is None:
            message = f"the document holds {len(operations)} operations: name the one to execute in operationName"
            self.execution_context.pre_execution_errors = [GraphQLError(message)]
            yield
        else:
            yield from super().on_validate()
