"""Makes records of row numbers. Records of one call share a page, and so do the records that they lead to."""

from collections.abc import Callable, Iterable, Mapping

from resolvers.catalogue import Catalogue
from resolvers.records.page import Readers, RecordPage
from resolvers.records.sources import Sources
from schema.analysis_result import AnalysisResult
from schema.collection import Collection
from schema.patient import Patient
from schema.record import Record
from schema.series import Series
from schema.study import Study
from schema.vocabulary import Level

# Makes the readers of one type of record. They are given the shelf, since records lead to records of other types.
MakeReaders = Callable[["Shelf"], Readers]


class Shelf:
    """The records of one catalogue, read by what `makers` make for each type."""

    def __init__(self, catalogue: Catalogue, makers: Mapping[type[Record], MakeReaders]) -> None:
        self.catalogue = catalogue
        store = catalogue.store
        self.collection_ids = [str(value) for value in store.terms(Level.COLLECTION, "collection_id").values]
        self.sources = Sources(self.collection_ids, store.records("collections"))
        self.analysis_result_records = store.records("analysis_results")
        self._analysis_result_numbers = {
            str(record["analysis_result_id"]): number for number, record in enumerate(self.analysis_result_records)
        }
        name = store.terms(Level.COLLECTION, "name")
        names = [str(name.values[code - 1]) for code in name.codes]
        # What identifiers are shown as.
        self.titles: Mapping[str, Mapping[str, str]] = {
            "collection_id": dict(zip(self.collection_ids, names, strict=True)),
            "analysis_result_id": {
                str(r["analysis_result_id"]): str(r["analysis_result_title"]) for r in self.analysis_result_records
            },
        }
        self._readers = {kind: make(self) for kind, make in makers.items()}

    def readers(self, kind: type[Record]) -> Readers:
        """What can be read of a type of record."""
        return self._readers[kind]

    def analysis_result_number(self, analysis_result_id: str) -> int | None:
        """The number of the analysis result with this id; None if there is none."""
        return self._analysis_result_numbers.get(analysis_result_id)

    def collections(self, numbers: Iterable[int]) -> list[Collection]:
        """The collections with these row numbers."""
        return RecordPage(Collection, self._readers[Collection], numbers).records

    def analysis_results(self, numbers: Iterable[int]) -> list[AnalysisResult]:
        """The analysis results with these numbers, which ascend with their ids."""
        return RecordPage(AnalysisResult, self._readers[AnalysisResult], numbers).records

    def patients(self, numbers: Iterable[int]) -> list[Patient]:
        """The patients with these row numbers."""
        return RecordPage(Patient, self._readers[Patient], numbers).records

    def studies(self, numbers: Iterable[int]) -> list[Study]:
        """The studies with these row numbers."""
        return RecordPage(Study, self._readers[Study], numbers).records

    def series(self, numbers: Iterable[int]) -> list[Series]:
        """The series with these row numbers."""
        return RecordPage(Series, self._readers[Series], numbers).records
