"""What it takes to refuse documents and variables that would take long to answer. `python -m benchmarks.attacks`."""

import gc
import time

from benchmarks.report import Section
from benchmarks.timing import Times
from gateway.documents import DocumentLimits, Documents
from schema.build import build_schema
from tests.gateway.documents.attacks import ARGUMENTS, SHAPES, Attack

ROUNDS = 5


def measured(rounds: int) -> Section:
    """CPU of each, of a process that never saw it; reading the JSON that it comes in is not among it."""
    schema = build_schema()._schema
    # As for serving: what stays is not looked at again by the garbage collector.
    gc.collect()
    gc.freeze()
    section = Section(
        "Attacks",
        "CPU until a document, or its variables, are refused. The tests name what is sent.",
        ("attack", "characters", "CPU"),
    )
    for name, attack in {**SHAPES, **ARGUMENTS}.items():
        taken = [_refused(Documents(schema, DocumentLimits()), attack) for _ in range(rounds + 1)][1:]
        section.rows.append((name, f"{len(attack.document):,}", str(Times(tuple(taken)))))
    return section


def _refused(documents: Documents, attack: Attack) -> float:
    """Milliseconds of CPU. ValueError if it is not refused."""
    started = time.process_time()
    prepared = documents.prepare(attack.document, None)
    refused = prepared.errors or prepared.check(attack.variables)
    taken = (time.process_time() - started) * 1e3
    if not refused:
        raise ValueError(f"this is answered: {attack.document[:200]}")
    return taken


if __name__ == "__main__":
    print(measured(ROUNDS).markdown())
