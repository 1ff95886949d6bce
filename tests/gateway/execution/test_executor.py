"""When generated code is used, what it is given, and how it lets others have their turn."""

import asyncio
import gc
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import strawberry
from strawberry.extensions import SchemaExtension

from gateway.execution import CompiledExecutor, PlainExecutor
from gateway.execution.compiled import CompiledSelections, Done
from schema.paced import paced
from tests.gateway.execution.answers import Eager, answer, shown
from tests.gateway.execution.random_documents import LEAVES
from tests.gateway.execution.world import RandomWorld, build


@strawberry.interface
class Thing:
    uid: strawberry.ID


@strawberry.type
class Row(Thing):
    uid: strawberry.ID
    number: int | None


@strawberry.type
class Query:
    rows: list[Row]
    odd_rows: list[Row | None] | None


SCHEMA = strawberry.Schema(Query, types=[Row])


def rows(number: int) -> list[Any]:
    return [Row(uid=strawberry.ID(str(n)), number=n) for n in range(number)]


def fresh(**limits: int) -> type[CompiledExecutor]:
    """An executor that remembers nothing of others."""

    class Fresh(CompiledExecutor):
        selections = CompiledSelections(**limits)

    return Fresh


def ask(executor: type[Any], items: list[Any], document: str = "{ rows { uid number } }") -> Any:
    return asyncio.run(answer(SCHEMA, executor, document, root_value=Query(rows=items, odd_rows=items)))


# ---------------------------------------------------------------------------------------------------------- when
def test_a_long_list_is_compiled() -> None:
    executor = fresh()
    assert ask(executor, rows(3)).data == {"rows": [{"uid": str(n), "number": n} for n in range(3)]}
    assert executor.selections.done == Done(0, 0) and len(executor.selections) == 0
    ask(executor, rows(16))
    assert executor.selections.done == Done(16, 0) and len(executor.selections) == 1


def test_a_short_list_is_compiled_if_its_shape_was() -> None:
    executor = fresh()
    ask(executor, rows(16))
    ask(executor, rows(4))
    assert executor.selections.done == Done(20, 0) and len(executor.selections) == 1


def test_short_lists_are_compiled_when_there_were_many() -> None:
    executor = fresh()
    for _ in range(4):
        ask(executor, rows(5))
    assert executor.selections.done == Done(5, 0)


def test_the_same_selection_in_other_words_is_the_same_shape() -> None:
    executor = fresh()
    ask(executor, rows(16))
    ask(executor, rows(16), "fragment F on Row { number } query { rows { ... on Thing { uid } ...F number } }")
    ask(executor, rows(16), "{ rows { number uid } }")
    assert executor.selections.done == Done(48, 0) and len(executor.selections) == 2


def test_only_a_bounded_number_of_fields_is_kept() -> None:
    executor = fresh(most_fields=100)
    for number in range(50):
        ask(executor, rows(16), f"{{ rows {{ a{number}: number uid }} }}")
    # Twelve for each: two fields and what a function takes by itself.
    assert len(executor.selections) == 8 and executor.selections.done == Done(50 * 16, 0)


def test_a_selection_of_very_many_fields_is_not_compiled() -> None:
    executor = fresh()
    few, many = (" ".join(f"a{number}: number" for number in range(most)) for most in (500, 501))
    assert len(ask(executor, rows(16), f"{{ rows {{ {few} }} }}").data["rows"][0]) == 500
    assert executor.selections.done == Done(16, 0)
    assert len(ask(executor, rows(16), f"{{ rows {{ {many} }} }}").data["rows"][0]) == 501
    assert executor.selections.done == Done(16, 0)


def test_a_selection_with_a_very_long_key_is_not_compiled() -> None:
    executor = fresh()
    for key, done in (("k" * 200, Done(16, 0)), ("k" * 201, Done(16, 0))):
        assert len(ask(executor, rows(16), f"{{ rows {{ {key}: number }} }}").data["rows"][0]) == 1
        assert executor.selections.done == done


def test_one_unusual_row_is_handed_over() -> None:
    executor = fresh()
    items = rows(16)
    items[3] = Row(uid=strawberry.ID("x"), number=2**40)
    result = ask(executor, items)
    assert [str(error.message) for error in result.errors] == [
        "Int cannot represent non 32-bit signed integer value: 1099511627776"
    ]
    assert result.errors[0].path == ["rows", 3, "number"] and result.data["rows"][3] == {"uid": "x", "number": None}
    assert executor.selections.done == Done(15, 1)


def test_nothing_is_handed_over_of_rows_that_are_as_the_schema_says() -> None:
    executor, world, schema = fresh(few=1, worth=1), RandomWorld(2, bad=0, rows=40, long=0), build()
    inner = "code { value } oddCode { meaning } codes { value } oddCodes { value } thing { uid } things { uid }"
    document = f"{{ rows {{ {' '.join(LEAVES)} {inner} }} }}"
    result = asyncio.run(answer(schema, executor, document, root_value=world))
    assert result.errors is None and len(result.data["rows"]) > 10
    assert executor.selections.done == Done(len(result.data["rows"]), 0)


def test_what_a_class_has_to_say_of_its_attributes_is_heard() -> None:
    @strawberry.type
    class Stored:
        number: int
        other: int

        def __getattribute__(self, name: str) -> Any:
            return 7 if name == "other" else object.__getattribute__(self, name)

    @strawberry.type
    class Doubled:
        number: int

        def __init__(self, number: int) -> None:
            self.__dict__["number"] = number

    Doubled.number = property(lambda self: 2 * self.__dict__["number"])  # type: ignore[assignment]

    @strawberry.type
    class Both:
        stored: list[Stored]
        doubled: list[Doubled]

    executor = fresh()
    root = Both(stored=[Stored(number=1, other=2)] * 16, doubled=[Doubled(3)] * 16)
    document = "{ stored { number other } doubled { number } }"
    result = asyncio.run(answer(strawberry.Schema(Both), executor, document, root_value=root))
    assert result.data == {"stored": [{"number": 1, "other": 7}] * 16, "doubled": [{"number": 6}] * 16}
    assert executor.selections.done == Done(32, 0)


def test_objects_without_a_dict_are_read_as_well() -> None:
    @strawberry.type
    class Slotted:
        __slots__ = ("number",)
        number: int

    @strawberry.type
    class Root:
        slotted: list[Slotted]

    executor = fresh()
    root = Root(slotted=[Slotted(number=1)] * 16)
    result = asyncio.run(answer(strawberry.Schema(Root), executor, "{ slotted { number } }", root_value=root))
    assert result.data == {"slotted": [{"number": 1}] * 16} and executor.selections.done == Done(16, 0)


def test_rows_are_counted_up_to_the_one_that_nulls_the_list() -> None:
    executor = fresh()
    items = rows(16)
    items[0] = Row(uid=strawberry.ID("x"), number=2**40)
    items[4] = None
    assert ask(executor, items).data is None
    assert executor.selections.done == Done(3, 2)


def test_an_error_has_no_cause_of_ours() -> None:
    items = rows(16)
    items[3] = Row(uid=strawberry.ID("x"), number=2**40)
    (error,) = ask(fresh(), items).errors
    assert error.original_error.__context__ is None


def test_nothing_is_compiled_where_an_extension_sees_every_field() -> None:
    seen: list[str] = []

    class Sees(SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    executor = fresh()
    schema = strawberry.Schema(Query, types=[Row], extensions=[Sees], execution_context_class=executor)
    result = asyncio.run(schema.execute("{ rows { number } }", root_value=Query(rows=rows(16), odd_rows=[])))
    assert result.data == {"rows": [{"number": n} for n in range(16)]}
    assert seen == ["rows"] + ["number"] * 16 and executor.selections.done == Done(0, 0)


def test_strawberry_executes_with_it() -> None:
    executor = fresh()
    schema = strawberry.Schema(Query, types=[Row], execution_context_class=executor)
    root = Query(rows=paced(rows(150)), odd_rows=[])
    expected = {"rows": [{"number": n} for n in range(150)]}
    assert asyncio.run(schema.execute("{ rows { number } }", root_value=root)).data == expected
    # A long list is completed at once where there is no event loop.
    assert schema.execute_sync("{ rows { number } }", root_value=root).data == expected
    assert executor.selections.done == Done(300, 0)


def test_an_object_that_was_cast_is_of_the_type_that_it_was_cast_to() -> None:
    for executor in (PlainExecutor, Eager):
        items = rows(16)
        strawberry.cast(Query, items[5])
        (error,) = ask(executor, items, "{ oddRows { number } }").errors
        assert error.path == ["oddRows", 5] and error.message.startswith("Expected value of type 'Row' but got")


def test_threads_share_what_is_compiled() -> None:
    executor = fresh(most_fields=60)

    def several(seed: int) -> None:
        for number in range(40):
            key = f"a{(seed + number) % 9}"
            data = ask(executor, rows(16), f"{{ rows {{ {key}: number uid }} }}").data
            assert data["rows"][1] == {key: 1, "uid": "1"}

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(several, range(8)))
    assert executor.selections.done == Done(8 * 40 * 16, 0) and len(executor.selections) == 5


# ------------------------------------------------------------------------------------------------------ awaited
async def later(row: Any) -> Any:
    await asyncio.sleep(0)
    return row


@pytest.mark.parametrize("number", [20, 150], ids=["short", "long"])
@pytest.mark.parametrize("executor", [PlainExecutor, Eager])
def test_items_may_be_coroutines(executor: type[Any], number: int) -> None:
    async def asked() -> Any:
        items = [later(row) if row.number % 5 == 2 else row for row in rows(number)]
        root = Query(rows=paced(items), odd_rows=[])
        return await answer(SCHEMA, executor, "{ rows { number } }", root_value=root)

    assert asyncio.run(asked()).data == {"rows": [{"number": n} for n in range(number)]}


@pytest.mark.parametrize("executor", [PlainExecutor, Eager])
def test_what_stands_behind_an_error_is_awaited_in_the_background(executor: type[Any]) -> None:
    reached: list[int] = []

    async def noted(row: Any) -> Any:
        reached.append(row.number)
        return row

    async def asked() -> Any:
        items = [noted(row) if row.number in (2, 11, 18) else row for row in rows(20)]
        items[10] = None
        result = await answer(SCHEMA, executor, "{ rows { number } }", root_value=Query(rows=items, odd_rows=[]))
        await asyncio.sleep(0.01)
        return result

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = asyncio.run(asked())
        gc.collect()
    assert result.data is None and [error.path for error in result.errors] == [["rows", 10]]
    assert reached == [2, 11, 18]


# -------------------------------------------------------------------------------------------------------- turns
async def turns_during(work: Any) -> tuple[int, Any]:
    """How often the event loop goes round until it is done."""
    task = asyncio.ensure_future(work)
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    return turns, task.result()


def long_list(executor: type[Any], pace: float) -> int:
    class Own(executor):  # type: ignore[misc]
        pass

    Own.pace = pace
    root = Query(rows=paced(rows(5000)), odd_rows=[])
    turns, result = asyncio.run(turns_during(answer(SCHEMA, Own, "{ rows { uid number } }", root_value=root)))
    assert result.data == {"rows": [{"uid": str(n), "number": n} for n in range(5000)]}
    return turns


def test_a_long_list_lets_the_event_loop_go_round() -> None:
    # Ten thousand fields, a thousand in a step.
    assert 10 <= long_list(Eager, pace=0.0) <= 15
    assert long_list(Eager, pace=1000.0) <= 5


def test_long_lists_take_turns() -> None:
    """However many lists one document has, each turn of the event loop has a step of one of them."""

    async def asked() -> int:
        root = Query(rows=paced(rows(500)), odd_rows=[])
        names = " ".join(f"a{number}: rows {{ uid number }}" for number in range(20))
        turns, result = await turns_during(answer(SCHEMA, Eager, f"{{ {names} }}", root_value=root))
        assert len(result.data) == 20
        return turns

    assert asyncio.run(asked()) >= 20


def test_an_operation_that_is_cancelled_gives_its_turn_back() -> None:
    async def asked() -> Any:
        root = Query(rows=paced(rows(5000)), odd_rows=[])
        first = asyncio.ensure_future(answer(SCHEMA, Eager, "{ rows { uid number } }", root_value=root))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        first.cancel()
        async with asyncio.timeout(30):
            return await answer(SCHEMA, Eager, "{ rows { number } }", root_value=root)

    assert len(asyncio.run(asked()).data["rows"]) == 5000


# ----------------------------------------------------------------------------------------------- odd documents
@pytest.fixture(
    params=[
        "{ rows { } }",
        "{ rows }",
        "{ rows { uid { number } } }",
        "{ rows { number(first: 1) } }",
        "{ rows { nothing number } }",
        "{ rows { number @skip } }",
        "{ rows { number @include(if: $t) } }",
        "{ rows { ...F } } fragment F on Row { number ...F }",
        "{ rows { ...None } }",
        "{ rows { number rows: uid } oddRows { __typename } }",
    ]
)
def odd(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param


def test_a_document_that_was_not_validated_is_answered_as_graphql_core_does(odd: str) -> None:
    answers = []
    for executor in (PlainExecutor, Eager):
        try:
            answers.append(str(shown(ask(executor, rows(20), odd))))
        except Exception as error:
            answers.append(f"{type(error).__name__}: {error}")
    assert answers[0] == answers[1]
