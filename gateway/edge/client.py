"""Who asks: the address of the client, through the proxies that the operator trusts."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from starlette.requests import HTTPConnection

Network: TypeAlias = IPv4Network | IPv6Network


def client_address(connection: HTTPConnection, trusted: Sequence[Network]) -> str:
    """The address that a request came from.

    Of the addresses in X-Forwarded-For the last one that no trusted proxy has; what stands before it is the client's
    own word. Without a trusted proxy in between it is that of the connection.
    """
    peer = connection.client.host if connection.client is not None else ""
    hops = [hop.strip() for header in connection.headers.getlist("x-forwarded-for") for hop in header.split(",")]
    address = peer
    while hops and _is_trusted(address, trusted):
        before = hops.pop()
        if _address(before) is None:
            break
        address = before
    return address


def household(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the 64 bits of an IPv6 address that a subscriber is given."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, 64), strict=False))
    return address if found is None else str(found)


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    found = _address(address)
    return found is not None and any(found in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 address is one whichever way it is written: a socket for both kinds writes it as ::ffff:192.0.2.1."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
