"""Source text that is being generated, and the objects that it names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Hand(Exception):
    """Raised by generated code: this row is graphql-core's."""


class Source:
    """Lines of a function. Names in it are our own; what a client wrote only stands in it as quoted text."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._names: dict[str, Any] = {"Hand": Hand}
        self._depth = 0
        self._variables = 0

    def line(self, text: str) -> None:
        """One line at the present depth."""
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Lines under `head`."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def variable(self) -> str:
        """A new local variable."""
        self._variables += 1
        return f"v{self._variables}"

    def bind(self, value: object) -> str:
        """A name for an object."""
        name = f"g{len(self._names)}"
        self._names[name] = value
        return name

    def refuse_if(self, test: str) -> None:
        """Hand the row over if the test is true."""
        self.line(f"if {test}: raise Hand")

    def function(self, name: str) -> Callable[..., Any]:
        """The function of this name, compiled."""
        exec(compile("\n".join(self._lines), "<selection>", "exec"), self._names)
        made: Callable[..., Any] = self._names[name]
        return made
