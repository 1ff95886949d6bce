"""Which media type and content coding a client is given."""

import pytest

from gateway.edge.media import GRAPHQL, JSON, accepts_html, content_coding, media_type

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (BROWSER, JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        (f"{JSON}, {GRAPHQL}", JSON),
        (f"{JSON};q=0.9, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0, {JSON};q=0.1", JSON),
        (f"{JSON};q=high", None),
        (f"{JSON};q=0", None),
        ("text/html", None),
        ("application/xml, text/plain", None),
        (",", None),
    ],
)
def test_the_media_type_that_is_liked_best_is_given(accept: str | None, given: str | None) -> None:
    assert media_type(accept) == given


@pytest.mark.parametrize(
    ("accept", "shown"), [(BROWSER, True), ("text/html", True), ("text/html;q=0", False), ("*/*", False), (None, False)]
)
def test_pages_are_for_those_who_name_them(accept: str | None, shown: bool) -> None:
    assert accepts_html(accept) is shown


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0.5, zstd;q=0.1", "gzip"),
        ("zstd;q=0, *;q=0.5", "br"),
        ("*", "zstd"),
        ("deflate", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.1, gzip;q=0.5", "gzip"),
        ("zstd;q=0, br;q=0, gzip;q=0", "identity"),
    ],
)
def test_the_content_coding_that_is_liked_best_is_given(accept: str | None, given: str) -> None:
    assert content_coding(accept) == given
