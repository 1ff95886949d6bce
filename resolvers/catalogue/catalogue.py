"""One opened release, shared by the search engine and the records."""

from functools import cached_property

from indexers.hierarchy import Hierarchy
from indexers.store import Store
from resolvers.catalogue.keys import KeyIndex
from resolvers.catalogue.relations import Relations


class Catalogue:
    """The embedded store of one release. Safe to read from several threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.relations = Relations(store.hierarchy)
        self.keys = KeyIndex(store)

    @property
    def tree(self) -> Hierarchy:
        """Offsets and parents of all levels."""
        return self.store.hierarchy

    @cached_property
    def build(self) -> str:
        """Name of the build whose row numbers these are."""
        return self.store.key.folder_name
