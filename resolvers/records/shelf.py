"""Makes records of row numbers. Records of one call share a page, and so do the records that they lead to."""

from collections.abc import Iterable

from resolvers.catalogue import Catalogue
from resolvers.records.analysis_result import analysis_result_readers
from resolvers.records.collection import collection_readers
from resolvers.records.page import RecordPage
from resolvers.records.patient import patient_readers
from resolvers.records.series import series_readers
from resolvers.records.sources import Sources
from resolvers.records.study import study_readers
from schema.analysis_result import AnalysisResult
from schema.collection import Collection
from schema.patient import Patient
from schema.series import Series
from schema.study import Study
from schema.vocabulary import Level


class Shelf:
    """The records of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        store = catalogue.store
        collection_ids = [str(value) for value in store.terms(Level.COLLECTION, "collection_id").values]
        self.sources = Sources(collection_ids, store.records("collections"))
        self.analysis_result_records = store.records("analysis_results")
        self._analysis_result_numbers = {
            str(record["analysis_result_id"]): number for number, record in enumerate(self.analysis_result_records)
        }
        self._collection = collection_readers(self)
        self._analysis_result = analysis_result_readers(self)
        self._patient = patient_readers(self)
        self._study = study_readers(self)
        self._series = series_readers(self)

    def analysis_result_number(self, analysis_result_id: str) -> int | None:
        """The number of the analysis result with this id; None if there is none."""
        return self._analysis_result_numbers.get(analysis_result_id)

    def collections(self, numbers: Iterable[int]) -> list[Collection]:
        """The collections with these row numbers."""
        return RecordPage(Collection, self._collection, numbers).records

    def analysis_results(self, numbers: Iterable[int]) -> list[AnalysisResult]:
        """The analysis results with these numbers, which ascend with their ids."""
        return RecordPage(AnalysisResult, self._analysis_result, numbers).records

    def patients(self, numbers: Iterable[int]) -> list[Patient]:
        """The patients with these row numbers."""
        return RecordPage(Patient, self._patient, numbers).records

    def studies(self, numbers: Iterable[int]) -> list[Study]:
        """The studies with these row numbers."""
        return RecordPage(Study, self._study, numbers).records

    def series(self, numbers: Iterable[int]) -> list[Series]:
        """The series with these row numbers."""
        return RecordPage(Series, self._series, numbers).records
