"""The threads that compute answers."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class SearchPool(ThreadPoolExecutor):
    """`busy` of its threads compute just now, also for those who wait no longer."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, thread_name_prefix="search")
        self.busy = 0
        self._counting = Lock()

    def submit(self, answer: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See ThreadPoolExecutor."""
        return super().submit(self._counted, partial(answer, *args, **kwargs))

    def _counted(self, answer: Callable[[], T]) -> T:
        self._count(1)
        try:
            return answer()
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._counting:
            self.busy += change
