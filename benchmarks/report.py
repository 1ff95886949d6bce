"""The results as Markdown, with the machine that they were measured on."""

import datetime
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from os import cpu_count
from pathlib import Path

LIBRARIES = ("idc-index-data", "numpy", "numba", "strawberry-graphql", "graphql-core", "duckdb", "polars")


@dataclass
class Section:
    """One subject: what was asked of whom, and a table."""

    title: str
    text: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """The section."""
        table = [self.head, ["---"] * len(self.head), *self.rows]
        lines = "\n".join(f"| {' | '.join(cells)} |" for cells in table)
        return "\n\n".join([f"## {self.title}", self.text, lines, *self.remarks])


def machine() -> str:
    """Processor, memory, system and versions."""
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    model = [line.split(":", 1)[1].strip() for line in _cpu_lines() if line.startswith("model name")]
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{model[0] if model else platform.processor()}, {cpu_count()} cores, {int(memory.split()[1]) / 1e6:.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; {libraries}."
    )


def _cpu_lines() -> list[str]:
    return Path("/proc/cpuinfo").read_text().splitlines()


def document(sections: Sequence[Section]) -> str:
    """The whole page."""
    head = (
        "# Results\n\n"
        f"Measured on {datetime.date.today().isoformat()} by `make bench` on {machine()}\n\n"
        "Times are milliseconds unless said otherwise: median (least-greatest) over rounds in which every peer is "
        "asked in turn, after one that warms up. Before anything is timed, the peers' answers are checked to be "
        "equal. The engine forgets between questions what it remembers of answers, unless a row says otherwise, but "
        "for the totals and plain facets of the whole release (F0), which it makes when it opens. "
        "Peers in the process hold the same columns in memory."
    )
    return "\n\n".join([head, *(section.markdown() for section in sections)]) + "\n"
