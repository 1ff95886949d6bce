"""What is known of sister commons as a whole: what was harvested, whether they answer, and of how many patients."""

import datetime

import strawberry

from schema.enums import Commons
from schema.fields import described


@strawberry.type(
    description="Of how many patients a commons is known to hold records: the denominators of what is said about it. "
    "`patients` is the sum of all others but `linkable`, which are those that a rule of identity allows to be linked."
)
class CommonsCoverage:
    commons: Commons = described("The commons.")
    patients: int = described("All patients of the selected series.")
    linkable: int = described("Patients whom a rule of identity allows to be linked: all that follow but notLinkable.")
    linked: int = described("Patients with one record there. Conditions and facets speak of these.")
    not_found: int = described("Patients without a record there.")
    withheld: int = described("Patients whose record was taken back there.")
    undecided: int = described("Patients with several records that fit, or with one that is contradicted.")
    not_checked: int = described("Patients who were not looked for: nothing was harvested, or they came since.")
    not_linkable: int = described("Patients whom no rule allows to be linked, and identifiers of no patient.")


@strawberry.type(description="The records of a commons that lie beside the index, for conditions, facets and cases.")
class CommonsHarvest:
    release: str | None = described("The release of the commons that they are of, as it names it.")
    harvested_at: datetime.datetime = described("When they were linked.")
    linked: int = described("Patients of this release of IDC that have one.")


@strawberry.type(description="How a sister commons is.")
class CommonsStatus:
    commons: Commons = described("The commons.")
    asked: bool = described("Whether it is asked while questions are answered, for what was not harvested.")
    answers: bool | None = described("Whether it answers now; null if it is not asked.")
    complaint: str | None = described("Why it does not answer; null if it does.")
    code: str | None = described("The code of the error of whatever would ask it now; null if there is none.")
    release: str | None = described("The release that it has now, as it names it; null if it tells none.")
    harvest: CommonsHarvest | None = described("What was harvested; null if nothing was, or if it can't be used.")
    linkable: int = described("Patients of this release of IDC whom a rule of identity allows to be linked there.")
