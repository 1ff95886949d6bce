"""Random valid filters, as the JSON that a client sends in variables.

Values come from real patients: a filter mostly speaks of the rows of one patient, so that its conditions tend to hold
together, and otherwise of values drawn by frequency, of rare values and of values that do not exist.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from . import derive
from .sql import LEVELS
from .tables import COLLECTION_COLUMNS, SERIES_COLUMNS, Column

Where = dict[str, Any]
Row = dict[str, tuple[Any, ...]]

PATIENTS = 500
ROWS_OF_A_PATIENT = 25
DISTINCT_VALUES = 3_000
DEPTH = 4

ID, TEXT, DATE, INT, BIGINT, FLOAT, ENUM = "id", "text", "date", "int", "bigint", "float", "enum"
SPECIAL_KINDS = {
    "seriesDate": DATE,
    "studyDate": DATE,
    "updated": DATE,
    "seriesNumber": INT,
    "instanceCount": INT,
    "firstRelease": INT,
    "revisedRelease": INT,
    "sizeBytes": BIGINT,
    "patientAge": FLOAT,
    "objectKind": ENUM,
    "subjectKind": ENUM,
}
SUBJECT_KINDS = ("HUMAN", "XENOGRAFT", "ANIMAL", "PHANTOM", "SIMULATED", "SPECIMEN_BLOCK", "IMAGE_LABEL", "UNKNOWN")
# Attributes that people filter by come more often than identifiers.
WEIGHTS = {
    "modality": 8,
    "collectionID": 5,
    "bodyPartExamined": 4,
    "manufacturer": 4,
    "objectKind": 3,
    "patientSex": 3,
    "patientAge": 3,
    "studyDate": 3,
    "studyDescription": 3,
    "seriesDescription": 3,
    "analysisResultID": 3,
    "transferSyntaxUID": 3,
    "photometricInterpretation": 3,
    "cancerTypes": 4,
    "tumorLocations": 4,
    "species": 2,
    "instanceCount": 2,
    "sizeBytes": 2,
    "patientID": 2,
}
IDS = {name for name, column in SERIES_COLUMNS.items() if not column.searched}


def kind_of(attribute: str) -> str:
    return ID if attribute in IDS else SPECIAL_KINDS.get(attribute, TEXT)


@dataclass(frozen=True)
class Values:
    """Distinct values of an attribute and their running frequencies."""

    distinct: list[Any]
    running: list[int]

    @classmethod
    def of(cls, counted: Mapping[Any, int]) -> "Values":
        pairs = sorted(counted.items())
        return cls([value for value, _ in pairs], list(accumulate(count for _, count in pairs)))

    def frequent(self, rng: Random) -> Any:
        return rng.choices(self.distinct, cum_weights=self.running)[0]


@dataclass
class Vocabulary:
    values: dict[str, Values]
    patients: list[list[Row]] = field(default_factory=list)

    @classmethod
    def read(cls, source: Path) -> "Vocabulary":
        con = duckdb.connect()
        series, collections = source / "idc_index.parquet", source / "collections_index.parquet"
        con.execute(f"CREATE VIEW i AS SELECT * FROM '{series}'")
        con.execute(f"CREATE VIEW c AS SELECT * FROM '{collections}'")
        values = {name: counted(con, "i", column) for name, column in SERIES_COLUMNS.items()}
        values |= {name: counted(con, "c", column) for name, column in COLLECTION_COLUMNS.items()}
        values["subjectKind"] = Values.of(dict.fromkeys(SUBJECT_KINDS, 1) | {"HUMAN": 20})
        return cls(values, some_patients(con))


def counted(con: duckdb.DuckDBPyConnection, table: str, column: Column) -> Values:
    # The hash order keeps a fixed spread of identifiers; other attributes are kept nearly whole.
    query = (
        f'SELECT "{column.source}" AS v, count(*) AS n FROM {table} WHERE v IS NOT NULL GROUP BY 1 '
        f"ORDER BY n < 2, md5(v::VARCHAR) LIMIT {DISTINCT_VALUES}"
    )
    counts: dict[Any, int] = {}
    for raw, count in con.execute(query).fetchall():
        for element in column.elements(raw):
            counts[element] = counts.get(element, 0) + count
    return Values.of(counts)


def some_patients(con: duckdb.DuckDBPyConnection) -> list[list[Row]]:
    """Rows of patients: half of them spread over the collections, half over all patients."""
    columns = ", ".join(f'i."{column.source}"' for column in SERIES_COLUMNS.values())
    patients = (
        "SELECT collection_id, PatientID, md5(collection_id || PatientID) AS hash, row_number() OVER ("
        "PARTITION BY collection_id ORDER BY hash) AS place FROM (SELECT DISTINCT collection_id, PatientID FROM i)"
    )
    query = (
        f"WITH p AS ({patients}), k AS ((SELECT * FROM p ORDER BY place, hash LIMIT {PATIENTS // 2}) UNION "
        f"(SELECT * FROM p ORDER BY hash LIMIT {PATIENTS // 2})) "
        f"SELECT {columns} FROM i JOIN k USING (collection_id, PatientID) QUALIFY row_number() OVER ("
        f"PARTITION BY collection_id, PatientID ORDER BY md5(SeriesInstanceUID)) <= {ROWS_OF_A_PATIENT} "
        f"ORDER BY hash, SeriesInstanceUID"
    )
    collections = collection_rows(con)
    grouped: dict[Any, list[Row]] = {}
    for raw in con.execute(query).fetchall():
        row = elements_of(SERIES_COLUMNS, raw)
        key = (*row["collectionID"], *row["patientID"])
        grouped.setdefault(key, []).append(row | collections.get(key[0], {}))
    return list(grouped.values())


def collection_rows(con: duckdb.DuckDBPyConnection) -> dict[str, Row]:
    columns = ", ".join(f'"{column.source}"' for column in COLLECTION_COLUMNS.values())
    rows = con.execute(f"SELECT collection_id, {columns} FROM c").fetchall()
    return {row[0]: elements_of(COLLECTION_COLUMNS, row[1:]) for row in rows}


def elements_of(columns: Mapping[str, Column], raw: Sequence[Any]) -> Row:
    pairs = zip(columns.items(), raw, strict=True)
    return {name: () if value is None else column.elements(value) for (name, column), value in pairs}


class RandomWhere:
    """Filters, match levels and orders; the same seed and calls give the same ones."""

    def __init__(self, seed: int, vocabulary: Vocabulary) -> None:
        self._rng = Random(seed)
        self._vocabulary = vocabulary

    def series(self, rng: Random | None = None) -> Where:
        return self.where("SERIES", rng)

    def study(self, rng: Random | None = None) -> Where:
        return self.where("STUDY", rng)

    def patient(self, rng: Random | None = None) -> Where:
        return self.where("PATIENT", rng)

    def collection(self, rng: Random | None = None) -> Where:
        return self.where("COLLECTION", rng)

    def where(self, level: str, rng: Random | None = None) -> Where:
        rng = rng or self._rng
        return {} if rng.random() < 0.01 else Draft(rng, self._vocabulary).where(level, DEPTH)

    def steps(self, rng: Random | None = None) -> list[Where]:
        """Conditions that are added one by one, around the rows of one patient so that something is left."""
        rng = rng or self._rng
        draft = Draft(rng, self._vocabulary)
        return [{} if rng.random() < 0.02 else draft.where("SERIES", 2) for _ in range(rng.randint(1, 6))]

    def match(self, rng: Random | None = None) -> str:
        return (rng or self._rng).choice(["SERIES", "SERIES", "STUDY", "PATIENT"])

    def order_by(self, level: str, rng: Random | None = None) -> list[dict[str, str]] | None:
        rng = rng or self._rng
        fields = rng.sample(list(LEVELS[level].orders), rng.choice([0, 1, 1, 1, 2, 3]))
        return [ordered(rng, name) for name in fields] or rng.choice([None, []])


def ordered(rng: Random, name: str) -> dict[str, str]:
    direction = rng.choice(["ASC", "DESC", None])
    return {"field": name, "direction": direction} if direction else {"field": name}


class Draft:
    """One filter in the making, around the rows of one patient."""

    def __init__(self, rng: Random, vocabulary: Vocabulary) -> None:
        self.rng = rng
        self.vocabulary = vocabulary
        self.rows = self.some_rows()

    def some_rows(self) -> list[Row]:
        return self.rng.choice(self.vocabulary.patients)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    # ------------------------------------------------------------------------------------------ structure
    def where(self, level: str, depth: int) -> Where:
        """A filter that is never empty; its attributes speak of one row of the patient."""
        result: Where = {}
        row = self.rng.choice(self.rows)
        for _ in range(self.rng.choices([1, 2, 3], [11, 6, 2])[0]):
            kind = self.rng.random()
            if depth > 1 and kind < 0.16:
                self.add_logic(result, level, depth - 1)
            elif depth > 1 and kind < (0.34 if level == "SERIES" else 0.55):
                self.add_nested(result, level, depth - 1)
            else:
                name = self.attribute(level)
                result[name] = self.operators(name, row)
        return self.with_nulls(result, level)

    def with_nulls(self, result: Where, level: str) -> Where:
        """A field given as null counts as not given."""
        if self.chance(0.04):
            result.setdefault(self.rng.choice([*LEVELS[level].attributes, *LEVELS[level].members, "and", "not"]), None)
        return result

    def attribute(self, level: str) -> str:
        names = list(LEVELS[level].attributes)
        return self.rng.choices(names, [WEIGHTS.get(name, 1) for name in names])[0]

    def add_logic(self, result: Where, level: str, depth: int) -> None:
        name = self.rng.choice(["and", "or", "or", "not"])
        if name == "not":
            result[name] = self.where(level, depth)
            return
        result[name] = [self.elsewhere(level, depth) for _ in range(self.rng.choice([1, 2, 2, 3]))]

    def elsewhere(self, level: str, depth: int) -> Where:
        """Now and then a part that speaks of another patient."""
        here = self.rows
        if self.chance(0.25):
            self.rows = self.some_rows()
        result = self.where(level, depth)
        self.rows = here
        return result

    def add_nested(self, result: Where, level: str, depth: int) -> None:
        here = LEVELS[level]
        name = self.rng.choice([*here.above, *here.members, *here.members])
        if name in here.above:
            result[name] = self.where(here.above[name][0], depth)
        else:
            result[name] = self.members(here.members[name].level, depth)

    def members(self, level: str, depth: int) -> Where:
        kinds = self.rng.choices(["some", "none", "every", "count"], [6, 2, 2, 3], k=self.rng.choice([1, 1, 1, 1, 2]))
        return {kind: self.counted(level, depth) if kind == "count" else self.inner(level, depth) for kind in kinds}

    def inner(self, level: str, depth: int) -> Where:
        return {} if self.chance(0.05) else self.elsewhere(level, depth)

    def counted(self, level: str, depth: int) -> Where:
        result: Where = {"n": self.number_of_members()}
        if self.chance(0.75):
            result["where"] = self.inner(level, depth)
        return result

    def number_of_members(self) -> Where:
        def small() -> int:
            return self.rng.choice([0, 1, 1, 1, 2, 2, 3, 4, 5, 8, 12, 30])

        choices: list[Callable[[], Where]] = [
            lambda: {"gte": small()},
            lambda: {"gt": small()},
            lambda: {"lte": small()},
            lambda: {"eq": small()},
            lambda: {"ne": small()},
            lambda: {"in": [small(), small()]},
            lambda: {"notIn": [small(), small()]},
            lambda: self.interval(small(), small()),
            lambda: {"gte": small(), "orNull": True},
            lambda: {"isNull": self.chance(0.3)},
        ]
        return self.rng.choices(choices, [5, 3, 2, 4, 1, 1, 1, 3, 1, 1])[0]()

    # ------------------------------------------------------------------------------------------ operators
    def operators(self, name: str, row: Row) -> Where:
        kind = kind_of(name)
        result = self.first_operator(name, kind, row)
        if self.chance(0.15) and kind != ENUM:
            result = self.second_operator(name, kind, row) | result
        if kind != ENUM and "isNull" not in result and self.chance(0.12):
            result["orNull"] = self.chance(0.85)
        elif kind != ENUM and "isNull" not in result and self.chance(0.03):
            result["isNull"] = False
        if self.chance(0.03):
            result.setdefault("ne", None)
        return result

    def first_operator(self, name: str, kind: str, row: Row) -> Where:
        if kind == ENUM:
            return self.equality(name, row, self.rng.choices(["eq", "in", "ne", "notIn"], [4, 4, 1, 1])[0])
        if self.chance(0.07):
            return {"isNull": self.chance(0.4)}
        if kind in (ID, TEXT):
            return self.text_operator(name, kind, row)
        if self.chance(0.55):
            return self.range(name, row)
        negatives = ["ne"] if kind == FLOAT else ["in", "ne", "notIn"]
        return self.equality(name, row, self.rng.choice(["eq", *negatives]))

    def second_operator(self, name: str, kind: str, row: Row) -> Where:
        choices = ["ne"] if kind == FLOAT else ["ne", "notIn", "in"]
        if kind in (ID, TEXT) and self.chance(0.4):
            return self.text_operator(name, kind, row)
        return self.equality(name, row, self.rng.choice(choices))

    def text_operator(self, name: str, kind: str, row: Row) -> Where:
        operators = ["eq", "in", "ne", "notIn", "contains", "startsWith", "search"]
        operator = self.rng.choices(operators, [5, 6, 2, 2, 3, 2, 3 if kind == TEXT else 0])[0]
        if operator == "search":
            return {"search": self.words(self.value(name, row))}
        if operator == "contains":
            return {"contains": self.fragment(self.value(name, row))}
        if operator == "startsWith":
            value = self.value(name, row)
            return {"startsWith": self.other_case(value[: self.rng.randint(1, min(12, len(value)))])}
        return self.equality(name, row, operator)

    def equality(self, name: str, row: Row, operator: str) -> Where:
        if operator in ("eq", "ne"):
            return {operator: self.value(name, row)}
        others = [self.any_value(name, row) for _ in range(self.rng.randint(0, 4))]
        return {operator: [self.value(name, row), *others]}

    def any_value(self, name: str, row: Row) -> Any:
        values = self.vocabulary.values[name]
        if self.chance(0.2) or not values.distinct:
            return self.value(name, row)
        return values.frequent(self.rng) if self.chance(0.6) else self.rng.choice(values.distinct)

    def range(self, name: str, row: Row) -> Where:
        low, high = self.value(name, row), self.value(name, row)
        if self.chance(0.45):
            return {self.rng.choice(["gt", "gte", "lt", "lte"]): low}
        return self.interval(low, high)

    def interval(self, low: Any, high: Any) -> Where:
        """Never empty: equal bounds are both inclusive."""
        if low == high:
            return {"gte": low, "lte": high}
        return {self.rng.choice(["gt", "gte"]): min(low, high), self.rng.choice(["lt", "lte"]): max(low, high)}

    # ------------------------------------------------------------------------------------------ values
    def value(self, name: str, row: Row) -> Any:
        """Of this row, of another row of the patient, by frequency, any distinct one, or one that may not exist."""
        values = self.vocabulary.values[name]
        here = row.get(name, ()) if self.chance(0.85) else self.rng.choice(self.rows).get(name, ())
        draw = self.rng.random()
        if (draw < 0.68 and here) or not values.distinct:
            return self.rng.choice(here) if here else self.missing(kind_of(name), None)
        if draw < 0.88:
            return values.frequent(self.rng)
        value = self.rng.choice(values.distinct)
        return value if draw < 0.95 or kind_of(name) == ENUM else self.missing(kind_of(name), value)

    def missing(self, kind: str, value: Any) -> Any:
        """A value near a real one, which most likely does not exist."""
        step = self.rng.choice([-1, 1])
        if kind == DATE:
            return (date.fromisoformat(value or "2000-01-01") + timedelta(days=step)).isoformat()
        if kind in (INT, BIGINT):
            return max(0, (value or 0) + step)
        if kind == FLOAT:
            return (value or 50.0) + step / 2
        return self.missing_text(value or "no such value")

    def missing_text(self, value: str) -> str:
        return self.rng.choice([value.lower(), value.upper(), value.swapcase(), f"{value}0", value[:-1] or "0"])

    def other_case(self, text: str) -> str:
        return self.rng.choice([text, text, text.lower(), text.upper(), text.swapcase()])

    def fragment(self, text: str) -> str:
        start = self.rng.randrange(len(text))
        return self.other_case(text[start : start + self.rng.randint(1, 8)])

    def words(self, text: str) -> str:
        found = derive.words(text) or ["a"]
        chosen = [self.rng.choice(found) for _ in range(self.rng.choice([1, 1, 2]))]
        separator = self.rng.choice([" ", " ", "-", ", "])
        return separator.join(self.other_case(self.word(word)) for word in chosen)

    def word(self, word: str) -> str:
        if self.chance(0.6):
            return word
        return word[: self.rng.randint(1, len(word))] + self.rng.choice(["*", "*", ""])
