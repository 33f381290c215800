"""Ids for rows: a prefix that names the kind, then 26 characters that sort by the time they were made."""

from __future__ import annotations

import secrets
import time
from threading import Lock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no letter that reads as a digit
_LENGTH = 26
_RANDOM_BITS = 80


class _Numbers:
    """Numbers that begin with the millisecond they are drawn in, each higher than the one before."""

    def __init__(self) -> None:
        self._last = 0
        self._one_at_a_time = Lock()

    def draw(self) -> int:
        drawn = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        with self._one_at_a_time:
            same = drawn >> _RANDOM_BITS <= self._last >> _RANDOM_BITS
            self._last = self._last + 1 if same else drawn
            return self._last


_numbers = _Numbers()


def new_id(prefix: str) -> str:
    """Return a fresh id such as `obl_01jb2k…`; unique across processes, and higher than this one's before."""
    number = _numbers.draw()
    characters = [_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_LENGTH))]
    return f"{prefix}_{''.join(characters)}"
