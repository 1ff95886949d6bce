"""The opened store: its columns, the ways between its levels, and its rows by key."""

from resolvers.catalogue.catalogue import Catalogue

__all__ = ["Catalogue"]
