"""Documents and variables that would take long to answer, or to refuse, if nothing bounded them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WHERE = "query($where: SeriesWhere) { counts(where: $where) { series } }"


@dataclass(frozen=True)
class Attack:
    """What is sent, and the error that it gets: its message and extensions."""

    document: str
    message: str
    extensions: dict[str, Any]
    variables: Mapping[str, Any] = field(default_factory=dict)


def _too_large(document: str, what: str, name: str, most: int, remedy: str = "ask in several requests") -> Attack:
    message = f"the document {what} (setting IDC_GATEWAY_DOCUMENT_{name}); {remedy}"
    return Attack(document, message, {"code": "DOCUMENT_TOO_LARGE", "limit": most})


def _too_many(document: str, what: str, name: str, most: int) -> Attack:
    return _too_large(document, f"has more than {most:,} {what}", name, most)


def _asks_too_much(document: str, argument: str, said: str, limit: int | None, **variables: Any) -> Attack:
    extensions: dict[str, Any] = {"code": "BAD_USER_INPUT", "argument": argument}
    return Attack(document, f"{argument}: {said}", extensions | ({"limit": limit} if limit else {}), variables)


def _nested(levels: int, *fields: str) -> dict[str, Any]:
    where: dict[str, Any] = {}
    for _ in range(levels):
        for name in fields:
            where = {name: where}
    return where


_MANY_TOKENS = "has more than 2,000 tokens"
_VALUES = "put values in variables"
_CONDITIONS = (
    "it holds more than 200 conditions or other objects (setting IDC_GATEWAY_DOCUMENT_CONDITIONS); "
    "ask in several requests"
)
_NESTING = (
    "more than 8 of and, or, not, some, none, every and count lie in each other "
    "(setting IDC_GATEWAY_DOCUMENT_NESTING); join conditions of one kind in one list"
)
_VALUES_OF_A_LIST = "300,000 values are more than 10,000 (setting IDC_GATEWAY_DOCUMENT_VALUES); ask in several requests"
_TOO_DEEP = "Syntax Error: Document is nested too deeply. Parsing aborted."


def _repeated(text: str, times: int) -> str:
    return " ".join(text.replace("#", str(n)) for n in range(times))


def _fragments(times: int, text: str) -> str:
    chained = (f"fragment F{n} on Query {{ {text.replace('#', f'F{n + 1}')} }}" for n in range(times))
    return f"{{ ...F0 }} {' '.join(chained)} fragment F{times} on Query {{ __typename }}"


def _by_key(rows: str) -> str:
    return f"{{ series {{ nodes {{ {rows} }} }} }}"


def _counts(where: str) -> str:
    return f"{{ counts(where: {where}) {{ series }} }}"


_MERGED = _by_key(_repeated(f"collection {{ {_repeated('sources { license { url } }', 5)} }}", 15))

SHAPES = {
    "one object many times": _too_large(
        f"{{ {_repeated('counts { series }', 240)} }}",
        "selects 'counts' more than 20 times in one place",
        "SAME_KEY",
        20,
        "select each field once",
    ),
    "objects that merge to many": _too_large(
        _MERGED, "selects 'sources' more than 20 times in one place", "SAME_KEY", 20, "select each field once"
    ),
    "fragments that select one object": _too_large(
        _by_key(_repeated("...F#", 90)) + _repeated("fragment F# on Series { source { doi } }", 90),
        "selects 'source' more than 20 times in one place",
        "SAME_KEY",
        20,
        "select each field once",
    ),
    "aliases": _too_many(f"{{ {_repeated('a#: __typename', 400)} }}", "aliases", "ALIASES", 100),
    "aliases of objects": _too_many(f"{{ {_repeated('a#: counts { series }', 200)} }}", "aliases", "ALIASES", 100),
    "root fields": _too_many(f"{{ {_repeated('a#: __typename', 60)} }}", "root fields", "ROOT_FIELDS", 50),
    "directives": _too_many("{ __typename " + "@include(if: true) " * 250 + "}", "directives", "DIRECTIVES", 100),
    "a deep document": _too_large(
        "{ collections { nodes { patients { nodes " + "{ collection " * 30 + "{ id }" + " }" * 34,
        "has more than 20 levels of fields",
        "DEPTH",
        20,
        "ask for what lies deeper in a request of its own",
    ),
    "selections in each other": _too_large(
        "{ ... " * 150 + "{ __typename }" + " }" * 150,
        "has more than 100 selections in each other",
        "LEVELS",
        100,
        "ask for what lies deeper in a request of its own",
    ),
    "a wide document": _too_many(_by_key(_repeated("f#", 1900)), "fields", "FIELDS", 500),
    "a very wide document": _too_large(_by_key(_repeated("f#", 10_000)), _MANY_TOKENS, "TOKENS", 2_000, _VALUES),
    "comments": _too_large("#\n" * 40_000 + "{ __typename }", _MANY_TOKENS, "TOKENS", 2_000, _VALUES),
    "fragments that double": _too_many(_fragments(60, "...# ...#"), "fields", "FIELDS", 500),
    "fragments in a ring": _too_many(
        f"{{ ...A }} fragment A on Query {{ ...B {_repeated('f#', 290)} }} "
        f"fragment B on Query {{ ...A {_repeated('g#', 290)} }}",
        "fields",
        "FIELDS",
        500,
    ),
    "fragments that nothing spreads": _too_many(
        "{ __typename } " + _repeated("fragment F# on Query { a: counts { series } b: counts { series } }", 90),
        "aliases",
        "ALIASES",
        100,
    ),
    "many fragments": _too_many(_fragments(200, "...#"), "fragments", "FRAGMENTS", 100),
    "many operations": _too_many(_repeated("query Q# { __typename }", 300), "operations", "OPERATIONS", 5),
    "a long document": _too_large(
        _counts("{modality: {in: [" + '"CT" ' * 400_000 + "]}}"),
        "has 2,000,050 characters, more than 100,000",
        "CHARACTERS",
        100_000,
        _VALUES,
    ),
    "a document nested too deeply to be parsed": Attack("{ a " * 250 + "}" * 250, _TOO_DEEP, {}),
    "lists nested too deeply to be parsed": Attack(
        _counts("{modality: {in: " + "[" * 1000 + "]" * 1000 + "}}"), _TOO_DEEP, {}
    ),
}

ARGUMENTS = {
    "many conditions in the document": _asks_too_much(
        _counts(f"{{or: [{_repeated('{modality: {eq: null}}', 201)}]}}"),
        "where",
        _CONDITIONS,
        200,
    ),
    "conditions nested in the document": _asks_too_much(_counts("{and: " * 60 + "{}" + "}" * 60), "where", _NESTING, 8),
    "many conditions": _asks_too_much(
        WHERE, "where", _CONDITIONS, 200, where={"or": [{"modality": {"eq": "CT"}}] * 40_000}
    ),
    "many empty conditions": _asks_too_much(WHERE, "where", _CONDITIONS, 200, where={"or": [{}] * 600_000}),
    "many that are no conditions": _asks_too_much(WHERE, "where", _CONDITIONS, 200, where={"or": [1] * 900_000}),
    "conditions in document and variables": _asks_too_much(
        f"query($where: SeriesWhere!) {{ counts(where: {{and: [{'$where, ' * 3}]}}) {{ series }} }}",
        "where",
        _CONDITIONS,
        200,
        where={"or": [{"modality": {"eq": "CT"}}] * 80},
    ),
    "nested conditions": _asks_too_much(WHERE, "where", _NESTING, 8, where=_nested(900, "and")),
    "conditions nested through levels": _asks_too_much(
        "query($where: PatientWhere) { patients(where: $where) { totalCount } }",
        "where",
        _NESTING,
        8,
        where=_nested(400, "some", "patients", "some", "studies"),
    ),
    "nested in document and variables": _asks_too_much(
        "query($where: SeriesWhere!) { counts(where: {and: {or: {not: $where}}}) { series } }",
        "where",
        _NESTING,
        8,
        where=_nested(6, "and"),
    ),
    "many values": _asks_too_much(
        WHERE, "where.modality.in", _VALUES_OF_A_LIST, 10_000, where={"modality": {"in": ["CT"] * 300_000}}
    ),
    "many values in a fragment": _asks_too_much(
        "query($uids: [ID!]) { ...F } "
        "fragment F on Query { counts(where: {seriesInstanceUID: {in: $uids}}) { series } }",
        "where.seriesInstanceUID.in",
        _VALUES_OF_A_LIST,
        10_000,
        uids=["1.2"] * 300_000,
    ),
    "many ids": _asks_too_much(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "ids", _VALUES_OF_A_LIST, 10_000, ids=["x"] * 300_000
    ),
    "many facets": _asks_too_much(
        "query($by: [FacetBy!]!) { facets(by: $by) { total { series } } }",
        "by",
        _CONDITIONS,
        200,
        by=[{"field": "MODALITY"}] * 60_000,
    ),
    "unknown fields": _asks_too_much(
        WHERE,
        "where.modality",
        "it has 100,000 fields, but StringWhere has 9; leave out the others",
        None,
        where={"modality": {f"x{n}": 0 for n in range(100_000)}},
    ),
}
