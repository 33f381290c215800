"""Ids for rows: a prefix that names the kind, then 26 characters that sort by the time they were made."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no letter that reads as a digit
_LENGTH = 26
_RANDOM_BITS = 80


def new_id(prefix: str) -> str:
    """Return a fresh id such as `obl_01jb2k…`; unique across processes."""
    number = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    characters = [_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_LENGTH))]
    return f"{prefix}_{''.join(characters)}"
