"""The gather that every step between levels and every test of a vocabulary ends in."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

S = TypeVar("S", bound=np.generic)


def gather(values: npt.NDArray[S], places: npt.NDArray[Any]) -> npt.NDArray[S]:
    """`values[places]`, for places that are known to be in range.

    Without the check of every place it takes half the time, and like all of numpy's loops it lets other threads run.
    """
    return np.take(values, places, mode="clip")
