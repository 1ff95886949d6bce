"""Exact numbers of distinct things among the matching series."""

from typing import Any, cast

import strawberry

from schema.fields import described
from schema.names import graphql_name
from schema.scalars import BigInt
from schema.selected import selected_names
from schema.vocabulary import COUNTABLE


@strawberry.type(
    description="Exact numbers of distinct things among the matching series. Only the selected ones are computed."
)
class Counts:
    collections: int = described("Number of collections.")
    patients: int = described(
        "Number of patients, that is of (collectionID, patientID) pairs: subject identifiers, not always persons."
    )
    studies: int = described("Number of studies.")
    series: int = described("Number of series.")
    instances: BigInt = described("Number of DICOM instances (files). Instances are not slices.")
    size_bytes: BigInt = described("Size of all files in bytes.")

    @classmethod
    def of(cls, numbers: dict[str, int]) -> "Counts":
        """From the numbers that were asked for; the others stay null, which no document can select."""
        return cls(**{name: cast(Any, numbers.get(name)) for name in COUNTABLE})

    def minus(self, other: "Counts") -> "Counts":
        """What was asked for of both, subtracted."""
        return Counts.of({name: getattr(self, name) - getattr(other, name) for name in COUNTABLE if self.has(name)})

    def has(self, name: str) -> bool:
        """Whether this number was asked for."""
        return getattr(self, name) is not None


def asked_counts(info: strawberry.Info[Any, Any], *path: str) -> frozenset[str]:
    """Which numbers the document selects under this field, or under the fields that the path leads to from it."""
    selected = selected_names(info, *path)
    return frozenset(name for name in COUNTABLE if graphql_name(name) in selected)
