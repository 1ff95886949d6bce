"""Peers are asked in turn, round by round, so that whatever slows the machine slows them all."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Ask = Callable[[], Any]


@dataclass(frozen=True)
class Times:
    """Milliseconds of each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    def __str__(self) -> str:
        return f"{shown(self.median)} ({shown(min(self.rounds))}-{shown(max(self.rounds))})"


def shown(milliseconds: float) -> str:
    """With two digits at least."""
    return (
        f"{milliseconds:,.0f}"
        if milliseconds >= 100
        else f"{milliseconds:.2g}"
        if milliseconds < 10
        else f"{milliseconds:.1f}"
    )


def in_turn(peers: Mapping[str, Ask], rounds: int, before: Callable[[], object] = lambda: None) -> dict[str, Times]:
    """Each peer's times, after one round that warms up; `before` runs ahead of every question, untimed."""
    times: dict[str, list[float]] = {name: [] for name in peers}
    for number in range(rounds + 1):
        for name, ask in peers.items():
            before()
            started = time.perf_counter()
            ask()
            if number:
                times[name].append((time.perf_counter() - started) * 1e3)
    return {name: Times(tuple(found)) for name, found in times.items()}


class AnswersDiffer(Exception):
    """Two peers answer one question differently, so that their times can't be compared."""


def check_equal(question: str, answers: Mapping[str, Any]) -> None:
    """AnswersDiffer unless all peers give the answer of the first one."""
    (first, expected), *others = answers.items()
    for name, answer in others:
        if answer != expected:
            raise AnswersDiffer(f"{question}\n{first}: {expected}\n{name}: {answer}"[:4000])
