"""From conditions to queries of Elasticsearch: leaves, quantifiers and lists of numbers."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from indexers.elasticsearch.documents import day_number
from indexers.elasticsearch.fields import PATHS, WORDS, field, has_many_values, is_text, lowered_field
from indexers.elasticsearch.layout import Kind
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.lowering import (
    All,
    AnyOf,
    AtLeast,
    Below,
    Excluded,
    Lowered,
    Numbered,
    Within,
)
from resolvers.search.embedded.leaves import Vocabulary
from resolvers.selection import Contains, In, Keys, Leaf, Range, Rows, Scalar, Search, StartsWith, Test
from schema.attributes import Attribute, Values, attribute
from schema.vocabulary import Level

Json = dict[str, Any]
Numbers = npt.NDArray[np.int64]

NUMBER_FIELDS = {Level.PATIENT: "patient_no", Level.STUDY: "study_no", Level.SERIES: "series_no"}

EVERYTHING: Json = {"match_all": {}}
NOTHING: Json = {"match_none": {}}

# Beyond it no attribute has a whole number.
_LEAST, _MOST = -(2**63), 2**63 - 1
# No value has as many characters; Elasticsearch refuses patterns of more.
_LONGEST_PATTERN = 1000


class Queries:
    """Writes queries over the documents of one kind. `sets` are the numbers of each `Within`."""

    def __init__(self, catalogue: Catalogue, vocabularies: "Vocabularies", sets: Mapping[Within, "NumberSet"]) -> None:
        self._catalogue = catalogue
        self._vocabularies = vocabularies
        self._sets = sets

    def all_of(self, level: Level, parts: Iterable[Lowered]) -> Json:
        """The rows of a level for which all parts hold."""
        return joined([self.query(level, part) for part in parts])

    def query(self, level: Level, part: Lowered) -> Json:
        """The rows of a level for which a condition holds."""
        match part:
            case Leaf():
                return leaf(self._catalogue.store, self._vocabularies, level, part)
            case Keys():
                rows = self._catalogue.keys.rows(part.level, part.keys)
                return numbered(level, part.level, [row for row in rows if row is not None])
            case Rows(held, rows):
                return NumberSet.of(rows.mask).query(field(level, NUMBER_FIELDS[held]))
            case Numbered():
                return numbered(level, part.level, part.numbers)
            case All(parts):
                return self.all_of(level, parts)
            case AnyOf(parts):
                return either([self.query(level, each) for each in parts])
            case Excluded(inner):
                return excluded(self.query(level, inner))
            case Below(below, inner):
                return nested(below, self.query(below, inner))
            case AtLeast(below, inner, number):
                return at_least(below, self.query(below, inner), number)
            case Within():
                found = self._sets[part]
                return found.query(field(level, NUMBER_FIELDS[part.level]))
            case _:
                raise TypeError(f"{part} is not settled")


class NumberSet:
    """Numbers of rows, to be sent as the shorter of the list of those inside and of those outside."""

    def __init__(self, inside: Numbers, outside: Callable[[], Numbers], everything: int) -> None:
        self.inside = inside
        self._outside = outside
        self._everything = everything

    @classmethod
    def of(cls, mask: npt.NDArray[np.bool_]) -> "NumberSet":
        """The rows of a mask."""
        return cls(np.flatnonzero(mask), lambda: np.flatnonzero(~mask), len(mask))

    def query(self, name: str) -> Json:
        """Rows whose number, held in this field, is inside."""
        if len(self.inside) * 2 <= self._everything:
            return {"terms": {name: self.inside.tolist()}}
        return excluded({"terms": {name: self._outside().tolist()}})


class Vocabularies:
    """The values of attributes whose values are few."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[str, Vocabulary] = {}

    def __getitem__(self, column: str) -> Vocabulary:
        if column not in self._made:
            self._made[column] = Vocabulary(self._store.terms(attribute(column).level, column))
        return self._made[column]

    def passing(self, column: str, tests: Iterable[Test]) -> list[Scalar]:
        """The values that pass all tests."""
        return self[column].elements_passing(tuple(tests))


def leaf(store: Store, vocabularies: Vocabularies, level: Level, condition: Leaf) -> Json:
    """Rows with a value that passes all tests."""
    declared = attribute(condition.column)
    name = field(level, declared.column)
    if not condition.tests:
        return {"exists": {"field": name}}
    if not is_text(declared):
        return joined([_number(declared, name, test) for test in condition.tests])
    if has_many_values(declared):
        return joined([_text(store, declared, level, test) for test in condition.tests])
    if len(condition.tests) == 1 and isinstance(condition.tests[0], In):
        return {"terms": {name: list(condition.tests[0].values)}}
    # The tests of a list hold together on one of its values: so the values that pass them are found here.
    return {"terms": {name: vocabularies.passing(declared.column, condition.tests)}}


def _number(declared: Attribute, name: str, test: Test) -> Json:
    match test:
        case In(values):
            return {"terms": {name: [v for v in map(number_of(declared), values) if _LEAST <= v <= _MOST]}}
        case Range():
            return span(declared, name, test)
        case _:
            raise TypeError(f"{test} is no test of {declared.column}")


def number_of(declared: Attribute) -> Callable[[Any], Any]:
    """How a value stands in documents."""
    return day_number if declared.values is Values.DATE else lambda value: value


def span(declared: Attribute, name: str, test: Range) -> Json:
    """Numbers or days between two bounds. Bounds beyond 64 bits, or between whole numbers, mean what they say."""
    read = number_of(declared)
    bounds: Json = {}
    if test.lower is not None:
        lower = read(test.lower)
        if declared.values is Values.FLOAT:
            bounds["gte" if test.lower_included else "gt"] = lower
        else:
            whole = math.ceil(lower) if test.lower_included else math.floor(lower) + 1
            if whole > _MOST:
                return NOTHING
            bounds["gte"] = max(whole, _LEAST)
    if test.upper is not None:
        upper = read(test.upper)
        if declared.values is Values.FLOAT:
            bounds["lte" if test.upper_included else "lt"] = upper
        else:
            whole = math.floor(upper) if test.upper_included else math.ceil(upper) - 1
            if whole < _LEAST:
                return NOTHING
            bounds["lte"] = min(whole, _MOST)
    return {"range": {name: bounds}} if bounds else {"exists": {"field": name}}


def _text(store: Store, declared: Attribute, level: Level, test: Test) -> Json:
    name = field(level, declared.column)
    match test:
        case In(values):
            return {"terms": {name: list(values)}}
        case Contains(text):
            return containing(field(level, lowered_field(store, declared.column)), text)
        case StartsWith(text):
            lowered = field(level, lowered_field(store, declared.column))
            return {"prefix": {lowered: {"value": text}}} if len(text) <= _LONGEST_PATTERN else NOTHING
        case Search(words):
            tokens = field(level, declared.column + WORDS)
            forms = {True: "prefix", False: "term"}
            if any(len(word.text) > _LONGEST_PATTERN for word in words):
                return NOTHING
            return joined([{forms[word.prefix]: {tokens: {"value": word.text}}} for word in words])
        case _:
            raise TypeError(f"{test} is no test of {declared.column}")


_ESCAPED = str.maketrans({"\\": "\\\\", "*": "\\*", "?": "\\?"})


def containing(name: str, text: str) -> Json:
    """Rows whose lower-cased value, held in this field, contains the lower-cased text."""
    if len(text) > _LONGEST_PATTERN:
        return NOTHING
    return {"wildcard": {name: {"value": f"*{text.translate(_ESCAPED)}*"}}}


def numbered(level: Level, of: Level, numbers: Iterable[int]) -> Json:
    """Rows of a level whose row above, or who themselves, have one of these numbers."""
    return {"terms": {field(level, NUMBER_FIELDS[of]): list(numbers)}}


def nested(level: Level, query: Json) -> Json:
    """Rows that have a member at the level for which the query holds."""
    return {"nested": {"path": PATHS[level], "query": query}}


def at_least(level: Level, query: Json, number: int) -> Json:
    """Rows that have so many: each scores 1, and the scores are added. Singles are exact up to 16 million."""
    scored = {"constant_score": {"filter": query, "boost": 1}}
    members = {"nested": {"path": PATHS[level], "score_mode": "sum", "query": scored}}
    return {"function_score": {"query": members, "min_score": number}}


def joined(queries: list[Json]) -> Json:
    """All hold."""
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"filter": queries}} if queries else EVERYTHING


def either(queries: list[Json]) -> Json:
    """At least one holds."""
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else NOTHING


def excluded(query: Json) -> Json:
    """Does not hold."""
    return {"bool": {"must_not": [query]}}


def fits(kind: Kind, part: Lowered) -> bool:
    """Whether documents of a kind can tell a condition: it says the same of all that one of them stands for."""
    if not kind.weighed:
        return True
    match part:
        case Leaf(_, column):
            return kind.tells(column)
        case Keys() | Rows() | Numbered() | AtLeast():
            return False
        case All(parts) | AnyOf(parts):
            return all(fits(kind, each) for each in parts)
        case Excluded(inner) | Below(_, inner) | Within(_, inner):
            return fits(kind, inner)
        case _:
            return fits(kind, part.part)
