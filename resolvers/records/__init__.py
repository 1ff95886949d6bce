"""Records: rows of the catalogue as the typed objects of the contract."""

from resolvers.catalogue import Catalogue
from resolvers.records.analysis_result import analysis_result_readers
from resolvers.records.collection import collection_readers
from resolvers.records.patient import patient_readers
from resolvers.records.series import series_readers
from resolvers.records.shelf import Shelf
from resolvers.records.study import study_readers
from schema.analysis_result import AnalysisResult
from schema.collection import Collection
from schema.patient import Patient
from schema.series import Series
from schema.study import Study

__all__ = ["Shelf", "open_shelf"]


def open_shelf(catalogue: Catalogue) -> Shelf:
    """The shelf with every type of record."""
    return Shelf(
        catalogue,
        {
            AnalysisResult: analysis_result_readers,
            Collection: collection_readers,
            Patient: patient_readers,
            Series: series_readers,
            Study: study_readers,
        },
    )
