"""Variety without chance: the same key always picks the same thing, on every machine and Python."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def number(key: str, below: int) -> int:
    """Return a number from 0 to below - 1 that depends on the key alone."""
    return zlib.crc32(key.encode()) % below


def pick(choices: Sequence[T], key: str) -> T:
    """Return the choice that this key stands for."""
    return choices[number(key, len(choices))]
