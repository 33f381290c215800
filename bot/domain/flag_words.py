"""What each flag says to a person: one plain sentence from its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from bot.domain.flag_kinds import FlagKind
from bot.domain.wording import count_of, short_date

Said = Mapping[str, str]


def _day(said: Said, fact: str, today: date) -> str:
    return short_date(date.fromisoformat(said[fact]), today)


def _still_words(said: Said, today: date) -> str:
    days = (today - date.fromisoformat(said["since"])).days
    return f"No movement for {count_of(days, 'day')}"


def _frozen_words(said: Said, today: date) -> str:
    return f"Frozen: {_still_words(said, today).replace('No', 'no', 1)}"


def _jump_words(said: Said, today: date) -> str:
    before, after = Decimal(said["from"]), Decimal(said["to"])
    went = "rose" if after > before else "fell"
    return f"Amount {went} from {_money(before)} to {_money(after)} on {_day(said, 'changed', today)}"


def _money(amount: Decimal) -> str:
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


_WORDS: Mapping[FlagKind, Callable[[Said, date], str]] = MappingProxyType(
    {
        FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY: lambda said, today: (
            f"Moved to {said['stage']} on {_day(said, 'entered', today)}, no activity logged"
        ),
        FlagKind.STALE: _still_words,
        FlagKind.FROZEN: _frozen_words,
        FlagKind.NO_NEXT_STEP: lambda _said, _today: "No next step agreed",
        FlagKind.NEXT_STEP_OVERDUE: lambda said, today: (
            f"Next step was due {_day(said, 'due', today)}: {said['step']}"
        ),
        FlagKind.CLOSE_DATE_PASSED: lambda said, today: (
            f"Close date {_day(said, 'close date', today)} has passed"
        ),
        FlagKind.CLOSE_DATE_PUSHED: lambda said, _today: (
            f"Close date pushed {count_of(int(said['pushes']), 'time')}"
        ),
        FlagKind.SINGLE_THREADED: lambda _said, _today: "Only one contact is known",
        FlagKind.EVIDENCE_GAP: lambda said, _today: (
            f"{count_of(len(said['criteria'].split()), 'question')} asked, nothing on record answers"
        ),
        FlagKind.AMOUNT_JUMP: _jump_words,
    }
)


def words_of(kind: FlagKind, facts: Said, today: date) -> str:
    """Say a flag of this kind with these facts, as of `today`."""
    return _WORDS[kind](facts, today)
