"""Who is at the keyboard, for the audit trail."""

from __future__ import annotations

import getpass


def login() -> str:
    """Return the name that this machine knows the person by."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container may run under a number that has no name
