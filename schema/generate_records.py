"""The source of `schema/record_where.py`, from the table of record attributes."""

from schema.record_attributes import RECORD, RECORDED, RecordAttribute, RecordTable, attributes_of, tables_of
from schema.vocabulary import Commons

_HEAD = '''"""The where-inputs of records. Generated from their table by `python -m schema.generate`; do not edit."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.enums import UnknownTruth
from schema.operators import FloatWhere, IntWhere, StringWhere
from schema.record_attributes import record_attribute, record_table
from schema.vocabulary import Commons
from schema.where_field import given

ALL = "All of these hold; at least one must be given."
ANY = "At least one of these holds; at least one must be given."
NOT = "This is known not to hold."
SOME = "At least one of them matches."
ANY_DIAGNOSIS = "true: any diagnosis may meet these, not only that of the primary disease."
UNKNOWN = "What becomes of patients of whom this is not known. Default: EXCLUDE."


def recorded(commons: Commons, table: str, column: str) -> Any:
    """The where-field of an attribute, described by the table."""
    return given(record_attribute(commons, table, column).title)


def rows_of(commons: Commons, table: str) -> str:
    """What conditions on the rows of a table are conditions on."""
    return record_table(commons, table).title
'''


def record_where_source() -> str:
    """All where-inputs of records."""
    parts = [part for commons in RECORDED for table in tables_of(commons) for part in _inputs(commons, table)]
    return "\n\n".join([_HEAD, *parts])


def _inputs(commons: Commons, table: RecordTable) -> list[str]:
    name = table.where_class
    fields = [_field(each) for each in attributes_of(commons, table.name) if each.asked]
    if table.name == RECORD:
        return [
            _input(
                table, name, [*_logic(name), *fields, *_parts(commons), _given("unknown", "UnknownTruth", "UNKNOWN")]
            )
        ]
    if table.one_of:
        fields.append(_given("any_diagnosis", "bool", "ANY_DIAGNOSIS"))
    made = [_input(table, name, fields)]
    if table.listed:
        made.append(_input(table, _list_class(table), [_given("some", name, "SOME")]))
    return made


def _logic(name: str) -> list[str]:
    return [_given("and_", f"list[{name}]", "ALL"), _given("or_", f"list[{name}]", "ANY"), _given("not_", name, "NOT")]


def _parts(commons: Commons) -> list[str]:
    return [
        _given(table.name, _list_class(table) if table.listed else table.where_class, _of(commons, table))
        for table in tables_of(commons)
        if table.name != RECORD
    ]


def _list_class(table: RecordTable) -> str:
    return table.where_class.replace("Where", "ListWhere")


def _field(each: RecordAttribute) -> str:
    described = f'recorded(Commons.{each.commons.name}, "{each.table}", "{each.column}")'
    return f"    {each.column}: {each.values.value} | None = {described}"


def _given(name: str, kind: str, description: str) -> str:
    return f"    {name}: {kind} | None = given({description})"


def _of(commons: Commons, table: RecordTable) -> str:
    return f'rows_of(Commons.{commons.name}, "{table.name}")'


def _input(table: RecordTable, name: str, fields: list[str]) -> str:
    return f"@strawberry.input(description={_of(table.commons, table)})\nclass {name}:\n" + "\n".join(fields) + "\n"
