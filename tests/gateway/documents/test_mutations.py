"""Documents with random mistakes, and variables that fit nothing: refused or answered, never an exception.

SEED=n tries others.
"""

import os
import random
import re
from typing import Any

from graphql import GraphQLError

from docs.examples import examples
from docs.generate import hand_written
from gateway.documents import Documents

SEED = int(os.environ.get("SEED", "20261123"))
MANY = 3_000

TOKEN = re.compile(r'"[^"\n]*"|\w+|\s+|\S')
SPLICED = [
    *("{", "}", "(", ")", "[", "]", ":", "!", "$", "...", "@", "|", '"', '"""', "#", "\\", "\n", "null", "first: -1"),
    *("query Q($a: SeriesWhere = {and: $b}) ", "fragment F on Series { ...F }", "...F", "on", "@skip(if: true)", "$x"),
    *(
        "__typename",
        "__schema { types { name } }",
        "_entities(representations: $r) { __typename }",
        "nodes",
        "first: $x",
    ),
    *("where: {not: {not: {}}}", "1e999", "9" * 400, "\u0000", "\ud800", "\ufeff", "{" * 150, "[" * 150, "where: $w"),
    *("mutation { a }", "subscription { a }", "type A { b: C }", "by: $x", "steps: [[$w]]", "in: [[1]]", "first: $w"),
]
VALUES: list[Any] = [
    *(None, True, 0, -1, 2**40, 1.5, 1e308, "", "x", [], {}, [None], [[]], [{}], {"eq": "CT"}, {"and": [{}]}),
    *({"and": {"and": [None, 1, {"modality": {"in": "x"}}]}}, {"modality": {"in": [[1]]}}, {"study": {"patients": 1}}),
    *([{"field": "MODALITY"}], {"field": []}, {"not": {"some": {"every": {"count": {"n": {}}}}}}, ["a"] * 20_000),
]


def mutated(chance: random.Random, document: str) -> str:
    tokens = TOKEN.findall(document)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(tokens))
        end = at + chance.choice([0, 0, 1, 1, 5])
        tokens[at:end] = [chance.choice([*SPLICED, *tokens])] * chance.choice([0, 1, 1, 1, 30])
        tokens = tokens or ["{"]
    return "".join(f" {token} " if chance.random() < 0.1 else token for token in tokens)


def test_no_document_and_no_variables_raise(documents: Documents) -> None:
    chance = random.Random(SEED)
    originals = [example.document for page in hand_written() for example in examples(page.read_text("utf-8"))]
    answered = refused = 0
    for number in range(MANY):
        document = mutated(chance, chance.choice(originals))
        name = chance.choice([None, None, None, "Q", ""])
        prepared = documents.prepare(document, name)
        assert bool(prepared.errors) == (prepared.operation is None), (SEED, number, document)
        assert all(isinstance(error, GraphQLError) for error in prepared.errors)
        variables = {variable: chance.choice(VALUES) for variable in re.findall(r"\$(\w+)", document)}
        assert prepared.cost(variables) >= 0, (SEED, number, document)
        error = prepared.check(variables)
        answered += prepared.operation is not None and error is None
        refused += prepared.operation is None or error is not None
    assert answered > MANY / 100 and refused > MANY / 2
