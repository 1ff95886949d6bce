"""Whether memory stays flat: `python -m benchmarks.endurance [MINUTES]` asks a gateway everything for a long time.

It prints what it sees and writes ENDURANCE.md beside this file.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.report import Section, machine
from benchmarks.server import Server, running

MINUTES = 15.0
CLIENTS = 16
# Seconds between two looks at the memory.
EVERY = 10.0
# Until so much of the time has gone, caches fill.
WARM_UP = 1 / 5
# Memory for answers that are given again: less than by default, so that it is full by then.
ANSWER_BYTES = 32_000_000
PAGE = Path(__file__).with_name("ENDURANCE.md")


@dataclass(frozen=True)
class Sample:
    """Memory in megabytes, `seconds` after the start."""

    seconds: float
    resident: float
    anonymous: float

    def __str__(self) -> str:
        return f"{self.seconds:5.0f} s: RSS {self.resident:.0f} MB, of which anonymous {self.anonymous:.0f} MB"


@dataclass(frozen=True)
class Trend:
    """How a number went once the gateway was warm: means of the first and the last third, and change by the hour."""

    first: float
    last: float
    per_hour: float

    @classmethod
    def of(cls, seconds: Sequence[float], values: Sequence[float]) -> "Trend":
        """Of three samples at least."""
        third = len(values) // 3
        slope = statistics.linear_regression(seconds, values).slope
        return cls(statistics.mean(values[:third]), statistics.mean(values[-third:]), slope * 3600)

    @property
    def growth(self) -> float:
        """Of the last third over the first, as a share of the first."""
        return (self.last - self.first) / self.first


def watched(server: Server, seconds: float) -> tuple[list[Sample], dict[str, Any]]:
    """Samples while the clients ask, and what these were answered. RuntimeError if gateway or clients end early."""
    command = [sys.executable, "-m", "benchmarks.mixture", server.url, str(CLIENTS), str(seconds), "1"]
    samples: list[Sample] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE) as load:
        start = time.perf_counter()
        while (passed := time.perf_counter() - start) < seconds and load.poll() is None:
            samples.append(Sample(passed, server.resident_megabytes(), server.anonymous_megabytes()))
            print(samples[-1], flush=True)
            time.sleep(min(EVERY, max(seconds - passed, 0)))
        answered, _ = load.communicate()
    if load.returncode != 0:
        raise RuntimeError("the clients ended before their time; their error is above")
    return samples, orjson.loads(answered)


def section(samples: Sequence[Sample], answered: dict[str, Any], seconds: float) -> Section:
    """What was seen."""
    warm = [sample for sample in samples if sample.seconds >= seconds * WARM_UP]
    requests = sum(number for _, _, number in answered["answered"])
    found = Section(
        "Endurance",
        f"{seconds / 60:g} minutes of mixed load by {CLIENTS} clients on a gateway with {ANSWER_BYTES:,} bytes for "
        "remembered answers: panels, pages, counts and crosstabs that hardly come again, answers known by their tag, "
        f"bad documents, bad and large bodies. {requests:,} requests. Memory is looked at every {EVERY:.0f} s; the "
        f"first {seconds * WARM_UP:.0f} s fill the caches and do not count.",
        ("memory", "at the start, MB", "first third, MB", "last third, MB", "growth", "MB per hour"),
    )
    for name, of in (("RSS", "resident"), ("RssAnon", "anonymous")):
        values = [getattr(sample, of) for sample in warm]
        trend = Trend.of([sample.seconds for sample in warm], values)
        cells = [f"{getattr(samples[0], of):.0f}", f"{trend.first:.0f}", f"{trend.last:.0f}"]
        found.rows.append((name, *cells, f"{trend.growth:+.1%}", f"{trend.per_hour:+.0f}"))
    counts = ", ".join(f"{kind} {status}: {number:,}" for kind, status, number in answered["answered"])
    found.remarks.append(f"Answers by kind and status: {counts}.")
    found.remarks.append(f"Answers that should not be: {answered['unexpected']}.")
    found.remarks += [f"`{example}`" for example in answered["examples"]]
    return found


def main() -> None:
    """See the module."""
    seconds = (float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES) * 60
    if seconds * (1 - WARM_UP) < 4 * EVERY:
        sys.exit(f"MINUTES={sys.argv[1]}: too short for a trend; give one minute or more")
    with tempfile.TemporaryDirectory() as cache, running(Path(cache), answer_bytes=ANSWER_BYTES) as server:
        samples, answered = watched(server, seconds)
    page = f"# Endurance\n\nMeasured by `python -m benchmarks.endurance` on {machine()}\n\n"
    page += section(samples, answered, seconds).markdown() + "\n"
    PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
