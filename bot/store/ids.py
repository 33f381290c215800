"""Ids for rows: a prefix that names the kind, then 26 characters that sort by the time they were made."""

from __future__ import annotations

import secrets
import time
from base64 import b32encode
from threading import Lock

# From the alphabet of RFC 4648 to Crockford's, which sorts as its values do and has no letter like a digit.
_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")
_LENGTH = 26
_RANDOM_BITS = 80
# 26 characters of five bits do not end with a byte: the number is moved to the front of 17.
_BYTES = 17
_PADDING_BITS = 8 * _BYTES - 5 * _LENGTH


class _Numbers:
    """Numbers that begin with the millisecond they are drawn in, each higher than the one before."""

    def __init__(self) -> None:
        self._last = 0
        self._one_at_a_time = Lock()

    def draw(self) -> int:
        millisecond = time.time_ns() // 1_000_000
        with self._one_at_a_time:
            if millisecond <= self._last >> _RANDOM_BITS:
                self._last += 1
            else:
                self._last = millisecond << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
            return self._last


_numbers = _Numbers()


def new_id(prefix: str) -> str:
    """Return a fresh id such as `obl_01jb2k…`; unique across processes, and higher than this one's before."""
    number = (_numbers.draw() << _PADDING_BITS).to_bytes(_BYTES)
    return f"{prefix}_{b32encode(number).translate(_CROCKFORD)[:_LENGTH].decode()}"
