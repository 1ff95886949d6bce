"""An oracle over an index together with random filters of its values."""

from dataclasses import dataclass

from indexers.index_package import IndexPackage
from indexers.subject_kind import subject_kind

from .facets import FacetOracle
from .random_where import Vocabulary


@dataclass(frozen=True)
class Judge:
    oracle: FacetOracle
    vocabulary: Vocabulary

    @classmethod
    def of(cls, source: IndexPackage) -> "Judge":
        return cls(FacetOracle(source.folder, subject_kind), Vocabulary.read(source.folder))
