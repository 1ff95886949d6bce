"""The compiled loops against plain Python, on small random units."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from random import Random

import numpy as np
import pytest

from resolvers.search.embedded import kernels
from resolvers.search.embedded.kernels import NOBODY


def read_only(values: list[int], dtype: type) -> np.ndarray:
    """Columns of the store can't be written to."""
    array = np.array(values, dtype)
    array.flags.writeable = False
    return array


@pytest.fixture(params=range(20))
def random(request: pytest.FixtureRequest) -> Random:
    return Random(request.param)


CODES = 5


def units(random: Random) -> Iterator[tuple[int, int, int]]:
    """(place, id, weight), units of one id together."""
    for id in range(random.randint(0, 8)):
        weight = random.randint(1, 9)
        for _ in range(random.randint(1, 4)):
            yield random.randrange(12), id, weight


def test_places_of_a_mask(random: Random) -> None:
    mask = np.array([random.random() < 0.5 for _ in range(random.randint(0, 30))], bool)
    ids = np.array([random.randrange(len(mask)) for _ in range(40)] if len(mask) else [], np.uint32)
    assert kernels.chosen(mask).tolist() == np.flatnonzero(mask).tolist()
    assert kernels.chosen_through(mask, ids).tolist() == np.flatnonzero(mask[ids]).tolist()
    marked = np.zeros(len(mask), bool)
    kernels.mark(np.arange(len(ids), dtype=np.uint32), ids, marked)
    assert marked.tolist() == [number in set(ids.tolist()) for number in range(len(mask))]


@pytest.mark.parametrize("dtype", [np.uint16, np.uint32])
def test_sums_and_distinct_weights_per_slot(random: Random, dtype: type) -> None:
    codes = read_only([random.randrange(CODES) for _ in range(12)], dtype)
    slots = read_only([random.randrange(3) for _ in range(CODES)], np.uint32)
    given = list(units(random))
    places, ids, weights = (read_only([u[n] for u in given], t) for n, t in enumerate((np.uint32, np.uint32, np.int64)))
    added, distinct = np.zeros(3, np.int64), np.zeros(3, np.int64)
    kernels.add_up(codes, slots, places, weights, added)
    kernels.add_distinct(codes, slots, places, ids, weights, distinct, np.full(3, NOBODY, np.uint32))
    sums: dict[int, int] = defaultdict(int)
    things: dict[int, dict[int, int]] = defaultdict(dict)
    for place, id, weight in given:
        slot = int(slots[codes[place]])
        sums[slot] += weight
        things[slot][id] = weight
    assert added.tolist() == [sums[slot] for slot in range(3)]
    assert distinct.tolist() == [sum(things[slot].values()) for slot in range(3)]


@pytest.mark.parametrize("dtype", [np.uint16, np.uint32])
def test_units_with_several_slots(random: Random, dtype: type) -> None:
    own = [sorted(random.sample(range(4), random.randint(0, 3))) for _ in range(CODES)]
    starts = read_only(np.cumsum([0, *map(len, own)]).tolist(), np.uint32)
    slots = read_only([slot for some in own for slot in some], np.uint32)
    codes = read_only([random.randrange(CODES) for _ in range(12)], dtype)
    given = list(units(random))
    places, ids, weights = (read_only([u[n] for u in given], t) for n, t in enumerate((np.uint32, np.uint32, np.int64)))
    added, distinct = np.zeros(4, np.int64), np.zeros(4, np.int64)
    kernels.add_up_lists(codes, starts, slots, places, weights, added)
    kernels.add_distinct_lists(codes, starts, slots, places, ids, weights, distinct, np.full(4, NOBODY, np.uint32))
    sums: dict[int, int] = defaultdict(int)
    things: dict[int, dict[int, int]] = defaultdict(dict)
    for place, id, weight in given:
        for slot in own[codes[place]]:
            sums[slot] += weight
            things[slot][id] = weight
    assert added.tolist() == [sums[slot] for slot in range(4)]
    assert distinct.tolist() == [sum(things[slot].values()) for slot in range(4)]


def test_numbers_by_depth(random: Random) -> None:
    depths = read_only([random.randrange(4) for _ in range(20)], np.uint8)
    # Collections, patients and pairs as in a store: each in one piece, inside the one above.
    pairs = sorted(random.randrange(9) for _ in depths)
    patients, collections = [pair // 2 for pair in pairs], [pair // 4 for pair in pairs]
    ids = [read_only(own, np.uint32) for own in (collections, patients, pairs)]
    sums = [read_only([random.randrange(100) for _ in depths], np.int64) for _ in range(3)]
    table = np.zeros((4, 6), np.int64)
    kernels.count_depths(depths, *ids, *sums, table)
    for depth in (1, 2, 3):
        units = np.flatnonzero(depths >= depth)
        wanted = [len(set(own[units].tolist())) for own in ids] + [int(own[units].sum()) for own in sums]
        assert table[depth:].sum(axis=0).tolist() == wanted


def test_members_by_the_depth_of_their_profiles(random: Random) -> None:
    depths = read_only([random.randrange(4) for _ in range(12)], np.uint8)
    signatures = sorted(random.randrange(5) for _ in range(random.randint(0, 20)))
    signatures = [sorted(set(signatures)).index(signature) for signature in signatures]
    profiles = [random.randrange(12) for _ in signatures]
    members = [random.randint(1, 9) for _ in set(signatures)]
    sums = np.zeros(4, np.int64)
    given = (read_only(profiles, np.uint32), read_only(signatures, np.uint32), read_only(members, np.int64))
    kernels.count_signed_depths(depths, *given, sums)
    for depth in (1, 2, 3):
        reached = {s for s, profile in zip(signatures, profiles, strict=True) if depths[profile] >= depth}
        assert sums[depth:].sum() == sum(members[signature] for signature in reached)


def test_kernels_work_where_nothing_can_be_remembered() -> None:
    """A read-only installation: numba finds no folder for its cache and refuses cache=True."""
    program = (
        "import numpy as np; from resolvers.search.embedded.kernels import chosen; print(chosen(np.ones(3, bool)))"
    )
    env = {**os.environ, "NUMBA_CACHE_DIR": "/proc/none", "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator"}
    found = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)
    assert (found.stdout, found.stderr) == ("[0 1 2]\n", "")
