"""What is read of a study."""

from resolvers.records.columns import (
    distinct,
    global_ids,
    many,
    of_identifiers,
    of_numbers,
    of_terms,
    one,
    through,
    together,
)
from resolvers.records.links import study_viewer
from resolvers.records.page import Reader, Readers
from resolvers.records.shelf import Shelf
from schema.vocabulary import Level


def study_readers(shelf: Shelf) -> Readers:
    """The readers of the Study type."""
    store, tree, relations = shelf.catalogue.store, shelf.catalogue.tree, shelf.catalogue.relations

    def uid() -> Reader:
        return of_identifiers(store.identifiers(Level.STUDY, "study_instance_uid"))

    def slides() -> Reader:
        return of_numbers(store.numbers(Level.STUDY, "slides").numbers)

    return Readers(
        {
            "id": lambda: global_ids("Study", uid()),
            "study_instance_uid": uid,
            "collection_id": lambda: through(
                tree.study_collection, of_terms(store.terms(Level.COLLECTION, "collection_id"))
            ),
            "collection": lambda: one(shelf.collections, tree.study_collection),
            "patients": lambda: many(shelf.patients, relations.owners),
            "study_date": lambda: of_terms(store.terms(Level.STUDY, "study_date")),
            "study_description": lambda: of_terms(store.terms(Level.STUDY, "study_description")),
            "modalities": lambda: distinct(
                lambda study: relations.members(Level.SERIES, Level.STUDY, study),
                store.terms(Level.SERIES, "modality"),
            ),
            "viewer_url": lambda: together(study_viewer, uid(), slides()),
        }
    )
