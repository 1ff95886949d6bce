"""What was found, for people and for scripts."""

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from gateway.doctor.finding import Finding, State
from gateway.printable import printable

_STYLES = {State.OK: "green", State.WARNING: "yellow", State.WRONG: "bold red"}


def as_text(findings: Sequence[Finding]) -> Text:
    """A line for each finding, its remedy under it, and a last line that sums up. Nothing is wrapped: remedies are
    copied."""
    states, names = max(len(s.value) for s in State), max(len(f.name) for f in findings)
    indent = " " * (states + names + 4)
    text = Text()
    for finding in findings:
        text.append(f"{finding.state.value:<{states}}", _STYLES[finding.state])
        text.append(f"  {finding.name:<{names}}  {printable(finding.found)}\n")
        if finding.remedy:
            text.append(f"{indent}-> {printable(finding.remedy)}\n", "bold")
    return text.append(_sum(findings))


def as_json(findings: Sequence[Finding], exit_code: int) -> Text:
    """The same for scripts."""
    return Text(json.dumps({"exitCode": exit_code, "findings": [f.as_dict() for f in findings]}, indent=2))


def write(report: Text) -> None:
    """Print it, in colour on a terminal. OSError if standard output takes it not, as on a full disk."""
    if hasattr(sys.stdout, "reconfigure"):  # a terminal of another encoding must not keep it from being read
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        Console(highlight=False).print(report, soft_wrap=True)
        sys.stdout.flush()
    except OSError:
        # What is left in the buffer would be written again, and fail again, at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _sum(findings: Sequence[Finding]) -> str:
    count = Counter(finding.state for finding in findings)
    warnings = f"{count[State.WARNING]} {'warning' if count[State.WARNING] == 1 else 'warnings'}"
    return f"{count[State.WRONG] or 'nothing'} wrong, {warnings if count[State.WARNING] else 'no warnings'}"
