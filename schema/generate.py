"""Writes the where-inputs and orders from the attribute tables: `python -m schema.generate`.

They are generated source, not classes built at run time, so that type checkers and readers see them.
A test checks that they are current.
"""

from pathlib import Path

from schema.attributes import Attribute, asked_at, sortable_at
from schema.generate_records import record_where_source
from schema.names import enum_name
from schema.record_attributes import RECORDED
from schema.vocabulary import Level

_LEVELS = {
    Level.SERIES: "Conditions on series. Siblings must all hold. Empty: every series.",
    Level.STUDY: "Conditions on studies. Siblings must all hold. Empty: every study.",
    Level.PATIENT: "Conditions on patients. Siblings must all hold. Empty: every patient.",
    Level.COLLECTION: "Conditions on collections. Siblings must all hold. Empty: every collection.",
}
_ANCESTORS = {
    Level.SERIES: (Level.COLLECTION, Level.STUDY, Level.PATIENT),
    Level.STUDY: (Level.COLLECTION,),
    Level.PATIENT: (Level.COLLECTION,),
    Level.COLLECTION: (),
}
_MEMBERS = {
    Level.SERIES: (),
    Level.STUDY: (Level.SERIES, Level.PATIENT),
    Level.PATIENT: (Level.SERIES, Level.STUDY),
    Level.COLLECTION: (Level.SERIES, Level.PATIENT),
}
_PLURAL = {Level.SERIES: "series", Level.STUDY: "studies", Level.PATIENT: "patients"}

_WHERE_HEAD = '''"""The where-inputs. Generated from the attribute table by `python -m schema.generate`; do not edit."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import UNSET

from schema.attributes import attribute
from schema.operators import (
    BigIntWhere,
    DateWhere,
    FloatWhere,
    IDWhere,
    IntWhere,
    NodeIDWhere,
    ObjectKindWhere,
    StringWhere,
    SubjectKindWhere,
)
from schema.record_where import CDAWhere, GDCWhere, ICDCWhere, PDCWhere
from schema.where_field import given

OF_SERIES = "Asked of any of its series; ne, notIn and isNull: true ask that none of them has it."


def condition(column: str, remark: str = "") -> Any:
    """The where-field of an attribute, described by the table."""
    return strawberry.field(default=UNSET, description=f"{attribute(column).title} {remark}".strip())
'''

_ORDER_HEAD = '''"""The orders. Generated from the attribute table by `python -m schema.generate`; do not edit."""

from __future__ import annotations

from enum import Enum

import strawberry

from schema.enums import OrderDirection, describe
'''


def where_source() -> str:
    """The source of `schema/where.py`."""
    inputs = [_where_input(level) for level in _LEVELS]
    lists = [text for level in _PLURAL for text in (_list_input(level), _count_input(level))]
    return "\n\n".join([_WHERE_HEAD, *inputs, *lists])


def order_source() -> str:
    """The source of `schema/order.py`."""
    return "\n\n".join([_ORDER_HEAD, *[_order_input(level) for level in _LEVELS]])


def _class(level: Level, suffix: str) -> str:
    return level.value.capitalize() + suffix


def _where_input(level: Level) -> str:
    name = _class(level, "Where")
    noun = level.value.lower()
    fields = [
        f'    and_: list[{name}] | None = given("All of these hold; at least one must be given.")',
        f'    or_: list[{name}] | None = given("At least one of these holds; at least one must be given.")',
        f'    not_: {name} | None = given("This does not hold: the exact complement.")',
        f'    id: NodeIDWhere | None = given("Global id of the {noun}.")',
    ]
    fields += [
        f'    {a.where_field}: {a.values.value} | None = condition("{a.column}"{_remark(a, level)})'
        for a in asked_at(level)
    ]
    fields += [
        f"    {above.value.lower()}: {_class(above, 'Where')} | None = "
        f'given("The {above.value.lower()} that the {noun} belongs to matches.")'
        for above in _ANCESTORS[level]
    ]
    fields += [
        f"    {_PLURAL[below]}: {_class(below, 'ListWhere')} | None = "
        f'given("Conditions on the {_PLURAL[below]} of the {noun} as a list.")'
        for below in _MEMBERS[level]
    ]
    if level is Level.PATIENT:
        fields += [
            f"    {commons.value.lower()}: {commons.value}Where | None = "
            f'given("What {commons.value} holds of the patient matches.")'
            for commons in RECORDED
        ]
    return f'@strawberry.input(description="{_LEVELS[level]}")\nclass {name}:\n' + "\n".join(fields) + "\n"


def _remark(attribute: Attribute, level: Level) -> str:
    """What is to be known of an attribute that is asked above its level."""
    return ", OF_SERIES" if attribute.level is Level.SERIES and level is not Level.SERIES else ""


def _list_input(level: Level) -> str:
    name, where, plural = _class(level, "ListWhere"), _class(level, "Where"), _PLURAL[level]
    return (
        f'@strawberry.input(description="Conditions on a list of {plural}. Siblings must all hold.")\n'
        f"class {name}:\n"
        f'    some: {where} | None = given("At least one of the {plural} matches.")\n'
        f'    none: {where} | None = given("None of the {plural} matches.")\n'
        f'    every: {where} | None = given("All of the {plural} match; true where there are none.")\n'
        f'    count: {_class(level, "CountWhere")} | None = given("How many of the {plural} match.")\n'
    )


def _count_input(level: Level) -> str:
    where, plural = _class(level, "Where"), _PLURAL[level]
    return (
        f'@strawberry.input(description="A condition on how many {plural} match.")\n'
        f"class {_class(level, 'CountWhere')}:\n"
        f'    n: IntWhere = strawberry.field(description="How many must match.")\n'
        f'    where: {where} | None = given("Which {plural} are counted. Left out or empty: all.")\n'
    )


def _order_input(level: Level) -> str:
    enum, noun = _class(level, "OrderField"), level.value.lower()
    fields = sortable_at(level)
    members = ["KEYS", *[enum_name(column) for column in fields]]
    described = {"KEYS": "The row's keys: collectionID, patientID, studyInstanceUID, seriesInstanceUID."} | {
        enum_name(column): text for column, text in fields.items()
    }
    lines = [f"class {enum}(Enum):", f'    """What {_PLURAL.get(level, "collections")} can be sorted by."""', ""]
    lines += [f'    {member} = "{member}"' for member in members]
    lines += ["", "", f'describe({enum}, "What {_PLURAL.get(level, "collections")} can be sorted by.", {{']
    lines += [f'    "{member}": {described[member]!r},' for member in members]
    lines += ["})  # fmt: skip", "", ""]
    lines += [
        '@strawberry.input(description="One step of a sort; ties are broken by the next step, then by the keys.")',
        f"class {_class(level, 'Order')}:",
        f'    field: {enum} = strawberry.field(description="What to sort the {noun} rows by.")',
        '    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Direction.")',
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Write the files beside this one."""
    folder = Path(__file__).parent
    (folder / "where.py").write_text(where_source())
    (folder / "order.py").write_text(order_source())
    (folder / "record_where.py").write_text(record_where_source())


if __name__ == "__main__":
    main()
