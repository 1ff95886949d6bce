"""Writes what of the documentation is made from the data: `python -m docs.generate`.

The pages of the attributes, and the answers of all worked examples. Then it says which links lead nowhere, and which
numbers in the prose of a guide stand in no answer beside them. A test checks that all of it is current.
"""

import sys
from itertools import groupby
from pathlib import Path

from docs.asking import Asker, RefusedDocument, opened
from docs.attribute_page import PLURAL, attribute_page, generated, percent
from docs.census import census
from docs.examples import refreshed
from docs.links import broken_links
from docs.prose import unfounded_numbers
from gateway.settings import SettingsError, load_settings
from indexers.index_package import SourceError
from indexers.store import StoreError
from schema.attributes import ATTRIBUTES
from schema.vocabulary import Level

ROOT = Path(__file__).parent.parent
ATTRIBUTE_PAGES = ROOT / "docs" / "attributes"
# Their numbers in the prose have to be those of their answers.
GUIDES = tuple(ROOT / "docs" / name for name in ("filters.md", "levels.md", "pitfalls.md", "facets.md", "cohorts.md"))


def hand_written() -> list[Path]:
    """The pages that people write, with worked examples or without."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def pages() -> list[Path]:
    """All pages, on disk."""
    return [*hand_written(), *sorted(ATTRIBUTE_PAGES.glob("*.md"))]


def attribute_pages(asker: Asker) -> dict[Path, str]:
    """The generated pages."""
    found = {ATTRIBUTE_PAGES / f"{a.name}.md": attribute_page(a, asker) for a in ATTRIBUTES}
    return {ATTRIBUTE_PAGES / "README.md": _index(asker), **found}


def complaints() -> list[str]:
    """What is wrong with the pages on disk."""
    return [*broken_links(pages()), *(line for guide in GUIDES for line in unfounded_numbers(guide))]


def _index(asker: Asker) -> str:
    parts = [
        "# Attributes",
        generated(asker),
        f"The {len(ATTRIBUTES)} attributes that can be filtered, faceted or sorted by, by level. Coverage is the "
        "share of all series that have a value; an attribute of a patient or collection counts for all its series.",
    ]
    series = asker.catalogue.relations.sizes[Level.SERIES]
    for level, members in groupby(sorted(ATTRIBUTES, key=lambda a: list(PLURAL).index(a.level)), lambda a: a.level):
        rows = []
        for a in members:
            found = census(asker.catalogue, a)
            cells = (a.type.value, a.tag or "", percent(found.series, series), f"{found.distinct:,}", a.description)
            rows.append(f"| [{a.name}]({a.name}.md) | {' | '.join(cells)} |")
        head = "| name | type | DICOM tag | coverage | distinct values | meaning |\n|---|---|---|---|---|---|\n"
        parts += [f"## Of {PLURAL[level]}", head + "\n".join(rows)]
    parts.append(
        "What they mean together: [filters](../filters.md), [levels](../levels.md), [pitfalls](../pitfalls.md)."
    )
    return "\n\n".join(parts) + "\n"


def _write(asker: Asker) -> None:
    current = attribute_pages(asker)
    ATTRIBUTE_PAGES.mkdir(exist_ok=True)
    for stale in set(ATTRIBUTE_PAGES.glob("*.md")) - set(current):
        stale.unlink()
    for page in hand_written():
        current[page] = refreshed(page.read_text(encoding="utf-8"), asker)
    for page, text in current.items():
        page.write_text(text, encoding="utf-8")


def main() -> int:
    """Write, then check. 1 if something is wrong."""
    try:
        with opened(load_settings().cache) as release:
            _write(release)
    except (RefusedDocument, SettingsError, SourceError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    found = complaints()
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
