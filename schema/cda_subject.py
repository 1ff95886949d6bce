"""The subject of a patient in the Cancer Data Aggregator: https://cda.readthedocs.io."""

import strawberry

from schema.commons_link import Provenance
from schema.cost import many
from schema.fields import described


@strawberry.type(description="An identifier that another commons has for the subject.")
class CDAUpstreamIdentifier:
    source: str | None = described(
        "The commons, as CDA abbreviates it. CDA has named wrong ones here; field tells more, and dataAt of the "
        "subject is what to rely on."
    )
    field: str | None = described(
        "The field of that commons that holds it, such as case.submitter_id in GDC or dicom_all.PatientID in IDC."
    )
    id: str = described("The identifier. A subject may have several of one field: several cases of one person.")


@strawberry.type(
    description="The subject of the patient in the Cancer Data Aggregator, which puts together what several commons "
    "say of one person or animal. It takes a release of IDC late: who is not there may come yet."
)
class CDASubject:
    subject_id: str = described(
        "Its id in this release of CDA, such as TCGA.TCGA-DD-A4NO. The next release may give it another one, so do not "
        "keep it, and do not compare it with that of another release."
    )
    species: str | None = described("Species in CDA's words, such as human.")
    race: str | None = described(
        "Race in CDA's words, such as White, put together from what the commons say; what each says is in demographics."
    )
    ethnicity: str | None = described(
        "Ethnicity in CDA's words, such as Non-Hispanic, put together from what the commons say; what each says is in "
        "demographics."
    )
    year_of_birth: int | None = described("Year of birth, where a commons gives it out.")
    year_of_death: int | None = described("Year of death, where a commons gives it out.")
    cause_of_death: str | None = described("Cause of death in CDA's words.")
    data_at: list[str] = described(
        "The commons that have data of the subject: GDC, PDC, IDC, ICDC, GC and whichever CDA adds, ascending.", many(3)
    )
    projects: list[str] = described(
        "Short names of the projects, programs, studies and collections that have the subject, such as TCGA-LIHC, "
        "tcga_lihc, phs000178; ascending.",
        many(4),
    )
    upstream: list[CDAUpstreamIdentifier] = described("The identifiers that it has in other commons.", many(8))
    provenance: Provenance = described("On what the link rests, and when and of which release of CDA this was read.")
