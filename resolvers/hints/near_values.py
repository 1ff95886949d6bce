"""Which of an attribute's values are near a text that is none of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

from rapidfuzz import process
from rapidfuzz.distance import OSA

# How many values are suggested, and the longest text that they are sought for.
MOST_SUGGESTED = 5
LONGEST = 200
# Values compared at one go: the interpreter stands still meanwhile.
_CHUNK = 16_384

_DOI_ADDRESS = re.compile(r"^\s*(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")
_DIGITS = re.compile(r"\d+")
# A vocabulary this small may be one of codes, such as M for male.
_FEW = 50


@dataclass(frozen=True)
class Near:
    """The nearest values, the likeliest first, and how many more are as near."""

    values: tuple[str, ...] = ()
    more: int = 0


NOTHING_NEAR = Near()


def words(text: str) -> list[str]:
    """Its words without case, accents and compatibility forms, numbers without leading zeros, DOIs without address."""
    if not text.isascii():
        text = "".join(c for c in normalize("NFKD", text) if not combining(c))
    found = _WORD.findall(_DOI_ADDRESS.sub("", text).casefold())
    return [_LEADING_ZEROS.sub("", word) if word[0] == "0" else word for word in found]


class NearValues:
    """The values of one attribute, prepared for comparison; for a hundred thousand of them that takes a second."""

    def __init__(self, values: Sequence[str]) -> None:
        # Tuples: the garbage collector would stop the world for a hundred thousand lists.
        self._by_key: dict[str, tuple[str, ...]] = {}
        self._values = values
        self._spaced: list[str] = []
        for value in values:
            found = words(value)
            key = "".join(found)
            self._by_key[key] = (*self._by_key.get(key, ()), value) if key else ()
            self._spaced.append(f" {' '.join(found)} ")
        self._by_key.pop("", None)
        self._keys = list(self._by_key)

    def alike(self, text: str) -> list[str]:
        """Values that differ from the text by case, accents, separators and leading zeros only, the nearest first."""
        found = self._by_key.get("".join(words(text)), ())
        return sorted(found, key=lambda value: (value.casefold() != text.casefold(), OSA.distance(text, value), value))

    def near(self, text: str) -> Near:
        """The values that may be meant by a text, LONGEST at most: by the first of these rules that finds some."""
        for rule in (self.alike, self._misspelt, self._with_words, self._code):
            found = rule(text)
            if found:
                return Near(tuple(found[:MOST_SUGGESTED]), max(0, len(found) - MOST_SUGGESTED))
        return NOTHING_NEAR

    def _misspelt(self, text: str) -> list[str]:
        """Values a few letters away: inserted, left out, changed or exchanged with their neighbour."""
        key = "".join(words(text))
        bound = _bound(key)
        distances: dict[str, float] = {}
        for start in range(0, len(self._keys) if bound else 0, _CHUNK):
            chunk = self._keys[start : start + _CHUNK]
            found = process.extract(key, chunk, scorer=OSA.distance, score_cutoff=bound, limit=None)
            distances.update((near, distance) for near, distance, _ in found)
        # Another number is another thing rather than a slip, unless only one is next to it.
        likely = [near for near in distances if _DIGITS.findall(near) == _DIGITS.findall(key)]
        if not likely and distances:
            least = min(distances.values())
            closest = [near for near in distances if distances[near] == least]
            likely = closest if len(closest) == 1 else []
        ranked = [
            (distances[near], OSA.distance(text, value), value) for near in likely for value in self._by_key[near]
        ]
        return [value for _, _, value in sorted(ranked)]

    def _with_words(self, text: str) -> list[str]:
        """Values with all words of the text one after another, the last one maybe longer; else the other way round."""
        asked = words(text)
        spaced = " ".join(asked)
        if len(spaced) < 2:
            return []
        wanted = f" {spaced}" if len(spaced) > 2 else f" {spaced} "
        holding = [value for value, own in zip(self._values, self._spaced, strict=True) if wanted in own]
        return sorted(holding, key=lambda value: (len(value), value)) or self._within(asked)

    def _within(self, asked: list[str]) -> list[str]:
        """Values that are runs of the words of a text, the longest there are; not single letters and numbers."""
        for length in range(len(asked) - 1, 0, -1):
            runs = ["".join(asked[start : start + length]) for start in range(len(asked) - length + 1)]
            telling = [run for run in dict.fromkeys(runs) if len(run) > 1 and not run.isdigit()]
            found = [value for run in telling for value in self._by_key.get(run, ())]
            if found:
                return found
        return []

    def _code(self, text: str) -> list[str]:
        """The code of one letter that the text begins with."""
        return [value for value in self._values if value == text[:1].upper()] if len(self._values) <= _FEW else []


def _bound(key: str) -> int:
    """How many letters may differ."""
    return 0 if len(key) < 3 else 1 if len(key) < 6 else 2 if len(key) < 12 else 3
