"""Random documents over random rows with bad values: compiled and plain execution differ in nothing.

Each is executed by both, over objects that are made twice from one seed. Data, the order of keys, errors and their
order are compared as they come, also where fields are awaited. One thing is left to chance by graphql-core itself:
the order of errors of two long lists that are completed in turns. There errors are compared in the order of their
paths. `SEED=n` begins at another seed, which a failure names.
"""

import asyncio
import os
from collections.abc import Iterator
from random import Random

import pytest

from gateway.execution import CompiledExecutor, PlainExecutor
from gateway.execution.compiled import CompiledSelections
from tests.gateway.execution.answers import Eager, answer, shown
from tests.gateway.execution.random_documents import RandomDocument
from tests.gateway.execution.world import RandomWorld, build

DOCUMENTS = 5000
SEED = int(os.environ.get("SEED", "20261123"))
BATCH = 500
SCHEMA = build()


class Hesitant(CompiledExecutor):
    """Compiles in the midst of an operation, when it has met some rows."""

    selections = CompiledSelections(few=2, worth=4)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def compared(seed: int, runner: asyncio.Runner) -> int:
    """One document; how many errors its answer has."""
    random = Random(seed)
    long = random.randint(101, 230) if random.random() < 0.02 else 0
    bad = random.choice([0, 0, 0.003, 0.02, 0.1])
    rows = random.randint(0, 8)
    document = RandomDocument(seed, long > 0)
    variables = {"t": random.random() < 0.8, "f": random.random() < 0.2}
    said = f"SEED={seed} {variables} {document.text}"
    answers = []
    for executor in (PlainExecutor, random.choice([Eager, Eager, Hesitant])):
        world = RandomWorld(seed, bad, rows, long)
        result = runner.run(answer(SCHEMA, executor, document.parsed, root_value=world, variable_values=variables))
        data, errors = shown(result)
        answers.append((data, sorted(errors) if document.concurrent else errors))
    (expected, expected_errors), (found, found_errors) = answers
    assert found == expected, said
    assert found_errors == expected_errors, said
    return len(expected_errors)


# What graphql-core begins beside a field that fails, and what we begin in its stead, is not always awaited.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("batch", range(0, DOCUMENTS, BATCH))
def test_compiled_and_plain_execution_answer_the_same(batch: int, runner: asyncio.Runner) -> None:
    before = Eager.selections.done, Hesitant.selections.done
    errors = [compared(seed, runner) for seed in range(SEED + batch, SEED + batch + BATCH)]
    after = Eager.selections.done, Hesitant.selections.done
    # It would prove nothing if nothing were compiled, nothing handed over, or nothing wrong.
    for old, new in zip(before, after, strict=True):
        assert new.compiled - old.compiled > 500
        assert new.handed - old.handed > 50
    assert sum(number > 0 for number in errors) > 100
