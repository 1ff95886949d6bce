"""From where-inputs on records in sister commons to conditions on patients."""

from typing import Any

from resolvers.given import given_fields, items
from resolvers.operators import operator_condition
from resolvers.selection import Condition, Field, Recorded, SomeRow, Test, all_of, among, any_of, complement
from schema.errors import BadUserInput
from schema.names import graphql_name
from schema.record_attributes import MOST_GENES, RECORD, RecordTable, attributes_of, record_table
from schema.vocabulary import Commons, UnknownTruth


def record_condition(commons: Commons, where: Any, argument: str) -> Condition:
    """The patients whose record in a commons matches; {} asks for those who have one."""
    given = given_fields(where)
    unknown = given.pop("unknown", UnknownTruth.EXCLUDE) is UnknownTruth.INCLUDE
    reader = _Reader(commons)
    return Recorded(commons, all_of(reader.conditions(given, argument)), unknown)


class _Reader:
    def __init__(self, commons: Commons) -> None:
        self._commons = commons
        self._own = {each.column: each for each in attributes_of(commons, RECORD)}

    def conditions(self, given: dict[str, Any], argument: str) -> list[Condition]:
        """One condition for each field."""
        return [self._condition(name, value, f"{argument}.{graphql_name(name)}") for name, value in given.items()]

    def _condition(self, name: str, value: Any, argument: str) -> Condition:
        match name:
            case "and_":
                return all_of(self._all_of(each, at) for at, each in items(value, argument))
            case "or_":
                return any_of(self._all_of(each, at) for at, each in items(value, argument))
            case "not_":
                return complement(self._all_of(value, argument))
            case _ if name in self._own:
                return SomeRow(RECORD, self._field(RECORD, name, value, argument))
            case _:
                return self._rows(record_table(self._commons, name), value, argument)

    def _all_of(self, where: Any, argument: str) -> Condition:
        given = given_fields(where)
        if "unknown" in given:
            raise BadUserInput(f"{argument}.unknown", "say it once, at the outermost level of the commons' condition")
        if not given:
            raise BadUserInput(argument, "an empty object says nothing here; leave it out or give a condition")
        return all_of(self.conditions(given, argument))

    def _rows(self, table: RecordTable, where: Any, argument: str) -> Condition:
        """Some row of a part of the record matches."""
        given = given_fields(where)
        if table.listed:
            if "some" not in given:
                raise BadUserInput(argument, "give `some`, the condition that one of them must meet")
            argument, given = f"{argument}.some", given_fields(given["some"])
        if table.asked:
            _check_askable(table, given, argument)
        any_of_them = given.pop("any_diagnosis", False)
        fields = [
            self._field(table.name, name, value, f"{argument}.{graphql_name(name)}") for name, value in given.items()
        ]
        if table.one_of and not any_of_them:
            fields.append(Field(table.name, table.one_of, (among(["true"]),)))
        return SomeRow(table.name, all_of(fields))

    def _field(self, table: str, column: str, value: Any, argument: str) -> Condition:
        def reach(tests: tuple[Test, ...]) -> Condition:
            return Field(table, column, tests)

        return operator_condition(reach, given_fields(value), argument)


def _check_askable(table: RecordTable, given: dict[str, Any], argument: str) -> None:
    """What a commons itself is asked for has to be named."""
    (attribute,) = attributes_of(table.commons, table.name)
    operators = given_fields(given.get(attribute.column))
    named = f"{argument}.{attribute.name}"
    if not operators:
        raise BadUserInput(named, f"name what {table.commons.value} is to be asked for, by eq or in")
    for other in operators.keys() - {"eq", "in_"}:
        raise BadUserInput(
            f"{named}.{graphql_name(other)}",
            f"{table.commons.value} is asked for this by eq or in alone; give one of them, and for a complement put "
            f"`not` around {table.name}",
        )
    if len(set(operators.get("in_", ()))) > MOST_GENES:
        raise BadUserInput(f"{named}.in", f"more than {MOST_GENES}; ask for fewer, or join several conditions by or")
