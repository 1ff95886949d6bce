"""How releases are found, and what is said of those that are not exact."""

import pytest

from tests.conftest import Gateway


@pytest.mark.parametrize("asked", ["", "(version: null)", "(version: 25)"])
def test_without_a_number_it_is_the_current_release(asked: str, sampled: Gateway) -> None:
    release = sampled.data(f"{{ release{asked} {{ version date current }} }}")
    assert release == {"release": {"version": 25, "date": "2026-09-26", "current": True}}


@pytest.mark.parametrize("version", [0, -1, 26, 2**31 - 1])
def test_there_is_no_other_release(version: int, sampled: Gateway) -> None:
    assert sampled.data(f"{{ release(version: {version}) {{ version }} }}") == {"release": None}


def test_all_releases_the_newest_first(sampled: Gateway) -> None:
    releases = sampled.data("{ releases { version date current } }")["releases"]
    assert [release["version"] for release in releases] == list(range(25, 0, -1))
    assert [release["version"] for release in releases if release["current"]] == [25]
    dates = [release["date"] for release in releases]
    assert dates == sorted(dates, reverse=True) and dates[-1] == "2020-06-01"


def test_the_first_release_is_not_known_and_the_second_not_against_it(sampled: Gateway) -> None:
    document = "query($n: Int) { release(version: $n) { version counts { series } changes { addedSeries } } }"
    first, second, third = (sampled.data(document, n=number)["release"] for number in (1, 2, 3))
    assert first == {"version": 1, "counts": None, "changes": None}
    assert second["counts"] is not None and second["changes"] is None
    assert third["counts"] is not None and third["changes"] is not None


REBUILT = "Rebuilt from the index of release 25."
CAME_BACK = (
    "Counts 61 series of mri_dir that this release did not hold: they left IDC and came back unchanged, which the "
    "index does not tell."
)
NOTES = {
    25: None,
    24: f"{REBUILT} {CAME_BACK} The sizes of 12,170 of its series are known to 10,000 bytes only.",
    17: f"{REBUILT} {CAME_BACK} Lacks 5 series of cptac_lscc that this release held and later ones do not. May lack 3 "
    "series that were in IDC before and are now: no version of them is known for this release. The sizes of 14,579 of "
    "its series are known to 10,000 bytes only.",
    5: f"{REBUILT} This release could not be compared with an index of its own time. The sizes of 2,495 of its series "
    "are known to 10,000 bytes only.",
}
NOTES_OF_CHANGES = {
    25: "61 series of mri_dir came back; they are not among the added.",
    24: None,
    19: "Of the added series 1 had been in IDC before: they came back, or their version in the release before is not "
    "known. 5 more series of cptac_lscc were removed.",
}


@pytest.mark.parametrize("release", NOTES)
def test_why_the_counts_are_not_exact(release: int, idc: Gateway) -> None:
    found = idc.data(f"{{ release(version: {release}) {{ counts {{ exact note }} }} }}")["release"]["counts"]
    assert found == {"exact": release == 25, "note": NOTES[release]}


@pytest.mark.parametrize("release", NOTES_OF_CHANGES)
def test_what_changes_do_not_tell(release: int, idc: Gateway) -> None:
    found = idc.data(f"{{ release(version: {release}) {{ changes {{ note }} }} }}")["release"]["changes"]
    assert found == {"note": NOTES_OF_CHANGES[release]}
