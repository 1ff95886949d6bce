"""An oracle over an index together with random filters of its values."""

from dataclasses import dataclass

from indexers.index_package import IndexPackage
from indexers.subject_kind import subject_kind

from .random_where import Vocabulary
from .sql import Oracle


@dataclass(frozen=True)
class Judge:
    oracle: Oracle
    vocabulary: Vocabulary

    @classmethod
    def of(cls, source: IndexPackage) -> "Judge":
        return cls(Oracle(source.folder, subject_kind), Vocabulary.read(source.folder))
