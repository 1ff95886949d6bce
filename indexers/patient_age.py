"""DICOM ages (PS3.5 6.2, VR AS) as years."""

import re
from typing import NamedTuple

from schema.vocabulary import PatientAgeStatus

_AGE = re.compile(r"(\d{3})([YyMWD])", re.ASCII)
_OLDEST = 120.0


class PatientAge(NamedTuple):
    """Age in years, None unless the status is OK."""

    years: float | None
    status: PatientAgeStatus


def patient_age(text: str | None) -> PatientAge:
    """The age that PatientAge (0010,1010) states. 000Y stands for an unknown age in 29 collections, so it is ZERO."""
    if text is None:
        return PatientAge(None, PatientAgeStatus.MISSING)
    match = _AGE.fullmatch(text)
    if match is None:
        return PatientAge(None, PatientAgeStatus.MALFORMED)
    number, unit = int(match[1]), match[2].upper()
    if number == 0 and unit == "Y":
        return PatientAge(None, PatientAgeStatus.ZERO)
    years = _years(number, unit)
    if years > _OLDEST:
        return PatientAge(None, PatientAgeStatus.IMPLAUSIBLE)
    return PatientAge(years, PatientAgeStatus.OK)


def _years(number: int, unit: str) -> float:
    # Written as in the contract, so that the doubles are those that a reader of it computes.
    match unit:
        case "Y":
            return float(number)
        case "M":
            return number / 12
        case "W":
            return number * 7 / 365.25
        case _:
            return number / 365.25
