"""Who a patient is, as each commons has it, side by side."""

import strawberry

from schema.cost import many
from schema.enums import Commons
from schema.fields import described


@strawberry.type(description="What one commons says.")
class DemographicSource:
    commons: Commons = described("The commons.")
    value: str | None = described("What it says, in lower case; null if it says that nothing is known.")
    raw_value: str | None = described("The value as the commons spells it; null if it left it out.")
    source_field: str = described("The field of the commons that holds it.")


@strawberry.type(
    description="Something about a patient that several commons may know. Differences are shown, not decided."
)
class DemographicValue:
    name: str = described("sex, race, ethnicity or vitalStatus.")
    value: str | None = described("What all commons say that say anything; null if none does, or if they differ.")
    differs: bool = described("Whether commons say different things.")
    sources: list[DemographicSource] = described("What each commons says that the patient is linked to.", many(2))
