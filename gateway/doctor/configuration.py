"""The settings, and where each comes from."""

from collections.abc import Mapping

from gateway.doctor.finding import Finding, ok, wrong
from gateway.settings import CORRECT, CORRECT_CACHE, Settings, SettingsError, origin

NAME = "setting"


def settings_in_effect(settings: Settings, flags: Mapping[str, object]) -> list[Finding]:
    """Each setting with its value and origin."""
    return [ok(NAME, f"{name.replace('_', '-')} = {value} ({origin(name, flags)})") for name, value in settings]


def refused_settings(error: SettingsError) -> list[Finding]:
    """Each setting that can't be used."""
    return [_refused(line) for line in str(error).splitlines()]


def _refused(complaint: str) -> Finding:
    # Most complaints end with their remedy.
    remedy = CORRECT_CACHE if complaint.endswith(CORRECT_CACHE) else CORRECT
    found = complaint.removesuffix(remedy).rstrip(" .")
    return wrong(NAME, found, remedy[:1].lower() + remedy[1:].rstrip("."))
