"""A client's bucket of points is emptied by what it asks and fills again."""

import pytest

from gateway.edge.rate import RateLimit
from gateway.edge.refusal import Refusal


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def told(remaining: int) -> dict[str, str]:
    return {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": str(remaining)}


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    rate = RateLimit(points=100, refill=10, clock=clock)
    assert rate.spend("a", 70) == told(30)
    with pytest.raises(Refusal) as refused:
        rate.spend("a", 55)
    assert refused.value.status == 429
    assert refused.value.headers == {"Retry-After": "3", **told(30)}
    assert refused.value.error == {
        "message": "this operation costs 55 points and 30 are left; try again in 3 s",
        "extensions": {"code": "RATE_LIMITED", "cost": 55},
    }
    clock.now = 3
    assert rate.spend("a", 55) == told(5)
    clock.now = 1000
    assert rate.spend("a", 1) == told(99)


def test_clients_have_buckets_of_their_own() -> None:
    rate = RateLimit(points=100, refill=10, clock=Clock())
    assert rate.spend("a", 100) == told(0)
    assert rate.spend("b", 100) == told(0)


def test_what_costs_nothing_takes_a_point() -> None:
    rate = RateLimit(points=100, refill=10, clock=Clock())
    assert rate.spend("a", 0) == told(99)


def test_what_costs_more_than_a_bucket_takes_a_full_one() -> None:
    rate = RateLimit(points=100, refill=10, clock=Clock())
    assert rate.spend("a", 5000) == told(0)
    with pytest.raises(Refusal, match="costs 100 points and 0 are left; try again in 10 s"):
        rate.spend("a", 5000)


def test_without_a_limit_nothing_is_told() -> None:
    assert RateLimit(points=0, refill=10).spend("a", 1e9) == {}
