"""Values that a release does not know."""

import strawberry

from schema.fields import described


@strawberry.type(
    description="A value given to eq, in, ne or notIn that occurs nowhere in the release, with the values near it."
)
class Hint:
    argument: str = described("The way to the operator that was given it, for example where.modality.eq.")
    value: str = described("The value as it was given.")
    suggestions: list[str] = described(
        "Values of the same attribute that may be meant, the likeliest first, five at most; empty if none is near."
    )
    message: str = described(
        "The same in a sentence, which also says how many more values are near, and of which other attributes it is a "
        "value. Of more than ten unknown values of one list the last hint says how many they are."
    )
