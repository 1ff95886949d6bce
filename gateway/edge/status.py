"""The HTTP status of an answer: one table."""

from enum import Enum
from typing import Literal

from gateway.edge.media import GRAPHQL, JSON


class Outcome(Enum):
    """What became of a request that names a document."""

    DATA = "data"
    # Data with errors of single fields, which are null.
    PARTIAL = "partial"
    # Data is null, because an error reached the root.
    NOTHING = "nothing"
    # It could not be parsed.
    UNPARSED = "unparsed"
    # Validation, the coercion of variables or a limit refused it.
    INVALID = "invalid"


Rules = Literal["audited", "draft"]

# What clients and the audits of graphql-http expect today, where 200 is the only status of application/json.
_ANSWERED = dict.fromkeys(Outcome, 200)
_AUDITED = {JSON: _ANSWERED, GRAPHQL: _ANSWERED | {Outcome.UNPARSED: 400, Outcome.INVALID: 400}}
# GraphQL over HTTP of 2026, whose statuses are the same for both media types.
_BY_DRAFT = {
    Outcome.DATA: 200,
    Outcome.PARTIAL: 294,
    Outcome.NOTHING: 294,
    Outcome.UNPARSED: 400,
    Outcome.INVALID: 422,
}

STATUSES: dict[Rules, dict[str, dict[Outcome, int]]] = {
    "audited": _AUDITED,
    "draft": {JSON: _BY_DRAFT, GRAPHQL: _BY_DRAFT},
}
