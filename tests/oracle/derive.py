"""The contract's derived values, one Python function per rule.

They run in Python over distinct values, because DuckDB's own functions differ from the contract: its lower() is not
str.lower, its regular expressions know other letters and digits, and its casts accept more than whole numbers.
"""

import re
from collections.abc import Iterable
from datetime import date

IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1."
AGE = re.compile(r"([0-9]{3})([YyMWD])")
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
INT32 = range(-(2**31), 2**31)
OLDEST = 120

KINDS = {
    "77.1.6": "SLIDE_IMAGE",
    "66.4": "SEGMENTATION",
    "66.7": "SEGMENTATION",
    "481.3": "STRUCTURE_SET",
    "88.11": "MEASUREMENTS",
    "88.22": "MEASUREMENTS",
    "88.33": "MEASUREMENTS",
    "88.34": "MEASUREMENTS",
    "88.35": "MEASUREMENTS",
    "91.1": "ANNOTATIONS",
    "481.2": "DOSE",
    "481.5": "PLAN",
    "66.1": "REGISTRATION",
    "66.3": "REGISTRATION",
    "30": "PARAMETRIC_MAP",
    "66": "OTHER",
    "104.3": "OTHER",
    "67": "OTHER",
    "88.59": "OTHER",
    "88.67": "OTHER",
    "88.71": "OTHER",
}
# Every other image storage class; a class that stands nowhere here is OTHER.
IMAGE_SUFFIXES = """
    1 1.1 1.1.1 1.2 1.2.1 1.3 1.3.1 2 2.1 2.2 3 3.1 4 4.1 4.3 4.4 5 6 6.1 6.2 6.3 7 7.1 7.2 7.3 7.4
    12.1 12.1.1 12.2 12.2.1 12.3 13.1.1 13.1.2 13.1.3 13.1.4 13.1.5 14.1 14.2 20
    77.1.1 77.1.1.1 77.1.2 77.1.2.1 77.1.3 77.1.4 77.1.4.1 77.1.5.1 77.1.5.2 77.1.5.4 77.1.5.5 77.1.5.6 77.1.5.7
    77.1.5.8 77.1.7 77.1.8 77.1.9 128 128.1 130 481.1 501.1 501.2.1 501.2.2
"""
IMAGES = frozenset(IMAGE_SUFFIXES.split())


class Separators(dict[int, str]):
    """A translation that blanks every character but letters, digits and those to keep."""

    def __init__(self, keep: str = "") -> None:
        super().__init__({ord(character): character for character in keep})

    def __missing__(self, code: int) -> str:
        self[code] = chr(code) if chr(code).isalnum() else " "
        return self[code]


WORDS = Separators()
SEARCH = Separators(keep="*")


def age(text: str) -> tuple[float | None, str]:
    """Years and status of a DICOM age string."""
    found = AGE.fullmatch(text)
    if not found:
        return None, "MALFORMED"
    number, unit = int(found[1]), found[2]
    if unit in "Yy":
        return age_in_years(number)
    if unit == "M":
        return number / 12, "OK"
    return (number * 7 / 365.25 if unit == "W" else number / 365.25), "OK"


def age_in_years(years: int) -> tuple[float | None, str]:
    if years == 0:
        return None, "ZERO"
    return (None, "IMPLAUSIBLE") if years > OLDEST else (float(years), "OK")


def ages(text: str) -> tuple[float, ...]:
    years, _ = age(text)
    return () if years is None else (years,)


def object_kind(sop_class_uid: str) -> str:
    if not sop_class_uid.startswith(IMAGE_STORAGE):
        return "OTHER"
    suffix = sop_class_uid.removeprefix(IMAGE_STORAGE)
    if suffix in KINDS:
        return KINDS[suffix]
    if suffix.startswith("11."):
        return "PRESENTATION_STATE"
    return "IMAGE" if suffix in IMAGES else "OTHER"


def parts(text: str) -> tuple[str, ...]:
    """The set of a comma list, sorted."""
    return tuple(sorted({part.strip() for part in text.split(",")} - {""}))


def whole_number(text: str) -> tuple[int, ...]:
    stripped = text.strip()
    if not WHOLE_NUMBER.fullmatch(stripped):
        return ()
    number = int(stripped)
    return (number,) if number in INT32 else ()


def dates(text: str) -> tuple[str, ...]:
    try:
        return (text,) if date.fromisoformat(text).isoformat() == text else ()
    except ValueError:
        return ()


def size_in_bytes(megabytes: float) -> tuple[int, ...]:
    return (round(megabytes * 1e6),)


def words(text: str) -> list[str]:
    """Runs of letters and digits of the lower-cased text."""
    return text.lower().translate(WORDS).split()


def search_terms(text: str) -> tuple[set[str], set[str]]:
    """Whole words and prefixes of a search."""
    tokens = text.lower().translate(SEARCH).replace("*", "* ").split()
    whole = {token for token in tokens if not token.endswith("*")}
    prefixes = {token[:-1] for token in tokens if token.endswith("*")} - {""}
    return whole, prefixes


def joined_words(texts: Iterable[str]) -> list[str]:
    """Words between single spaces, so that a word is found as ' word ' and a prefix as ' prefix'."""
    return [f" {' '.join(words(text))} " for text in texts]
