"""Facets of terms: which values are returned, and what of the others."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from resolvers.search.embedded.axes import MISSING, Coding, TermAxis
from resolvers.search.embedded.drawn import Drawn, Reader, at, rows
from resolvers.search.embedded.grains import Mask, Numbers
from resolvers.search.facets import BY_VALUE, Bucket, FacetAnswer, FacetQuestion
from resolvers.selection import Scalar

# Of more values than these only the number that orders them is counted for each; the rest for the buckets alone.
_MANY_VALUES = 4096

# Any of these is positive where there is a series at all.
_DISTINCT = frozenset({"patients", "studies", "series"})

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Choice:
    """The values to show with their places, None for those that the release has not, and what they were taken from."""

    shown: Sequence[tuple[Scalar, int | None]]
    chosen: Places
    allowed: Mask | None
    candidates: int
    cut: bool


def terms(question: FacetQuestion, axis: TermAxis, reader: Reader, total: dict[str, int]) -> Drawn:
    """The facet of terms."""
    asked = question.asked
    shown = asked.buckets | asked.missing
    many = len(axis.values) > _MANY_VALUES
    coding = axis.coding
    tallied = reader.tallies(coding, _deciding(question) | (frozenset() if many else shown), "")
    choice = _choose(question, axis, tallied)
    slots = [None if place is None else place + 1 for _, place in choice.shown]
    rest = dict.fromkeys(asked.rest, 0)
    if many or (choice.cut and asked.rest):
        grouped, grouping = _grouped(axis, choice)
        found = reader.tallies(grouped, asked.rest | (shown if many else frozenset()), grouping)
        rest = at(found, asked.rest, len(choice.chosen) + 1)
        if many:
            coding, tallied, slots = grouped, found, _numbered(choice.shown)
    counts = rows(tallied, asked.buckets, slots)
    buckets = [Bucket(value, numbers) for (value, _), numbers in zip(choice.shown, counts, strict=True)]
    missing = at(tallied, asked.missing, MISSING)
    return Drawn(FacetAnswer(total, missing, rest, buckets, distinct=choice.candidates), coding, slots)


def _deciding(question: FacetQuestion) -> frozenset[str]:
    """The numbers that tell which values are present, and how they are ordered."""
    return frozenset({question.order} if question.order in _DISTINCT else {question.order, "series"} - {BY_VALUE})


def _choose(question: FacetQuestion, axis: TermAxis, tallied: Mapping[str, Numbers]) -> _Choice:
    """The best values of those that are present and allowed, and the kept ones."""
    ranks = None if question.order == BY_VALUE else tallied[question.order][1:]
    candidate = (tallied["series"][1:] if question.order not in _DISTINCT else tallied[question.order][1:]) > 0
    allowed = None if question.contains is None else axis.vocabulary.containing(question.contains)
    if allowed is not None:
        candidate &= allowed
    candidates = np.flatnonzero(candidate)
    best = candidates[: question.size] if ranks is None else _best(candidates, ranks, question.size)
    shown = _shown(axis, best, ranks, question.kept)
    chosen = np.array([place for _, place in shown if place is not None], np.int64)
    cut = len(candidates) > np.count_nonzero(candidate[chosen])
    return _Choice(shown, chosen, allowed, len(candidates), bool(cut))


def _best(candidates: Places, ranks: Numbers, size: int) -> Places:
    """The candidates of greatest rank, of equal ones those that come first."""
    own = ranks[candidates]
    if len(candidates) > size:
        # All that can be among the best: sorting a hundred thousand would cost more than counting them.
        worst = np.partition(own, len(own) - size)[len(own) - size]
        candidates, own = candidates[own >= worst], own[own >= worst]
    return candidates[np.argsort(-own, kind="stable")][:size]


def _shown(
    axis: TermAxis, best: Places, ranks: Numbers | None, kept: Iterable[Scalar]
) -> Sequence[tuple[Scalar, int | None]]:
    """The values to return with their places, in order: the best, and the kept ones, known to the release or not."""
    found: dict[Scalar, int | None] = {axis.values[place]: place for place in best.tolist()}
    found |= {value: axis.vocabulary.place(value) for value in kept}
    if ranks is None:
        return sorted(found.items(), key=lambda entry: entry[0])
    return sorted(found.items(), key=lambda entry: (0 if entry[1] is None else -int(ranks[entry[1]]), entry[0]))


def _numbered(shown: Sequence[tuple[Scalar, int | None]]) -> list[int | None]:
    """Slots from 1 for the values that the release has."""
    slots: list[int | None] = []
    used = 0
    for _, place in shown:
        used += place is not None
        slots.append(None if place is None else used)
    return slots


def _grouped(axis: TermAxis, choice: _Choice) -> tuple[Coding, str]:
    """A slot for each chosen value, one for all others, and a last one for what is neither allowed nor chosen."""
    other = len(choice.chosen) + 1
    slots = np.full(len(axis.values), other)
    if choice.allowed is not None:
        slots[~choice.allowed] = other + 1
    slots[choice.chosen] = np.arange(1, other)
    told = hashlib.blake2b(choice.chosen.tobytes(), digest_size=16)
    told.update(b"" if choice.allowed is None else np.packbits(choice.allowed).tobytes())
    return axis.grouped(np.append(MISSING, slots), other + 2), told.hexdigest()
