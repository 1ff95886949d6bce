"""Where the commons answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CommonsAddresses:
    """Base addresses; tests and mirrors have others."""

    gdc: str = "https://api.gdc.cancer.gov"
    pdc: str = "https://pdc.cancer.gov"
    cda: str = "https://cda.datacommons.cancer.gov"
    icdc: str = "https://caninecommons.cancer.gov"
    drs: str = "https://nci-crdc.datacommons.io"
