"""Facets of terms: which values are returned, and what of the others."""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from resolvers.search.embedded.axes import MISSING, Coding, TermAxis
from resolvers.search.embedded.drawn import Drawn, Reader
from resolvers.search.embedded.grains import Mask, Numbers
from resolvers.search.facets import BY_VALUE, Bucket, FacetAnswer, FacetQuestion
from resolvers.selection import Scalar

# Of more values than these only the number that orders them is counted for each; the rest for the buckets alone.
_MANY_VALUES = 4096

# Any of these is positive where there is a series at all.
_DISTINCT = frozenset({"patients", "studies", "series"})

Places = npt.NDArray[np.int64]


def terms(question: FacetQuestion, axis: TermAxis, reader: Reader, total: dict[str, int]) -> Drawn:
    """The facet of terms."""
    every = axis.coding
    order = "series" if question.order == BY_VALUE else question.order
    ranks = reader.tally(every, order, "")[1:]
    present = (ranks if order in _DISTINCT else reader.tally(every, "series", "")[1:]) > 0
    allowed = None if question.contains is None else axis.vocabulary.containing(question.contains)
    candidates = np.flatnonzero(present if allowed is None else present & allowed)
    by_value = question.order == BY_VALUE
    best = candidates[: question.size] if by_value else _best(candidates, ranks, question.size)
    shown = _shown(axis, best, None if by_value else ranks, question.kept)
    chosen = np.array([place for _, place in shown if place is not None], np.int64)
    cut = len(np.setdiff1d(candidates, chosen)) > 0
    asked = question.asked
    if cut and (asked.rest or len(axis.values) > _MANY_VALUES):
        coding, grouping = _grouped(axis, chosen, allowed)
        slots = _numbered(shown)
        rest = reader.at(coding, asked.rest, len(chosen) + 1, grouping)
    else:
        coding, grouping = every, ""
        slots = [None if place is None else place + 1 for _, place in shown]
        rest = dict.fromkeys(asked.rest, 0)
    counts = reader.rows(coding, asked.buckets, slots, grouping)
    buckets = [Bucket(value, numbers) for (value, _), numbers in zip(shown, counts, strict=True)]
    missing = reader.at(coding, asked.missing, MISSING, grouping)
    return Drawn(FacetAnswer(total, missing, rest, buckets, distinct=len(candidates)), coding, slots)


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


def _grouped(axis: TermAxis, chosen: Places, allowed: Mask | None) -> tuple[Coding, str]:
    """A slot for each chosen value, one for all others, and one for those that are not allowed and not chosen."""
    other, ignored = len(chosen) + 1, len(chosen) + 2
    slots = np.full(len(axis.values), other) if allowed is None else np.where(allowed, other, ignored)
    slots[chosen] = np.arange(1, other)
    grouping = hashlib.blake2b(slots.tobytes(), digest_size=16).hexdigest()
    return axis.grouped(np.append(MISSING, slots).astype(np.uint32), ignored + 1), grouping
