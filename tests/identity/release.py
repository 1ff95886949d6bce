"""The patients of the installed release, and who of them could be linked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pyarrow.parquet as pq

from indexers.index_package import installed_index
from indexers.subject_kind import subject_kind
from resolvers.commons.identity import Candidate, Prospect, candidates
from schema.vocabulary import Commons, SubjectKind

Patient = tuple[str, str]


@cache
def patients() -> tuple[Patient, ...]:
    """Every (collection_id, PatientID), in order."""
    table = pq.read_table(installed_index().table("idc_index"), columns=["collection_id", "PatientID"])
    distinct = table.group_by(["collection_id", "PatientID"]).aggregate([])
    return tuple(sorted(zip(distinct["collection_id"].to_pylist(), distinct["PatientID"].to_pylist(), strict=True)))


@cache
def prospects() -> dict[Patient, dict[Commons, Prospect]]:
    """What `candidates` gives for every patient."""
    return {patient: candidates(*patient, SubjectKind(subject_kind(*patient))) for patient in patients()}


def linkable(commons: Commons) -> Iterator[tuple[Patient, Candidate]]:
    """The patients with a candidate in a commons."""
    for patient, found in prospects().items():
        prospect = found[commons]
        if isinstance(prospect, Candidate):
            yield patient, prospect


@cache
def by_rule(commons: Commons) -> Counter[str]:
    """Linkable patients by the rule that covers them."""
    return Counter(candidate.rule for _, candidate in linkable(commons))
