"""Tiny worlds whose studies lie under several patients: every count per bucket and cell is exact at every grain."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexers.index_package import IndexPackage
from tests.conformance.test_facets import CROSSTAB, FRAGMENTS, PANEL, crosstab_of
from tests.conftest import Gateway, gateway_over
from tests.oracle.judge import Judge
from tests.oracle.random_facets import RandomFacets
from tests.oracle.sample import COPIED

# Patient, study, modality, description, instances and encodings of one series.
Series = tuple[str, str, str, str | None, int, str]
RAW, JPEG = "Explicit VR Little Endian", "JPEG Baseline"

# S1 lies under A and C, with B's study between them; X lies under all three.
PLAIN: list[Series] = [
    ("A", "1.1", "CT", "chest", 1, RAW),
    ("A", "1.3", "CT", "chest", 2, f"{JPEG},{RAW}"),
    ("A", "1.9", "MR", None, 20, JPEG),
    ("B", "1.2", "MR", "head", 1, RAW),
    ("B", "1.2", "CT", None, 2, RAW),
    ("B", "1.9", "MR", "head", 200, RAW),
    ("C", "1.1", "CT", "chest", 1, f"{JPEG},{RAW}"),
    ("C", "1.1", "MR", "head", 2, RAW),
    ("C", "1.9", "CT", "head", 1, RAW),
]
# What decides each of these is common to many series, belongs to a study or patient, or differs from series to series.
PROFILES: list[dict[str, Any]] = [{}, {"modality": {"in": ["CT", "MR"]}}]
CELLS: list[dict[str, Any]] = [
    {"study": {"series": {"count": {"n": {"gte": 1}}}}},
    {"patient": {"patientID": {"in": ["A", "B", "C"]}}},
]
SERIES: list[dict[str, Any]] = [{"instanceCount": {"gte": 1}}, {"seriesDescription": {"ne": "no such"}}]


def drawn(seed: int) -> list[Series]:
    """A random world in which half of the studies lie under several patients."""
    random = Random(seed)
    patients = {f"1.{study}": random.sample("ABCDE", random.choice([1, 1, 2, 3])) for study in range(8)}
    return [
        (
            random.choice(patients[study]),
            study,
            random.choice(["CT", "MR", "SEG"]),
            random.choice(["chest", "head", "tail\0\n", None]),
            random.choice([1, 2, 9, 10, 11, 100]),
            random.choice([RAW, JPEG, f"{JPEG},{RAW}"]),
        )
        for study in random.choices(list(patients), k=40)
    ]


def table_of(series: Sequence[Series], pattern: pa.Table) -> pa.Table:
    """Rows alike but for what a Series tells."""
    names = ("PatientID", "StudyInstanceUID", "Modality", "SeriesDescription", "instanceCount", "transfer_syntax_name")
    columns: dict[str, list[Any]] = {
        name: list(values) for name, values in zip(names, zip(*series, strict=True), strict=True)
    }
    columns["SeriesInstanceUID"] = [f"9.{number}" for number in range(len(series))]
    columns["crdc_series_uuid"] = [f"00000000-0000-4000-8000-{number:012}" for number in range(len(series))]
    rows = pattern.take([0] * len(series))
    for name, values in columns.items():
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, rows[name].type))
    return rows


@contextmanager
def world(series: Sequence[Series], sample: IndexPackage, folder: Path) -> Iterator[tuple[Gateway, Judge]]:
    """A gateway and its judge over a few series of one collection."""
    source = replace(sample, folder=folder / "index")
    source.folder.mkdir()
    for name in COPIED:
        copyfile(sample.table(name), source.folder / f"{name}.parquet")
    pattern = pq.read_table(
        sample.table("idc_index"), filters=[("collection_id", "=", "nlst"), ("Modality", "=", "CT")]
    )
    pq.write_table(table_of(series, pattern), source.folder / "idc_index.parquet")
    gateways = gateway_over(source, folder / "cache")
    yield next(gateways), Judge.of(source)
    next(gateways, None)


@pytest.fixture(scope="module")
def plain(sample: IndexPackage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gateway, Judge]]:
    with world(PLAIN, sample, tmp_path_factory.mktemp("plain")) as made:
        yield made


def studies(gateway: Gateway, where: dict[str, Any], by: dict[str, Any]) -> dict[str, int]:
    """Of each bucket the number of studies."""
    document = """query($where: SeriesWhere, $by: [FacetBy!]!) { facets(where: $where, by: $by) {
        facets { buckets { value counts { studies } } } } }"""
    (facet,) = gateway.data(document, where=where, by=[by])["facets"]["facets"]
    return {bucket["value"]: bucket["counts"]["studies"] for bucket in facet["buckets"]}


@pytest.mark.parametrize("where", [*PROFILES, *CELLS, *SERIES], ids=str)
def test_a_study_under_several_patients_counts_once_per_bucket(
    plain: tuple[Gateway, Judge], where: dict[str, Any]
) -> None:
    gateway, _ = plain
    assert studies(gateway, where, {"field": "MODALITY"}) == {"CT": 4, "MR": 3}
    assert studies(gateway, where, {"field": "SERIES_DESCRIPTION"}) == {"chest": 2, "head": 3}
    assert studies(gateway, where, {"field": "INSTANCE_COUNT"}) == {"[1,10)": 4, "[10,100)": 1, "[100,1000)": 1}
    assert studies(gateway, where, {"field": "TRANSFER_SYNTAX_NAME"}) == {RAW: 4, JPEG: 3}


@pytest.mark.parametrize("where", [*PROFILES, *CELLS, *SERIES], ids=str)
@pytest.mark.parametrize("other", ["TRANSFER_SYNTAX_NAME", "SERIES_DESCRIPTION", "INSTANCE_COUNT", "SUBJECT_KIND"])
def test_every_count_of_a_crosstab_is_exact(plain: tuple[Gateway, Judge], where: dict[str, Any], other: str) -> None:
    gateway, judge = plain
    arguments = {"where": where, "by": [{"field": "MODALITY"}, {"field": other}], "match": "SERIES"}
    found = crosstab_of(gateway.data(CROSSTAB + FRAGMENTS, **arguments))
    assert found == judge.oracle.crosstab(**arguments)
    assert len(found["cells"]) > 1


@pytest.mark.parametrize("seed", range(3))
def test_random_worlds(sample: IndexPackage, tmp_path: Path, seed: int) -> None:
    with world(drawn(seed), sample, tmp_path) as (gateway, judge):
        for number in range(40):
            random = RandomFacets(1000 * seed + number, judge.vocabulary)
            panel, crosstab = random.panel(), random.crosstab()
            found = gateway.data(PANEL + FRAGMENTS, **panel)["facets"]
            assert found == judge.oracle.panel(**panel), panel
            assert crosstab_of(gateway.data(CROSSTAB + FRAGMENTS, **crosstab)) == judge.oracle.crosstab(**crosstab)


def test_a_release_without_a_single_value(sample: IndexPackage, tmp_path: Path) -> None:
    """Facets of nothing hold the pinned values alone, and all series are missing."""
    bare: list[Series] = [(patient, study, "CT", None, 1, RAW) for patient, study, *_ in PLAIN]
    with world(bare, sample, tmp_path) as (gateway, judge):
        fields = ("SERIES_DESCRIPTION", "ANALYSIS_RESULT_ID")
        for where in ({}, {"modality": {"eq": "no such"}}):
            by = [{"field": field, "contains": "a", "values": ["b"]} for field in fields]
            arguments = {"where": where, "by": by, "match": "SERIES"}
            found = gateway.data(PANEL + FRAGMENTS, **arguments)["facets"]
            assert found == judge.oracle.panel(**arguments)
            crossed = crosstab_of(gateway.data(CROSSTAB + FRAGMENTS, **arguments))
            assert crossed == judge.oracle.crosstab(**arguments)
            assert list(crossed["cells"]) == ([] if where else [(None, None)])
