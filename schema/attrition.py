"""How many are left after each condition of a cohort, as in a CONSORT flow diagram."""

import strawberry

from schema.counts import Counts
from schema.fields import described


@strawberry.type(description="What is left of the release after a step of attrition, and what the step removed.")
class AttritionStep:
    step: int = described("Number of the step, from 1.")
    counts: Counts = described("What meets the conditions of this step and of all before it.")
    removed: Counts = described(
        "What the step before still held and this one does not; of step 1: what the release holds."
    )
