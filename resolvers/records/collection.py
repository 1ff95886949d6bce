"""What is read of a collection."""

import numpy as np

from resolvers.records.columns import global_ids, many, of_list, of_lists, of_terms, together
from resolvers.records.page import Reader, Readers
from resolvers.records.shelf import Shelf
from schema.vocabulary import Level


def collection_readers(shelf: Shelf) -> Readers:
    """The readers of the Collection type."""
    store = shelf.catalogue.store
    records = store.records("collections")
    analysis_results: list[list[int]] = [[] for _ in records]
    for number, record in enumerate(shelf.analysis_result_records):
        for collection in record["collections"]:
            analysis_results[collection].append(number)

    def terms(name: str) -> Reader:
        return of_terms(store.terms(Level.COLLECTION, name))

    def lists(name: str) -> Reader:
        return of_lists(store.terms(Level.COLLECTION, name))

    return Readers(
        {
            "id": lambda: global_ids("Collection", terms("collection_id")),
            "collection_id": lambda: terms("collection_id"),
            "name": lambda: terms("name"),
            "program_id": lambda: terms("program_id"),
            "status": lambda: terms("status"),
            "updated": lambda: terms("updated"),
            "cancer_types": lambda: lists("cancer_types"),
            "tumor_locations": lambda: lists("tumor_locations"),
            "species": lambda: lists("species"),
            "description": lambda: of_list([record["description"] for record in records]),
            "supporting_data": lambda: of_list([record["supporting_data"] for record in records]),
            "sources": lambda: together(shelf.sources.of_collection, terms("collection_id")),
            "analysis_results": lambda: many(
                shelf.analysis_results, lambda collection: np.array(analysis_results[collection], np.int64)
            ),
        }
    )
