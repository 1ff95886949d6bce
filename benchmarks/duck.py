"""DuckDB over the columns of the store as integer codes in key order, in the best SQL found for each question."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.panels import NOTHING, Column, PanelFacet, Six, best
from indexers.columns import Terms
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.selection import And, Condition, In, Leaf, Range, Selection, Some, Test
from schema.vocabulary import FacetField, Level

_SUMS = "count(*), coalesce(sum(instances), 0)::BIGINT, coalesce(sum(size_bytes), 0)::BIGINT"

# Up to so many groups a bitmap of all patients in each is cheaper than a hash set.
_BITMAPS = 64
# Of more groups only patients are counted at first.
_MANY = 4096

NONE_SELECTED: Mapping[FacetField, Sequence[int]] = {}


class Duck:
    """A connection with the table `t`, one row per series."""

    def __init__(self, catalogue: Catalogue, columns: Sequence[Column], threads: int) -> None:
        self._store = catalogue.store
        self.connection = duckdb.connect(config={"threads": threads})
        self._columns = columns
        tree = catalogue.tree
        table = {f"f{number}": column.codes for number, column in enumerate(columns)}
        table |= {f"c_{name}": _codes(catalogue.store, name) for name in ("study_date",)}
        table |= {
            "collection": tree.series_collection,
            "patient": tree.series_patient,
            "study": tree.series_study,
            "instances": catalogue.store.numbers(Level.SERIES, "instance_count").numbers,
            "size_bytes": catalogue.store.numbers(Level.SERIES, "size_bytes").numbers,
        }
        self._table("t", table)
        for number, column in enumerate(columns):
            if column.lists is not None:
                pairs = [(code, slot) for code, slots in enumerate(column.lists) for slot in slots]
                self._table(f"l{number}", {"code": [code for code, _ in pairs], "slot": [slot for _, slot in pairs]})
        self._bits = [
            f"bit_count(bitstring_agg({name}, 0, {size}))"
            for name, size in (
                ("collection", len(tree.collection_series)),
                ("patient", len(tree.patient_collection)),
                ("study", len(tree.study_collection)),
            )
        ]
        self._sets = [f"count(DISTINCT {name})" for name in ("collection", "patient", "study")]
        self._place = {column.field.name: number for number, column in enumerate(columns)}

    def _table(self, name: str, columns: dict[str, Any]) -> None:
        self.connection.register("columns", pa.table(columns))
        self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM columns")
        self.connection.unregister("columns")

    def all(self, sql: str) -> list[Any]:
        return self.connection.execute(sql).fetchall()

    # ------------------------------------------------------------------------------------------ counts

    def count_forms(self, series: Selection) -> dict[str, str]:
        """The six numbers over the selected series, in several forms of SQL."""
        where = self.where(series)
        stages = (
            "SELECT collection, patient, study, count(*) AS n, sum(instances) AS i, sum(size_bytes) AS b "
            f"FROM t WHERE {where} GROUP BY ALL"
        )
        sums = ", ".join(f"coalesce(sum({name}), 0)::BIGINT" for name in ("n", "i", "b"))
        return {
            "count(DISTINCT)": f"SELECT {', '.join(self._sets)}, {_SUMS} FROM t WHERE {where}",
            "bitstring_agg": f"SELECT {self._whole(self._bits)}, {_SUMS} FROM t WHERE {where}",
            "two GROUP BY": f"SELECT {', '.join(self._sets)}, {sums} FROM ({stages})",
        }

    def one(self, sql: str) -> tuple[int, ...]:
        """The only row."""
        (row,) = self.all(sql)
        return tuple(row)

    @staticmethod
    def _whole(bits: Sequence[str]) -> str:
        return ", ".join(f"coalesce({bit}, 0)" for bit in bits)

    # ------------------------------------------------------------------------------------------ panels

    def panel(
        self, series: Sequence[Selection], selected: Mapping[FacetField, Sequence[int]] = NONE_SELECTED
    ) -> list[PanelFacet]:
        """Every facet, each over its base, with slots that are returned in any case; equal bases are totalled once."""
        totals: dict[str, Six] = {}
        return [
            self._facet(column, own, totals, selected.get(column.field, ()))
            for column, own in zip(self._columns, series, strict=True)
        ]

    def _facet(self, column: Column, series: Selection, totals: dict[str, Six], selected: Sequence[int]) -> PanelFacet:
        number = self._place[column.field.name]
        where = self.where(series)
        if where not in totals:
            totals[where] = self.one(f"SELECT {self._whole(self._bits)}, {_SUMS} FROM t WHERE {where}")
        source, slot = f"t WHERE {where}", f"f{number}"
        if column.lists is not None:
            source, slot = f"t JOIN l{number} ON code = f{number} WHERE {where}", "slot"
        if column.many > _MANY:
            ranked = self.all(f"SELECT {slot}, count(DISTINCT patient) FROM {source} AND {slot} <> 0 GROUP BY 1")
            chosen = best(ranked, column.terms)
            groups = self._groups(slot, f"{source} AND {slot} IN ({', '.join(map(str, [0, *chosen]))})", self._sets)
            distinct = len(ranked)
        else:
            groups = self._groups(slot, source, self._bits if column.many <= _BITMAPS else self._sets)
            present = [(code, six[1]) for code, six in groups.items() if code]
            chosen, distinct = best(present, column.terms), len(present)
            chosen += [slot for slot in selected if slot in groups and slot not in chosen]
        missing = groups.get(0, NOTHING)
        cut = NOTHING
        if distinct > len(chosen):
            cut = self._cut(column, number, where, chosen)
        kept = {code: groups[code] for code in chosen}
        return PanelFacet(totals[where], missing, cut, kept, distinct if column.terms else 0)

    def _groups(self, slot: str, source: str, distinct: Sequence[str]) -> dict[int, Six]:
        rows = self.all(f"SELECT {slot}, {', '.join(distinct)}, {_SUMS} FROM {source} GROUP BY 1")
        return {row[0]: tuple(row[1:]) for row in rows}

    def _cut(self, column: Column, number: int, where: str, chosen: Sequence[int]) -> Six:
        """What has any value that is not returned; a series with several of them counts once."""
        if column.lists is None:
            condition = f"f{number} NOT IN ({', '.join(map(str, [0, *chosen]))})"
        else:
            codes = [code for code, slots in enumerate(column.lists) if set(slots) - {0, *chosen}]
            condition = f"f{number} IN ({', '.join(map(str, codes)) or '-1'})"
        return self.one(f"SELECT {self._whole(self._bits)}, {_SUMS} FROM t WHERE ({where}) AND {condition}")

    # ------------------------------------------------------------------------------------------ conditions

    def where(self, series: Selection) -> str:
        """The Selection as SQL over codes. Only conditions on a series and its collection."""
        return self._sql(series.condition)

    def _sql(self, condition: Condition) -> str:
        match condition:
            case Leaf():
                return self._leaf(condition)
            case And(conditions):
                return " AND ".join(f"({self._sql(c)})" for c in conditions) or "true"
            case Some(Level.COLLECTION, Leaf(Level.COLLECTION, "collection_id", tests)):
                terms = self._store.terms(Level.COLLECTION, "collection_id")
                return _among("collection", [row for row, value in enumerate(terms.values) if _passes(value, tests)])
            case _:
                raise ValueError(f"no question of the benchmarks asks for {condition}")

    def _leaf(self, leaf: Leaf) -> str:
        if leaf.column == "size_bytes":
            (test,) = leaf.tests
            assert isinstance(test, Range)
            return f"size_bytes BETWEEN {test.lower} AND {test.upper}"
        values = self._store.terms(Level.SERIES, leaf.column).values
        passing = [code for code, value in enumerate(values, start=1) if _passes(value, leaf.tests)]
        if leaf.column == "study_date":
            # Codes ascend with values, so that a range of days is one of codes.
            return f"c_study_date BETWEEN {passing[0]} AND {passing[-1]}"
        return _among(f"f{self._place[leaf.column.upper()]}", passing)


def _codes(store: Store, name: str) -> np.ndarray:
    column = store.column(Level.SERIES, name)
    assert isinstance(column, Terms)
    return column.codes


def _among(column: str, codes: Sequence[int]) -> str:
    return f"{column} IN ({', '.join(map(str, codes))})" if codes else "false"


def _passes(value: object, tests: Sequence[Test]) -> bool:
    return all(_passes_one(value, test) for test in tests)


def _passes_one(value: object, test: Test) -> bool:
    match test:
        case In(values):
            return value in values
        case Range(lower, _, upper, _):
            return lower <= value <= upper  # type: ignore[operator]
        case _:
            raise ValueError(f"no question of the benchmarks asks for {test}")
