"""The subject of a patient in the Cancer Data Aggregator: https://cda.readthedocs.io."""

import strawberry

from schema.commons_link import Provenance
from schema.cost import many
from schema.fields import described


@strawberry.type(description="An identifier that another commons has for the subject.")
class CDAUpstreamIdentifier:
    source: str | None = described("The commons, as CDA abbreviates it.")
    field: str | None = described("The field of that commons that holds it.")
    id: str = described("The identifier.")


@strawberry.type(
    description="The subject of the patient in the Cancer Data Aggregator, which joins what several commons say. It "
    "takes a release of IDC late: who is not there may come yet."
)
class CDASubject:
    subject_id: str = described("Its id in this release of CDA; the next may give it another one, so do not keep it.")
    species: str | None = described("Species.")
    race: str | None = described("Race, as the commons that CDA read say.")
    ethnicity: str | None = described("Ethnicity, as the commons that CDA read say.")
    year_of_birth: int | None = described("Year of birth.")
    year_of_death: int | None = described("Year of death.")
    cause_of_death: str | None = described("Cause of death.")
    data_at: list[str] = described("The commons that have data of the subject, such as GDC, IDC, PDC, GC.", many(3))
    projects: list[str] = described(
        "Short names of the projects, studies and collections that have the subject.", many(4)
    )
    upstream: list[CDAUpstreamIdentifier] = described("The identifiers that it has in other commons.", many(8))
    provenance: Provenance = described("Where this comes from.")
