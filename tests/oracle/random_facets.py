"""Random panels and crosstabs, as the JSON that a client sends in variables.

Their filters are made around the rows of one patient, as in random_where, and mostly hold own filters of some of the
faceted attributes: in every form that is an own filter, and in forms that look like one and are none.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from .facets import DATES, FIELDS, NUMBERS, RELEASES, TERMS
from .random_where import Draft, Row, Vocabulary, Where, kind_of

# Attributes that a series has by its collection.
OF_COLLECTION = ("programID", "cancerTypes", "tumorLocations", "species")
ORDERS = ("PATIENTS", "STUDIES", "SERIES", "INSTANCES", "SIZE_BYTES", "VALUE")
AGES = (0, 0.5, 1, 9.99, 10, 17.5, 18, 40, 60, 65, 89, 90, 120, 130, 200)
# Facets that say more with other attributes come more often.
WEIGHTS = {"MODALITY": 4, "PATIENT_AGE": 3, "STUDY_DATE": 3, "TRANSFER_SYNTAX_NAME": 3, "COLLECTION_ID": 2}


class RandomFacets:
    """Arguments of facets and crosstab; the same seed and calls give the same ones."""

    def __init__(self, seed: int, vocabulary: Vocabulary) -> None:
        self.rng = Random(seed)
        self.vocabulary = vocabulary
        self.draft = Draft(self.rng, vocabulary)

    def panel(self) -> dict[str, Any]:
        return self.arguments(self.rng.choices([0, 1, 2, 3, 4, 6], [1, 5, 6, 5, 4, 2])[0], repeated=True)

    def crosstab(self) -> dict[str, Any]:
        return self.arguments(self.rng.choice([2, 2, 3]), repeated=self.chance(0.1))

    def arguments(self, many: int, repeated: bool) -> dict[str, Any]:
        fields = self.fields(many, repeated)
        by = [self.by(field) for field in fields]
        for number, one in enumerate(by):
            if self.chance(0.3) or one["field"] in fields[:number]:
                one["key"] = f"{one['field'].lower()} {number}"
        return {"where": self.where(fields), "by": by, "match": self.match()}

    def fields(self, many: int, repeated: bool) -> list[str]:
        """Now and then one field twice: a panel may hold several facets of it."""
        names = list(FIELDS)
        found = self.rng.choices(names, [WEIGHTS.get(name, 1) for name in names], k=many)
        return found if repeated or len(set(found)) == many else self.rng.sample(names, many)

    def match(self) -> str:
        return self.rng.choice(["SERIES", "SERIES", "STUDY", "PATIENT"])

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    # ------------------------------------------------------------------------------------------ filters
    def where(self, fields: Sequence[str]) -> Where:
        """One part on whatever it may be, and own filters; nothing at all so that much is counted."""
        row = self.rng.choice(self.draft.rows)
        parts = [self.draft.where("SERIES", self.rng.choice([1, 2, 3]))] if self.chance(0.35) else []
        for field in dict.fromkeys(fields):
            if self.chance(0.6):
                parts += [self.own_filter(FIELDS[field].attribute, row) for _ in range(self.rng.choice([1, 1, 1, 2]))]
        self.rng.shuffle(parts)
        return self.joined(parts)

    def joined(self, parts: list[Where]) -> Where:
        """As sibling fields where they can stand beside each other, else in `and`."""
        result: Where = {}
        rest: list[Where] = []
        for part in parts:
            if self.chance(0.5) and not set(part) & set(result):
                result |= part
            else:
                rest.append(part)
        if rest:
            # A part may say `and: null`, which counts as not given.
            result["and"] = [*(result.get("and") or []), *rest]
        return result

    def own_filter(self, attribute: str, row: Row) -> Where:
        """A conjunct on the attribute, some forms of which are nobody's own filter."""
        forms: list[tuple[int, Callable[[], Where]]] = [
            (8, lambda: self.leaf(attribute, row)),
            (2, lambda: {"and": [self.leaf(attribute, row)]}),
            (3, lambda: {"or": [self.leaf(attribute, row) for _ in range(self.rng.choice([1, 2, 3]))]}),
            (2, lambda: {"not": self.leaf(attribute, row)}),
            (1, lambda: {"not": {"or": [self.leaf(attribute, row), {"not": self.leaf(attribute, row)}]}}),
            (1, lambda: {"and": [{"and": [self.leaf(attribute, row)]}, self.leaf(attribute, row)]}),
            (1, lambda: {"or": [{"and": [self.leaf(attribute, row), {"not": self.leaf(attribute, row)}]}]}),
            (1, lambda: {"or": [self.leaf(attribute, row), self.leaf(self.draft.attribute("SERIES"), row)]}),
            (1, lambda: {"study": {"series": {"some": self.leaf(attribute, row)}}}),
            (1, lambda: {"patient": {"series": {"some": self.leaf(attribute, row)}}}),
            (1, lambda: {"collection": {"series": {"some": self.leaf(attribute, row)}}}),
        ]
        if attribute in (*OF_COLLECTION, "collectionID"):
            forms += [(6, lambda: {"collection": self.inside_collection(attribute, row)})]
        if attribute in ("studyDate", "studyDescription"):
            forms += [(2, lambda: {"study": {attribute: self.operators(attribute, row)}})]
        if attribute in ("patientSex", "patientAge", "subjectKind"):
            forms += [(2, lambda: {"patient": {attribute: self.operators(attribute, row)}})]
        return self.rng.choices([form for _, form in forms], [weight for weight, _ in forms])[0]()

    def inside_collection(self, attribute: str, row: Row) -> Where:
        operators: Where = {attribute: self.operators(attribute, row)}
        another: Where = {"status": self.operators("status", row)}
        several: Where = {"or": [operators, {attribute: self.operators(attribute, row)}]}
        choices = [operators, several, {"not": operators}, {"and": [operators, another]}, {**operators, **another}]
        return self.rng.choice(choices)

    def leaf(self, attribute: str, row: Row) -> Where:
        operators: Where = {attribute: self.operators(attribute, row)}
        return {"collection": operators} if attribute in OF_COLLECTION else operators

    def operators(self, attribute: str, row: Row) -> Where:
        return self.draft.operators(attribute, row)

    # ------------------------------------------------------------------------------------------ facets
    def by(self, field: str) -> dict[str, Any]:
        result: dict[str, Any] = {"field": field}
        if self.chance(0.15):
            result["excludeOwnFilter"] = self.rng.choice([False, False, True, None])
        form = FIELDS[field].form
        add = {TERMS: self.add_terms, NUMBERS: self.add_numbers, DATES: self.add_dates}[form]
        add(field, result)
        return result

    def add_terms(self, field: str, result: dict[str, Any]) -> None:
        if self.chance(0.7):
            result["size"] = self.rng.choice([1, 2, 3, 5, 10, 50, 1000, None])
        if self.chance(0.7):
            result["orderBy"] = self.rng.choice([*ORDERS, None])
        if self.chance(0.3):
            result["contains"] = self.draft.fragment(str(self.value(field)))
        if self.chance(0.3):
            result["values"] = [str(self.value(field)) for _ in range(self.rng.randint(0, 3))]
            if self.chance(0.4):
                result["values"].append("99" if field in RELEASES else self.draft.missing_text(str(self.value(field))))

    def value(self, field: str) -> Any:
        values, row = self.vocabulary.values[FIELDS[field].attribute], self.rng.choice(self.draft.rows)
        here = row.get(FIELDS[field].attribute, ())
        if not values.distinct:
            return self.draft.missing(kind_of(FIELDS[field].attribute), None)
        return self.rng.choice(here) if here and self.chance(0.6) else values.frequent(self.rng)

    def add_numbers(self, field: str, result: dict[str, Any]) -> None:
        if self.chance(0.5):
            edges = {self.edge(field) for _ in range(self.rng.randint(2, 9))}
            result["boundaries"] = sorted(edges | {max(10**13, 2 * max(edges))} if len(edges) == 1 else edges)

    def edge(self, field: str) -> float:
        if field == "PATIENT_AGE" and self.chance(0.5):
            return self.rng.choice(AGES)
        value: float = self.value(field)
        return self.rng.choice([value, value + 1, value - 0.5, value * 10, value / 3, 0, -1, 1, 10**9, 1e15])

    def add_dates(self, field: str, result: dict[str, Any]) -> None:
        if self.chance(0.7):
            result["interval"] = self.rng.choice(["YEAR", "MONTH", None])
        if self.chance(0.1):
            result["size"] = 1  # of terms only
