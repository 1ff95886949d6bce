"""What was answered by another engine than the chosen one."""

from contextvars import ContextVar

# Why, in the request that is being answered: whoever wants to know sets a list; None where nobody does.
ANSWERED_ELSEWHERE: ContextVar[list[str] | None] = ContextVar("answered_elsewhere", default=None)
