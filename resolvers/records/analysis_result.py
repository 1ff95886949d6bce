"""What is read of an analysis result."""

import numpy as np

from resolvers.records.columns import global_ids, many, of_list
from resolvers.records.page import Readers
from resolvers.records.shelf import Shelf
from resolvers.records.sources import analysis_result_source


def analysis_result_readers(shelf: Shelf) -> Readers:
    """The readers of the AnalysisResult type."""
    records = shelf.analysis_result_records
    ids = of_list([record["analysis_result_id"] for record in records])
    return Readers(
        {
            "id": lambda: global_ids("AnalysisResult", ids),
            "analysis_result_id": lambda: ids,
            "title": lambda: of_list([record["analysis_result_title"] for record in records]),
            "description": lambda: of_list([record["description"] for record in records]),
            "source": lambda: of_list([analysis_result_source(record) for record in records]),
            "collections": lambda: many(
                shelf.collections, lambda number: np.array(records[number]["collections"], np.int64)
            ),
        }
    )
