"""The contract's filters as SQL, and the exact answers to counts, lists and orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from . import derive, tables
from .tables import SubjectKind

Where = Mapping[str, Any]
Order = Sequence[Mapping[str, str]]
Answer = dict[str, int]

RANGES = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass(frozen=True)
class Attribute:
    """A set: the column that owns the elements, and the table (owner, value[, lowered, words]) of them."""

    own: str
    elements: str


@dataclass(frozen=True)
class Members:
    """Members of a list: the owner's id, the pairs (owner, member), and where a member's own row is."""

    level: str
    own: str
    pairs: str
    owner: str
    member: str


@dataclass(frozen=True)
class Level:
    table: str
    id: str
    attributes: dict[str, Attribute]
    above: dict[str, tuple[str, str]]  # field: the level it speaks of and the column with that level's id
    members: dict[str, Members]
    orders: dict[str, tuple[str, bool]]  # field: column, and whether it is a code (negative for no value)


def _series_attributes() -> dict[str, Attribute]:
    coded = {name: Attribute(f"s.c_{name}", f"e_{name}") for name in tables.SERIES_COLUMNS}
    return coded | {
        "collectionID": Attribute("s.cid", "x_collectionID"),
        "subjectKind": Attribute("s.pid", "x_subjectKind"),
    }


def _collection_attributes() -> dict[str, Attribute]:
    coded = {name: Attribute(f"c.c_{name}", f"e_collection_{name}") for name in tables.COLLECTION_COLUMNS}
    return coded | {"collectionID": Attribute("c.cid", "x_collectionID")}


_SERIES_ORDERS = {
    "MODALITY": "modality",
    "BODY_PART_EXAMINED": "bodyPartExamined",
    "MANUFACTURER": "manufacturer",
    "PATIENT_AGE": "patientAge",
    "SERIES_DATE": "seriesDate",
    "STUDY_DATE": "studyDate",
    "SERIES_DESCRIPTION": "seriesDescription",
    "SERIES_NUMBER": "seriesNumber",
    "INSTANCE_COUNT": "instanceCount",
    "SIZE_BYTES": "sizeBytes",
    "FIRST_RELEASE": "firstRelease",
    "REVISED_RELEASE": "revisedRelease",
}

LEVELS = {
    "SERIES": Level(
        "s",
        "s.sid",
        _series_attributes(),
        {"collection": ("COLLECTION", "s.cid"), "study": ("STUDY", "s.stid"), "patient": ("PATIENT", "s.pid")},
        {},
        {"KEYS": ("s.sid", False)} | {field: (f"s.c_{name}", True) for field, name in _SERIES_ORDERS.items()},
    ),
    "STUDY": Level(
        "st",
        "st.stid",
        {
            "studyInstanceUID": Attribute("st.c_studyInstanceUID", "e_studyInstanceUID"),
            "patientID": Attribute("st.stid", "x_study_patientID"),
            "collectionID": Attribute("st.cid", "x_collectionID"),
            "studyDate": Attribute("st.stid", "x_study_studyDate"),
            "studyDescription": Attribute("st.stid", "x_study_studyDescription"),
        },
        {"collection": ("COLLECTION", "st.cid")},
        {
            "series": Members("SERIES", "st.stid", "s", "s.stid", "s.sid"),
            "patients": Members("PATIENT", "st.stid", "sp", "sp.stid", "sp.pid"),
        },
        {
            "KEYS": ("st.stid", False),
            "STUDY_DATE": ("st.first_date", True),
            "SERIES_COUNT": ("st.series", False),
            "SIZE_BYTES": ("st.bytes", False),
        },
    ),
    "PATIENT": Level(
        "p",
        "p.pid",
        {
            "patientID": Attribute("p.c_patientID", "e_patientID"),
            "collectionID": Attribute("p.cid", "x_collectionID"),
            "subjectKind": Attribute("p.pid", "x_subjectKind"),
            "patientSex": Attribute("p.pid", "x_patient_patientSex"),
            "patientAge": Attribute("p.pid", "x_patient_patientAge"),
        },
        {"collection": ("COLLECTION", "p.cid")},
        {
            "series": Members("SERIES", "p.pid", "s", "s.pid", "s.sid"),
            "studies": Members("STUDY", "p.pid", "sp", "sp.pid", "sp.stid"),
        },
        {
            "KEYS": ("p.pid", False),
            "STUDY_COUNT": ("p.studies", False),
            "SERIES_COUNT": ("p.series", False),
            "SIZE_BYTES": ("p.bytes", False),
        },
    ),
    "COLLECTION": Level(
        "c",
        "c.cid",
        _collection_attributes(),
        {},
        {
            "series": Members("SERIES", "c.cid", "s", "s.cid", "s.sid"),
            "patients": Members("PATIENT", "c.cid", "p", "p.cid", "p.pid"),
        },
        {
            "KEYS": ("c.cid", False),
            "NAME": ("c.c_name", True),
            "UPDATED": ("c.c_updated", True),
            "PATIENT_COUNT": ("c.patients", False),
            "SERIES_COUNT": ("c.series", False),
            "SIZE_BYTES": ("c.bytes", False),
        },
    ),
}
MATCH_IDS = {"STUDY": "s.stid", "PATIENT": "s.pid"}
SERIES_COLUMN_OF = {"SERIES": "s.sid", "STUDY": "s.stid", "PATIENT": "s.pid", "COLLECTION": "s.cid"}
KEYS = {
    "SERIES": "SELECT c.collectionID, p.value, t.value, u.value FROM page JOIN s ON s.sid = page.id "
    "JOIN c ON c.cid = s.cid JOIN e_patientID p ON p.owner = s.c_patientID "
    "JOIN e_studyInstanceUID t ON t.owner = s.c_studyInstanceUID "
    "JOIN e_seriesInstanceUID u ON u.owner = s.c_seriesInstanceUID",
    "STUDY": "SELECT t.value FROM page JOIN st ON st.stid = page.id "
    "JOIN e_studyInstanceUID t ON t.owner = st.c_studyInstanceUID",
    "PATIENT": "SELECT c.collectionID, e.value FROM page JOIN p ON p.pid = page.id "
    "JOIN c ON c.cid = p.cid JOIN e_patientID e ON e.owner = p.c_patientID",
    "COLLECTION": "SELECT c.collectionID FROM page JOIN c ON c.cid = page.id",
}
TOTALS = (
    "SELECT count(DISTINCT s.cid), count(DISTINCT s.pid), count(DISTINCT s.stid), count(*), "
    "coalesce(sum(s.instances), 0)::BIGINT, coalesce(sum(s.bytes), 0)::BIGINT, (SELECT count(*) FROM m) FROM s"
)
PARENT_IDS = {
    "STUDY": "SELECT st.stid FROM st JOIN e_studyInstanceUID e ON e.owner = st.c_studyInstanceUID WHERE e.value = $k0",
    "PATIENT": "SELECT p.pid FROM p JOIN c USING (cid) JOIN e_patientID e ON e.owner = p.c_patientID "
    "WHERE c.collectionID = $k0 AND e.value = $k1",
    "COLLECTION": "SELECT c.cid FROM c WHERE c.collectionID = $k0",
}


def given(where: Where) -> Iterator[tuple[str, Any]]:
    """The fields that count: a null is as good as absent."""
    return ((field, value) for field, value in where.items() if value is not None)


def conjuncts(where: Where) -> Iterator[dict[str, Any]]:
    """The flattened AND of a series filter: nested `and`, sibling fields, and fields inside `collection`."""
    for field, value in given(where):
        if field == "and":
            for part in value:
                yield from conjuncts(part)
        elif field == "collection":
            yield from ({"collection": inner} for inner in conjuncts(value))
        else:
            yield {field: value}


class Translation:
    """One filter as an SQL condition and the values it binds.

    Every condition is true or false, never null, so that NOT is the exact complement.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def matched(self, level: str, where: Where, match: str) -> str:
        """The condition on rows of a level, with the MatchLevel of a series filter."""
        if match == "SERIES":
            return self.condition(level, where)
        if level != "SERIES":
            raise ValueError("only a series filter has a match level")
        column = MATCH_IDS[match]
        return self.all_of(
            f"{column} IN (SELECT {column} FROM s WHERE {self.condition('SERIES', part)})" for part in conjuncts(where)
        )

    def condition(self, level: str, where: Where) -> str:
        return self.all_of(self.field(level, field, value) for field, value in given(where))

    def all_of(self, conditions: Iterator[str]) -> str:
        return " AND ".join(f"({condition})" for condition in conditions) or "true"

    def field(self, level: str, field: str, value: Any) -> str:
        if field == "and":
            return self.all_of(self.condition(level, part) for part in value)
        if field == "or":
            return " OR ".join(f"({self.condition(level, part)})" for part in value)
        if field == "not":
            return f"NOT ({self.condition(level, value)})"
        here = LEVELS[level]
        if field in here.above:
            return self.above(*here.above[field], value)
        if field in here.members:
            return self.all_of(self.quantified(here.members[field], name, inner) for name, inner in given(value))
        return self.operators(here.attributes[field], value)

    def above(self, level: str, column: str, where: Where) -> str:
        table = LEVELS[level]
        return f"{column} IN (SELECT {table.id} FROM {table.table} WHERE {self.condition(level, where)})"

    # ------------------------------------------------------------------------------------------ lists of members
    def quantified(self, members: Members, quantifier: str, inner: Where) -> str:
        if quantifier == "count":
            return self.counted(members, inner)
        condition = self.member_condition(members, inner)
        if quantifier == "every":
            condition = f"NOT ({condition})"
        test = "IN" if quantifier == "some" else "NOT IN"
        return f"{members.own} {test} (SELECT {members.owner} FROM {members.pairs} WHERE {condition})"

    def member_condition(self, members: Members, where: Where) -> str:
        table = LEVELS[members.level]
        if table.table == members.pairs:
            return self.condition(members.level, where)
        return self.above(members.level, members.member, where)

    def counted(self, members: Members, inner: Where) -> str:
        condition = self.member_condition(members, inner.get("where") or {})
        owner_table = members.own.split(".")[0]
        # Owners without a matching member count zero, hence the outer join.
        return (
            f"{members.own} IN (SELECT {members.own} FROM {owner_table} LEFT JOIN "
            f"(SELECT {members.owner} AS owner, count(*) AS n FROM {members.pairs} WHERE {condition} GROUP BY 1) AS k "
            f"ON k.owner = {members.own} WHERE {self.number(inner['n'])})"
        )

    def number(self, operators: Where) -> str:
        """Operators on a count, which always has a value."""
        count = "coalesce(k.n, 0)"
        tests = [] if operators.get("isNull") is None else ["false" if operators["isNull"] else "true"]
        for operator, value in given(operators):
            if operator in ("ne", "notIn"):
                positive = {"ne": "eq", "notIn": "in"}[operator]
                tests.append(f"NOT ({self.comparison(count, positive, value)})")
            elif operator not in ("isNull", "orNull"):
                tests.append(self.comparison(count, operator, value))
        return self.all_of(iter(tests))

    # ------------------------------------------------------------------------------------------ operators on a set
    def operators(self, attribute: Attribute, operators: Where) -> str:
        present = dict(given(operators))
        is_null, or_null = present.pop("isNull", None), present.pop("orNull", None)
        negative = {"eq": present.pop("ne", None), "in": present.pop("notIn", None)}
        tests = [self.has_none(attribute, name, value) for name, value in given(negative)]
        if present:
            tests.append(self.has_one(attribute, present))
        if is_null is not None:
            tests.append(self.empty(attribute) if is_null else f"NOT ({self.empty(attribute)})")
        condition = self.all_of(iter(tests))
        return f"({condition}) OR ({self.empty(attribute)})" if or_null else condition

    def has_one(self, attribute: Attribute, operators: Where) -> str:
        """One element satisfies all the operators together."""
        tests = self.all_of(self.element(name, value) for name, value in operators.items())
        return f"{attribute.own} IN (SELECT owner FROM {attribute.elements} WHERE {tests})"

    def has_none(self, attribute: Attribute, operator: str, value: Any) -> str:
        """No element of the whole set satisfies the operator."""
        test = self.element(operator, value)
        return f"{attribute.own} NOT IN (SELECT owner FROM {attribute.elements} WHERE {test})"

    def empty(self, attribute: Attribute) -> str:
        return f"{attribute.own} NOT IN (SELECT owner FROM {attribute.elements})"

    def element(self, operator: str, value: Any) -> str:
        if operator == "contains":
            return f"contains(lowered, {self.bind(value.lower())})"
        if operator == "startsWith":
            return f"starts_with(lowered, {self.bind(value.lower())})"
        if operator == "search":
            return self.search(value)
        return self.comparison("value", operator, value)

    def search(self, text: str) -> str:
        whole, prefixes = derive.search_terms(text)
        needles = [f" {word} " for word in sorted(whole)] + [f" {prefix}" for prefix in sorted(prefixes)]
        return self.all_of(f"contains(words, {self.bind(needle)})" for needle in needles)

    def comparison(self, expression: str, operator: str, value: Any) -> str:
        if operator == "in":
            return f"{expression} IN ({', '.join(self.bind(item) for item in value)})"
        return f"{expression} {RANGES.get(operator, '=')} {self.bind(value)}"


class Oracle:
    """Exact answers over a folder of the five Parquet files, for filters given as JSON-like values."""

    def __init__(self, source: Path, subject_kind: SubjectKind) -> None:
        self._con = duckdb.connect()
        tables.build(self._con, source, subject_kind)

    def counts(self, level: str, where: Where | None = None, match: str = "SERIES") -> Answer:
        """Counts over all series of all matching rows of a level; total is the number of those rows."""
        translation = Translation()
        return self._counts(level, translation, translation.matched(level, where or {}, match), "true")

    def keys(
        self, level: str, where: Where | None = None, order_by: Order | None = None, match: str = "SERIES"
    ) -> list[tuple[str, ...]]:
        """Keys of all matching rows, in order."""
        translation = Translation()
        return self._keys(level, translation, translation.matched(level, where or {}, match), order_by)

    def under(
        self,
        level: str,
        parent_level: str,
        parent_key: tuple[str, ...],
        where: Where | None = None,
        order_by: Order | None = None,
    ) -> tuple[list[tuple[str, ...]], Answer]:
        """Keys and counts of one parent's rows; the counts speak of the parent's series only."""
        parent = self._parent(parent_level, parent_key)
        scope = f"{SERIES_COLUMN_OF[parent_level]} = {parent}"
        translation = Translation()
        inside = f"{LEVELS[level].id} IN (SELECT {SERIES_COLUMN_OF[level]} FROM s WHERE {scope})"
        condition = f"{inside} AND ({translation.condition(level, where or {})})"
        keys = self._keys(level, translation, condition, order_by)
        return keys, self._counts(level, translation, condition, scope)

    def _counts(self, level: str, translation: Translation, condition: str, scope: str) -> Answer:
        here = LEVELS[level]
        rows = f"WITH m AS MATERIALIZED (SELECT {here.id} AS id FROM {here.table} WHERE {condition})"
        query = f"{rows} {TOTALS} WHERE {scope} AND {SERIES_COLUMN_OF[level]} IN (SELECT id FROM m)"
        row = self._con.execute(query, translation.values).fetchall()[0]
        names = ("collections", "patients", "studies", "series", "instances", "sizeBytes", "total")
        return dict(zip(names, row, strict=True))

    def _keys(
        self, level: str, translation: Translation, condition: str, order_by: Order | None
    ) -> list[tuple[str, ...]]:
        here = LEVELS[level]
        position = f"row_number() OVER (ORDER BY {order(here, order_by)}) AS position"
        page = f"WITH page AS (SELECT {here.id} AS id, {position} FROM {here.table} WHERE {condition})"
        query = f"{page} {KEYS[level]} ORDER BY page.position"
        return self._con.execute(query, translation.values).fetchall()

    def _parent(self, level: str, key: tuple[str, ...]) -> int:
        values = {f"k{position}": part for position, part in enumerate(key)}
        row = self._con.execute(PARENT_IDS[level], values).fetchone()
        if row is None:
            raise KeyError(key)
        return int(row[0])


def order(level: Level, order_by: Order | None) -> str:
    """Codes of missing values are negative: they come last in both directions. The keys break every tie."""
    terms: list[str] = []
    for entry in order_by or []:
        column, coded = level.orders[entry["field"]]
        terms += [f"{column} < 0"] if coded else []
        terms.append(f"{column} {entry.get('direction') or 'ASC'}")
    return ", ".join([*terms, level.id])
