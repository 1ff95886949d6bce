"""What makes a node ask who is there: a certificate of an own CA, users with passwords, and the roles of the docs."""

import hashlib
import os
import ssl
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import trustme

# What docs/elasticsearch.md says each may do, and no more.
ROLES = """\
gateway_serving:
  cluster: [monitor]
  indices:
    - names: ['idc-*']
      privileges: [read, view_index_metadata, monitor]
gateway_indexing:
  cluster: [monitor]
  indices:
    - names: ['idc-*']
      privileges: [manage, read, write]
"""
_ITERATIONS = 10_000
_REALM = "xpack.security.authc.realms.file.file1.order"


@dataclass(frozen=True)
class Security:
    """Users by name with password and role; whoever holds `ca` may trust the node."""

    folder: Path
    users: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, folder: Path, **roles: str) -> "Security":
        """A user for each name, with a password that nobody else knows."""
        return cls(folder, {name: (os.urandom(9).hex(), role) for name, role in roles.items()})

    def __post_init__(self) -> None:
        authority = trustme.CA()
        own = authority.issue_cert("127.0.0.1", "localhost")
        authority.cert_pem.write_to_path(str(self.ca))
        trustme.CA().cert_pem.write_to_path(str(self.other_ca))
        own.private_key_pem.write_to_path(str(self.folder / "node.key"))
        own.cert_chain_pems[0].write_to_path(str(self.folder / "node.crt"))

    @property
    def ca(self) -> Path:
        """The certificate of who vouches for the node."""
        return self.folder / "ca.crt"

    @property
    def other_ca(self) -> Path:
        """The certificate of somebody else."""
        return self.folder / "other.crt"

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca))

    def user(self, name: str) -> str:
        """`name:password`."""
        return f"{name}:{self.users[name][0]}"

    def authorization(self, name: str) -> str:
        """The header that a user sends."""
        return f"Basic {b64encode(self.user(name).encode()).decode()}"

    @property
    def settings(self) -> dict[str, object]:
        """Settings of the node."""
        return {
            "xpack.security.http.ssl.enabled": "true",
            "xpack.security.http.ssl.key": "node.key",
            "xpack.security.http.ssl.certificate": "node.crt",
            _REALM: "0",
        }

    @property
    def files(self) -> dict[str, bytes]:
        """What belongs into the folder of its configuration."""
        roles: dict[str, list[str]] = {}
        for name, (_, role) in self.users.items():
            roles.setdefault(role, []).append(name)
        return {
            "node.key": (self.folder / "node.key").read_bytes(),
            "node.crt": (self.folder / "node.crt").read_bytes(),
            "roles.yml": ROLES.encode(),
            "users": "".join(f"{name}:{_hashed(password)}\n" for name, (password, _) in self.users.items()).encode(),
            "users_roles": "".join(f"{role}:{','.join(names)}\n" for role, names in roles.items()).encode(),
        }


def _hashed(password: str) -> str:
    salt = os.urandom(32)
    told = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS, 32)
    return f"{{PBKDF2}}{_ITERATIONS}${b64encode(salt).decode()}${b64encode(told).decode()}"
