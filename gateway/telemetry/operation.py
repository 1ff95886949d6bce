"""One GraphQL request, as operators are told of it."""

from dataclasses import dataclass, field


@dataclass
class Operation:
    """Filled in while a request is answered. Durations are in seconds.

    `client`: an address. `document`: the SHA-256 of its text in hexadecimal. `persisted`: it was named, not sent.
    `cost`: points. `codes`: of the errors of the answer. `cached`: hit, miss, 304, or bypass if the answer was not
    looked for. `bytes`: of the body. `durations`: of PHASES.
    """

    request_id: str
    client: str = ""
    user_agent: str = ""
    method: str = ""
    operation_name: str | None = None
    operation_type: str | None = None
    document: str | None = None
    persisted: bool = False
    cost: float | None = None
    status: int = 0
    codes: tuple[str, ...] = ()
    cached: str = "bypass"
    release: int | None = None
    bytes: int = 0
    durations: dict[str, float] = field(default_factory=dict)


# prepare: the document is read and checked. execute: it is answered. encode: the answer is written and compressed.
PHASES = ("prepare", "execute", "encode", "total")
