"""Clients of the sister commons as the settings say."""

from gateway.settings import Settings
from resolvers.commons.addresses import CommonsAddresses
from resolvers.commons.clients import CommonsClients
from resolvers.commons.limits import CommonsLimits, KeepingLimits


def clients_of(settings: Settings) -> CommonsClients:
    """All clients, their answers kept. To be made in the loop that asks, and closed in it."""
    return CommonsClients(addresses_of(settings), limits_of(settings), keeping_of(settings))


def addresses_of(settings: Settings) -> CommonsAddresses:
    """Where the commons answer."""
    return CommonsAddresses(gdc=settings.gdc, pdc=settings.pdc, cda=settings.cda, icdc=settings.icdc, drs=settings.drs)


def limits_of(settings: Settings) -> CommonsLimits:
    """Bounds on asking commons."""
    return CommonsLimits(
        seconds=settings.commons_seconds,
        retries=settings.commons_retries,
        at_once=settings.commons_at_once,
        failures=settings.commons_failures,
        open_seconds=settings.commons_open_seconds,
        answer_bytes=settings.commons_answer_bytes,
    )


def keeping_of(settings: Settings) -> KeepingLimits:
    """How long their answers are kept."""
    return KeepingLimits(
        fresh_seconds=settings.commons_fresh_seconds,
        lacking_seconds=settings.commons_lacking_seconds,
        stale_seconds=settings.commons_stale_seconds,
        release_seconds=settings.commons_release_seconds,
        kept_bytes=settings.commons_kept_bytes,
    )
