"""How large a document may be, and how much it may ask for."""

from dataclasses import dataclass, fields
from typing import Any

PREFIX = "document_"


@dataclass(frozen=True)
class DocumentLimits:
    """The most of each that is answered. Each is the setting of its name with `document_` before it."""

    # In the text.
    characters: int = 100_000
    tokens: int = 2_000
    operations: int = 5
    fragments: int = 100
    # In the document, fragments counted wherever they are spread.
    fields: int = 500
    depth: int = 20
    levels: int = 100
    aliases: int = 100
    root_fields: int = 50
    directives: int = 100
    same_key: int = 20
    # In each where.
    nesting: int = 8
    conditions: int = 200
    values: int = 10_000
    # Points of its cost.
    cost: int = 500_000
    # Of validation that one answer names.
    errors: int = 5

    @classmethod
    def of(cls, settings: Any) -> "DocumentLimits":
        """The limits that the settings of the gateway state."""
        return cls(**{field.name: getattr(settings, PREFIX + field.name) for field in fields(cls)})


def setting(limit: str) -> str:
    """The variable that raises a limit."""
    return f"IDC_GATEWAY_{PREFIX}{limit}".upper()
