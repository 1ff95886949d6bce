"""How an Elasticsearch cluster is reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elastic_transport import TlsError
from elasticsearch import ApiError, AsyncElasticsearch, OrjsonSerializer

_REMEDIES = {
    401: "set elasticsearch-user or elasticsearch-api-key to what the cluster knows",
    403: "give the user or key the privileges that docs/elasticsearch.md lists",
}


@dataclass(frozen=True)
class Connection:
    """Addresses of nodes, and what they ask for: an API key, or `user:password`; `ca` for https with an own CA."""

    urls: tuple[str, ...]
    api_key: str | None = None
    basic_auth: str | None = None
    ca: Path | None = None

    def client(self, seconds: float) -> AsyncElasticsearch:
        """A client whose requests take so long at most. It repeats nothing: whoever asks knows its own deadline."""
        more: dict[str, Any] = {}
        if self.api_key is not None:
            more["api_key"] = self.api_key
        if self.basic_auth is not None:
            more["basic_auth"] = tuple(self.basic_auth.split(":", 1))
        if self.ca is not None:
            more["ca_certs"] = str(self.ca)
        return AsyncElasticsearch(
            list(self.urls),
            request_timeout=seconds,
            max_retries=0,
            retry_on_timeout=False,
            # A node that failed is asked again after a second, not after a minute.
            dead_node_backoff_factor=1,
            max_dead_node_backoff=5,
            serializers={"application/json": OrjsonSerializer()},
            http_compress=False,
            **more,
        )


def reason(error: Exception) -> str:
    """What the server, or the way to it, says went wrong and what to do, in one line."""
    todo = remedy(error)
    return f"{said(error)}: {todo}" if todo else said(error)


def said(error: Exception) -> str:
    """What went wrong, in one line. It holds no secret: servers tell the name of a user, never the password."""
    body: Any = getattr(error, "body", None)
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        causes: Sequence[Any] = body["error"].get("root_cause") or [body["error"]]
        return f"{causes[0].get('type')}: {causes[0].get('reason')}"
    if isinstance(error, TlsError):
        return "the certificate of Elasticsearch can't be verified"
    return f"{type(error).__name__}: {error}".splitlines()[0]


def remedy(error: Exception) -> str:
    """What to do about a refusal, if that is known; else nothing."""
    if isinstance(error, TlsError):
        return "set elasticsearch-ca to the file of the CA that signed it"
    return _REMEDIES.get(error.meta.status, "") if isinstance(error, ApiError) else ""
