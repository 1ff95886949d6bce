"""Operations as the endpoint fills them."""

from gateway.telemetry.operation import Operation

DOCUMENT = "9f" * 32


def answered(**changes: object) -> Operation:
    """A query that was answered in 12 ms, with changes."""
    given: dict[str, object] = {
        "request_id": "b7" * 16,
        "client": "192.0.2.7",
        "user_agent": "curl/8.5.0",
        "method": "POST",
        "operation_name": "Cohort",
        "operation_type": "query",
        "document": DOCUMENT,
        "cost": 120.0,
        "status": 200,
        "cached": "miss",
        "release": 25,
        "bytes": 1234,
        "durations": {"prepare": 0.0002, "execute": 0.0107004, "encode": 0.0005, "total": 0.012},
    }
    return Operation(**{**given, **changes})  # type: ignore[arg-type]
