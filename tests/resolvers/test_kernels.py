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


def test_the_greatest_depth_of_each(random: Random) -> None:
    depths = [random.randrange(4) for _ in range(20)]
    ids = [random.randrange(6) for _ in depths]
    deepest = np.zeros(6, np.uint16)
    kernels.raise_to(read_only(depths, np.uint16), read_only(ids, np.uint32), deepest)
    assert deepest.tolist() == [
        max((d for d, i in zip(depths, ids, strict=True) if i == id), default=0) for id in range(6)
    ]


def test_kernels_work_where_nothing_can_be_remembered() -> None:
    """A read-only installation: numba finds no folder for its cache and refuses cache=True."""
    program = (
        "import numpy as np; from resolvers.search.embedded.kernels import chosen; print(chosen(np.ones(3, bool)))"
    )
    env = {**os.environ, "NUMBA_CACHE_DIR": "/proc/none", "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator"}
    found = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)
    assert (found.stdout, found.stderr) == ("[0 1 2]\n", "")
