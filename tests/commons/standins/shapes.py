"""The shape of a JSON document: which keys it has, and of what type their values are, over all elements of lists."""

from typing import Any

Paths = dict[str, str]


def kind(value: Any) -> str:
    """The JSON type of what is neither an object nor a list."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "string"


def paths(document: Any, at: str = "") -> Paths:
    """`data.hits[].id` -> `string`, for every place; null only where every value is null."""
    found: Paths = {}
    if isinstance(document, dict):
        for name, value in document.items():
            _add(found, paths(value, f"{at}.{name}" if at else name))
    elif isinstance(document, list):
        found[at] = "list"
        for value in document:
            _add(found, paths(value, f"{at}[]"))
        return found
    return {at: "object", **found} if isinstance(document, dict) and at else found or {at: kind(document)}


def _add(found: Paths, more: Paths) -> None:
    for path, what in more.items():
        if found.get(path, "null") == "null":
            found[path] = what


def named(shape: Any, at: str = "") -> Paths:
    """The same of a recorded shape, whose leaves are names of types."""
    if isinstance(shape, dict):
        found: Paths = {at: "object"} if at else {}
        for name, value in shape.items():
            found |= named(value, f"{at}.{name}" if at else name)
        return found
    if isinstance(shape, list):
        return {at: "list", **(named(shape[0], f"{at}[]") if shape else {})}
    return {at: shape}


def differences(answer: Paths, recorded: Paths) -> dict[str, list[str]]:
    """Which places are missing, which are more, and which are of another type. What is under a null isn't known."""
    unknown = {path for path, what in (*answer.items(), *recorded.items()) if what == "null"}

    def under(path: str) -> bool:
        return any(path.startswith((f"{known}.", f"{known}[]")) for known in unknown)

    def highest(of: set[str]) -> list[str]:
        return sorted(p for p in of if not any(p.startswith((f"{q}.", f"{q}[]")) for q in of) and not under(p))

    other = [p for p in answer.keys() & recorded.keys() if answer[p] != recorded[p] and p not in unknown]
    found = {
        "missing": highest(recorded.keys() - answer.keys()),
        "more": highest(answer.keys() - recorded.keys()),
        "other": sorted(other),
    }
    return {name: values for name, values in found.items() if values}
