"""Stages as they were given, with the group that they belong to."""

import re
from typing import Any

from resolvers.commons.normal import said

# The fields of a diagnosis that hold a stage, and the system that it is one of; the first that is filled comes first.
SYSTEMS = {
    "ajcc_pathologic_stage": "AJCC pathologic",
    "ajcc_clinical_stage": "AJCC clinical",
    "figo_stage": "FIGO",
    "ann_arbor_pathologic_stage": "Ann Arbor pathologic",
    "ann_arbor_clinical_stage": "Ann Arbor clinical",
    "enneking_msts_stage": "Enneking MSTS",
    "inss_stage": "INSS",
    "iss_stage": "ISS",
    "masaoka_stage": "Masaoka",
    "uicc_pathologic_stage": "UICC pathologic",
    "uicc_clinical_stage": "UICC clinical",
    "tumor_stage": "not told",
}
# A roman numeral, longest first, perhaps with a letter and a digit, as in IIIA2 or IVb.
_GROUP = re.compile(r"(?:stage\s*)?(0|iv|iii|ii|i)(?:[a-e]?[0-9]?(?:is)?)?s?", re.IGNORECASE)
_IN_SITU = "0"


def stages(diagnosis: dict[str, Any]) -> list[dict[str, Any]]:
    """The stages of a diagnosis on the wire: system, field, raw value and group (0, I to IV; None if it is none)."""
    found = []
    for field, system in SYSTEMS.items():
        raw = said(diagnosis.get(field))
        if raw is not None:
            found.append({"system": system, "source_field": field, "raw": str(diagnosis[field]), "group": group(raw)})
    return found


def group(raw: str) -> str | None:
    """The group of a stage: III of `Stage IIIA2`. None if the text is no stage of that kind, such as `Stage X`."""
    if raw.strip().lower() in ("stage is", "is", "stage tis", "tis"):
        return _IN_SITU
    matched = _GROUP.fullmatch(raw.strip())
    return matched[1].upper() if matched else None
