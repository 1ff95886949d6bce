"""Values that no schema expects: they raise, are awaited, can be read once, or only look like what they stand for."""

from collections.abc import Iterator
from typing import Any


class Raised(Exception):
    """What attributes, resolvers and awaitables raise here."""


class Text(str):
    """A text that is no plain str."""

    __slots__ = ()


class Number(int):
    """A number that is no plain int."""

    __slots__ = ()


class Once:
    """Can be gone through once."""

    def __init__(self, *items: Any) -> None:
        self._items = list(items)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if not self._items:
            raise StopIteration
        return self._items.pop()

    def __repr__(self) -> str:
        return "<Once>"


class Strange:
    """An object that no type knows."""

    def __repr__(self) -> str:
        return "<Strange>"


class Later:
    """Can be awaited, as often as one likes, after some turns of the event loop."""

    def __init__(self, value: Any, turns: int) -> None:
        self.value = value
        self.turns = turns

    def __await__(self) -> Iterator[Any]:
        for _ in range(self.turns):
            yield
        if isinstance(self.value, Exception):
            raise self.value
        return self.value

    def __repr__(self) -> str:
        return "<Later>"


class Lazy:
    """Attributes come into being when they are first read, as those of records do; some raise instead."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.__dict__.get("to_come", {}):
            raise AttributeError(name)
        value = self.to_come[name]
        if unreadable(value):
            raise value
        self.__dict__[name] = value
        return value

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def unreadable(value: object) -> bool:
    return isinstance(value, Raised) and value.args == ("read",)
