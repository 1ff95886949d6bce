"""Draws that depend on their key alone: the world is the same on every machine, in whatever order it is built."""

import random
import uuid
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
SPACE = uuid.UUID("8d3c0f5e-5a0b-4f0e-9a36-2f5a0c8f7c11")


def stream(*key: object) -> random.Random:
    """The random numbers of a key."""
    return random.Random("/".join(map(str, key)))


def made_uuid(*key: object) -> str:
    """A well-formed UUID of a key."""
    return str(uuid.uuid5(SPACE, "/".join(map(str, key))))


def weighted(numbers: random.Random, choices: Sequence[tuple[T, float]]) -> T:
    """One of (value, weight)."""
    values, weights = zip(*choices, strict=True)
    return numbers.choices(values, weights)[0]
