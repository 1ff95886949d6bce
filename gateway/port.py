"""Whether the address can be listened on."""

import socket

from gateway.settings import Settings, SettingsError


def check_port(settings: Settings) -> None:
    """SettingsError if the address can't be listened on: uvicorn would only say so after the build."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except socket.gaierror as error:
            raise SettingsError(
                f"--host={settings.host}: {error.strerror}; give an address of this machine, such as 127.0.0.1"
            ) from None
        except OSError as error:
            raise SettingsError(
                f"can't listen on {settings.host}:{settings.port} ({error.strerror}): "
                "stop what listens there, or choose another with PORT or --port"
            ) from None
