"""Whether the numbers in the prose of a guide are those of the answers beside it."""

import re
from pathlib import Path

from docs.examples import examples, sections
from docs.links import links_in

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`]*`")
_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w])|(?<![\w.,-])\d{2,}(?![\w])")
_ANY_NUMBER = re.compile(r"\d[\d,]*")


def unfounded_numbers(page: Path) -> list[str]:
    """A line for every number of two digits or more that no answer of its section, nor a page it links to, holds.

    What stands in a document of the section counts, too: a bound that is asked for may be named.
    """
    found = []
    for heading, text in sections(page.read_text(encoding="utf-8")):
        known = _known(page, text)
        prose = _CODE.sub("", _FENCE.sub("", text))
        found += [
            f"{page}: {heading}: {number}: no answer holds it"
            for number in _NUMBER.findall(prose)
            if _plain(number) not in known
        ]
    return found


def _known(page: Path, text: str) -> set[str]:
    sources = [example.answer + example.document for example in examples(text)]
    linked = (page.parent / link.partition("#")[0] for link in links_in(text) if link.startswith("attributes/"))
    sources += [target.read_text(encoding="utf-8") for target in linked if target.is_file()]
    return {_plain(number) for source in sources for number in _ANY_NUMBER.findall(source)}


def _plain(number: str) -> str:
    return number.replace(",", "")
