"""Executes documents: as graphql-core does, or with generated code for what is alike in all rows of a list."""

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as PlainExecutor

from gateway.execution.executor import CompiledExecutor

__all__ = ["CompiledExecutor", "PlainExecutor"]
