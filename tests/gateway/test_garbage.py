"""When everything is looked at for garbage."""

import asyncio
import gc
import time

import pytest

from gateway import garbage


@pytest.mark.parametrize(("seconds", "looks"), [(0.0, 3), (0.05, 1)])
async def test_a_look_that_takes_long_is_rare(seconds: float, looks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second has no room for another look where one took a twentieth of it."""
    looked: list[float] = []

    def look() -> None:
        looked.append(time.monotonic())
        time.sleep(seconds)

    monkeypatch.setattr(garbage, "_SECONDS", 0.001)
    monkeypatch.setattr(gc, "collect", look)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 1))
    looking = asyncio.create_task(garbage.collect_when_idle(lambda: 0))
    await asyncio.sleep(1)
    looking.cancel()
    assert min(len(looked), 3) == looks
