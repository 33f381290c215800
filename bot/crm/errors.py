"""What goes wrong with a source as a whole, in words for the person importing."""

from __future__ import annotations

from bot.errors import UserError


class CrmSourceError(UserError):
    """A source can't be read at all: a file or mapped column is missing, or the encoding is another."""


class UnreadableValueError(ValueError):
    """One value can't be read as what its column holds; the text says what was expected."""
