"""Ratings of sessions: added up as they come, released as averages that tell nothing of a person."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

LOWEST, HIGHEST = 1, 5
LEAST_RATINGS = 5
LEAST_RATERS = 4
# An average at the very end of the scale would say what each single rater gave.
MOST_SHOWN = Decimal("4.8")
LEAST_SHOWN = Decimal("1.2")
MODULUS = 2**62


@dataclass(frozen=True, slots=True)
class Batch:
    """The ratings of one manager's sessions that are not released yet, added up.

    `number` counts the batches of a manager, `count` the ratings in this one. `masked` is their total under a
    pad that changes with each rating: without the key it is a random number below 2^62, so neither the row
    itself nor two states of it tell a score.
    """

    manager_id: str
    number: int
    count: int
    masked: int


@dataclass(frozen=True, slots=True)
class Release:
    """One released average: the month ("2026-10") it was released in, and from how many ratings."""

    manager_id: str
    number: int
    month: str
    count: int
    average: Decimal


def pad(key: bytes, manager_id: str, number: int, count: int) -> int:
    """Return what masks the total of a batch at this count: HMAC-SHA256, never the same for two states."""
    message = f"{manager_id}|{number}|{count}".encode()
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:8], "big") % MODULUS


def opened(key: bytes, manager_id: str, number: int) -> Batch:
    """Return a batch without any rating."""
    return Batch(manager_id, number, 0, pad(key, manager_id, number, 0))


def with_rating(batch: Batch, score: int, key: bytes) -> Batch:
    """Return the batch with one more rating; raise ValueError for a score that is not on the scale."""
    if not LOWEST <= score <= HIGHEST:
        raise ValueError(f"a rating is a whole number from {LOWEST} to {HIGHEST}")
    total = _total(batch, key) + score
    count = batch.count + 1
    return replace(
        batch, count=count, masked=(total + pad(key, batch.manager_id, batch.number, count)) % MODULUS
    )


def _total(batch: Batch, key: bytes) -> int:
    return (batch.masked - pad(key, batch.manager_id, batch.number, batch.count)) % MODULUS


def may_be_released(count: int, raters: int) -> bool:
    """Tell whether enough ratings from enough different people are there; else they are carried over."""
    return count >= LEAST_RATINGS and raters >= LEAST_RATERS


def release(batch: Batch, raters: int, month: str, key: bytes) -> Release | None:
    """Return what is released of a batch, or None while there is too little.

    Rounded to a tenth, and between 1.2 and 4.8: an exact 5.0 would say that everybody gave a 5. None too when
    the total can't be right, as after the key was changed.
    """
    total = _total(batch, key)
    if not may_be_released(batch.count, raters) or not is_readable(batch, key):
        return None
    average = (Decimal(total) / batch.count).quantize(Decimal("0.1"), ROUND_HALF_UP)
    shown = max(LEAST_SHOWN, min(MOST_SHOWN, average))
    return Release(batch.manager_id, batch.number, month, batch.count, shown)


def is_readable(batch: Batch, key: bytes) -> bool:
    """Tell whether the key is the one that the batch was masked with."""
    return LOWEST * batch.count <= _total(batch, key) <= HIGHEST * batch.count


def in_words(average: Decimal) -> str:
    """Say a released average, "4.3"; at the ends only that it is there or beyond."""
    if average >= MOST_SHOWN:
        return f"{MOST_SHOWN} or more"
    return f"{LEAST_SHOWN} or less" if average <= LEAST_SHOWN else str(average)
