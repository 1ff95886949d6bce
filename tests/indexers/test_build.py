"""A store is whole or is none, whatever stops or damages it, and it holds what the index says."""

import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from indexers.build import ensure_store, find_store, store_folder
from indexers.columns import Column, Identifiers, Numbers, Terms
from indexers.extract import STEPS
from indexers.index_package import REINSTALL, IndexPackage, SourceError
from indexers.store import LAYOUT, MANIFEST, BuildKey, Store, StoreError, Table
from indexers.subject_kind import subject_kind, table_digest
from schema.vocabulary import Level
from tests.oracle import derive
from tests.oracle.sample import COPIED

ROOT = Path(__file__).parents[2]
KEYS = ("collection_id", "PatientID", "StudyInstanceUID", "SeriesInstanceUID")
WHOLE_BUT_NOT_RENAMED = STEPS + 1

BUILD = """
import os, signal, sys, time
from itertools import count
from pathlib import Path
from indexers.build import ensure_store
from indexers.index_package import IndexPackage

source, cache = IndexPackage(Path(sys.argv[1]), sys.argv[2]), Path(sys.argv[3])
steps = count(1)

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED = f"""{BUILD}
last = int(sys.argv[4])
if last == {WHOLE_BUT_NOT_RENAMED}:
    Path.rename = die
ensure_store(source, cache, lambda step: die() if next(steps) == last else None)
"""
# Slowed down, so that no process can end before another has begun.
AT_ONCE = f"""{BUILD}
def report(step):
    Path(sys.argv[4], str(os.getpid())).touch()
    time.sleep(0.02)

print("ready", flush=True)
sys.stdin.readline()
print(ensure_store(source, cache, report))
"""


def command(script: str, source: IndexPackage, cache: Path, argument: object) -> list[str]:
    return [sys.executable, "-c", script, str(source.folder), source.package_version, str(cache), str(argument)]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}


def folders(cache: Path) -> set[str]:
    return {path.name for path in cache.iterdir() if path.is_dir()}


def nothing_is_built(step: str) -> None:
    pytest.fail(f"{step} was built")


def index_of(rows: pa.Table, sample: IndexPackage, folder: Path, prior: pa.Table | None = None) -> IndexPackage:
    """The sample's tables with other series, and with other prior versions if they are given."""
    folder.mkdir()
    for name in COPIED:
        shutil.copyfile(sample.table(name), folder / f"{name}.parquet")
    pq.write_table(rows, folder / "idc_index.parquet")
    if prior is not None:
        pq.write_table(prior, folder / "prior_versions_index.parquet")
    return replace(sample, folder=folder)


def series_of(sample: IndexPackage) -> pa.Table:
    return pq.read_table(sample.table("idc_index"))


def prior_of(sample: IndexPackage) -> pa.Table:
    return pq.read_table(sample.table("prior_versions_index"))


def with_value(rows: pa.Table, column: str, value: str | None) -> pa.Table:
    """The rows, the last of which has another value."""
    values = [*rows[column].to_pylist()[:-1], value]
    return rows.set_column(rows.column_names.index(column), column, pa.array(values, rows[column].type))


@pytest.fixture(scope="module")
def built(sample: IndexPackage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_store(sample, tmp_path_factory.mktemp("built"))


def test_a_store_is_named_by_release_package_version_and_layout(sample: IndexPackage, built: Path) -> None:
    assert built.name == f"idc-v25-index-sample-layout-{LAYOUT}"
    assert built == store_folder(sample, built.parent) == find_store(sample, built.parent)
    assert Store(built).key == BuildKey(25, "sample", table_digest(), LAYOUT)
    assert folders(built.parent) == {built.name}


def test_a_build_reports_each_of_its_steps(sample: IndexPackage, tmp_path: Path) -> None:
    steps: list[str] = []
    ensure_store(sample, tmp_path / "new" / "cache", steps.append)
    assert len(steps) == len(set(steps)) == STEPS


def test_a_store_that_is_there_is_left_alone(sample: IndexPackage, built: Path) -> None:
    before = stamps(built)
    assert ensure_store(sample, built.parent, nothing_is_built) == built
    assert stamps(built) == before


@pytest.mark.parametrize("step", [1, 2, STEPS // 2, STEPS - 1, STEPS, WHOLE_BUT_NOT_RENAMED])
def test_a_killed_build_leaves_no_store_and_the_next_one_tidies_up(
    step: int, sample: IndexPackage, built: Path, tmp_path: Path
) -> None:
    older = ensure_store(replace(sample, package_version="older"), tmp_path)
    before = stamps(older), contents(older)
    killed = subprocess.run(command(KILLED, sample, tmp_path, step), check=False, cwd=ROOT, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert find_store(sample, tmp_path) is None
    assert len(folders(tmp_path) - {older.name}) == 1
    folder = ensure_store(sample, tmp_path)
    assert contents(folder) == contents(built)
    assert folders(tmp_path) == {older.name, folder.name}
    assert (stamps(older), contents(older)) == before


def test_of_processes_that_start_at_once_one_builds(sample: IndexPackage, built: Path, tmp_path: Path) -> None:
    cache, builders = tmp_path / "cache", tmp_path / "builders"
    builders.mkdir()
    call = command(AT_ONCE, sample, cache, builders)
    started = [
        subprocess.Popen(call, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [process.stdout.readline() for process in started if process.stdout] == ["ready\n"] * 3
    for process in started:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    folder = store_folder(sample, cache)
    assert [process.communicate(timeout=60)[0] for process in started] == [f"{folder}\n"] * 3
    assert len(list(builders.iterdir())) == 1
    assert contents(folder) == contents(built)
    assert folders(cache) == {folder.name}


def test_a_build_that_hangs_is_not_waited_for_without_end(
    sample: IndexPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexers.build.LOCK_SECONDS", 0.1)
    folder = store_folder(sample, tmp_path)
    with FileLock(f"{folder}.lock"), pytest.raises(StoreError) as refused:
        ensure_store(sample, tmp_path, nothing_is_built)
    assert str(refused.value) == f"another process has been building {folder.name} for 0 s: stop it, then try again"


def _cut_column(folder: Path) -> None:
    column = folder / "series.modality.npy"
    column.write_bytes(column.read_bytes()[:-1])


def _remove_column(folder: Path) -> None:
    (folder / "series.modality.values.json").unlink()


def _remove_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _cut_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes()[:-9])


def _other_layout(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"layout": LAYOUT + 1}))


@pytest.mark.parametrize("damage", [_cut_column, _remove_column, _remove_manifest, _cut_manifest, _other_layout])
def test_a_damaged_store_is_refused_and_rebuilt(
    damage: Callable[[Path], None], sample: IndexPackage, built: Path, tmp_path: Path
) -> None:
    folder = store_folder(sample, tmp_path)
    shutil.copytree(built, folder)
    assert find_store(sample, tmp_path) == folder
    damage(folder)
    with pytest.raises(StoreError) as refused:
        Store(folder)
    assert str(folder) in str(refused.value)
    assert str(refused.value).endswith("and run `idc-gateway build`")
    assert find_store(sample, tmp_path) is None
    assert ensure_store(sample, tmp_path) == folder
    assert contents(folder) == contents(built)


def test_a_folder_that_is_not_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        Store(tmp_path / "none")
    assert str(refused.value) == f"{tmp_path / 'none'} is not a whole store: remove it and run `idc-gateway build`"


# Permissions do not stop root; these do.
@pytest.mark.parametrize("place", ["file", "file/below", "/proc/idc"])
def test_a_cache_that_cannot_be_written_to_is_named_with_its_setting(
    place: str, sample: IndexPackage, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    cache = tmp_path / place
    with pytest.raises(StoreError) as refused:
        ensure_store(sample, cache)
    assert str(refused.value).startswith(f"the cache {cache} can't be written to (")
    assert str(refused.value).endswith("): set IDC_GATEWAY_CACHE or --cache to another")


def refusal(source: IndexPackage, cache: Path) -> str:
    with pytest.raises(SourceError) as refused:
        ensure_store(source, cache)
    assert not list(cache.glob("*/manifest.json"))
    return str(refused.value)


def test_an_index_without_series_is_refused(sample: IndexPackage, tmp_path: Path) -> None:
    source = index_of(series_of(sample).slice(0, 0), sample, tmp_path / "index")
    said = refusal(source, tmp_path / "cache")
    assert said == f"{source.table('idc_index')} holds no series: {REINSTALL}"


@pytest.mark.parametrize("key", KEYS)
def test_an_index_with_a_series_without_a_key_is_refused(key: str, sample: IndexPackage, tmp_path: Path) -> None:
    source = index_of(with_value(series_of(sample).slice(0, 9), key, None), sample, tmp_path / "index")
    said = refusal(source, tmp_path / "cache")
    assert said.startswith(f"{source.table('idc_index')} has series without {key}: ")


@pytest.mark.parametrize(
    ("column", "table"),
    [("collection_id", "collections_index"), ("analysis_result_id", "analysis_results_index")],
)
def test_an_index_that_names_what_it_does_not_describe_is_refused(
    column: str, table: str, sample: IndexPackage, tmp_path: Path
) -> None:
    source = index_of(with_value(series_of(sample).slice(0, 1), column, "zzz"), sample, tmp_path / "index")
    assert refusal(source, tmp_path / "cache").startswith(f"{table} lacks zzz: ")


def test_an_index_with_a_study_in_two_collections_is_refused(sample: IndexPackage, tmp_path: Path) -> None:
    rows = series_of(sample).slice(0, 1)
    twin = with_value(with_value(rows, "collection_id", "nlst"), "SeriesInstanceUID", "1.2.3")
    twin = with_value(twin, "crdc_series_uuid", "another")
    source = index_of(pa.concat_tables([rows, twin]), sample, tmp_path / "index")
    assert "(a study lies in two collections)" in refusal(source, tmp_path / "cache")


def test_a_store_with_an_older_table_of_subject_kinds_is_rebuilt(
    sample: IndexPackage, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(built, tmp_path / built.name)
    assert find_store(sample, tmp_path) is not None
    monkeypatch.setattr("indexers.build.table_digest", lambda: "newer")
    assert find_store(sample, tmp_path) is None
    ensure_store(sample, tmp_path)
    assert find_store(sample, tmp_path) is not None


@pytest.mark.parametrize(
    "table",
    ["idc_index", "prior_versions_index", "collections_index", "analysis_results_index", "version_metadata_index"],
)
def test_an_index_that_lacks_a_table_is_refused(table: str, sample: IndexPackage, tmp_path: Path) -> None:
    source = index_of(series_of(sample).slice(0, 9), sample, tmp_path / "index")
    missing = source.table(table)
    missing.unlink()
    said = refusal(source, tmp_path / "cache")
    assert said == f"{missing} is missing: {REINSTALL}"


def test_an_index_that_holds_a_series_twice_is_refused(sample: IndexPackage, tmp_path: Path) -> None:
    rows = series_of(sample).slice(0, 9)
    source = index_of(pa.concat_tables([rows, rows.slice(0, 1)]), sample, tmp_path / "index")
    assert refusal(source, tmp_path / "cache").endswith(f"(identifiers are not unique): {REINSTALL}")
    assert folders(tmp_path / "cache") == set()


def test_an_index_that_lacks_a_column_is_refused(sample: IndexPackage, tmp_path: Path) -> None:
    rows = series_of(sample).slice(0, 9).drop_columns(["Modality"])
    said = refusal(index_of(rows, sample, tmp_path / "index"), tmp_path / "cache")
    assert said.endswith(f" has no column Modality: {REINSTALL}")


@pytest.mark.parametrize("column", ["instanceCount", "series_size_MB", "crdc_series_uuid"])
def test_an_index_that_lacks_a_number_or_uuid_is_refused(column: str, sample: IndexPackage, tmp_path: Path) -> None:
    rows = with_value(series_of(sample).slice(0, 9), column, None)
    said = refusal(index_of(rows, sample, tmp_path / "index"), tmp_path / "cache")
    assert said.endswith(f": {REINSTALL}")


@pytest.mark.parametrize("column", ["series_init_idc_version", "series_revised_idc_version"])
def test_an_index_that_does_not_date_a_series_is_refused(column: str, sample: IndexPackage, tmp_path: Path) -> None:
    source = index_of(with_value(series_of(sample).slice(0, 9), column, None), sample, tmp_path / "index")
    said = refusal(source, tmp_path / "cache")
    assert said == f"{source.table('idc_index')} has series without {column}: {REINSTALL}"


@pytest.mark.parametrize("table", ["idc_index", "prior_versions_index", "version_metadata_index", "collections_index"])
def test_an_index_with_a_cut_table_is_refused(table: str, sample: IndexPackage, tmp_path: Path) -> None:
    source = index_of(series_of(sample).slice(0, 9), sample, tmp_path / "index")
    source.table(table).write_bytes(source.table(table).read_bytes()[:100])
    said = refusal(source, tmp_path / "cache")
    assert " can't be read (" in said and said.endswith(f"): {REINSTALL}")


@pytest.mark.parametrize(
    "manifest",
    [*(f'{{"layout": {LAYOUT}, "files": {files}}}' for files in ("{}", "[]", "null", "[[1, 2]]", '"a"')), "[]", "5"],
)
def test_an_odd_manifest_makes_no_store(manifest: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(StoreError, match="is not a whole store: remove it"):
        Store(tmp_path)


def test_a_store_under_the_name_of_another_build_is_rebuilt(sample: IndexPackage, built: Path, tmp_path: Path) -> None:
    other = IndexPackage(sample.folder, "other")
    shutil.copytree(built, store_folder(other, tmp_path))
    assert find_store(other, tmp_path) is None
    assert Store(ensure_store(other, tmp_path)).key.package_version == "other"


def test_the_order_of_the_rows_of_an_index_makes_no_difference(
    sample: IndexPackage, built: Path, tmp_path: Path
) -> None:
    shuffled = [
        rows.take(
            pc.sort_indices(rows, sort_keys=[("crdc_series_uuid", "ascending"), ("series_size_MB", "descending")])
        )
        for rows in (series_of(sample), prior_of(sample))
    ]
    source = index_of(shuffled[0], sample, tmp_path / "index", shuffled[1])
    assert contents(ensure_store(source, tmp_path / "cache")) == contents(built)


Groups = dict[Any, list[int]]
AS_THEY_ARE = {
    "series_instance_uid": "SeriesInstanceUID",
    "crdc_series_uuid": "crdc_series_uuid",
    "analysis_result_id": "analysis_result_id",
    "modality": "Modality",
    "body_part_examined": "BodyPartExamined",
    "sop_class_uid": "SOPClassUID",
    "sop_class_name": "sop_class_name",
    "manufacturer": "Manufacturer",
    "manufacturer_model_name": "ManufacturerModelName",
    "series_description": "SeriesDescription",
    "series_date": "SeriesDate",
    "study_date": "StudyDate",
    "study_description": "StudyDescription",
    "patient_sex": "PatientSex",
    "patient_age_string": "PatientAge",
    "license_short_name": "license_short_name",
    "source_doi": "source_DOI",
    "first_release": "series_init_idc_version",
    "revised_release": "series_revised_idc_version",
    "aws_bucket": "aws_bucket",
    "instance_count": "instanceCount",
}
LISTS = {
    "transfer_syntax_uids": "TransferSyntaxUID",
    "transfer_syntax_names": "transfer_syntax_name",
    "photometric_interpretations": "PhotometricInterpretation",
}


def listed(text: str | None) -> tuple[str, ...] | None:
    parts = [part.strip() for part in (text or "").split(",")]
    return tuple(dict.fromkeys(part for part in parts if part)) or None


def aged(text: str | None) -> tuple[float | None, str]:
    return (None, "MISSING") if text is None else derive.age(text)


def most_frequent(texts: Iterable[str | None]) -> str | None:
    counts = Counter(text for text in texts if text is not None)
    return min(counts, key=lambda text: (-counts[text], text), default=None)


def grouped(keys: Iterable[Hashable]) -> Groups:
    """The row numbers of each key, in the order in which keys first appear."""
    groups: Groups = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    return groups


def numbered(groups: Groups) -> list[int]:
    """Of each row the number of its group."""
    number = {row: number for number, rows in enumerate(groups.values()) for row in rows}
    return [number[row] for row in range(len(number))]


def firsts(groups: Groups, values: Sequence[Any]) -> list[Any]:
    return [values[rows[0]] for rows in groups.values()]


class Index:
    """What a store of an index shall hold, told by its tables alone."""

    def __init__(self, source: IndexPackage) -> None:
        rows = pq.read_table(source.table("idc_index")).to_pylist()
        rows.sort(key=lambda row: tuple(row[key] for key in KEYS))
        self.rows = {name: [row[name] for row in rows] for name in rows[0]}
        self.sizes = [round(megabytes * 1e6) for megabytes in self.rows["series_size_MB"]]
        collection, patient, study = (self.rows[key] for key in KEYS[:3])
        self.collections = grouped(collection)
        self.patients = grouped(zip(collection, patient, strict=True))
        self.pairs = grouped(zip(collection, patient, study, strict=True))
        self.studies = grouped(study)
        described = pq.read_table(source.table("collections_index")).to_pylist()
        by_id = {row["collection_id"]: row for row in described}
        self.described = [by_id[name] for name in self.collections]
        self.results = pq.read_table(source.table("analysis_results_index")).to_pylist()
        prior = pq.read_table(source.table("prior_versions_index")).to_pylist()
        prior.sort(key=lambda row: (row["max_idc_version"], row["min_idc_version"]))
        self.prior: dict[str, list[dict[str, Any]]] = {}
        for row in prior:
            self.prior.setdefault(row["crdc_series_uuid"], []).append(row)

    def columns(self) -> dict[str, list[Any]]:
        return {
            f"{level.value.lower()}.{name}": values
            for level, columns in (
                (Level.COLLECTION, self._collections() | self._held(self.collections)),
                (Level.PATIENT, self._patients() | self._held(self.patients)),
                (Level.STUDY, self._studies() | self._held(self.studies)),
                (Level.SERIES, self._series()),
            )
            for name, values in columns.items()
        } | self._prior_versions()

    def _prior_versions(self) -> dict[str, list[Any]]:
        versions = [{**rows[-1], "first": min(row["min_idc_version"] for row in rows)} for rows in self.prior.values()]
        versions.sort(key=lambda row: (row["SeriesInstanceUID"], row["first"]))
        series = grouped(row["SeriesInstanceUID"] for row in versions)
        return {
            "prior_series.series_instance_uid": list(series),
            "prior_series.first_version": [rows[0] for rows in series.values()],
            "prior_series.version_count": [len(rows) for rows in series.values()],
            "prior_versions.crdc_series_uuid": [row["crdc_series_uuid"] for row in versions],
            "prior_versions.collection_id": [row["collection_id"] for row in versions],
            "prior_versions.aws_bucket": [row["aws_bucket"] for row in versions],
            "prior_versions.first_release": [row["first"] for row in versions],
            "prior_versions.last_release": [row["max_idc_version"] for row in versions],
            "prior_versions.size_bytes": [round(row["series_size_MB"] * 1e6) for row in versions],
        }

    def _held(self, groups: Groups) -> dict[str, list[Any]]:
        return {
            "series_count": [len(rows) for rows in groups.values()],
            "size_bytes": [sum(self.sizes[row] for row in rows) for rows in groups.values()],
        }

    def _collections(self) -> dict[str, list[Any]]:
        patients = Counter(collection for collection, _ in self.patients)
        lists = ("cancer_types", "tumor_locations", "species")
        return {
            "collection_id": list(self.collections),
            "patient_count": [patients[name] for name in self.collections],
            "name": [row["collection_name"] for row in self.described],
            **{name: [row[name] for row in self.described] for name in ("program_id", "status", "updated")},
            **{name: [listed(row[name]) for row in self.described] for name in lists},
        }

    def _patients(self) -> dict[str, list[Any]]:
        study = self.rows["StudyInstanceUID"]
        return {
            "patient_id": [patient for _, patient in self.patients],
            "subject_kind": [subject_kind(collection, patient) for collection, patient in self.patients],
            "study_count": [len({study[row] for row in rows}) for rows in self.patients.values()],
        }

    def _studies(self) -> dict[str, list[Any]]:
        def each(column: str, of: Callable[[list[Any]], Any]) -> list[Any]:
            values = self.rows[column]
            return [of([values[row] for row in rows]) for rows in self.studies.values()]

        return {
            "study_instance_uid": list(self.studies),
            "study_date": each("StudyDate", lambda dates: min((d for d in dates if d is not None), default=None)),
            "study_description": each("StudyDescription", most_frequent),
            "slides": each("Modality", lambda modalities: int("SM" in modalities)),
        }

    def _series(self) -> dict[str, list[Any]]:
        ages = [aged(text) for text in self.rows["PatientAge"]]
        numbers = [derive.whole_number(text or "") for text in self.rows["SeriesNumber"]]
        return {
            **{name: self.rows[source] for name, source in AS_THEY_ARE.items()},
            **{name: [listed(text) for text in self.rows[source]] for name, source in LISTS.items()},
            "object_kind": [derive.object_kind(uid or "") for uid in self.rows["SOPClassUID"]],
            "series_number": [next(iter(number), None) for number in numbers],
            "patient_age": [years for years, _ in ages],
            "patient_age_status": [status for _, status in ages],
            "size_bytes": self.sizes,
        }

    def tree(self) -> dict[str, list[int]]:
        series, pairs = range(len(self.sizes)), numbered(self.pairs)
        studies, patients, collections = (numbered(g) for g in (self.studies, self.patients, self.collections))
        pair_study = firsts(self.pairs, studies)
        by_study = sorted(range(len(self.pairs)), key=pair_study.__getitem__)
        places = grouped(pair_study[pair] for pair in by_study)
        return {
            "series_study": studies,
            "series_patient": patients,
            "series_collection": collections,
            "pair_study": pair_study,
            "pair_patient": firsts(self.pairs, patients),
            "study_collection": firsts(self.studies, collections),
            "patient_collection": firsts(self.patients, collections),
            "pair_series": [*firsts(self.pairs, series), len(series)],
            "patient_series": [*firsts(self.patients, series), len(series)],
            "patient_pairs": [*firsts(self.patients, pairs), len(self.pairs)],
            "collection_series": [*firsts(self.collections, series), len(series)],
            "collection_patients": [*firsts(self.collections, patients), len(self.patients)],
            "collection_pairs": [*firsts(self.collections, pairs), len(self.pairs)],
            "study_pairs": [*firsts(places, range(len(by_study))), len(by_study)],
            "pairs_by_study": by_study,
        }


@pytest.fixture(scope="module")
def index(sample: IndexPackage) -> Index:
    return Index(sample)


def read(column: Column) -> list[Any]:
    match column:
        case Terms():
            return [None if code == 0 else column.values[code - 1] for code in column.codes.tolist()]
        case Numbers():
            return list(column.numbers.tolist())
        case Identifiers():
            return [text.decode() for text in column.texts.tolist()]


def column_of(store: Store, name: str) -> Column:
    table, column = name.split(".")
    names = {of.value.lower(): of for of in (*Level, *Table)}
    return store.column(names[table], column)


def test_every_column_holds_what_the_index_says(index: Index, built: Path) -> None:
    store, expected = Store(built), index.columns()
    assert set(json.loads((built / MANIFEST).read_bytes())["columns"]) == set(expected)
    found = {name: read(column_of(store, name)) for name in expected}
    assert [name for name in expected if found[name] != expected[name]] == []


def test_the_values_of_terms_ascend_and_identifiers_know_their_order(index: Index, built: Path) -> None:
    store = Store(built)
    for name in index.columns():
        match column_of(store, name):
            case Terms(values=values):
                assert list(values) == sorted(set(values)), name
            case Identifiers(texts=texts, order=order, lowered=lowered):
                assert texts[order].tolist() == sorted(texts.tolist()), name
                assert lowered is all(text == text.lower() for text in texts.tolist()), name


def test_the_tree_holds_what_the_index_says(index: Index, built: Path) -> None:
    found = {name: array.tolist() for name, array in asdict(Store(built).hierarchy).items()}
    expected = index.tree()
    assert set(found) == set(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


def test_the_sample_has_a_study_under_two_patients(index: Index) -> None:
    assert len(index.pairs) > len(index.studies)


def test_one_identifier_in_neighbouring_collections_is_two_patients(
    index: Index, sample: IndexPackage, tmp_path: Path
) -> None:
    first, second, *_ = (rows[0] for rows in index.collections.values())
    uids = [index.rows["SeriesInstanceUID"][row] for row in (first, second)]
    rows = series_of(sample).filter(pc.field("SeriesInstanceUID").isin(uids))
    same = pa.array(["same", "same"], rows["PatientID"].type)
    rows = rows.set_column(rows.column_names.index("PatientID"), "PatientID", same)
    source = index_of(rows, sample, tmp_path / "index")
    tree = Store(ensure_store(source, tmp_path / "cache")).hierarchy
    assert tree.series_patient.tolist() == tree.patient_collection.tolist() == [0, 1]
    assert {name: array.tolist() for name, array in asdict(tree).items()} == Index(source).tree()


def test_the_records_of_collections_are_those_of_the_index(index: Index, built: Path) -> None:
    assert Store(built).records("collections") == [
        {
            "description": row["description"],
            "supporting_data": list(listed(row["supporting_data"]) or ()),
            "sources": row["sources"] or [],
        }
        for row in index.described
    ]


def test_the_records_of_analysis_results_name_the_collections_that_hold_them(index: Index, built: Path) -> None:
    holders = grouped(index.rows["analysis_result_id"])
    collections = numbered(index.collections)
    assert Store(built).records("analysis_results") == [
        {
            **row,
            "modalities": list(listed(row["modalities"]) or ()),
            "collections": sorted({collections[series] for series in holders.get(row["analysis_result_id"], ())}),
        }
        for row in sorted(index.results, key=lambda row: str(row["analysis_result_id"]))
    ]
