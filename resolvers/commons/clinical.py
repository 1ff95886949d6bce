"""Clinical parts of a record: commons name them alike, and spell what they do not know in many ways."""

from typing import Any

from resolvers.commons.normal import said, truth, whole
from resolvers.commons.stages import stages
from schema.names import graphql_name

Record = dict[str, Any]
Wire = dict[str, Any]


def demographic(wire: Wire, table: str) -> Record:
    """Who the patient is. `table` is what the commons calls this part of a case."""
    # GDC calls it sex_at_birth, PDC sex; both called it gender before.
    sex = next((name for name in ("sex_at_birth", "sex", "gender") if said(wire.get(name))), "gender")
    compared = {"sex": sex, "race": "race", "ethnicity": "ethnicity", "vital_status": "vital_status"}
    texts = {**compared, "cause_of_death": "cause_of_death"}
    numbers = ("days_to_birth", "days_to_death", "year_of_birth", "age_at_index")
    shown: Record = {name: said(wire.get(field)) for name, field in texts.items()}
    shown |= {name: whole(wire.get(name)) for name in numbers}
    return {
        **shown,
        "raw": {name: {"field": f"{table}.{field}", "value": wire.get(field)} for name, field in compared.items()},
        "raw_values": _reworded(wire, shown, texts | dict(zip(numbers, numbers, strict=True)), table),
    }


def _reworded(wire: Wire, shown: Record, fields: dict[str, str], table: str) -> list[Record]:
    """What the commons wrote where it is shown otherwise: what says that nothing is known, and numbers as text."""
    return [
        {"name": graphql_name(name), "source_field": f"{table}.{field}", "raw_value": str(wire[field])}
        for name, field in fields.items()
        if wire.get(field) is not None and wire[field] != shown[name]
    ]


def diagnoses(wires: list[Wire]) -> list[Record]:
    """All diagnoses. Of a case with one, which no flag tells, that is the diagnosis of the primary disease."""
    flags = [truth(wire.get("diagnosis_is_primary_disease")) for wire in wires]
    if len(wires) == 1 and flags == [None]:
        flags = [_tells_of_primary(wires[0])]
    return [_diagnosis(wire, bool(flag)) for wire, flag in zip(wires, flags, strict=True)]


def treatment(wire: Wire, diagnosis_id: str | None = None) -> Record:
    """What was done."""
    return {
        "treatment_id": wire.get("treatment_id"),
        "diagnosis_id": diagnosis_id,
        "treatment_type": said(wire.get("treatment_type")),
        "therapeutic_agents": said(wire.get("therapeutic_agents")),
        "treatment_or_therapy": said(wire.get("treatment_or_therapy")),
    }


def _tells_of_primary(wire: Wire) -> bool:
    classification = said(wire.get("classification_of_tumor"))
    return classification is None or classification.lower() == "primary"


def _diagnosis(wire: Wire, primary: bool) -> Record:
    found = stages(wire)
    texts = (
        "primary_diagnosis",
        "classification_of_tumor",
        "tumor_grade",
        "morphology",
        "icd_10_code",
        "tissue_or_organ_of_origin",
        "site_of_resection_or_biopsy",
    )
    numbers = ("age_at_diagnosis", "year_of_diagnosis", "days_to_last_follow_up")
    shown: Record = {name: said(wire.get(name)) for name in texts} | {name: whole(wire.get(name)) for name in numbers}
    return {
        "diagnosis_id": wire.get("diagnosis_id"),
        "is_primary_disease": primary,
        "stages": found,
        "stage_group": next((stage["group"] for stage in found if stage["group"]), None),
        **shown,
        "raw_values": _reworded(wire, shown, {name: name for name in shown}, "diagnoses"),
    }
