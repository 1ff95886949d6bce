"""Cuts pages out of a set of rows. A page costs the same wherever it stands."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resolvers.catalogue.relations import Relations
from resolvers.search.embedded.leaves import Mask
from resolvers.search.embedded.orders import Ranking
from resolvers.search.engine import Parents, RowPage, Window
from schema.vocabulary import Level

# How many rows are looked at in one step on the way to the next matching ones.
_STRIDE = 16_384


def page(mask: Mask, ranking: Ranking | None, window: Window) -> RowPage:
    """A page of the rows in the mask."""
    start = 0
    if window.after is not None:
        start = 1 + (window.after if ranking is None else int(ranking.place[window.after]))
    found = _next_matching(mask, ranking, start, window.first + 1)
    return RowPage(found[: window.first], int(np.count_nonzero(mask)), len(found) > window.first)


def _next_matching(mask: Mask, ranking: Ranking | None, start: int, wanted: int) -> npt.NDArray[np.int64]:
    """Row numbers of the first `wanted` matching rows from a place on."""
    found: list[npt.NDArray[np.int64]] = []
    missing = wanted
    stride = _STRIDE
    while missing > 0 and start < len(mask):
        end = start + stride
        rows = np.arange(start, min(end, len(mask))) if ranking is None else ranking.rows[start:end].astype(np.int64)
        matching = rows[mask[rows]][:missing]
        found.append(matching)
        missing -= len(matching)
        # Rare rows are far apart: look further each time.
        start, stride = end, stride * 2
    return np.concatenate(found) if found else np.empty(0, np.int64)


def pages_under(
    relations: Relations,
    level: Level,
    parents: Parents,
    mask: Mask,
    ranking: Ranking | None,
    windows: Sequence[Window],
) -> Sequence[RowPage]:
    """A page per parent of those members that are in the mask."""
    pages = []
    for parent, window in zip(parents.numbers, windows, strict=True):
        members = relations.members(level, parents.level, parent)
        members = members[mask[members]]
        if ranking is not None:
            members = ranking.rows[np.sort(ranking.place[members])].astype(np.int64)
        pages.append(_cut(members, ranking, window))
    return pages


def _cut(rows: npt.NDArray[np.int64], ranking: Ranking | None, window: Window) -> RowPage:
    start = 0
    if window.after is not None:
        places = rows if ranking is None else ranking.place[rows]
        after = window.after if ranking is None else ranking.place[window.after]
        start = int(np.searchsorted(places, after, side="right"))
    end = start + window.first
    return RowPage(rows[start:end], len(rows), end < len(rows))
