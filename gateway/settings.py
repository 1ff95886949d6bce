"""Settings: flags of the command line over environment variables over defaults, checked when the gateway starts."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "IDC_GATEWAY_"
CORRECT = "Correct it, or leave it out for the default."
CORRECT_CACHE = "Set IDC_GATEWAY_CACHE or --cache to a folder."


class SettingsError(Exception):
    """A setting can't be used; the message names it and the remedy."""


def default_cache() -> Path:
    """Where stores are kept: the user's cache folder (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "idc-gateway"


class Settings(BaseSettings):
    """All settings. Each can be given as IDC_GATEWAY_<NAME>; the port also as PORT."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, populate_by_name=True, frozen=True, extra="forbid")

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

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, level: object) -> object:
        return level.lower() if isinstance(level, str) else level

    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=256, description="Threads that compute answers."
    )
    log_level: Literal["critical", "error", "warning", "info", "debug"] = Field(
        "info", description="Least severity that is logged."
    )


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
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for variable, value in os.environ.items():
        if variable.startswith(PREFIX) and variable not in known:
            raise SettingsError(f"{variable}={value}: there is no such setting; there are {', '.join(sorted(known))}")


def _complaint(error: dict[str, Any], given: dict[str, Any]) -> str:
    name = str(error["loc"][0]).removeprefix(PREFIX).lower()
    message = error["msg"].removeprefix("Value error, ").lower()
    field = Settings.model_fields.get(name)
    what = field.description if field is not None else "This is no setting."
    said = _flag(name) if name in given else _variable(name)
    return f"{said}={error['input']}: {message}. {what} {CORRECT}"


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _variable(name: str) -> str:
    """The variable that a setting was read from."""
    own = f"{PREFIX}{name.upper()}"
    return "PORT" if name == "port" and own not in os.environ else own
