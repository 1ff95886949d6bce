"""Who asks, through proxies."""

from ipaddress import ip_network

import pytest
from starlette.requests import Request

from gateway.edge.client import client_address, household

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


def asked(peer: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


@pytest.mark.parametrize(
    ("request_", "address"),
    [
        (asked("192.0.2.1"), "192.0.2.1"),
        # Nobody's word counts but that of a trusted proxy.
        (asked("192.0.2.1", "198.51.100.7"), "192.0.2.1"),
        (asked("10.0.0.1", "198.51.100.7"), "198.51.100.7"),
        (asked("10.0.0.1", "203.0.113.9, 198.51.100.7"), "198.51.100.7"),
        (asked("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2"), "198.51.100.7"),
        (asked("10.0.0.1", "203.0.113.9", "198.51.100.7"), "198.51.100.7"),
        (asked("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3"),
        (asked("10.0.0.1", "not an address"), "10.0.0.1"),
        (asked("10.0.0.1", "198.51.100.7, <script>"), "10.0.0.1"),
        (asked("10.0.0.1"), "10.0.0.1"),
        (asked("2001:db8::1", "2001:db9::7"), "2001:db9::7"),
        (asked("::ffff:10.0.0.1", "198.51.100.7, ::ffff:10.0.0.2"), "198.51.100.7"),
    ],
)
def test_the_last_address_that_no_trusted_proxy_has_is_the_clients(request_: Request, address: str) -> None:
    assert client_address(request_, TRUSTED) == address


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db9:0:1:2:3:4:5", "2001:db9:0:1::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_one_subscriber_is_one_client(address: str, one: str) -> None:
    assert household(address) == one
