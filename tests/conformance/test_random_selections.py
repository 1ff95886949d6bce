"""Random selections of every level: counts, totals and pages against the oracle's SQL on the untouched Parquet.

`FUZZ=10000 pytest tests/conformance` tries that many on the sample, SEED=n repeats a run.
"""

import os
from random import Random
from typing import Any

import pytest

from tests.conftest import Gateway
from tests.oracle.judge import Judge
from tests.oracle.random_where import RandomWhere

ON_SAMPLE = int(os.environ.get("FUZZ", "2000"))
ON_IDC = 100
SEED = int(os.environ.get("SEED", "20260926"))
BATCH = 50

COUNTS = "counts { collections patients studies series instances sizeBytes }"
KEYS = {
    "SERIES": "collectionID patientID studyInstanceUID seriesInstanceUID",
    "STUDY": "studyInstanceUID",
    "PATIENT": "collectionID patientID",
    "COLLECTION": "collectionID",
}
FIELDS = {"SERIES": "series", "STUDY": "studies", "PATIENT": "patients", "COLLECTION": "collections"}


def document(level: str) -> str:
    field, keys, name = FIELDS[level], KEYS[level], level.capitalize()
    match, of_match = (", $match: MatchLevel", ", match: $match") if level == "SERIES" else ("", "")
    return (
        f"query($where: {name}Where, $first: Int, $after: String, $orderBy: [{name}Order!]{match}) {{\n"
        f"  {field}(where: $where, first: $first, after: $after, orderBy: $orderBy{of_match}) {{\n"
        f"    totalCount {COUNTS} pageInfo {{ hasNextPage hasPreviousPage endCursor }} nodes {{ {keys} }}\n"
        "  }\n}"
    )


def check(gateway: Gateway, judge: Judge, seed: int) -> None:
    """One random selection of one random level."""
    random = Random(seed)
    wheres = RandomWhere(seed, judge.vocabulary)
    level = random.choice(list(FIELDS))
    where = wheres.where(level)
    match = wheres.match() if level == "SERIES" else "SERIES"
    order_by = wheres.order_by(level)
    expected = judge.oracle.counts(level, where, match)
    keys = judge.oracle.keys(level, where, order_by, match)
    first = random.randint(1, 40)
    variables = {"where": where, "orderBy": order_by, "first": first}
    if level == "SERIES":
        variables["match"] = match
    said = f"seed {seed}: {level} {match} {where} {order_by}"
    start, after = 0, None
    for _ in range(3):  # the first pages, then one from a random place on
        page = gateway.data(document(level), **variables, after=after)[FIELDS[level]]
        assert page["totalCount"] == expected["total"] == len(keys), said
        assert page["counts"] == {name: expected[name] for name in page["counts"]}, said
        assert [tuple(node.values()) for node in page["nodes"]] == keys[start : start + first], said
        assert page["pageInfo"]["hasNextPage"] == (start + first < len(keys)), said
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None), said
        if not page["pageInfo"]["hasNextPage"]:
            break
        start, after = start + first, page["pageInfo"]["endCursor"]


@pytest.mark.parametrize("batch", range(0, ON_SAMPLE, BATCH))
def test_on_the_sample(sampled: Gateway, sample_judge: Judge, batch: int) -> None:
    for seed in range(SEED + batch, SEED + min(batch + BATCH, ON_SAMPLE)):
        check(sampled, sample_judge, seed)


@pytest.mark.parametrize("batch", range(0, ON_IDC, BATCH))
def test_on_all_of_idc(idc: Gateway, idc_judge: Judge, batch: int) -> None:
    for seed in range(SEED + batch, SEED + min(batch + BATCH, ON_IDC)):
        check(idc, idc_judge, seed)


def test_under_parents(sampled: Gateway, sample_judge: Judge) -> None:
    """Connections and counts of many parents at once, the shared study's patients among them."""
    patients = sample_judge.oracle.keys("PATIENT")
    for seed in range(SEED, SEED + 60):
        random = Random(seed)
        wheres = RandomWhere(seed, sample_judge.vocabulary)
        parents = [*random.sample(patients, 4), ("nlst", "108001"), ("nlst", "123342")]
        check_parents(sampled, sample_judge, wheres, parents, seed)


def test_under_collections(sampled: Gateway, sample_judge: Judge) -> None:
    """Patients of collections page by page, and counts of collections under a where."""
    document = f"""
      query($where: PatientWhere, $series: SeriesWhere, $order: [PatientOrder!], $id: ID!, $after: String) {{
        collection(collectionID: $id) {{ counts(where: $series) {{ patients studies series instances sizeBytes }}
          patients(where: $where, orderBy: $order, first: 7, after: $after) {{
            totalCount {COUNTS} pageInfo {{ hasNextPage endCursor }} nodes {{ {KEYS["PATIENT"]} }} }} }} }}"""
    collections = sample_judge.oracle.keys("COLLECTION")
    for seed in range(SEED, SEED + 60):
        wheres, collection = RandomWhere(seed, sample_judge.vocabulary), Random(seed).choice(collections)
        where, series, order = wheres.patient(), wheres.series(), wheres.order_by("PATIENT")
        keys, counts = sample_judge.oracle.under("PATIENT", "COLLECTION", collection, where, order)
        _, under_series = sample_judge.oracle.under("SERIES", "COLLECTION", collection, series)
        said = f"seed {seed}: {collection} {where} {series} {order}"
        start, after = 0, None
        for _ in range(3):
            variables = {"where": where, "series": series, "order": order, "id": collection[0], "after": after}
            found = sampled.data(document, **variables)["collection"]
            page = found["patients"]
            assert found["counts"] == {name: under_series[name] for name in found["counts"]}, said
            assert page["totalCount"] == len(keys), said
            assert page["counts"] == {name: counts[name] for name in page["counts"]}, said
            assert [tuple(node.values()) for node in page["nodes"]] == keys[start : start + 7], said
            if not page["pageInfo"]["hasNextPage"]:
                break
            start, after = start + 7, page["pageInfo"]["endCursor"]


def check_parents(
    gateway: Gateway, judge: Judge, wheres: RandomWhere, parents: list[tuple[Any, ...]], seed: int
) -> None:
    study_where, series_where = wheres.study(), wheres.series()
    study_order, series_order = wheres.order_by("STUDY"), wheres.order_by("SERIES")
    text = f"""
      query($studyWhere: StudyWhere, $seriesWhere: SeriesWhere, $ids: [ID!]!,
            $studyOrder: [StudyOrder!], $seriesOrder: [SeriesOrder!]) {{
        patients(where: {{patientID: {{in: $ids}}}}, first: 1000) {{ nodes {{
          collectionID patientID
          counts(where: $seriesWhere) {{ collections patients studies series instances sizeBytes }}
          studies(where: $studyWhere, orderBy: $studyOrder, first: 1000) {{
            totalCount {COUNTS} nodes {{
              studyInstanceUID
              series(where: $seriesWhere, orderBy: $seriesOrder, first: 1000) {{
                totalCount {COUNTS} nodes {{ {KEYS["SERIES"]} }} }} }} }}
          series(where: $seriesWhere, orderBy: $seriesOrder, first: 1000) {{
            totalCount {COUNTS} nodes {{ {KEYS["SERIES"]} }} }}
        }} }}
      }}"""
    answer = gateway.data(
        text,
        studyWhere=study_where,
        seriesWhere=series_where,
        studyOrder=study_order,
        seriesOrder=series_order,
        ids=[parent[-1] for parent in parents],
    )
    found = {(p["collectionID"], p["patientID"]): p for p in answer["patients"]["nodes"]}
    said = f"seed {seed}: {study_where} {series_where} {study_order} {series_order}"
    for parent in parents:
        patient = found[parent]
        check_connection(
            patient["studies"], judge.oracle.under("STUDY", "PATIENT", parent, study_where, study_order), said
        )
        series = judge.oracle.under("SERIES", "PATIENT", parent, series_where, series_order)
        check_connection(patient["series"], series, said)
        assert patient["counts"] == {name: series[1][name] for name in patient["counts"]}, said
        for study in patient["studies"]["nodes"]:
            uid = (study["studyInstanceUID"],)
            check_connection(
                study["series"], judge.oracle.under("SERIES", "STUDY", uid, series_where, series_order), said
            )


def check_connection(page: Any, expected: tuple[list[tuple[Any, ...]], dict[str, int]], said: str) -> None:
    keys, counts = expected
    rows = [tuple(value for value in node.values() if isinstance(value, str)) for node in page["nodes"]]
    assert page["totalCount"] == len(keys), said
    assert rows == keys[:1000], said
    assert page["counts"] == {name: counts[name] for name in page["counts"]}, said
