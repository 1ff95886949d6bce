"""From the where-inputs of the contract to Selections. Bad input is a BadUserInput that names the argument."""

from collections.abc import Iterable
from typing import Any

from resolvers.given import given_fields, items
from resolvers.operators import attribute_reach, node_id_condition, operator_condition
from resolvers.record_where import record_condition
from resolvers.selection import (
    EVERYTHING,
    Condition,
    Count,
    Selection,
    Some,
    all_of,
    any_of,
    complement,
)
from schema.attributes import Attribute, asked_at
from schema.errors import BadUserInput
from schema.names import graphql_name
from schema.record_attributes import RECORDED
from schema.vocabulary import Level, MatchLevel

# What the fields of where-inputs are: attributes, or ways to other levels.
ATTRIBUTES: dict[Level, dict[str, Attribute]] = {
    level: {attribute.where_field: attribute for attribute in asked_at(level)} for level in Level
}
ANCESTORS = {"collection": Level.COLLECTION, "study": Level.STUDY, "patient": Level.PATIENT}
# What sister commons hold of a patient.
RECORDS = {commons.value.lower(): commons for commons in RECORDED}
MEMBERS = {"series": Level.SERIES, "studies": Level.STUDY, "patients": Level.PATIENT}


def selection(level: Level, where: Any, argument: str = "where") -> Selection:
    """The rows of `level` that a where-input of that level selects; None and {} select all."""
    return Selection(level, all_of(conjuncts(level, where, argument, may_be_empty=True)))


def series_selection(where: Any, match: MatchLevel | None, argument: str = "where") -> Selection:
    """The series that a SeriesWhere selects; under STUDY or PATIENT its conditions may hold on different series."""
    return matched(conjuncts(Level.SERIES, where, argument, may_be_empty=True), match)


def matched(conditions: Iterable[Condition], match: MatchLevel | None) -> Selection:
    """The series selected by conditions that have to meet at the match level."""
    if match in (None, MatchLevel.SERIES):
        return Selection(Level.SERIES, all_of(conditions))
    meeting = Level.STUDY if match is MatchLevel.STUDY else Level.PATIENT
    return Selection(Level.SERIES, all_of(Some(meeting, Some(Level.SERIES, condition)) for condition in conditions))


def conjuncts(level: Level, where: Any, argument: str, may_be_empty: bool = False) -> list[Condition]:
    """The conditions of the flattened `where`: nested `and`, sibling fields, fields inside `collection`.

    What one field says is one condition, also if it has several operators.
    """
    given = given_fields(where)
    if not given and not may_be_empty:
        raise BadUserInput(argument, "an empty object says nothing here; leave it out or give a condition")
    found: list[Condition] = []
    for name, value in given.items():
        found.extend(_field(level, name, value, f"{argument}.{graphql_name(name)}"))
    return found


def _field(level: Level, name: str, value: Any, argument: str) -> list[Condition]:
    if name in ATTRIBUTES[level]:
        reach = attribute_reach(level, ATTRIBUTES[level][name])
        return [operator_condition(reach, given_fields(value), argument)]
    match name:
        case "and_":
            return [c for item, where in items(value, argument) for c in conjuncts(level, where, item)]
        case "or_":
            return [any_of(all_of(conjuncts(level, where, item)) for item, where in items(value, argument))]
        case "not_":
            return [complement(all_of(conjuncts(level, value, argument)))]
        case "id":
            return [node_id_condition(level, given_fields(value), argument)]
        case "collection":
            return [Some(Level.COLLECTION, c) for c in conjuncts(Level.COLLECTION, value, argument)]
        case _ if name in RECORDS:
            return [record_condition(RECORDS[name], value, argument)]
        case "study" | "patient":
            above = ANCESTORS[name]
            return [Some(above, all_of(conjuncts(above, value, argument)))]
        case _:
            return [_members(MEMBERS[name], given_fields(value), argument)]


def _members(level: Level, given: dict[str, Any], argument: str) -> Condition:
    """some, none, every and count over the members of a row."""
    if not given:
        raise BadUserInput(argument, "give at least one of some, none, every and count")
    return all_of(_quantified(level, name, value, f"{argument}.{name}") for name, value in given.items())


def _quantified(level: Level, name: str, value: Any, argument: str) -> Condition:
    if name == "count":
        counted = given_fields(value)
        which = selection(level, counted.get("where"), f"{argument}.where").condition
        return operator_condition(lambda tests: Count(level, which, tests), given_fields(counted["n"]), f"{argument}.n")
    condition = selection(level, value, argument).condition
    match name:
        case "some":
            return Some(level, condition)
        case "none":
            return complement(Some(level, condition))
        case _:
            return EVERYTHING if condition == EVERYTHING else complement(Some(level, complement(condition)))
