"""Finds a deal by what a person types of its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from bot.domain.pipeline import Deal

LEAST_LIKENESS = 0.8
CLOSE_BY = 0.05


def best_matches(typed: str, deals: Iterable[Deal]) -> tuple[list[Deal], bool]:
    """Return the deals named like what was typed, the likest first, and whether one is clearly meant.

    A whole name beats its beginning, that beats all words typed beginning words of it, that beats their
    standing inside of words, that beats mere likeness: what is only alike is never clear.
    """
    wanted = _words(typed)
    if not wanted:
        return [], False
    scored = sorted(
        ((_likeness(wanted, deal), deal) for deal in deals), key=lambda one: (-one[0], one[1].name, one[1].id)
    )
    found = [(score, deal) for score, deal in scored if score >= LEAST_LIKENESS]
    if not found:
        return [], False
    best = found[0][0]
    close = [deal for score, deal in found if score >= best - CLOSE_BY]
    return close, len(close) == 1 and best > 1


def _likeness(wanted: list[str], deal: Deal) -> float:
    named = [_words(deal.name)]
    if deal.account_name:
        named.append(_words(deal.account_name))
    return max(_score(wanted, words) for words in named)


def _score(wanted: list[str], words: list[str]) -> float:
    if wanted == words:
        return 4.0
    if words[: len(wanted)] == wanted:
        return 3.0
    if " ".join(words).startswith(" ".join(wanted)):
        return 2.8
    if all(any(word.startswith(part) for word in words) for part in wanted):
        return 2.0
    if all(any(part in word for word in words) for part in wanted):
        return 1.5
    return sum(
        max((SequenceMatcher(None, part, word).ratio() for word in words), default=0.0) for part in wanted
    ) / len(wanted)


def _words(text: str) -> list[str]:
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    ).casefold()
    return re.findall(r"\w+", bare)
