"""Hints: values in where-inputs that the release does not have, and what may be meant by them."""

from resolvers.hints.finder import HintFinder
from resolvers.hints.request import RequestHints

__all__ = ["HintFinder", "RequestHints"]
