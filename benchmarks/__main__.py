"""`python -m benchmarks [ROUNDS]` measures everything, prints it and writes RESULTS.md beside this file."""

import sys
import tempfile
from os import cpu_count
from pathlib import Path

from benchmarks import (
    attacks,
    cluster,
    commons,
    counts,
    execution,
    facets,
    facets_more,
    hints,
    rows,
    serving,
    throughput,
)
from benchmarks.duck import Duck
from benchmarks.panels import columns
from benchmarks.report import Section, document
from benchmarks.subject import opened

ROUNDS = 5
RESULTS = Path(__file__).with_name("RESULTS.md")


def sections(cache: Path, rounds: int) -> list[Section]:
    """All subjects. The servers come first: in-process peers would leave them less memory."""
    threads = cpu_count() or 1
    found = [serving.started(cache), serving.asked(cache, rounds), attacks.measured(rounds)]
    found += throughput.measured(cache, rounds)
    with opened(cache, threads) as release:
        duck = Duck(release.catalogue, columns(release.engine.search.axes, release.catalogue.store), threads)
        found += [counts.measured(release, duck, rounds), counts.attrition(release, rounds)]
        found.append(hints.measured(release, rounds))
        found.append(execution.measured(release, rounds))
        found.append(commons.measured(release, cache, rounds))
        found += [rows.measured(release, rounds), facets.measured(release, rounds, threads)]
        found += [facets_more.crosstabs(release, rounds), facets_more.memory(release, rounds)]
        found.append(facets_more.clients(release))
        found += cluster.measured(release, rounds, threads)
    return [*found, facets_more.scaled(max(rounds // 3, 1), threads)]


def main() -> None:
    """Measure, print and write."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as cache:
        page = document(sections(Path(cache), rounds))
    RESULTS.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
