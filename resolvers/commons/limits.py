"""Bounds on asking sister commons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CommonsLimits:
    """Bounds on asking commons. Seconds, and bytes of one answer."""

    seconds: float = 20.0
    retries: int = 2
    at_once: int = 4
    failures: int = 5
    open_seconds: float = 30.0
    answer_bytes: int = 200_000_000
    first_pause: float = 0.2
