"""What facets on Elasticsearch are drawn up from, and which documents tell what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from indexers.columns import Terms
from indexers.elasticsearch.fields import RANGE
from indexers.elasticsearch.layout import RANGED, Kind
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.apart import Apart
from resolvers.search.elasticsearch.facet_forms import (
    by_column,
)
from resolvers.search.elasticsearch.lowering import Cell, everything
from resolvers.search.elasticsearch.numbers import NumberSets
from resolvers.search.elasticsearch.queries import fits
from resolvers.search.facets import (
    FacetQuestion,
)
from resolvers.selection import Scalar
from schema.attributes import Attribute, faceted
from schema.default_ranges import default_edges
from schema.vocabulary import FacetForm, Level


@dataclass(frozen=True)
class Source:
    """What facets are drawn up from."""

    catalogue: Catalogue
    sets: NumberSets
    apart: Apart
    shards: int

    def kind(self, where: Cell, *columns: str) -> Kind:
        """The smallest documents that can tell a cell and these attributes. LookupError if none can."""
        for kind in Kind:
            if all(kind.tells(column) for column in columns) and all(fits(kind, part) for part in everything(where)):
                return kind
        raise LookupError(f"no documents tell {', '.join(columns)}")

    def kind_of_facet(self, question: FacetQuestion, where: Cell) -> Kind:
        """Default ranges of numbers are told by smaller documents than the numbers."""
        attribute = faceted(question.field)
        if attribute.column in RANGED and question.boundaries is None:
            try:
                return self.kind(where, attribute.column + RANGE)
            except LookupError:
                pass
        return self.kind(where, by_column(attribute))

    def edges(self, question: FacetQuestion) -> tuple[float, ...]:
        """Of a facet of numbers; unless they are given, they reach around all numbers of the release."""
        attribute = faceted(question.field)
        if attribute.facet_form is not FacetForm.NUMBERS:
            return ()
        if question.boundaries is not None:
            return question.boundaries
        column = self.catalogue.store.column(attribute.level, attribute.column)
        if isinstance(column, Terms):
            values = cast("Sequence[float]", column.values)
            extremes = (float(values[0]), float(values[-1])) if len(values) else (0.0, 0.0)
        else:
            numbers = self.catalogue.store.numbers(attribute.level, attribute.column).numbers
            extremes = (float(numbers.min()), float(numbers.max()))
        return default_edges(question.field, *extremes)

    def values(self, attribute: Attribute) -> int:
        """How many values an attribute has."""
        if attribute.level is Level.COLLECTION:
            return self.catalogue.relations.sizes[Level.COLLECTION]
        if attribute.facet_form is not FacetForm.TERMS:
            return 0
        return len(self.sets.vocabularies[attribute.column].elements)

    def elements(self, attribute: Attribute) -> list[tuple[Scalar, ...]]:
        """Per collection the values of one of its attributes."""
        terms = self.catalogue.store.terms(Level.COLLECTION, attribute.column)
        lists = [(), *(value if isinstance(value, tuple) else (value,) for value in terms.values)]
        return [lists[code] for code in terms.codes.tolist()]

    @property
    def collection_ids(self) -> list[str]:
        """The identifiers of collections, by number."""
        return [str(value) for value in self.catalogue.store.terms(Level.COLLECTION, "collection_id").values]
