"""Bodies of searches: aggregations where the rows of a cell stand, the numbers of a bucket, sets of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexers.elasticsearch.fields import BITS, field
from indexers.elasticsearch.layout import Kind
from indexers.elasticsearch.proofs import THRESHOLD
from resolvers.search.elasticsearch.lowering import Cell
from resolvers.search.elasticsearch.queries import EVERYTHING, Json, Queries, joined, nested
from resolvers.search.facets import Numbers
from schema.vocabulary import Level

SERIES, STUDY, PATIENT = Level.SERIES, Level.STUDY, Level.PATIENT

# Words of a set that one search returns: Elasticsearch returns 65,536 buckets at most.
WORDS_OF_A_SEARCH = 60_000


@dataclass(frozen=True)
class Search:
    """One search of the documents of a kind; `steps` lead to its aggregations in the answer."""

    kind: Kind
    body: Json
    steps: tuple[str, ...] = ()

    def found(self, answer: Any) -> Any:
        """What the aggregations found."""
        for step in self.steps:
            answer = answer[step]
        return answer


def search(kind: Kind, queries: Queries, where: Cell, level: Level, aggregations: Json) -> Search:
    """The aggregations over the rows of a level that a cell holds.

    The query only spares looking at other patients: `nested` visits all members of a patient, so that conditions on
    them stand in the aggregations again.
    """
    patients = [queries.query(PATIENT, part) for part in where.patients]
    studies = queries.all_of(STUDY, where.studies) if where.studies else None
    series = queries.all_of(SERIES, where.series) if where.series else None
    steps: list[tuple[str, Json]] = []
    if level is not PATIENT:
        if studies is not None or level is STUDY:
            steps.append(("studies", {"nested": {"path": "studies"}}))
            steps += [("of_studies", {"filter": studies})] if studies is not None else []
        if level is SERIES:
            steps.append(("series", {"nested": {"path": "studies.series"}}))
            steps += [("of_series", {"filter": series})] if series is not None else []
    body = aggregations
    for name, step in reversed(steps):
        body = {name: {**step, "aggs": body}}
    members = [] if series is None else [nested(SERIES, series)]
    if studies is not None:
        patients.append(nested(STUDY, joined([studies, *members])))
    else:
        patients += members
    query = joined(patients)
    whole: Json = {"size": 0, "track_total_hits": False, "aggs": body}
    if query != EVERYTHING:
        whole["query"] = query
    return Search(kind, whole, ("aggregations", *(name for name, _ in steps)))


# ------------------------------------------------------------------------------------------ numbers

_PATIENTS, _STUDIES = "p", "t"


@dataclass(frozen=True)
class Counting:
    """The numbers asked of each bucket, and collections whose presence in it is told one by one."""

    kind: Kind
    asked: frozenset[str]
    collections: tuple[str, ...] = ()

    @property
    def aggregations(self) -> Json:
        """Under the rows of series of a bucket."""
        weighed = self.kind.weighed
        found: Json = {}
        if "patients" in self.asked:
            found[_PATIENTS] = {"reverse_nested": {}}
            if weighed:
                found[_PATIENTS]["aggs"] = {"n": {"sum": {"field": "n_patients"}}}
        if "studies" in self.asked:
            found[_STUDIES] = {"reverse_nested": {"path": "studies"}}
            if weighed:
                found[_STUDIES]["aggs"] = {"n": {"sum": {"field": "studies.n_studies"}}}
        if "series" in self.asked and weighed:
            found["n"] = {"sum": {"field": field(SERIES, "n_series")}}
        if "instances" in self.asked:
            found["i"] = {"sum": {"field": field(SERIES, "instance_count")}}
        if "size_bytes" in self.asked:
            found["b"] = {"sum": {"field": field(SERIES, "size_bytes")}}
        if "collections" in self.asked:
            of_collection = {"field": field(SERIES, "collection_id")}
            found["c"] = {"cardinality": {**of_collection, "precision_threshold": THRESHOLD}}
            if self.collections:
                include = list(self.collections)
                found["x"] = {"terms": {**of_collection, "include": include, "size": len(include)}}
        return found

    def order(self, name: str) -> str:
        """The path to a number that buckets are ordered by."""
        weighed = self.kind.weighed
        if name == "series" and not weighed:
            return "_count"
        path = {"patients": _PATIENTS, "studies": _STUDIES, "series": "n", "instances": "i", "size_bytes": "b"}[name]
        return f"{path}>n" if weighed and name in ("patients", "studies") else path

    def read(self, bucket: Any) -> "Tally":
        """The numbers of a bucket."""
        weighed = self.kind.weighed
        numbers: Numbers = {}
        for name, key in (("patients", _PATIENTS), ("studies", _STUDIES)):
            if name in self.asked:
                numbers[name] = whole(bucket[key]["n"]["value"]) if weighed else bucket[key]["doc_count"]
        if "series" in self.asked:
            numbers["series"] = whole(bucket["n"]["value"]) if weighed else bucket["doc_count"]
        if "instances" in self.asked:
            numbers["instances"] = whole(bucket["i"]["value"])
        if "size_bytes" in self.asked:
            numbers["size_bytes"] = whole(bucket["b"]["value"])
        if "collections" in self.asked:
            numbers["collections"] = bucket["c"]["value"]
        there = frozenset(found["key"] for found in bucket.get("x", {}).get("buckets", ()))
        return Tally(numbers, bucket["doc_count"] > 0, there)

    @property
    def nothing(self) -> "Tally":
        """The numbers of no series."""
        return Tally(dict.fromkeys(self.asked, 0))


def whole(number: float) -> int:
    """A sum that Elasticsearch gives as a double. ValueError if it can't be exact."""
    if not abs(number) < 2**53 or number != int(number):
        raise ValueError(f"a sum of {number} is not exact")
    return int(number)


@dataclass(frozen=True)
class Tally:
    """The numbers of a bucket, whether it holds anything, and which of the asked collections it has series of."""

    numbers: Numbers
    present: bool = False
    collections: frozenset[str] = frozenset()

    def plus(self, others: Mapping[str, Numbers]) -> "Tally":
        """With the numbers of further series, per collection; each has `series` among them."""
        numbers = dict(self.numbers)
        present = self.present
        for collection, further in others.items():
            if not further["series"]:
                continue
            present = True
            for name in numbers:
                new = collection not in self.collections if name == "collections" else further[name]
                numbers[name] += int(new)
        return Tally(numbers, present, self.collections)


# ------------------------------------------------------------------------------------------ sets of rows


def set_searches(kind: Kind, queries: Queries, where: Cell, level: Level, everything: int) -> list[Search]:
    """Searches for the numbers of all rows of a level in a cell; `everything`: how many numbers there are."""
    words = -(-everything // BITS)
    found = []
    for start in range(0, max(words, 1), WORDS_OF_A_SEARCH):
        histogram: Json = {
            "histogram": {"field": field(level, "word"), "interval": 1, "min_doc_count": 1},
            "aggs": {"b": {"sum": {"field": field(level, "bit")}}},
        }
        aggregations: Json = {"words": histogram}
        if words > WORDS_OF_A_SEARCH:
            span = {"range": {field(level, "word"): {"gte": start, "lt": start + WORDS_OF_A_SEARCH}}}
            aggregations = {"part": {"filter": span, "aggs": aggregations}}
        found.append(search(kind, queries, where, level, aggregations))
    return found


def read_set(searches: Sequence[Search], answers: Iterable[Any], everything: int) -> npt.NDArray[np.bool_]:
    """The set as a mask."""
    words = np.zeros(-(-everything // BITS), np.uint64)
    for one, answer in zip(searches, answers, strict=True):
        found = one.found(answer)
        for bucket in found.get("part", found)["words"]["buckets"]:
            words[int(bucket["key"])] = whole(bucket["b"]["value"])
    octets = words.astype("<u8").view(np.uint8).reshape(-1, 8)
    bits = np.unpackbits(octets, axis=1, bitorder="little")[:, :BITS]
    return bits.reshape(-1)[:everything].view(bool)
