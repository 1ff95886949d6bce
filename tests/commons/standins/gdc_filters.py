"""The filter language of GDC, over documents as plain dictionaries."""

import re
from collections.abc import Callable
from typing import Any

from tests.commons.standins.gdc_fields import fields, relative, values

Test = Callable[[dict[str, Any]], bool]
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
FACETED = ("=", "!=", "in", "exclude", "is", "not")


class FilterError(Exception):
    """The filter isn't one; the message is what GDC's 400 says."""


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _equal(found: Any, wanted: Any) -> bool:
    """With `*` in strings; by case; numbers also as strings."""
    if isinstance(wanted, str) and isinstance(found, str) and "*" in wanted:
        return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), found) is not None
    if isinstance(found, bool) or isinstance(wanted, bool):
        return str(found).lower() == str(wanted).lower()
    return found == wanted or str(found) == str(wanted)


def _compared(op: str, path: str, value: Any) -> Test:
    numbers = _listed(value)
    if len(numbers) != 1:
        raise FilterError(f"'{op}' needs one value")
    try:
        limit = float(numbers[0])
    except (TypeError, ValueError):
        raise FilterError(f"'{op}' needs a number, not {numbers[0]!r}") from None
    compare = COMPARISONS[op]
    return lambda doc: any(
        compare(v, limit) for v in values(doc, path) if isinstance(v, int | float) and not isinstance(v, bool)
    )


def _missing(path: str) -> Test:
    """The field is absent of its parent: where the parent itself is absent, the document does not count."""
    parent = path.rpartition(".")[0]

    def test(doc: dict[str, Any]) -> bool:
        there = True if not parent else next(values(doc, parent), None) is not None
        return there and next(values(doc, path), None) is None

    return test


def _leaf(op: str, path: str, value: Any) -> Test:
    wanted = _listed(value)

    def matches(doc: dict[str, Any]) -> list[bool]:
        return [any(_equal(found, one) for one in wanted) for found in values(doc, path)]

    if op in COMPARISONS:
        return _compared(op, path, value)
    if op in ("=", "in"):
        return lambda doc: any(matches(doc))
    if op in ("!=", "excludeifany"):
        return lambda doc: not any(matches(doc))
    if op == "exclude":
        # Only a record whose every value matches goes.
        return lambda doc: not (found := matches(doc)) or not all(found)
    if op == "is":
        return _missing(path)
    if op == "not":
        return lambda doc: next(values(doc, path), None) is not None
    raise FilterError(f"unknown operator: {op}")


def parsed(endpoint: str, given: Any, known: frozenset[str] | None = None) -> Test:
    """A filter as a test of documents. FilterError (HTTP 400) if it is none."""
    if not given:
        return lambda doc: True
    if not isinstance(given, dict) or "op" not in given:
        raise FilterError("filters must have an op and content")
    op, content = str(given["op"]).lower(), given.get("content")
    if op in ("and", "or"):
        if not isinstance(content, list):
            raise FilterError(f"'{op}' needs a list of filters")
        tests = [parsed(endpoint, part, known) for part in content]
        joined = all if op == "and" else any
        return lambda doc: joined(test(doc) for test in tests)
    if not isinstance(content, dict) or "field" not in content:
        raise FilterError(f"'{op}' needs a field")
    path = relative(endpoint, str(content["field"]))
    if path not in (known or fields(endpoint)):
        raise FilterError(f"field {content['field']} does not exist")
    if op not in ("is", "not") and "value" not in content:
        raise FilterError(f"'{op}' needs a value")
    return _leaf(op, path, content.get("value"))


def without_own(endpoint: str, given: Any, facet: str) -> Any:
    """What a facet sees of a filter: all but what is said of its own field.

    FilterError where GDC has no facets under it: the top must be `and`, and under it only some operators.
    """
    if not given:
        return None
    if given.get("op") != "and" or any(part.get("op") not in FACETED for part in given["content"]):
        raise FilterError(f"facets need filters of 'and' over {', '.join(FACETED)}")
    kept = [part for part in given["content"] if relative(endpoint, part["content"]["field"]) != facet]
    return {"op": "and", "content": kept}
