"""CDA's filters: `column OP value`, with single spaces, by columns of all tables."""

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.commons.standins.cda_tables import TABLES, Row

OPERATORS = ("is not", "not in", "not like", "is", "in", "like", "!=", "<>", "<=", ">=", "=", "<", ">")
_OPERATOR = re.compile(r" (" + "|".join(re.escape(op) for op in OPERATORS) + r") ", re.IGNORECASE)
Rows = Mapping[str, list[Row]]
Test = Callable[[Rows], bool]


class CdaError(Exception):
    """An answer of 400 or 500 with an error_type."""

    def __init__(self, kind: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.kind, self.status = kind, status


def column_of(name: str) -> tuple[str, str]:
    """(table, column) of `column` or `table.column`."""
    table, dot, column = name.partition(".")
    if dot and table not in TABLES:
        raise CdaError("TableNotFound", f"Table Not Found: {table}")
    for known, columns in TABLES.items():
        if (not dot or known == table) and (column if dot else name) in columns:
            return known, column if dot else name
    raise CdaError("ColumnNotFound", f"Column Not Found: {name}")


def columns_of(name: str) -> list[tuple[str, str]]:
    """The same for what may be `table.*`."""
    table, dot, column = name.partition(".")
    if dot and column == "*":
        if table not in TABLES:
            raise CdaError("TableNotFound", f"Table Not Found: {table}")
        return [(table, known) for known in TABLES[table]]
    return [column_of(name)]


def _value(given: str) -> Any:
    """Of a filter: a list or string in quotes as Python has it, NULL, or a word; what follows a blank is lost."""
    if given[:1] in "[(\"'":
        try:
            return ast.literal_eval(given)
        except (SyntaxError, ValueError):
            raise CdaError("ParsingError", f"Unable to parse value in filter: {given}") from None
    return None if given.upper() == "NULL" else given.partition(" ")[0]


def _same(value: Any, wanted: Any) -> bool:
    """Without regard to case; `*` is a star."""
    if isinstance(value, bool):
        return str(value).lower() == str(wanted).lower()
    return value is not None and wanted is not None and str(value).casefold() == str(wanted).casefold()


def _ordered(value: Any, operator: str, wanted: Any) -> bool:
    try:
        left, right = float(value), float(wanted)
    except (TypeError, ValueError):
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _like(value: Any, wanted: Any) -> bool:
    pattern = ".*".join(re.escape(part) for part in re.split(r"[*%]", str(wanted)))
    return value is not None and re.fullmatch(pattern, str(value), re.IGNORECASE) is not None


def _holds(value: Any, operator: str, wanted: Any, unequal: bool) -> bool:
    values = value if isinstance(value, list) else [value]
    many = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    if operator in ("is", "is not"):
        missing = all(one is None for one in values)
        return missing if operator == "is" else not missing
    if operator in ("<", "<=", ">", ">="):
        return any(_ordered(one, operator, wanted) for one in values)
    if operator in ("like", "not like"):
        return any(_like(one, wanted) for one in values) == (operator == "like")
    found = any(_same(one, other) for one in values for other in many)
    if operator in ("!=", "<>") and not unequal and isinstance(wanted, str) and not wanted.isdigit():
        # This build turns != of strings into =.
        return found
    return found == (operator in ("=", "in"))


def parsed(given: str, unequal: bool = True, files: bool = False) -> Test:
    """A filter over the rows of a subject: one row that fits is enough. Raises CdaError."""
    found = _OPERATOR.search(given)
    if found is None:
        raise CdaError("ParsingError", f"Unable to parse out operator in filter: {given}")
    name, operator, rest = given[: found.start()], found[1].lower(), given[found.end() :]
    if rest[:1] not in "[(\"'" and re.search(r"[=<>]", rest):
        raise CdaError("ParsingError", f"Unable to parse out operator in filter: {given}")
    table, column = column_of(name)
    if files and table == "upstream_identifiers":
        raise CdaError("RelationshipNotFound", "Relationship Not Found: file to upstream_identifiers", 500)
    wanted = _value(rest)
    return lambda rows: any(_holds(row[column], operator, wanted, unequal) for row in rows[table])
