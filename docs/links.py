"""Whether links of Markdown pages lead somewhere: relative ones to a file and an anchor, others to a proper address."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)|<(https?://[^>\s]+)>")
_HEADING = re.compile(r"^#{1,6} (.+?)\s*#*$", re.MULTILINE)
_LOCAL = ("127.0.0.1", "localhost")


def broken_links(pages: Iterable[Path]) -> list[str]:
    """A line for every link of the pages that leads nowhere."""
    return [
        f"{page}: {target}: {why}"
        for page in pages
        for target in links_in(page.read_text(encoding="utf-8"))
        if (why := _complaint(page, target))
    ]


def links_in(text: str) -> list[str]:
    """The targets of a page's links, in their order."""
    return [match[1] or match[2] for match in _LINK.finditer(_CODE.sub("", _FENCE.sub("", text)))]


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def _complaint(page: Path, target: str) -> str | None:
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return _complaint_of_address(target)
    path, _, anchor = target.partition("#")
    file = page.parent / path if path else page
    if not file.exists():
        return "there is no such file"
    if anchor and (file.suffix != ".md" or anchor not in anchors(file.read_text(encoding="utf-8"))):
        return "there is no such heading"
    return None


def _complaint_of_address(target: str) -> str | None:
    parts = urlsplit(target)
    if parts.hostname in _LOCAL:
        return None
    if parts.scheme != "https":
        return "not https"
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.hostname or ""):
        return "no host"
    return None
