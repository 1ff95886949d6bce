"""What one check found."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is. A warning keeps nothing from being served."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and the remedy if it is not ok: a command or a setting."""

    name: str
    state: State
    found: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {**asdict(self), "state": self.state.value}


def ok(name: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(name, State.OK, found)


def warning(name: str, found: str, remedy: str) -> Finding:
    """Serving goes on, or starts later; somebody should look."""
    return Finding(name, State.WARNING, found, remedy)


def wrong(name: str, found: str, remedy: str) -> Finding:
    """Serving would not start, or answer badly."""
    return Finding(name, State.WRONG, found, remedy)


def size(count: float) -> str:
    """Bytes for people: 204 MB, 72.3 GB."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
