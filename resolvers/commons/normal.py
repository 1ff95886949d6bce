"""One meaning for the ways in which commons say that they know nothing, and for numbers that come as text."""

import re
from typing import Any

# GDC, PDC, CDA and ICDC spell a missing value in these ways, and by leaving the field out.
_UNSAID = frozenset(
    (
        "",
        "not reported",
        "not available",
        "not applicable",
        "not determined",
        "n/a",
        "na",
        "unknown",
        "none",
        "null",
        "--",
        "[not available]",
    )
)
_NUMBER = re.compile(r"[+-]?\d+(\.0+)?", re.ASCII)


def said(value: Any) -> str | None:
    """A text, trimmed; None if it says that nothing is known."""
    if value is None:
        return None
    text = str(value).strip()
    return None if text.lower() in _UNSAID else text


def whole(value: Any) -> int | None:
    """A whole number, also if it comes as text or as 3.0; None if it is none."""
    text = said(value)
    return int(float(text)) if text is not None and _NUMBER.fullmatch(text) else None


def decimal(value: Any) -> float | None:
    """A number, also if it comes as text; None if it is none."""
    text = said(value)
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def truth(value: Any) -> bool | None:
    """true or false, also if it comes as text; None if it is neither."""
    text = said(value)
    return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower()) if text is not None else None


def listed(value: Any) -> list[dict[str, Any]]:
    """The objects of a list that may be missing or null."""
    return [each for each in value or () if isinstance(each, dict)]
