"""Whether the address is free, and if not, whether a gateway answers there."""

import json
import socket
import time
from collections.abc import Iterator

from gateway.address import AddressError, BusyPortError, check_address
from gateway.doctor.finding import Finding, ok, warning, wrong

NAME = "address"
_SECONDS = 2.0
_MOST_BYTES = 64_000
# What listens on all addresses answers on this one.
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def address(host: str, port: int) -> Finding:
    """The address that would be listened on."""
    try:
        check_address(host, port)
    except BusyPortError as error:
        return _taken(host, port, error)
    except AddressError as error:
        return wrong(NAME, error.found, error.remedy)
    return ok(NAME, f"{host}:{port} is free")


def _taken(host: str, port: int, error: BusyPortError) -> Finding:
    answer = _readiness(host, port)
    if answer is None:
        return wrong(NAME, f"{error.found}; what listens there is no idc-gateway", error.remedy)
    state, release = answer["state"], answer["release"]
    if release is None:
        found = f"an idc-gateway listens on {host}:{port} and is not ready: {state}"
        return warning(NAME, found, f"wait until GET http://{host}:{port}/readyz answers 200, or read its log")
    return ok(NAME, f"an idc-gateway listens on {host}:{port} and serves {release}; a second one needs another --port")


def _readiness(host: str, port: int) -> dict[str, object] | None:
    """What `/readyz` of a gateway says; None if what listens does not answer as one."""
    try:
        _, _, body = b"".join(_answer(_ANY.get(host, host), port)).partition(b"\r\n\r\n")
        said = json.loads(body)
    except (OSError, ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and said.keys() == {"state", "release"} else None


def _answer(host: str, port: int) -> Iterator[bytes]:
    # A plain socket: what listens may be anything, and no trickle of bytes may keep this waiting.
    end = time.monotonic() + _SECONDS
    with socket.create_connection((host, port), timeout=_SECONDS) as asked:
        asked.sendall(f"GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode("ascii", "replace"))
        received = 0
        while received < _MOST_BYTES and (left := end - time.monotonic()) > 0:
            asked.settimeout(left)
            part = asked.recv(4096)
            if not part:
                return
            received += len(part)
            yield part
