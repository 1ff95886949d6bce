"""Text that may hold anything, fit for a line of a terminal or a log."""


def printable(text: str) -> str:
    """What would move the cursor, end the line or can't be encoded is spelt out, such as `\\n` and `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
