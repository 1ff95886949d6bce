"""The pages for people: a start page at `/`, and GraphiQL for browsers that open the GraphQL endpoint.

Everything a page loads comes from this package, so both work without a network.
"""

import hashlib
import html
import json
import os
import re
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path
from string import Template

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

__all__ = ["graphiql_page", "pages"]

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_EXAMPLES = _HERE / "examples"
_MOUNT = "/explorer"

_NOSNIFF = {"X-Content-Type-Options": "nosniff"}
_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src 'self'"
_START_POLICY = f"{_CLOSED}; style-src 'self'"
# GraphiQL's dialogs add a <style> element, which the nonce admits; CodeMirror uses data: images and style attributes.
_GRAPHIQL_POLICY = (
    f"{_CLOSED} data:; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'nonce-%s'; style-src-attr 'unsafe-inline'"
)

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


def pages(release: Callable[[], str | None]) -> list[BaseRoute]:
    """Routes of the start page and of the static files; `release` names the data release, None while it loads."""

    def start(request: Request) -> HTMLResponse:
        page = _template("start").substitute(
            _asset_urls(), release=html.escape(_release_line(release())), curl=html.escape(_curl(request))
        )
        return _page(page, _START_POLICY)

    files = _Files(directory=_STATIC)
    return [
        Route("/", start),
        Mount(_MOUNT, files, middleware=[Middleware(GZipMiddleware, compresslevel=6)]),
    ]


def graphiql_page() -> HTMLResponse:
    """GraphiQL with the example documents as tabs, for GET requests to the endpoint that accept text/html."""
    nonce = secrets.token_urlsafe(16)
    page = _template("graphiql").substitute(_asset_urls(), examples=_examples(), nonce=nonce)
    return _page(page, _GRAPHIQL_POLICY % nonce, {"Vary": "Accept"})


def _page(body: str, policy: str, headers: dict[str, str] | None = None) -> HTMLResponse:
    own = {"Content-Security-Policy": policy, "Cache-Control": "no-cache", "Referrer-Policy": "no-referrer"}
    return HTMLResponse(body, headers=_NOSNIFF | own | (headers or {}))


@cache
def _template(name: str) -> "_Template":
    return _Template((_HERE / f"{name}.html").read_text("utf-8"))


@cache
def _examples() -> str:
    tabs = [_tab(document) for document in sorted(_EXAMPLES.glob("*.graphql"))]
    # A script element ends at the first "</script", wherever it stands.
    return json.dumps(tabs, ensure_ascii=False).replace("<", "\\u003c")


def _tab(document: Path) -> dict[str, str]:
    tab = {"query": document.read_text("utf-8")}
    variables = document.with_suffix(".variables.json")
    if variables.exists():
        tab["variables"] = variables.read_text("utf-8").strip()
    return tab


@cache
def _asset_urls() -> dict[str, str]:
    return {path.name: f"{_MOUNT}/{path.name}?v={_version(path)}" for path in _STATIC.iterdir()}


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _release_line(release: str | None) -> str:
    if release is None:
        return "The data is still being loaded; /readyz tells when it is there."
    return f"Data release: IDC {release}"


def _curl(request: Request) -> str:
    # The Host header is the client's own word; only a plain host may enter a line that people paste into a shell.
    host = request.url.netloc if _HOST.fullmatch(request.url.netloc) else "localhost"
    return (
        f"curl -s {request.url.scheme}://{host}/graphql \\\n"
        "  -H 'content-type: application/json' \\\n"
        """  -d '{"query": "{ counts { collections patients studies series } }"}'"""
    )


class _Template(Template):
    """HTML that names a static file, ${start.css}, where its URL belongs."""

    idpattern = r"[a-z][a-z.-]*"


class _Files(StaticFiles):
    """Static files that a browser keeps for good when it asked for them with their version."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = scope["query_string"] == f"v={_version(Path(full_path))}".encode()
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        response.headers.update(_NOSNIFF)
        return response
