"""Whether an address can be listened on."""

import errno
import socket


class AddressError(Exception):
    """The address can't be listened on: `found` says why, `remedy` what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found}: {remedy}")
        self.found = found
        self.remedy = remedy


class BusyPortError(AddressError):
    """Something listens there already."""


def check_address(host: str, port: int) -> None:
    """AddressError if the address can't be listened on."""
    found = f"can't listen on {host}:{port}"
    try:
        _bind(host, port)
    except (socket.gaierror, TypeError) as error:  # TypeError: the name can't be encoded
        why = error.strerror if isinstance(error, OSError) else "this is no name of a host"
        raise AddressError(f"--host={host}: {why}", "give an address of this machine, such as 127.0.0.1") from None
    except OSError as error:
        found = f"{found} ({error.strerror})"
        if error.errno == errno.EADDRINUSE:
            remedy = "stop what listens there, or choose another with PORT or --port"
            raise BusyPortError(found, remedy) from None
        if error.errno == errno.EACCES:
            raise AddressError(found, "choose a port from 1024 up with PORT or --port") from None
        raise AddressError(found, "give an address of this machine with --host, such as 127.0.0.1") from None


def _bind(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
