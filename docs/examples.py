"""Worked examples in Markdown: a ```graphql block followed by a ```json block, which is the real data of its answer.

A ```json variables block between the two holds the variables of the document.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docs.asking import Asker

WIDTH = 120

_BODY = r"(?:(?!```).*\n)*"
_EXAMPLE = re.compile(
    rf"^```graphql\n(?P<document>{_BODY})```\n\n"
    rf"(?:```json variables\n(?P<variables>{_BODY})```\n\n)?"
    rf"```json\n(?P<answer>{_BODY})```$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Example:
    """A document with its variables and the answer that is written under it."""

    document: str
    variables: dict[str, Any]
    answer: str

    def asked(self, asker: Asker) -> Any:
        """The data that the release gives now."""
        return asker.data(self.document, **self.variables)


def examples(text: str) -> list[Example]:
    """The worked examples of a page, in their order."""
    return [_example(match) for match in _EXAMPLE.finditer(text)]


def refreshed(text: str, asker: Asker) -> str:
    """The page with every answer as the release gives it now."""

    def renewed(match: re.Match[str]) -> str:
        start, end = (place - match.start() for place in match.span("answer"))
        return f"{match[0][:start]}{layout(_example(match).asked(asker))}\n{match[0][end:]}"

    return _EXAMPLE.sub(renewed, text)


def worked(document: str, asker: Asker) -> tuple[str, Any]:
    """The blocks of an example, and its data."""
    data = asker.data(document)
    return f"```graphql\n{document}\n```\n\n```json\n{layout(data)}\n```", data


def layout(value: Any, indent: int = 0, before: int = 0) -> str:
    """JSON in which whatever fits on a line stands on one; `before` is what stands before it on its line."""
    flat = json.dumps(value, ensure_ascii=False)
    if indent + before + len(flat) <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, list):
        inner = [pad + layout(item, indent + 2) for item in value]
        return "[\n" + ",\n".join(inner) + "\n" + " " * indent + "]"
    names = {name: f"{json.dumps(name)}: " for name in value}
    inner = [pad + names[name] + layout(item, indent + 2, len(names[name])) for name, item in value.items()]
    return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"


def _example(match: re.Match[str]) -> Example:
    return Example(match["document"], json.loads(match["variables"] or "{}"), match["answer"])


def sections(text: str) -> Iterator[tuple[str, str]]:
    """The heading and the text of each part of a page that a second-level heading opens."""
    for part in re.split(r"^## ", text, flags=re.MULTILINE):
        yield part.partition("\n")[0], part
