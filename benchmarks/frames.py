"""Panels by numpy and by polars: arrays of slots and identifiers, distinct pairs of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.panels import NOTHING, Column, PanelFacet, Six, best
from resolvers.catalogue import Catalogue
from schema.vocabulary import Level

Array = npt.NDArray[Any]


class Numpy:
    """Masks, bincount, and unique pairs of slot and identifier."""

    def __init__(self, catalogue: Catalogue) -> None:
        tree = catalogue.tree
        self._ids = [tree.series_collection, tree.series_patient, tree.series_study]
        self._sums = [catalogue.store.numbers(Level.SERIES, name).numbers for name in ("instance_count", "size_bytes")]

    def facet(self, column: Column, mask: Array) -> PanelFacet:
        """One facet over the series in the mask."""
        rows = np.flatnonzero(mask)
        owner, slots = _slots(column, rows)
        groups = self._groups(rows[owner], slots, column.many)
        chosen, distinct = _chosen(column, groups)
        cut = NOTHING
        if distinct > len(chosen):
            outside = ~np.isin(slots, [0, *chosen])
            cut = self._groups(np.unique(rows[owner][outside]), None, 1)[0]
        total = self._groups(rows, None, 1).get(0, NOTHING)
        kept = {slot: groups[slot] for slot in chosen}
        return PanelFacet(total, groups.get(0, NOTHING), cut, kept, distinct if column.terms else 0)

    def _groups(self, rows: Array, slots: Array | None, many: int) -> dict[int, Six]:
        slots = np.zeros(len(rows), np.int64) if slots is None else slots.astype(np.int64)
        distinct = []
        for ids in self._ids:
            pairs = np.unique(slots * (int(ids.max()) + 1) + ids[rows])
            distinct.append(np.bincount(pairs // (int(ids.max()) + 1), minlength=many))
        series = np.bincount(slots, minlength=many)
        # Doubles hold sums below 2**53 exactly.
        sums = [np.bincount(slots, numbers[rows], many).astype(np.int64) for numbers in self._sums]
        columns = [found.tolist() for found in (*distinct, series, *sums)]
        return {slot: tuple(c[slot] for c in columns) for slot in np.flatnonzero(series).tolist()}


class Polars:
    """A frame with a column per facet; n_unique per group."""

    def __init__(self, catalogue: Catalogue, columns: Sequence[Column]) -> None:
        tree = catalogue.tree
        store = catalogue.store
        self._frame = pl.DataFrame(
            {column.field.name: column.codes for column in columns}
            | {"collection": tree.series_collection, "patient": tree.series_patient, "study": tree.series_study}
            | {"instances": store.numbers(Level.SERIES, "instance_count").numbers}
            | {"size_bytes": store.numbers(Level.SERIES, "size_bytes").numbers}
        )
        self._six = [
            *(pl.col(name).n_unique() for name in ("collection", "patient", "study")),
            pl.len(),
            pl.col("instances").sum(),
            pl.col("size_bytes").sum(),
        ]

    def facet(self, column: Column, mask: Array) -> PanelFacet:
        """One facet over the series in the mask."""
        name = column.field.name
        base = self._frame.lazy().filter(pl.Series(mask))
        slots = base
        if column.lists is not None:
            lists = pl.LazyFrame({"code": range(len(column.lists)), "slot": [list(own) for own in column.lists]})
            slots = base.join(lists.explode("slot"), left_on=pl.col(name).cast(pl.Int64), right_on="code")
        slot = "slot" if column.lists is not None else name
        asked = [slots.group_by(slot).agg(*_named(self._six)), base.select(*_named(self._six))]
        grouped, whole = pl.collect_all(asked)
        groups: dict[int, Six] = {row[0]: row[1:] for row in grouped.rows()}
        chosen, distinct = _chosen(column, groups)
        cut = NOTHING
        if distinct > len(chosen):
            cut = self._cut(base, column, name, chosen)
        total = whole.row(0) if whole.row(0)[3] else NOTHING
        kept = {code: groups[code] for code in chosen}
        return PanelFacet(total, groups.get(0, NOTHING), cut, kept, distinct if column.terms else 0)

    def _cut(self, base: pl.LazyFrame, column: Column, name: str, chosen: Sequence[int]) -> Six:
        returned = {0, *chosen}
        if column.lists is None:
            outside = ~pl.col(name).is_in(sorted(returned))
        else:
            outside = pl.col(name).is_in([code for code, own in enumerate(column.lists) if set(own) - returned])
        found: Six = base.filter(outside).select(*_named(self._six)).collect().row(0)
        return found


def _named(six: Sequence[pl.Expr]) -> list[pl.Expr]:
    return [expression.alias(f"n{number}") for number, expression in enumerate(six)]


def _slots(column: Column, rows: Array) -> tuple[Array, Array]:
    """For every slot of every row the row's place, and the slot."""
    codes = column.codes[rows]
    if column.lists is None:
        return np.arange(len(rows)), codes
    lengths = np.array([len(own) for own in column.lists])
    starts = np.cumsum(lengths) - lengths
    flat = np.array([slot for own in column.lists for slot in own])
    owner = np.repeat(np.arange(len(rows)), lengths[codes])
    inside = np.arange(len(owner)) - np.repeat(np.cumsum(lengths[codes]) - lengths[codes], lengths[codes])
    return owner, flat[starts[codes][owner] + inside]


def _chosen(column: Column, groups: dict[int, Six]) -> tuple[list[int], int]:
    ranked = [(slot, six[1]) for slot, six in groups.items() if slot]
    return best(ranked, column.terms), len(ranked)
