"""Patients that share a study: the excerpt that holds them, and the classes of all others."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from indexers.elasticsearch.classes import classes_of
from indexers.elasticsearch.layout import Kind
from indexers.shared_studies import Excerpt, SharedStudies
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.embedded.engine import EmbeddedSearchEngine
from resolvers.selection import Keys, Selection, Some
from schema.vocabulary import COUNTABLE, Level

NUMBERS = frozenset(COUNTABLE)
WEIGHED = [kind for kind in Kind if kind.weighed]
SHARING = Keys(Level.PATIENT, (("nlst", "108001"), ("nlst", "123342")))


def counts(store: Store, *, only_sharing: bool) -> dict[str, int]:
    condition = Some(Level.PATIENT, SHARING)
    series = Selection(Level.SERIES, condition) if only_sharing else Selection(Level.SERIES)

    async def asked() -> dict[str, int]:
        engine = EmbeddedSearchEngine(Catalogue(store), threads=1)
        found = await engine.counts(series, NUMBERS)
        await engine.close()
        return found

    return asyncio.run(asked())


def test_an_excerpt_is_a_store_of_its_patients(store: Store) -> None:
    shared = SharedStudies.of(store.hierarchy)
    (collection,) = np.unique(store.hierarchy.patient_collection[shared.patients]).tolist()
    excerpt = Excerpt(store, collection, shared.of_collection(store.hierarchy, collection))
    assert counts(excerpt, only_sharing=False) == counts(store, only_sharing=True)
    assert counts(excerpt, only_sharing=False)["patients"] == 2


@pytest.mark.parametrize("kind", WEIGHED)
def test_classes_hold_all_others_once(store: Store, kind: Kind) -> None:
    shared = SharedStudies.of(store.hierarchy)
    classes = classes_of(store, kind, shared.patients)
    whole, apart = counts(store, only_sharing=False), counts(store, only_sharing=True)
    nodes = [node for number in range(len(classes.members)) for node in classes.studies(number)]
    cells = [cell for node in nodes for cell in classes.cells(node)]
    assert sum(classes.members) == whole["patients"] - apart["patients"]
    assert sum(node.members for node in nodes) == whole["studies"] - apart["studies"]
    assert sum(cell.series for cell in cells) == whole["series"] - apart["series"]
    assert sum(cell.instances for cell in cells) == whole["instances"] - apart["instances"]
    assert sum(cell.size_bytes for cell in cells) == whole["size_bytes"] - apart["size_bytes"]
    assert len(classes.members) < sum(classes.members)


@pytest.mark.parametrize("kind", WEIGHED)
def test_nodes_of_classes_have_numbers_of_their_own(store: Store, kind: Kind) -> None:
    """Sets of them are sums of bits: a number that came twice would be counted twice."""
    classes = classes_of(store, kind, SharedStudies.of(store.hierarchy).patients)
    numbers = [node.number for number in range(len(classes.members)) for node in classes.studies(number)]
    assert all(before < after for before, after in pairwise(numbers))
