"""Settings: flags of the command line over environment variables over defaults, checked when the gateway starts."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.limits import DocumentLimits
from resolvers.commons.addresses import CommonsAddresses
from resolvers.commons.limits import CommonsLimits, KeepingLimits
from resolvers.facet_limits import FacetLimits

PREFIX = "IDC_GATEWAY_"
_ADDRESS = re.compile(r"https?://[^/:,@\s]+:[0-9]{1,5}(/[^,\s]*)?")
_SERVICE = r"^https?://[^/@\s]+(/[^\s]*)?$"
_SECRETS = ("elasticsearch_api_key", "elasticsearch_user")
CORRECT = "Correct it, or leave it out for the default."
CORRECT_CACHE = "Set IDC_GATEWAY_CACHE or --cache to a folder."


class SettingsError(Exception):
    """A setting can't be used; the message names it and the remedy."""


def default_cache() -> Path:
    """Where stores are kept: the user's cache folder (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "idc-gateway"


class Settings(BaseSettings):
    """All settings. Each can be given as IDC_GATEWAY_<NAME>; the port also as PORT."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, populate_by_name=True, frozen=True, extra="forbid", allow_inf_nan=False
    )

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(
        8000, ge=1, le=65535, validation_alias=AliasChoices(f"{PREFIX}PORT", "PORT"), description="Port to listen on."
    )
    cache: Path = Field(default_factory=default_cache, description="Folder for the stores.")

    @field_validator("cache", mode="before")
    @classmethod
    def _named(cls, cache: object) -> object:
        # Path("") is the current folder, which nobody means.
        if cache == "":
            raise ValueError("the path is empty")
        try:
            return Path(cache).expanduser() if isinstance(cache, str) else cache
        except RuntimeError as error:  # ~ of nobody
            raise ValueError(str(error).rstrip(".")) from None

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, word: object) -> object:
        return word.lower() if isinstance(word, str) else word

    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=256, description="Threads that compute answers."
    )
    log_level: Literal["critical", "error", "warning", "info", "debug"] = Field(
        "info", description="Least severity that is logged."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Form of the log: text for people, json for machines."
    )

    body_bytes: int = Field(1_000_000, ge=1_000, description="Bytes of the largest request body.")
    body_seconds: float = Field(30, gt=0, description="Seconds in which a request body must arrive.")
    operation_seconds: float = Field(30, gt=0, description="Seconds that one operation may take.")
    search_seconds: float = Field(10, gt=0, description="Seconds that one question of a field to the engine may take.")
    operations: int = Field(64, ge=1, description="Operations that run at once.")
    waiting_operations: int = Field(
        64, ge=0, description="Operations that wait for their turn; more are answered with 503."
    )
    rate_points: int = Field(
        0,
        ge=0,
        description="Points of cost (extensions.cost) that one client may spend at once; 0 for no limit.",
    )
    rate_refill: int = Field(10_000, ge=1, description="Points that a client gets back each second.")
    trusted_proxies: str = Field(
        "", description="Addresses or networks, separated by commas, of proxies whose X-Forwarded-For is believed."
    )
    trusted_documents: Path | None = Field(
        None, description="JSON file of ids and documents that clients may name by documentId."
    )
    trusted_only: bool = Field(False, description="Whether only trusted documents are answered.")
    answer_bytes: int = Field(
        256_000_000, ge=0, description="Memory for answers that are given again, in bytes; 0 for none."
    )
    http_statuses: Literal["audited", "draft"] = Field(
        "audited",
        description="Statuses of refused documents: audited, as clients expect today; draft, as GraphQL over HTTP of "
        "2026.",
    )
    compiled_execution: bool = Field(
        True, description="Whether answers are completed by compiled code; the answers are the same without."
    )
    drain_seconds: float = Field(
        1,
        ge=0,
        description="Seconds for which a stopping gateway still takes requests, ending connections one by one.",
    )

    document_characters: int = Field(DocumentLimits.characters, ge=1, description="Characters of a document.")
    document_tokens: int = Field(DocumentLimits.tokens, ge=1, description="Tokens of a document, comments included.")
    document_operations: int = Field(DocumentLimits.operations, ge=1, description="Operations in a document.")
    document_fragments: int = Field(DocumentLimits.fragments, ge=0, description="Fragments in a document.")
    document_fields: int = Field(
        DocumentLimits.fields, ge=1, description="Fields of a document, fragments counted wherever they are spread."
    )
    document_depth: int = Field(DocumentLimits.depth, ge=1, le=100, description="Levels of fields in a document.")
    document_levels: int = Field(
        DocumentLimits.levels, ge=1, le=150, description="Selections in each other, those of fragments included."
    )
    document_aliases: int = Field(DocumentLimits.aliases, ge=0, description="Aliases in a document.")
    document_root_fields: int = Field(DocumentLimits.root_fields, ge=1, description="Root fields of an operation.")
    document_directives: int = Field(DocumentLimits.directives, ge=0, description="Directives in a document.")
    document_same_key: int = Field(
        DocumentLimits.same_key, ge=1, description="Times that one place of a document may select the same field."
    )
    document_nesting: int = Field(
        DocumentLimits.nesting,
        ge=0,
        le=30,
        description="Levels of and, or, not, some, none, every and count.",
    )
    document_conditions: int = Field(DocumentLimits.conditions, ge=1, description="Conditions in a where.")
    document_values: int = Field(DocumentLimits.values, ge=1, description="Values in a list of a where.")
    document_cost: int = Field(DocumentLimits.cost, ge=1, description="Points that an operation may cost.")
    document_errors: int = Field(
        DocumentLimits.errors, ge=1, description="Errors of one document that are named; more are cut."
    )

    panel_facets: int = Field(FacetLimits.facets, ge=1, description="Facets of a panel.")
    panel_buckets: int = Field(FacetLimits.buckets, ge=1, description="Buckets that the facets of a panel may ask for.")
    facet_boundaries: int = Field(FacetLimits.boundaries, ge=2, description="Boundaries of a facet of numbers.")
    facet_values: int = Field(FacetLimits.values, ge=1, description="Values that a facet of terms may pin.")

    engine: Literal["embedded", "elasticsearch"] = Field("embedded", description="Search engine that answers.")
    elasticsearch: str = Field(
        "http://127.0.0.1:9200", description="Addresses of Elasticsearch nodes, separated by commas."
    )
    elasticsearch_prefix: str = Field(
        "idc", pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$", description="What the names of indices start with."
    )
    elasticsearch_api_key: SecretStr | None = Field(None, description="API key for Elasticsearch.")
    elasticsearch_user: SecretStr | None = Field(None, description="User of Elasticsearch, as name:password.")
    elasticsearch_ca: Path | None = Field(None, description="File with the CA of Elasticsearch's certificates.")
    elasticsearch_fallback: bool = Field(
        False, description="Whether the embedded engine answers while Elasticsearch does not."
    )

    gdc: str = Field(CommonsAddresses.gdc, pattern=_SERVICE, description="Genomic Data Commons.")
    pdc: str = Field(CommonsAddresses.pdc, pattern=_SERVICE, description="Proteomic Data Commons.")
    cda: str = Field(CommonsAddresses.cda, pattern=_SERVICE, description="Cancer Data Aggregator.")
    icdc: str = Field(CommonsAddresses.icdc, pattern=_SERVICE, description="Integrated Canine Data Commons.")
    drs: str = Field(CommonsAddresses.drs, pattern=_SERVICE, description="Data Repository Service of IDC's objects.")
    commons_live: bool = Field(
        True, description="Whether commons that were not harvested are asked while questions are answered."
    )
    commons_live_patients: int = Field(
        2000, ge=1, le=100_000, description="Patients for whom a condition may ask a commons that was not harvested."
    )
    slide_index: Path | None = Field(
        None, description="IDC's sm_index.parquet, by which slides are joined to those of GDC; none: they are not."
    )
    commons_seconds: float = Field(
        CommonsLimits.seconds, gt=0, description="Seconds that one question to a sister commons may take."
    )
    commons_at_once: int = Field(
        CommonsLimits.at_once, ge=1, le=64, description="Questions to one commons at the same time."
    )
    commons_failures: int = Field(
        CommonsLimits.failures, ge=1, description="Failures in a row after which a commons is left alone."
    )
    commons_open_seconds: float = Field(
        CommonsLimits.open_seconds, gt=0, description="Seconds for which it is left alone."
    )
    commons_retries: int = Field(
        CommonsLimits.retries, ge=0, le=10, description="Times that a failed question to a commons is asked again."
    )
    commons_answer_bytes: int = Field(
        CommonsLimits.answer_bytes, ge=100_000, description="Bytes of the largest answer of a commons."
    )
    commons_fresh_seconds: float = Field(
        KeepingLimits.fresh_seconds, ge=0, description="Seconds for which answers of a release of a commons are kept."
    )
    commons_lacking_seconds: float = Field(
        KeepingLimits.lacking_seconds, ge=0, description="Seconds for which it is kept that a commons lacks something."
    )
    commons_stale_seconds: float = Field(
        KeepingLimits.stale_seconds, ge=0, description="Seconds for which old answers stand in when a commons fails."
    )
    commons_release_seconds: float = Field(
        KeepingLimits.release_seconds, gt=0, description="Seconds after which a commons is asked for its release again."
    )
    commons_kept_bytes: int = Field(
        KeepingLimits.kept_bytes, ge=0, description="Memory for answers of commons, in bytes; 0 for none."
    )

    @field_validator("elasticsearch")
    @classmethod
    def _are_addresses(cls, addresses: str) -> str:
        # Without a port the client would not know where to ask.
        for address in addresses.split(","):
            if not _ADDRESS.fullmatch(address):
                raise ValueError(f"{address!r} is not like http://host:9200 or https://host:9200")
        return addresses

    @field_validator("elasticsearch_user")
    @classmethod
    def _has_a_password(cls, user: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if user is not None and ":" not in user.get_secret_value():
            raise ValueError("it is not like name:password")
        if user is not None and info.data.get("elasticsearch_api_key") is not None:
            raise ValueError(f"there is {PREFIX}ELASTICSEARCH_API_KEY, too; leave one of them out")
        return user

    @field_validator("elasticsearch_ca")
    @classmethod
    def _is_readable(cls, ca: Path | None) -> Path | None:
        if ca is not None and not (ca.is_file() and os.access(ca, os.R_OK)):
            raise ValueError("there is no such file that can be read")
        return ca

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, proxies: str) -> str:
        _networks(proxies)
        return proxies

    @field_validator("trusted_only")
    @classmethod
    def _trusts_something(cls, only: bool, info: ValidationInfo) -> bool:
        if only and info.data.get("trusted_documents") is None:
            raise ValueError(f"there are no trusted documents; name their file in {PREFIX}TRUSTED_DOCUMENTS")
        return only

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """`trusted_proxies` as networks."""
        return _networks(self.trusted_proxies)


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks such as 10.0.0.0/8, or single addresses. ValueError names the first that is neither."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def load_settings(**flags: Any) -> Settings:
    """The settings with the flags that were given. SettingsError names every one that can't be used."""
    given = {name: value for name, value in flags.items() if value is not None}
    _refuse_unknown_variables()
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_complaint(dict(e), given) for e in error.errors())) from None
    except RuntimeError as error:  # a user without a home folder
        raise SettingsError(f"there is no place for the cache ({str(error).rstrip('.')}). {CORRECT_CACHE}") from None


def origin(name: str, flags: Mapping[str, object]) -> str:
    """Where the value of a setting comes from: its flag, its variable or `default`."""
    if flags.get(name) is not None:
        return _flag(name)
    given = {variable.upper(): variable for variable in os.environ}
    for variable in (f"{PREFIX}{name.upper()}", *(["PORT"] if name == "port" else [])):
        if variable in given:
            return given[variable]
    return "XDG_CACHE_HOME" if name == "cache" and os.environ.get("XDG_CACHE_HOME") else "default"


def _refuse_unknown_variables() -> None:
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for variable, value in os.environ.items():
        if variable.startswith(PREFIX) and variable not in known:
            near = get_close_matches(variable, known, n=1, cutoff=0.85)
            meant = f"; did you mean {near[0]}?" if near else "."
            said = f"{variable}={value}: there is no such setting{meant}"
            raise SettingsError(f"{said} `idc-gateway serve --help` names them all.")


def _complaint(error: dict[str, Any], given: dict[str, Any]) -> str:
    name = str(error["loc"][0]).removeprefix(PREFIX).lower()
    message = error["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    field = Settings.model_fields.get(name)
    what = field.description if field is not None else "This is no setting."
    said = _flag(name) if name in given else _variable(name)
    # What is secret is not repeated.
    value = "..." if name in _SECRETS else error["input"]
    return f"{said}={value}: {message}. {what} {CORRECT}"


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _variable(name: str) -> str:
    """The variable that a setting was read from."""
    own = f"{PREFIX}{name.upper()}"
    return "PORT" if name == "port" and own not in os.environ else own
