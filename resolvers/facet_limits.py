"""How much one panel of facets may ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schema.errors import BadUserInput


@dataclass(frozen=True)
class FacetLimits:
    """The most of each that is answered."""

    facets: int = 40
    # Of all facets of a panel together.
    buckets: int = 5_000
    # Of one facet.
    boundaries: int = 1_000
    values: int = 1_000

    @classmethod
    def of(cls, settings: Any) -> "FacetLimits":
        """The limits that the settings of the gateway state."""
        return cls(settings.panel_facets, settings.panel_buckets, settings.facet_boundaries, settings.facet_values)

    def check_panel(self, sizes: Sequence[int]) -> None:
        """BadUserInput if facets that ask for so many buckets are too many for one panel."""
        if len(sizes) > self.facets:
            said = f"{len(sizes)} facets are more than {self.facets} (setting IDC_GATEWAY_PANEL_FACETS)"
            raise BadUserInput("by", f"{said}; ask in several panels")
        if sum(sizes) > self.buckets:
            said = f"{sum(sizes):,} buckets are more than {self.buckets:,} (setting IDC_GATEWAY_PANEL_BUCKETS)"
            raise BadUserInput("by", f"{said}; lower `size`, or ask in several panels")

    def check_boundaries(self, argument: str, many: int) -> None:
        """BadUserInput if a facet has too many edges."""
        _check(argument, many, self.boundaries, "boundaries", "IDC_GATEWAY_FACET_BOUNDARIES")

    def check_values(self, argument: str, many: int) -> None:
        """BadUserInput if a facet pins too many values."""
        _check(argument, many, self.values, "values", "IDC_GATEWAY_FACET_VALUES")


def _check(argument: str, many: int, most: int, what: str, setting: str) -> None:
    if many > most:
        complaint = f"{many:,} {what} are more than {most:,} (setting {setting}); ask in several facets"
        raise BadUserInput(argument, complaint)
