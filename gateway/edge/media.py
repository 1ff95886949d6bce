"""The media type and the content coding of an answer, as the client accepts them (RFC 9110, sections 12.4 and 12.5)."""

from collections.abc import Iterator

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"

# Which of ours a media range means; a range as wide as */* gets what every client understands.
_MEANT = {GRAPHQL: GRAPHQL, JSON: JSON, "application/*": JSON, "*/*": JSON}
# Ours, the smaller and faster first.
CODINGS = ("zstd", "br", "gzip")
IDENTITY = "identity"


def media_type(accept: str | None) -> str | None:
    """The media type to answer with; None if the client takes none of ours."""
    if accept is None or not accept.strip():
        return JSON
    best, best_quality = None, 0.0
    for media_range, quality in _weighed(accept):
        meant = _MEANT.get(media_range)
        if meant is not None and quality > best_quality:
            best, best_quality = meant, quality
    return best


def accepts_html(accept: str | None) -> bool:
    """Whether the client is a browser that shows pages."""
    return any(media_range == "text/html" and quality > 0 for media_range, quality in _weighed(accept or ""))


def content_coding(accept_encoding: str | None) -> str:
    """The content coding to answer with: of those that the client likes best the first of ours, else identity."""
    weights = dict(_weighed(accept_encoding or ""))
    any_other = weights.get("*", 0.0)
    liked = {coding: weights.get(coding, any_other) for coding in CODINGS}
    best = max(CODINGS, key=lambda coding: liked[coding])
    # A client that names identity above our best one wants the plain bytes.
    return best if liked[best] > 0 and liked[best] >= weights.get(IDENTITY, 0.0) else IDENTITY


def _weighed(header: str) -> Iterator[tuple[str, float]]:
    """Every element of a header in lower case, with its quality value."""
    for element in header.split(","):
        name, *parameters = (part.strip().lower() for part in element.split(";"))
        if name:
            yield name, _quality(parameters)


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
