"""Writes `schema/record_where.py` from the table of record attributes; called by `python -m schema.generate`."""

from schema.record_attributes import RECORD, RecordAttribute, RecordTable, RecordValues, attributes_of, tables_of
from schema.vocabulary import Commons

_HEAD = '''"""Where-inputs for records in sister commons. Generated from their attribute table by `python -m schema.generate`."""

from __future__ import annotations

import strawberry
from strawberry import UNSET

from schema.enums import UnknownTruth
from schema.operators import BooleanWhere, IntWhere, StringWhere
from schema.where_field import given
'''


def record_where_source() -> str:
    """The source of `schema/record_where.py`."""
    parts = [part for commons in Commons for table in tables_of(commons) for part in _inputs(commons, table)]
    return "\n\n".join([_HEAD, *parts])


def _inputs(commons: Commons, table: RecordTable) -> list[str]:
    name = table.where_class
    if table.name == RECORD:
        return [_record_input(commons, name)]
    fields = [_field(each) for each in attributes_of(commons, table.name) if each.asked]
    if table.one_of:
        fields.append('    any_diagnosis: bool | None = given("true: any diagnosis may meet these.")')
    described = f"Conditions on {table.description}. Siblings must hold on the same one."
    made = [_input(name, described, fields)]
    if table.listed:
        some = f'    some: {name} | None = given("At least one of them matches.")'
        made.append(_input(_list_class(table), f"Conditions on the {table.name} of a case.", [some]))
    return made


def _record_input(commons: Commons, name: str) -> str:
    fields = [
        f'    and_: list[{name}] | None = given("All of these hold; at least one must be given.")',
        f'    or_: list[{name}] | None = given("At least one of these holds; at least one must be given.")',
        f'    not_: {name} | None = given("This is known not to hold.")',
        *[_field(each) for each in attributes_of(commons, RECORD) if each.asked],
        *[
            f"    {table.name}: {_list_class(table) if table.listed else table.where_class} | None = "
            f'given("Conditions on {table.description}.")'
            for table in tables_of(commons)
            if table.name != RECORD
        ],
        '    unknown: UnknownTruth | None = given("What becomes of patients of whom this is not known. Default: EXCLUDE.")',
    ]
    noun = next(table.description for table in tables_of(commons) if table.name == RECORD)
    described = (
        f"Conditions on {noun} of the patient in {commons.value}. Siblings must all hold. Empty: the patient is linked. "
        "Patients without a link, or of whom nothing was harvested, meet neither a condition nor its complement."
    )
    return _input(name, described, fields)


def _list_class(table: RecordTable) -> str:
    return table.where_class.replace("Where", "ListWhere")


def _field(each: RecordAttribute) -> str:
    cde = f" caDSR public id {each.cde}." if each.cde else ""
    text = f"{each.description}{cde} In {each.commons.value}: {each.source}."
    return f"    {each.column}: {each.values.value} | None = given({text!r})"


def _input(name: str, description: str, fields: list[str]) -> str:
    return f"@strawberry.input(description={description!r})\nclass {name}:\n" + "\n".join(fields) + "\n"
