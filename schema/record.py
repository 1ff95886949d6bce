"""Records of a page, whose columns are read for the whole page when one of them is first asked for."""

from typing import Protocol


class Page(Protocol):
    """The records that were read together."""

    def fill(self, name: str) -> None:
        """Set attribute `name` on every record of the page. AttributeError if the level has none."""


class Record:
    """A row of the hierarchy. It holds what was asked for so far; a missing attribute fills the page's column.

    So a document pays for the columns that it selects and no resolver has to look ahead, and after the first record
    of a page every read is a plain attribute read.
    """

    record_page: Page
    record_row: int

    def __getattr__(self, name: str) -> object:
        if name.startswith("_") or name in ("record_page", "record_row"):
            raise AttributeError(name)
        self.record_page.fill(name)
        return self.__dict__[name]
