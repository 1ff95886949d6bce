"""Sources, licences and citations, from the records of collections and analysis results."""

from collections.abc import Mapping, Sequence
from typing import Any

from indexers.columns import elements
from schema.source import License, Source, SourceProvenance


class Sources:
    """The sources of every collection, by its identifier."""

    def __init__(self, collection_ids: Sequence[str], records: Sequence[Mapping[str, Any]]) -> None:
        self._of_collection = {
            collection_id: [_source(source) for source in record["sources"]]
            for collection_id, record in zip(collection_ids, records, strict=True)
        }
        # DOIs are case-insensitive (ISO 26324).
        self._by_doi = {
            (collection_id, source.doi.lower()): source
            for collection_id, sources in self._of_collection.items()
            for source in sources
        }

    def of_collection(self, collection_id: str) -> list[Source]:
        """The sources of a collection, in IDC's order."""
        return self._of_collection[collection_id]

    def find(self, collection_id: str, doi: str | None) -> Source | None:
        """The source that series of the collection with this DOI came with."""
        return self._by_doi.get((collection_id, (doi or "").lower()))

    def license(self, collection_id: str, doi: str | None, short_name: str | None) -> License | None:
        """The licence of such series: that of the source, which is where its text is linked."""
        source = self.find(collection_id, doi)
        if source is not None and source.license.short_name == short_name:
            return source.license
        return None if short_name is None else License(short_name=short_name, long_name=None, url=None)


def _source(record: Mapping[str, Any]) -> Source:
    return Source(
        source_id=record["source_id"],
        type=record["source_type"],
        title=record["source_title"],
        doi=record["source_doi"],
        url=record["source_url"],
        citation=record["citation"],
        license=_license(record["license"]),
        modalities=list(elements(record["modalities"]) or ()),
        provenance=_provenance(record["provenance"]),
    )


def analysis_result_source(record: Mapping[str, Any]) -> Source:
    """The publication of an analysis result."""
    return Source(
        source_id=record["analysis_result_id"],
        type="analysis_result",
        title=record["analysis_result_title"],
        doi=record["source_DOI"],
        url=record["source_url"],
        citation=record["citation"],
        license=_license(record),
        modalities=list(record["modalities"]),
        provenance=_provenance(record["provenance"]),
    )


def _license(record: Mapping[str, Any]) -> License:
    return License(
        short_name=record["license_short_name"], long_name=record["license_long_name"], url=record["license_url"]
    )


def _provenance(record: Mapping[str, Any] | None) -> SourceProvenance | None:
    return None if record is None else SourceProvenance(**record)
