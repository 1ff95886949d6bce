"""Sets of patients that were found elsewhere: both engines take them wherever a condition on patients may stand."""

import asyncio

import numpy as np
import pytest

from indexers.elasticsearch.release import index_release
from indexers.shared_studies import SharedStudies
from indexers.store import Store
from resolvers.catalogue import Catalogue
from resolvers.search.elasticsearch.service import open_engine
from resolvers.search.embedded.engine import EmbeddedSearchEngine
from resolvers.search.engine import SearchEngine
from resolvers.selection import And, Condition, Count, In, Keys, Leaf, Not, Or, Range, Rows, RowSet, Selection, Some
from schema.vocabulary import COUNTABLE, Level
from tests.elasticsearch.conftest import Served

NUMBERS = frozenset(COUNTABLE)
CT = Leaf(Level.SERIES, "modality", (In(("CT",)),))


def conditions(patients: Condition) -> list[Condition]:
    """Conditions on series in which a set of patients stands at every place that there is."""
    own = Some(Level.PATIENT, patients)
    return [
        own,
        Not(own),
        And((own, CT)),
        Or((own, CT)),
        Some(Level.STUDY, Or((Some(Level.PATIENT, patients), Some(Level.SERIES, CT)))),
        Some(Level.PATIENT, And((patients, Some(Level.SERIES, CT)))),
        Some(Level.PATIENT, Or((Not(patients), Count(Level.STUDY, Some(Level.PATIENT, patients), (Range(2),))))),
        Some(Level.COLLECTION, Some(Level.PATIENT, patients)),
        Some(Level.COLLECTION, Count(Level.PATIENT, patients, (Range(3),))),
    ]


@pytest.fixture(scope="module", params=[3, 2])
def chosen(request: pytest.FixtureRequest, store: Store) -> np.ndarray:
    """A third or a half of all patients, and those who share a study."""
    mask = np.random.default_rng(request.param).random(len(store.hierarchy.patient_collection)) < 1 / request.param
    mask[SharedStudies.of(store.hierarchy).patients[0]] = True
    return mask


def keys_of(store: Store, mask: np.ndarray) -> Keys:
    """The same set by name."""
    collections, ids = store.terms(Level.COLLECTION, "collection_id"), store.terms(Level.PATIENT, "patient_id")
    rows = np.flatnonzero(mask).tolist()
    return Keys(
        Level.PATIENT,
        tuple(
            (str(collections.values[store.hierarchy.patient_collection[row]]), str(ids.values[ids.codes[row] - 1]))
            for row in rows
        ),
    )


async def counted(engine: SearchEngine, patients: Condition) -> list[dict[str, int]]:
    return [await engine.counts(Selection(Level.SERIES, each), NUMBERS) for each in conditions(patients)]


async def expected(store: Store, mask: np.ndarray) -> list[dict[str, int]]:
    """What the embedded engine answers when the patients are named."""
    engine = EmbeddedSearchEngine(Catalogue(store))
    found = await counted(engine, keys_of(store, mask))
    await engine.close()
    return found


def test_the_embedded_engine_takes_them(store: Store, chosen: np.ndarray) -> None:
    async def asked() -> list[dict[str, int]]:
        engine = EmbeddedSearchEngine(Catalogue(store))
        found = await counted(engine, Rows(Level.PATIENT, RowSet(chosen)))
        await engine.close()
        return found

    found = asyncio.run(asked())
    assert found == asyncio.run(expected(store, chosen))
    assert found[0]["patients"] == int(chosen.sum())


def test_elasticsearch_takes_them(elasticsearch: str, store: Store, chosen: np.ndarray) -> None:
    served = Served(elasticsearch, store, "rows")

    async def asked() -> list[dict[str, int]]:
        await index_release(served.connection, store, served.names, lambda *_: None)
        engine = await open_engine(served.connection, served.names, Catalogue(store), 60)
        found = await counted(engine, Rows(Level.PATIENT, RowSet(chosen)))
        await engine.close()
        return found

    assert asyncio.run(asked()) == asyncio.run(expected(store, chosen))


def test_sets_are_equal_by_what_they_hold() -> None:
    some = np.array([True, False, True])
    assert RowSet(some) == RowSet(some.copy()) and hash(RowSet(some)) == hash(RowSet(some.copy()))
    assert RowSet(some) != RowSet(~some)
    assert repr(RowSet(some)) == repr(RowSet(some.copy())) != repr(RowSet(~some))
    assert RowSet(some).mask.tolist() == [True, False, True]
