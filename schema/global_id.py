"""Global ids: opaque, URL-safe and injective for identifiers with any character in them."""

import base64
import binascii
from typing import NamedTuple

import orjson

# The fields that a node of each type is known by, other than its id.
KEY_FIELDS = {
    "Collection": ("collectionID",),
    "AnalysisResult": ("analysisResultID",),
    "Patient": ("collectionID", "patientID"),
    "Study": ("studyInstanceUID",),
    "Series": ("seriesInstanceUID",),
}


class GlobalID(NamedTuple):
    """A node's type and key, such as ("Patient", ("nlst", "100002"))."""

    typename: str
    key: tuple[str, ...]

    def encode(self) -> str:
        """Its opaque form."""
        return base64.urlsafe_b64encode(orjson.dumps([self.typename, *self.key])).rstrip(b"=").decode()


def decode(text: str) -> GlobalID | None:
    """The id that `encode` wrote as `text`; None for anything else, also for another spelling of the same."""
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, orjson.JSONDecodeError, UnicodeError, ValueError):
        return None
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts) or not parts:
        return None
    found = GlobalID(parts[0], tuple(parts[1:]))
    fields = KEY_FIELDS.get(found.typename)
    if fields is None or len(fields) != len(found.key) or found.encode() != text:
        return None
    return found


def keys_of(typename: str) -> list[str]:
    """What other subgraphs can refer to a node of this type by, as federation's @key writes it."""
    return ["id", " ".join(KEY_FIELDS[typename])]
