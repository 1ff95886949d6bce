"""Requests to stand-ins as anybody may send them, without a client of ours."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import orjson

from tests.commons.standins.server import StandIn

SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


def ask(
    standin: StandIn,
    path: str,
    body: Any = None,
    method: str | None = None,
    content_type: str = "application/json",
    seconds: float = SECONDS,
) -> Answer:
    """GET, or POST with a body (an object as JSON, bytes as they are). Raises OSError if no answer comes."""
    data = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
    how = method or ("GET" if data is None else "POST")
    headers = {"Content-Type": content_type} if data is not None else {}
    request = urllib.request.Request(standin.url + path, data=data, headers=headers, method=how)
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=seconds) as got:
            return Answer(got.status, got.headers.get_content_type(), got.read(), dict(got.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers.get_content_type(), error.read(), dict(error.headers))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer, too."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None
