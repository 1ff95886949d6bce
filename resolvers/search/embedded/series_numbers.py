"""Every number of some series, per slot, in one pass over them."""

from collections import Counter

import numpy as np

from resolvers.search.embedded.grains import Grain, Grains, Ids, Numbers
from resolvers.search.embedded.kernels import Codes, add_all
from schema.vocabulary import COUNTABLE, Level

# Columns of the table beside the numbers: the collection, patient and study last seen.
_LAST_SEEN = 3


def numbers_of_series(grains: Grains, series: Ids, codes: Codes, slots: Ids, many: int) -> dict[str, Numbers]:
    """Per slot every number of COUNTABLE. The slot of a series is that of its code.

    In every slot series of one patient and study stand together: rows of the store in key order do.
    """
    table = np.zeros((many, len(COUNTABLE) + _LAST_SEEN), np.int64)
    table[:, len(COUNTABLE) :] = -1
    add_all(
        codes,
        slots,
        series,
        grains.ids(Grain.SERIES, Level.COLLECTION),
        grains.ids(Grain.SERIES, Level.PATIENT),
        grains.pairs(Grain.SERIES),
        grains.numbers(Grain.SERIES, "instances"),
        grains.numbers(Grain.SERIES, "size_bytes"),
        table,
    )
    # Studies were counted once per patient that they lie under: only then do series of one stand together.
    found = {name: table[:, column].copy() for column, name in enumerate(COUNTABLE)}
    shared = grains.of_shared_studies(series)
    np.subtract.at(found["studies"], *_seen_again(grains, slots[codes[shared]], shared))
    return found


def _seen_again(grains: Grains, slots: Ids, series: Ids) -> tuple[list[int], list[int]]:
    """Slots, and under how many patients more than one these series have the same study in them."""
    studies, patients = (grains.ids(Grain.SERIES, level)[series] for level in (Level.STUDY, Level.PATIENT))
    under = set(zip(slots.tolist(), studies.tolist(), patients.tolist(), strict=True))
    times = Counter((slot, study) for slot, study, _ in under)
    return [slot for slot, _ in times], [seen - 1 for seen in times.values()]
