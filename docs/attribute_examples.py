"""The worked examples on the page of an attribute, with values that the release holds."""

import json
import re
from typing import Any

from docs.asking import Asker
from docs.census import Census, Element
from docs.examples import worked
from schema.attributes import Attribute, Values, sortable_at
from schema.names import graphql_name
from schema.vocabulary import AttributeType, Level

_ROOTS = {Level.COLLECTION: "collections", Level.PATIENT: "patients", Level.STUDY: "studies", Level.SERIES: "series"}
_KEYS = {
    Level.COLLECTION: ("collectionID",),
    Level.PATIENT: ("collectionID", "patientID"),
    Level.STUDY: ("collectionID", "studyInstanceUID"),
    Level.SERIES: ("collectionID", "seriesInstanceUID"),
}
_KINDS = (Values.SUBJECT_KIND, Values.OBJECT_KIND)


def literal(attribute: Attribute, value: Element) -> str:
    """A value as GraphQL writes it."""
    if attribute.values in _KINDS:
        return str(value)
    return f"{value:g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def where_literal(attribute: Attribute, operator: str, value: Element, more: str = "") -> str:
    """The SeriesWhere that asks an attribute with one operator; `more` are further ones."""
    return _nested(attribute, f"{operator}: {literal(attribute, value)}{more}")


def compared(attribute: Attribute, found: Census, asker: Asker) -> str:
    """How missing values and lists compare, asked of series."""
    if attribute.multi_valued:
        return _compared_lists(attribute, found, asker)
    if attribute.type in (AttributeType.NUMBER, AttributeType.DATE):
        return _compared_ranges(attribute, found, asker)
    return _compared_values(attribute, found, asker)


def _compared_values(attribute: Attribute, found: Census, asker: Asker) -> str:
    value = _typical(found)
    wheres = {"equal": where_literal(attribute, "eq", value), "notEqual": where_literal(attribute, "ne", value)}
    if attribute.values not in _KINDS:
        wheres["otherValue"] = where_literal(attribute, "ne", value, ", isNull: false")
        wheres["missing"] = _nested(attribute, "isNull: true")
    example, data = _counted(wheres, asker)
    text = f"`eq` and `ne` are complements: {_sum(data, 'equal', 'notEqual')}, all series."
    missing = data.get("missing", {"series": 0})["series"]
    if not missing:
        return f"Every series has a value, so that none is missing under any operator. {text}\n\n{example}"
    return (
        f"{missing:,} series have no value. {text} `ne`, `notIn` and `not` keep those without a value: "
        f"{_sum(data, 'otherValue', 'missing')}. `isNull: false` beside `ne` drops them; `orNull: true` beside `eq` "
        f"takes them along.\n\n{example}"
    )


def _compared_ranges(attribute: Attribute, found: Census, asker: Asker) -> str:
    middle = found.quantile(0.5)
    wheres = {
        "atLeast": where_literal(attribute, "gte", middle),
        "below": where_literal(attribute, "lt", middle),
        "missing": _nested(attribute, "isNull: true"),
        "notAtLeast": f"{{not: {where_literal(attribute, 'gte', middle)}}}",
        "atLeastOrMissing": where_literal(attribute, "gte", middle, ", orNull: true"),
    }
    example, data = _counted(wheres, asker)
    total = _sum(data, "atLeast", "below", "missing")
    if not data["missing"]["series"]:
        return f"Every series has a value: {_sum(data, 'atLeast', 'below')}, all series.\n\n{example}"
    return (
        f"A range holds only values, never a missing one: {total}, all series. `not` of a range is its complement and "
        f"keeps series without a value: {_sum(data, 'below', 'missing')}. `orNull: true` takes them along: "
        f"{_sum(data, 'atLeast', 'missing')}.\n\n{example}"
    )


def _compared_lists(attribute: Attribute, found: Census, asker: Asker) -> str:
    first = found.frequent(1)[0][0]
    other = found.companion(first) or found.frequent(2)[-1][0]
    one, two = where_literal(attribute, "eq", first), where_literal(attribute, "eq", other)
    wheres = {
        "first": one,
        "second": two,
        "either": _nested(attribute, f"in: [{literal(attribute, first)}, {literal(attribute, other)}]"),
        "both": f"{{and: [{one}, {two}]}}",
        "notFirst": where_literal(attribute, "ne", first),
        "missing": _nested(attribute, "isNull: true"),
    }
    example, data = _counted(wheres, asker)
    return (
        "The value is a set of elements. Operators of one object hold together on one element; two objects joined by "
        "`and` may hold on two elements. `ne` and `notIn` ask that no element is the value, and hold for the empty "
        f"list: {_sum(data, 'first', 'notFirst')}, all series. `isNull: true` asks for no element at all. A series "
        f"with both elements counts in `first` and in `second`, but once in `either`.\n\n{example}"
    )


def compared_above(attribute: Attribute, found: Census, asker: Asker) -> str:
    """How a series attribute compares that a study or patient is asked for; empty if none is."""
    levels = [level for level in attribute.where_levels if level in (Level.STUDY, Level.PATIENT)]
    if attribute.level is not Level.SERIES or not levels:
        return ""
    root, noun = _ROOTS[levels[0]], levels[0].value.lower()
    field = graphql_name(attribute.where_field)
    ranged = attribute.type in (AttributeType.NUMBER, AttributeType.DATE)
    value = literal(attribute, found.quantile(0.5) if ranged else _typical(found))
    is_, is_not = (f"{field}: {{gte: {value}}}", f"{field}: {{lt: {value}}}") if ranged else (
        f"{field}: {{eq: {value}}}", f"{field}: {{ne: {value}}}")  # fmt: skip
    other = "a series below it" if ranged else "a series with another value or none"
    wheres = {
        "some": f"{{{is_}}}",
        "none": f"{{not: {{{is_}}}}}",
        "both": f"{{{is_}, series: {{some: {{{is_not}}}}}}}",
        "missing": f"{{{field}: {{isNull: true}}}}",
    }
    lines = [f"  {alias}: {root}(where: {where}) {{ totalCount }}" for alias, where in wheres.items()]
    example, data = worked("\n".join(["{", *lines, "}"]), asker)
    counts = {alias: answer["totalCount"] for alias, answer in data.items()}
    return (
        f"Asked of a {noun}, `{field}` is the set of the values of its series. A positive operator holds if some "
        f"series has such a value; `not`, `ne` and `notIn` if none has: {counts['some']:,} + {counts['none']:,} "
        f"{root}, all of them. {counts['both']:,} {root} have such a series and also {other}. "
        f"`isNull: true` asks that no series has a value.\n\n{example}"
    )


def read(attribute: Attribute, found: Census, asker: Asker) -> str:
    """Rows with the attribute, the largest or latest first where it can be sorted by."""
    level, root = attribute.level, _ROOTS[attribute.level]
    field = graphql_name(attribute.where_field)
    arguments = ["first: 2", f"where: {{{field}: {{{_read_operator(attribute, found)}}}}}"]
    if attribute.type in (AttributeType.NUMBER, AttributeType.DATE) and attribute.column in sortable_at(level):
        arguments.append(f"orderBy: [{{field: {attribute.order_field}, direction: DESC}}]")
    fields = " ".join(dict.fromkeys([*_KEYS[level], attribute.name]))
    document = (
        f"{{\n  {root}({', '.join(arguments)}) {{\n    totalCount\n    counts {{ patients series sizeBytes }}\n"
        f"    nodes {{ {fields} }}\n  }}\n}}"
    )
    return worked(document, asker)[0]


def _read_operator(attribute: Attribute, found: Census) -> str:
    value = _typical(found)
    if attribute.type in (AttributeType.NUMBER, AttributeType.DATE):
        low, high = (literal(attribute, found.quantile(share)) for share in (0.25, 0.75))
        return f"gte: {low}, lte: {high}"
    word = re.search(r"[^\W_]{2,}", str(value))
    if attribute.type is AttributeType.TEXT and word:
        return f"search: {json.dumps(word[0].lower(), ensure_ascii=False)}"
    return f"eq: {literal(attribute, value)}"


def _typical(found: Census) -> Element:
    return found.frequent(1)[0][0] if found.frequencies else found.examples[0]


def _nested(attribute: Attribute, inside: str) -> str:
    text = f"{{{inside}}}"
    for name in reversed(attribute.where_path or ()):
        text = f"{{{name}: {text}}}"
    return text


def _counted(wheres: dict[str, str], asker: Asker) -> tuple[str, Any]:
    lines = [f"  {alias}: counts(where: {where}) {{ series patients }}" for alias, where in wheres.items()]
    return worked("\n".join(["{", *lines, "}"]), asker)


def _sum(data: Any, *names: str) -> str:
    """The series of these counts, added up in words and figures."""
    numbers = [data[name]["series"] for name in names]
    return " + ".join(f"{number:,}" for number in numbers) + f" = {sum(numbers):,}"
