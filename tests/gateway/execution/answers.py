"""Executes a document in either way, and shows answers so that they can be compared."""

import json
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLError, parse
from graphql.execution import Executor, execute
from strawberry.execution import optimized_is_awaitable

from gateway.execution import CompiledExecutor
from gateway.execution.compiled import CompiledSelections


class Eager(CompiledExecutor):
    """Compiles for every row, and lets the event loop go round after every step."""

    selections = CompiledSelections(few=1, worth=1)
    pace = 0.0


async def answer(
    schema: strawberry.Schema, executor: type[Executor[Any]], document: DocumentNode | str, **options: Any
) -> ExecutionResult:
    """What the gateway answers with this executor."""
    result = execute(
        schema._schema,
        parse(document) if isinstance(document, str) else document,
        executor_class=executor,
        is_awaitable=optimized_is_awaitable,
        **options,
    )
    return result if isinstance(result, ExecutionResult) else await result


def shown(result: ExecutionResult) -> tuple[str, list[tuple[str, str, str, str]]]:
    """Data and errors; as text, since NaN equals nothing and dicts in another order are equal."""
    return repr(result.data), [_shown(error) for error in result.errors or ()]


def _shown(error: GraphQLError) -> tuple[str, str, str, str]:
    place = json.dumps([error.path, [tuple(location) for location in error.locations or ()]])
    return place, error.message, type(error.original_error).__name__, repr(error.extensions)
