"""A prepared document is executed once, within its time, and its answer written."""

import asyncio
import inspect
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import strawberry
from graphql import ExecutionResult, execute
from graphql.execution import Executor
from strawberry.execution import optimized_is_awaitable

from gateway.documents import Prepared
from gateway.edge.refusal import Refusal
from gateway.edge.status import Outcome
from gateway.errors import present
from resolvers.commons.ledger import Told, opened
from resolvers.commons.transport import DEADLINE
from resolvers.search.elsewhere import ANSWERED_ELSEWHERE
from schema.context import Context

log = logging.getLogger("idc_gateway")

# Sister commons must have answered in this share of an operation's time: what they leave out is said in the rest.
_SHARE_OF_COMMONS = 0.9


@dataclass(frozen=True)
class Executed:
    """An answer with its data, errors and hints. `lasting`: it would be the same if it were asked again."""

    answer: dict[str, Any]
    outcome: Outcome
    lasting: bool = False


class Execution:
    """Executes documents of one schema. `seconds` bound one operation; `executor` completes its values."""

    def __init__(self, schema: strawberry.Schema, executor: type[Executor[Any]], seconds: float) -> None:
        self._schema = schema._schema
        self._executor = executor
        self._seconds = seconds

    async def answer(
        self, prepared: Prepared, variables: dict[str, Any], context: Context, request_id: str
    ) -> Executed:
        """The answer. Refusal with status 503 if it takes too long."""
        elsewhere: list[str] = []
        ANSWERED_ELSEWHERE.set(elsewhere)
        DEADLINE.set(time.monotonic() + self._seconds * _SHARE_OF_COMMONS)
        with opened() as ledger:
            result = await self._executed(prepared, variables, context)
        errors = present(result.errors or [], request_id)
        if result.data is None and all(error.path is None for error in result.errors or []):
            return Executed({"errors": errors}, Outcome.INVALID)
        hints = await _hints(context, request_id)
        extensions: dict[str, Any] = {"hints": hints} if hints else {}
        if elsewhere:
            extensions["engine"] = {"answered": "embedded", "because": elsewhere[0]}
        if ledger.told:
            extensions["commons"] = {name.lower(): _told(told) for name, told in sorted(ledger.told.items())}
        answer = {"data": result.data, **({"errors": errors} if errors else {}), "extensions": extensions}
        # What the chosen engine did not answer itself, it is asked again; and what commons answer may change.
        live = any(told.live for told in ledger.told.values())
        lasting = not errors and hints is not None and not elsewhere and not live
        return Executed(answer, _outcome(result), lasting)

    async def _executed(self, prepared: Prepared, variables: dict[str, Any], context: Context) -> ExecutionResult:
        try:
            async with asyncio.timeout(self._seconds):
                assert prepared.document is not None
                result = execute(
                    self._schema,
                    prepared.document,
                    context_value=context,
                    variable_values=variables,
                    operation_name=prepared.operation_name,
                    executor_class=self._executor,
                    is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]
                )
                return await result if inspect.isawaitable(result) else result
        except TimeoutError:
            message = f"the operation took longer than {self._seconds:g} s; ask for less in one document"
            raise Refusal(503, "TIMEOUT", message) from None


async def _hints(context: Context, request_id: str) -> list[dict[str, Any]] | None:
    """What may have been meant by values that match nothing. None if it can't be told: no answer fails for that."""
    try:
        return [asdict(hint) for hint in await context.hints.noted()]
    except Exception:
        log.exception("no hints in request %s", request_id)
        return None


def _told(told: Told) -> dict[str, Any]:
    """What a commons said, for extensions."""
    return {
        "status": told.status,
        # Two, if a new one came out meanwhile.
        "release": ", ".join(sorted(told.releases)) or None,
        "requests": told.requests,
        "stale": told.stale,
        "ageSeconds": round(told.age_seconds),
    }


def _outcome(result: ExecutionResult) -> Outcome:
    if not result.errors:
        return Outcome.DATA
    return Outcome.NOTHING if result.data is None else Outcome.PARTIAL


def codes_of(errors: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The codes of presented errors, each once, in their order."""
    return tuple(dict.fromkeys(error["extensions"]["code"] for error in errors))
