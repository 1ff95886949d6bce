"""A field of a where-input that is no attribute of the index."""

from typing import Any

import strawberry
from strawberry import UNSET


def given(description: str) -> Any:
    """One that is null counts as not given."""
    return strawberry.field(default=UNSET, description=description)
