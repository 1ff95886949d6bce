"""Records: rows of the catalogue as the typed objects of the contract."""

from resolvers.records.shelf import Shelf

__all__ = ["Shelf"]
