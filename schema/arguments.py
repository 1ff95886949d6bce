"""Arguments that many fields share, with their descriptions."""

from typing import Annotated

import strawberry

from schema.enums import MatchLevel
from schema.where import CollectionWhere, PatientWhere, SeriesWhere, StudyWhere

# How many rows a page has by default, and at most.
DEFAULT_FIRST = 50
MOST_FIRST = 1000

First = Annotated[
    int | None,
    strawberry.argument(description=f"How many rows to return, 1 to {MOST_FIRST}. null: {DEFAULT_FIRST}."),
]
After = Annotated[
    str | None,
    strawberry.argument(
        description="Cursor of the row before the first one wanted. It is bound to this field, its parent, where, "
        "match, order and the release; with others it is STALE_CURSOR."
    ),
]
Match = Annotated[
    MatchLevel | None,
    strawberry.argument(description="Where all conditions of `where` have to meet. null: SERIES."),
]
SeriesCondition = Annotated[
    SeriesWhere | None, strawberry.argument(description="Which series. Left out or empty: all.")
]
StudyCondition = Annotated[StudyWhere | None, strawberry.argument(description="Which studies. Left out or empty: all.")]
PatientCondition = Annotated[
    PatientWhere | None, strawberry.argument(description="Which patients. Left out or empty: all.")
]
CollectionCondition = Annotated[
    CollectionWhere | None, strawberry.argument(description="Which collections. Left out or empty: all.")
]
ORDER = "How to sort the rows. Left out: by the keys. Rows without a value come last."
