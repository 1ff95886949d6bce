"""Bounds on asking sister commons, and on keeping what they answered."""

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


@dataclass(frozen=True)
class KeepingLimits:
    """How long answers of commons are kept, in seconds, and how many bytes of them."""

    # While the release of the commons stays.
    fresh_seconds: float = 86_400.0
    # Answers that lack something that was asked for.
    lacking_seconds: float = 600.0
    # When the commons does not answer.
    stale_seconds: float = 604_800.0
    # After so long the commons is asked for its release again.
    release_seconds: float = 300.0
    kept_bytes: int = 128_000_000
