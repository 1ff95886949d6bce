"""DICOM ages as years."""

import pytest

from indexers.patient_age import patient_age
from schema.vocabulary import PatientAgeStatus as Status


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("063Y", 63.0),
        ("042y", 42.0),
        ("120Y", 120.0),
        ("018M", 1.5),
        ("006W", 6 * 7 / 365.25),
        ("010D", 10 / 365.25),
        ("000D", 0.0),
    ],
)
def test_ages_in_every_unit(text: str, years: float) -> None:
    assert patient_age(text) == (years, Status.OK)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (None, Status.MISSING),
        ("000Y", Status.ZERO),
        ("000y", Status.ZERO),
        ("121Y", Status.IMPLAUSIBLE),
        ("155Y", Status.IMPLAUSIBLE),
        ("47", Status.MALFORMED),
        ("N-A", Status.MALFORMED),
        ("47Y", Status.MALFORMED),
        ("0047Y", Status.MALFORMED),
        ("047m", Status.MALFORMED),
        ("047Y ", Status.MALFORMED),
        ("０４７Y", Status.MALFORMED),
        ("", Status.MALFORMED),
    ],
)
def test_what_is_no_age_says_why(text: str | None, status: Status) -> None:
    assert patient_age(text) == (None, status)
