"""Values of labels. Every one makes a series of numbers that is kept for ever, so their number is bounded."""

# More than the statuses, codes and reasons that there are.
_MOST = 50

OTHER = "other"


class Labels:
    """The values that one label may have: the first that come, up to a number; all after them are `other`."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: set[str] = set()

    def of(self, value: object) -> str:
        """The value of the label."""
        text = str(value)
        if text not in self._known:
            if len(self._known) >= self._most:
                return OTHER
            self._known.add(text)
        return text
