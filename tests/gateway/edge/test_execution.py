"""A document is executed within its time, and what became of it is told."""

import asyncio
from typing import Any, cast

import pytest
import strawberry

from gateway.documents import DocumentLimits, Documents
from gateway.edge.execution import Executed, Execution
from gateway.edge.refusal import Refusal
from gateway.edge.status import Outcome
from gateway.execution import CompiledExecutor, PlainExecutor
from schema.context import Context


@strawberry.type
class Query:
    @strawberry.field
    async def slow(self, info: strawberry.Info[Any, Any]) -> int:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            info.context.cancelled.append(True)
            raise
        return 1

    @strawberry.field
    def broken(self) -> int | None:
        raise ValueError("a secret")

    @strawberry.field
    def mistyped(self) -> int | None:
        raise TypeError("Argument 'secret' has incorrect type")

    @strawberry.field
    def vital(self) -> int:
        raise ValueError("a secret")


class Hinting:
    """A context that has hints, or fails to find any."""

    def __init__(self, failing: bool = False) -> None:
        self.cancelled: list[bool] = []
        self.hints = self
        self._failing = failing

    async def noted(self) -> list[Any]:
        if self._failing:
            raise ValueError("a secret")
        return []


SCHEMA = strawberry.Schema(Query)


async def answered(
    query: str, seconds: float = 5, context: Hinting | None = None, **variables: Any
) -> tuple[dict[str, Any], Outcome]:
    executed = await execution_of(query, seconds, context, **variables)
    return executed.answer, executed.outcome


async def execution_of(query: str, seconds: float = 5, context: Hinting | None = None, **variables: Any) -> Executed:
    documents = Documents(SCHEMA._schema, DocumentLimits())
    execution = Execution(SCHEMA, CompiledExecutor, seconds)
    given = cast(Context, context or Hinting())
    return await execution.answer(documents.prepare(query, None), variables, given, "the-request")


async def test_data_are_answered() -> None:
    assert await answered("{ __typename }") == ({"data": {"__typename": "Query"}, "extensions": {}}, Outcome.DATA)


async def test_an_operation_that_takes_too_long_ends_with_all_that_it_began() -> None:
    context = Hinting()
    with pytest.raises(Refusal) as refused:
        await answered("{ slow other: slow }", 0.05, context)
    assert (refused.value.status, refused.value.error) == (
        503,
        {
            "message": "the operation took longer than 0.05 s; ask for less in one document",
            "extensions": {"code": "TIMEOUT"},
        },
    )
    assert context.cancelled == [True, True]


@pytest.mark.parametrize("field", ["broken", "mistyped"])
async def test_a_failing_field_is_null_and_its_error_is_not_shown(field: str) -> None:
    answer, outcome = await answered(f"{{ __typename {field} }}")
    assert (answer["data"], outcome) == ({"__typename": "Query", field: None}, Outcome.PARTIAL)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INTERNAL", "requestID": "the-request"}]
    assert "secret" not in str(answer)


async def test_an_error_that_reaches_the_root_leaves_nothing() -> None:
    answer, outcome = await answered("{ __typename vital }")
    assert (answer["data"], outcome) == (None, Outcome.NOTHING)


async def test_a_variable_that_does_not_fit_is_a_request_error() -> None:
    answer, outcome = await answered("query($yes: Boolean!) { __typename @skip(if: $yes) }", yes=5)
    assert (list(answer), outcome) == (["errors"], Outcome.INVALID)


async def test_an_answer_does_not_fail_for_want_of_hints_but_does_not_last(caplog: pytest.LogCaptureFixture) -> None:
    said: dict[str, Any] = {"data": {"__typename": "Query"}, "extensions": {}}
    assert await execution_of("{ __typename }") == Executed(said, Outcome.DATA, lasting=True)
    assert await execution_of("{ __typename }", context=Hinting(failing=True)) == Executed(said, Outcome.DATA)
    assert "no hints in request the-request" in caplog.text


async def test_both_executors_answer() -> None:
    documents = Documents(SCHEMA._schema, DocumentLimits())
    for executor in (CompiledExecutor, PlainExecutor):
        execution = Execution(SCHEMA, executor, 5)
        prepared = documents.prepare("{ __typename }", None)
        executed = await execution.answer(prepared, {}, cast(Context, Hinting()), "x")
        assert executed.answer["data"] == {"__typename": "Query"}
