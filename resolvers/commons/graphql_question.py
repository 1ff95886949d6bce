"""Questions for the commons that speak GraphQL, PDC and ICDC."""

from collections.abc import Callable
from typing import Any

from resolvers.commons.question import Drifted, NoAnswer, Question

# Codes that say that the document is not one of the interface.
_UNKNOWN = frozenset({"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT"})


def root_field(
    path: str,
    document: str,
    field: str,
    variables: dict[str, Any] | None = None,
    *,
    release: Callable[[Any], str] | None = None,
    least: int = 0,
    key: str | None = None,
) -> Question:
    """For the one root field of a document. A list of fewer than `least` lacks something. Its rows have a `key`.

    Null happens without an error; it never means nothing, and is asked for again.
    """

    def check(answer: Any) -> None:
        if not isinstance(answer, dict):
            raise Drifted(f"answers {field} in another form")
        errors = answer.get("errors") or ()
        codes = [(error.get("extensions") or {}).get("code") for error in errors if isinstance(error, dict)]
        # graphql-java, which ICDC uses, has no codes but classes.
        classes = [(error.get("extensions") or {}).get("classification") for error in errors if isinstance(error, dict)]
        if _UNKNOWN.intersection(codes) or "ValidationError" in classes:
            raise Drifted("knows no longer all fields that are asked for")
        if errors or (answer.get("data") or {}).get(field) is None:
            raise NoAnswer(f"answered {field} with nothing")
        try:
            known = key is None or all(isinstance(row[key], str) for row in answer["data"][field])
            if release is not None:
                release(answer)
        except (KeyError, TypeError):
            known = False
        if not known:
            raise Drifted(f"answers {field} in another form")

    def lacks(answer: Any) -> bool:
        return least > 0 and len(answer["data"][field]) < least

    body = {"query": document, "variables": variables or {}}
    return Question(path, body, check=check, lacks=lacks, release=release)
