"""Conditions and facets on what commons hold: the cluster's answers are those of the embedded engine."""

import asyncio
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from gateway.open_release import OpenRelease
from indexers.crosswalk import CrosswalkKey, crosswalk_folder, write_crosswalk
from indexers.elasticsearch.connection import Connection
from indexers.elasticsearch.layout import Names
from indexers.elasticsearch.release import index_release
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.commons.crosswalks import Crosswalks
from resolvers.commons.forms import FORMS
from resolvers.commons.gdc_case import file_counts, gdc_record
from resolvers.commons.identity import Candidate, candidates, linkable_patients, tables_digest
from resolvers.commons.linking import crosswalk_tables, linked, patients_of
from resolvers.search.elasticsearch.service import open_engine
from schema.build import build_schema
from schema.vocabulary import Commons
from tests.elasticsearch.server import Node

SITES, STAGES = ("Kidney", "Lung", "Brain"), ("Stage I", "Stage IIA", "Stage IV", "Not Reported")
STRATEGIES = ("RNA-Seq", "WXS", None)
QUESTION = """query($patient: PatientWhere!, $series: SeriesWhere!, $match: MatchLevel) {
  patients(where: $patient, first: 50) { totalCount nodes { collectionID patientID } }
  studies(where: { patients: { some: $patient } }, first: 20) { totalCount nodes { studyInstanceUID } }
  counts(where: $series, match: $match) { collections patients studies series instances sizeBytes }
  attrition(steps: [{ modality: { in: ["CT", "SM", "MR"] } }, $series], match: $match) { counts { patients series } }
  commonsCoverage(where: $series, match: $match) { commons patients linked notFound notLinkable }
  facets(where: $series, match: $match, by: [{ field: MODALITY }, { field: COLLECTION_ID }, { field: PATIENT_AGE }
      { field: GDC_PRIMARY_SITE }, { field: GDC_STAGE_GROUP, orderBy: SERIES }
      { field: GDC_EXPERIMENTAL_STRATEGY, size: 1 }]) {
    total { patients series } facets { key total { patients series } missing { counts { patients series } }
      buckets { value selected counts { patients studies series } }
      ... on CommonsFacet { other { series } distinctCount notFound { series } notLinkable { studies } } } }
  crosstab(where: $series, match: $match, by: [{ field: MODALITY }, { field: GDC_STAGE_GROUP }]) {
    cells { values counts { patients series } } } }"""


def harvested(catalogue: Catalogue, cache: Path) -> None:
    """A made case of GDC for two of three patients who can be linked; one in twenty is redacted."""
    numbers = Random(7)
    rows = np.flatnonzero(linkable_patients(catalogue)[Commons.GDC]).tolist()
    records = {}
    for _, collection, patient, kind in patients_of(catalogue, rows):
        candidate = candidates(collection, patient, kind)[Commons.GDC]
        if isinstance(candidate, Candidate) and numbers.random() < 0.67:
            wire = {
                "case_id": f"case of {candidate.key}",
                "submitter_id": candidate.key,
                "project": {"project_id": candidate.projects[0]},
                "primary_site": numbers.choice(SITES),
                "diagnoses": [{"ajcc_pathologic_stage": numbers.choice(STAGES)}] * numbers.randint(0, 1),
            }
            if numbers.random() < 0.05:
                wire["annotations"] = [{"classification": "Redaction", "entity_type": "case"}]
            files = [{"experimental_strategy": numbers.choice(STRATEGIES)} for _ in range(numbers.randint(0, 3))]
            records[candidate.key] = gdc_record(wire, file_counts(files))
    form = FORMS[Commons.GDC]
    links = linked(catalogue, {Commons.GDC: [form.found(record) for record in records.values()]})[Commons.GDC]
    table, tables = crosswalk_tables(Commons.GDC, form, links, records.values())
    store = catalogue.store.key.folder_name
    now = datetime.datetime.now(datetime.UTC).isoformat()
    key = CrosswalkKey("GDC", "made", store, tables_digest())
    write_crosswalk(crosswalk_folder(cache, Commons.GDC, store), key, now, table, tables)


def condition(numbers: Random, depth: int = 2) -> dict[str, Any]:
    """A condition on patients, of IDC and of GDC."""
    if depth and numbers.random() < 0.6:
        parts = [condition(numbers, depth - 1) for _ in range(2)]
        return numbers.choice(({"and": parts}, {"or": parts}, {"not": parts[0]}))
    plain: list[dict[str, Any]] = [
        {"series": {"some": {"modality": {"eq": numbers.choice(("CT", "SM", "MR", "SEG"))}}}},
        {"collectionID": {"startsWith": numbers.choice(("tcga", "cptac", "tcga_k"))}},
        {"gdc": {"primarySite": {"in": numbers.sample(SITES, 2)}}},
        {"gdc": {"diagnoses": {"stageGroup": {"in": numbers.sample(("I", "II", "IV"), 2)}}}},
        {"gdc": {"files": {"some": {"experimentalStrategy": {"eq": "RNA-Seq"}}}}},
        {"gdc": {"not": {"primarySite": {"eq": "Brain"}}, "unknown": "INCLUDE"}},
        {"gdc": {}},
    ]
    return numbers.choice(plain)


@pytest.fixture(scope="module")
def ask(mortal: Node, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """By engine a function that answers the question."""
    mortal.revive()
    cache = tmp_path_factory.mktemp("made")
    catalogue, schema, names = Catalogue(store), build_schema(), Names("commons")
    harvested(catalogue, cache)
    crosswalks = Crosswalks(cache, catalogue)
    with asyncio.Runner() as runner:

        async def opened() -> dict[str, OpenRelease]:
            connection = Connection((mortal.url,))
            await index_release(connection, store, names, lambda *_: None)
            engine = await open_engine(connection, names, catalogue, seconds=60)
            return {
                "cluster": OpenRelease.with_engine(catalogue, engine, crosswalks=crosswalks),
                "embedded": OpenRelease.over(store, crosswalks=crosswalks),
            }

        releases = runner.run(opened())

        def answer(name: str, variables: dict[str, Any]) -> Any:
            context = releases[name].context()
            result = runner.run(schema.execute(QUESTION, variable_values=variables, context_value=context))
            assert result.errors is None, (variables, result.errors)
            return result.data

        yield {name: lambda variables, name=name: answer(name, variables) for name in releases}
        for release in releases.values():
            runner.run(release.close())


def test_random_conditions_and_facets_are_answered_alike(ask: dict[str, Any]) -> None:
    numbers, found = Random(11), 0
    for _ in range(25):
        where = condition(numbers)
        match = numbers.choice(("SERIES", "STUDY", "PATIENT"))
        variables = {"patient": where, "series": {"patient": where}, "match": match}
        expected = ask["embedded"](variables)
        assert ask["cluster"](variables) == expected, json.dumps(variables)
        found += expected["patients"]["totalCount"] > 0
    assert found > 15


@pytest.mark.parametrize("negated", [False, True])
def test_sets_of_very_many_patients(ask: dict[str, Any], negated: bool) -> None:
    where: dict[str, Any] = {"gdc": {"unknown": "INCLUDE", "primarySite": {"in": ["Kidney"]}}}
    where = {"not": where} if negated else where
    variables = {"patient": where, "series": {"patient": where}, "match": "SERIES"}
    expected = ask["embedded"](variables)
    assert ask["cluster"](variables) == expected
    assert expected["patients"]["totalCount"] > 1000
