"""DuckDB over the very columns of the store: integer codes in key order, or the untouched texts of the index."""

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from indexers.columns import Terms
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.selection import And, Condition, In, Leaf, Range, Selection, Some, Test
from schema.vocabulary import Level

# Columns of series that questions of the benchmarks are about, beside the numbers of what each belongs to.
COLUMNS = (
    "analysis_result_id", "modality", "object_kind", "body_part_examined", "sop_class_name", "transfer_syntax_names",
    "photometric_interpretations", "manufacturer", "manufacturer_model_name", "study_date", "study_description",
    "patient_sex", "patient_age", "license_short_name", "first_release", "revised_release", "series_description",
)  # fmt: skip


class Duck:
    """A connection with the table `t`, one row per series: a code per column, 0 for missing, as in the store."""

    def __init__(self, catalogue: Catalogue, threads: int) -> None:
        self._store = catalogue.store
        self.connection = duckdb.connect(config={"threads": threads})
        tree = catalogue.tree
        columns = {name: _codes(catalogue.store, name) for name in COLUMNS}
        columns |= {
            "collection": tree.series_collection,
            "patient": tree.series_patient,
            "study": tree.series_study,
            "instances": catalogue.store.numbers(Level.SERIES, "instance_count").numbers,
            "size_bytes": catalogue.store.numbers(Level.SERIES, "size_bytes").numbers,
        }
        self.connection.register("columns", pa.table(columns))
        self.connection.execute("CREATE TABLE t AS SELECT * FROM columns")
        self.connection.unregister("columns")
        self.patients, self.studies = len(tree.patient_collection), len(tree.study_collection)

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
        # Codes ascend with values, so that a range of values is one of codes.
        if passing and passing[-1] - passing[0] == len(passing) - 1:
            return f'"{leaf.column}" BETWEEN {passing[0]} AND {passing[-1]}'
        return _among(f'"{leaf.column}"', passing)


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
