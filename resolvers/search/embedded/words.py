"""The words of a vocabulary: which values hold a word, or one that begins like it."""

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resolvers.selection import Word

_WORD = re.compile(r"[^\W_]+")


class WordIndex:
    """Words of lower-cased values, sorted, with the places of the values that hold them."""

    def __init__(self, lowered: Sequence[str]) -> None:
        places: dict[str, list[int]] = {}
        for place, text in enumerate(lowered):
            for word in set(_WORD.findall(text)):
                places.setdefault(word, []).append(place)
        self._words = sorted(places)
        self._places = [np.array(places[word], np.uint32) for word in self._words]

    def places(self, word: Word) -> npt.NDArray[np.uint32]:
        """Places of the values that hold the word; a place can come several times."""
        start = bisect_left(self._words, word.text)
        end = start
        while end < len(self._words) and self._fits(self._words[end], word):
            end += 1
        found = self._places[start:end]
        return np.concatenate(found) if found else np.empty(0, np.uint32)

    @staticmethod
    def _fits(candidate: str, word: Word) -> bool:
        return candidate.startswith(word.text) if word.prefix else candidate == word.text
