"""The folders that data go into."""

from __future__ import annotations

from pathlib import Path

from bot.errors import ConfigurationError, Fault


def made(folder: Path, key: str) -> Path:
    """Make a folder where it is not there, and return it.

    Raises ConfigurationError, which names the variable `key`, where it can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = f"{folder}, which can't be made ({error.strerror or 'no folder'})"
        allowed = "a folder, or the path of one that this user may make"
        raise ConfigurationError([Fault("environment", key, found, allowed)]) from error
    return folder
