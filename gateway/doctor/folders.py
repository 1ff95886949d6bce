"""Whether a folder can be written to, found out without making it."""

import os
import tempfile
from pathlib import Path


def nearest(path: Path) -> Path:
    """The path itself or the nearest above it that is there, be it a link that leads nowhere."""
    path = path.absolute()
    return next((p for p in (path, *path.parents) if os.path.lexists(p)), path)


def refusal_to_write(path: Path) -> str | None:
    """Why files can't be put into a folder, or into one that would have to be made; None if they can."""
    place = nearest(path)
    said = "" if place == path.absolute() else f"{place}: "
    try:
        path.exists()  # refused where the name is too long or a folder above can't be entered
        if not place.exists():
            return f"{said}a link to {place.readlink()}, which is not there"
        with tempfile.TemporaryFile(dir=place):
            return None
    except OSError as error:
        return f"{said}{error.strerror}"
