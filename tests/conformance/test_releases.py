"""Releases against SQL on the untouched index, and against the index packages that those releases had."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexers.release_differences import release_differences
from indexers.store import Table
from schema.vocabulary import Level
from tests.conftest import Gateway
from tests.oracle.release_keys import CAME_BACK, KEYS, PACKAGES, digest, release_keys
from tests.oracle.releases import ReleaseOracle

# A folder that the index packages of past releases are downloaded to (500 MB), if they are to be asked themselves.
PACKAGE_FOLDER = "RELEASE_PACKAGES"

EVERY_RELEASE = """{ releases {
  version counts { collections patients studies series sizeBytes exact note }
  changes { addedSeries revisedSeries removedSeries }
} }"""
VERSIONS = """seriesVersions(seriesInstanceUID: "%s") {
  seriesInstanceUID crdcSeriesUUID collectionID firstRelease lastRelease sizeBytes awsURL
}"""
SERIES = {
    "in several buckets": """crdc_series_uuid IN
        (SELECT crdc_series_uuid FROM rows GROUP BY 1 HAVING count(*) = 2)""",
    "with overlapping rows": """crdc_series_uuid IN
        (SELECT crdc_series_uuid FROM rows GROUP BY 1 HAVING count(*) = 3)""",
    "removed": "SeriesInstanceUID NOT IN (SELECT SeriesInstanceUID FROM rows WHERE last = 25)",
    "current alone": "first = seen AND last = 25",
    "in another collection then": """SeriesInstanceUID IN
        (SELECT SeriesInstanceUID FROM rows GROUP BY 1 HAVING count(DISTINCT collection_id) > 1)""",
    "in three or more versions": """SeriesInstanceUID IN
        (SELECT SeriesInstanceUID FROM rows GROUP BY 1 HAVING count(DISTINCT crdc_series_uuid) > 2)""",
    "of the study of two patients": """StudyInstanceUID IN
        (SELECT StudyInstanceUID FROM rows GROUP BY 1 HAVING count(DISTINCT (collection_id, PatientID)) > 1)""",
    "that came back": "collection_id = 'mri_dir'",
}


@pytest.fixture(scope="module")
def oracle(idc: Gateway) -> ReleaseOracle:
    return ReleaseOracle(idc.source.folder, 25)


@pytest.fixture(scope="module")
def releases(idc: Gateway) -> dict[int, dict[str, Any]]:
    return {release["version"]: release for release in idc.data(EVERY_RELEASE)["releases"]}


@pytest.mark.parametrize("release", range(2, 26))
def test_what_a_release_held_and_changed(
    release: int, oracle: ReleaseOracle, releases: dict[int, dict[str, Any]]
) -> None:
    counts, changes = releases[release]["counts"], releases[release]["changes"]
    assert tuple(counts.values())[:5] == oracle.counts(release)
    assert (None if release == 2 else oracle.changes(release)) == (None if changes is None else tuple(changes.values()))


def test_what_a_release_of_the_sample_held_and_changed(sampled: Gateway) -> None:
    oracle = ReleaseOracle(sampled.source.folder, 25)
    for release in sampled.data(EVERY_RELEASE)["releases"][:-2]:
        assert tuple(release["counts"].values())[:5] == oracle.counts(release["version"]), release
        assert tuple(release["changes"].values()) == oracle.changes(release["version"]), release


def test_the_numbers_of_a_release_follow_from_those_before(releases: dict[int, dict[str, Any]]) -> None:
    for release in range(3, 26):
        changes = releases[release]["changes"]
        before, now = (releases[version]["counts"]["series"] for version in (release - 1, release))
        assert now == before + changes["addedSeries"] - changes["removedSeries"]


def test_the_current_release_is_exact_and_no_other(idc: Gateway, releases: dict[int, dict[str, Any]]) -> None:
    assert [version for version, release in releases.items() if release["counts"] and release["counts"]["exact"]] == [
        25
    ]
    current = dict(releases[25]["counts"])
    assert (current.pop("exact"), current.pop("note")) == (True, None)
    assert idc.data("{ counts { collections patients studies series sizeBytes } }") == {"counts": current}
    assert all(release["counts"]["note"] for version, release in releases.items() if 1 < version < 25)


def asked(gateway: Gateway, uids: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    document = " ".join(f"s{number}: {VERSIONS % uid}" for number, uid in enumerate(uids))
    found = gateway.data(f"{{ {document} }}").values()
    return {
        uid: [tuple(version.values())[1:] for version in versions if version["seriesInstanceUID"] == uid]
        for uid, versions in zip(uids, found, strict=True)
    }


@pytest.mark.parametrize("kind", SERIES)
def test_the_versions_of_series(kind: str, idc: Gateway, oracle: ReleaseOracle) -> None:
    uids = oracle.uids(SERIES[kind], 40)
    assert len(uids) >= 3
    expected = oracle.versions(uids)
    assert all(expected.values())
    assert asked(idc, uids) == expected


def test_the_versions_of_any_series_of_the_sample(sampled: Gateway) -> None:
    oracle = ReleaseOracle(sampled.source.folder, 25)
    uids = oracle.uids("true", 300)
    assert asked(sampled, uids) == oracle.versions(uids)


@pytest.mark.parametrize("uid", ["1.2.3", "", "x" * 65, "é"])
def test_an_unknown_series_has_no_versions(uid: str, idc: Gateway) -> None:
    assert idc.data(f"{{ {VERSIONS % uid} }}") == {"seriesVersions": []}


def past() -> dict[int, dict[str, Any]]:
    return {int(release): keys for release, keys in json.loads(KEYS.read_text()).items()}


def served(gateway: Gateway, release: int) -> tuple[list[str], list[str]]:
    """The versions that a release served by the store: those that came back, and all others."""
    store, tree = gateway.catalogue.store, gateway.catalogue.tree
    revised = store.terms(Level.SERIES, "revised_release")
    current = np.array([0, *revised.values])[revised.codes] <= release
    collection = list(store.terms(Level.COLLECTION, "collection_id").values).index(CAME_BACK)
    came_back = current & (tree.series_collection == collection)
    first, last = (store.numbers(Table.PRIOR_VERSIONS, f"{end}_release").numbers for end in ("first", "last"))
    uuids = store.identifiers(Level.SERIES, "crdc_series_uuid").texts
    prior = store.identifiers(Table.PRIOR_VERSIONS, "crdc_series_uuid").texts[(first <= release) & (release <= last)]
    others = [*uuids[current & ~came_back].tolist(), *prior.tolist()]
    return [uuid.decode() for uuid in uuids[came_back].tolist()], [uuid.decode() for uuid in others]


@pytest.mark.parametrize("release", PACKAGES)
def test_a_rebuilt_release_is_the_one_of_its_time_but_for_known_differences(release: int, idc: Gateway) -> None:
    keys = past()[release]
    too_many, others = served(idc, release)
    assert digest([*others, *(uuid for _, uuid in keys["missing"])]) == keys["sha256"]
    differences = release_differences()[release]
    assert {d.collection_id: d.too_many for d in differences if d.too_many} == {CAME_BACK: len(too_many)}
    record = idc.catalogue.store.records("releases")[release - 1]
    missing = Counter(collection for collection, _ in keys["missing"])
    stated = {d.collection_id: d.missing for d in differences if d.missing}
    assert {name: number for name, number in missing.items() if name in stated} == stated
    assert missing.total() - sum(stated.values()) == record["counts"]["unknown_series"]


@pytest.mark.parametrize("release", [18, 19, 20, 21, 22, 23, 24])
def test_a_past_release_counts_what_its_own_index_counts(
    release: int, idc: Gateway, releases: dict[int, dict[str, Any]]
) -> None:
    names = ("collections", "patients", "studies", "series")
    came_back = idc.data(f"""{{ counts(where: {{collectionID: {{eq: "{CAME_BACK}"}}}}) {{ {" ".join(names)} }} }}""")[
        "counts"
    ]
    found = {name: releases[release]["counts"][name] - came_back[name] for name in names}
    keys = past()[release]
    assert found == {**keys["counts"], "series": keys["counts"]["series"] - len(keys["missing"])}


@pytest.mark.skipif(PACKAGE_FOLDER not in os.environ, reason=f"{PACKAGE_FOLDER} names no folder to download to")
@pytest.mark.parametrize("release", PACKAGES)
def test_the_keys_of_a_past_release_are_those_of_its_index_package(release: int, idc: Gateway) -> None:
    assert release_keys(release, Path(os.environ[PACKAGE_FOLDER]), idc.source.folder) == past()[release]
