"""When a deal is flagged: each kind's rule, and the facts it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from bot.domain.days import Days
from bot.domain.flag_kinds import FlagKind, missing_fields
from bot.domain.flag_words import words_of
from bot.domain.pipeline import DataField, Deal

Facts = tuple[tuple[str, str], ...]
_Found = tuple[tuple[str, str | datetime], ...]


@dataclass(frozen=True, slots=True)
class FlagRules:
    """The thresholds: days without movement, pushes of the close date, change of amount (0.5 is 50 %).

    A jump of the amount is told of for `amount_jump_days` after it happened.
    """

    stale_days: int = 14
    frozen_days: int = 60
    close_date_pushes: int = 2
    amount_jump_ratio: Decimal = Decimal("0.5")
    amount_jump_days: int = 14


@dataclass(frozen=True, slots=True)
class Flag:
    """One signal on one deal. `facts` name what it rests on; nothing in them grows with mere time.

    The day of a moment is in `facts` that of UTC, since by them an answer is found again: they must be the
    same whoever looks, from wherever. `days` are these days as the person told counts them, for words alone.
    """

    kind: FlagKind
    deal_id: str
    facts: Facts = ()
    days: Facts = field(default=(), compare=False)

    @property
    def fingerprint(self) -> str:
        """A digest of kind and facts: the same as long as the facts are, so an answer holds just as long."""
        return fingerprint_of(self.kind, self.facts)

    def words(self, today: date) -> str:
        """Say the flag in one plain sentence. Its facts hold text of the CRM: escape it where it is shown."""
        return words_of(self.kind, dict(self.facts + self.days), today)


def fingerprint_of(kind: FlagKind, facts: Facts) -> str:
    """Return the digest of a kind with these facts (32 hexadecimal characters)."""
    written = json.dumps([kind.value, facts], ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def flags_of(
    deal: Deal,
    *,
    now: datetime,
    days: Days,
    rules: FlagRules,
    held: frozenset[DataField],
    last_check: datetime | None,
) -> list[Flag]:
    """Return the flags of an open deal, in the order of FlagKind; a closed deal has none.

    `days` are those of the person told. `held` are the fields the data hold at all: a kind that needs another
    is off (see flags_off). With no `last_check` there is no "since the last check", so no stage change is
    flagged: what an import brings for the first time did not happen this week.
    """
    if not deal.stage.is_open:
        return []
    today = days.local(now)
    moved_at = deal.moved_at
    still_days = None if moved_at is None else (today - days.of_crm(moved_at)).days
    check = _Check(deal, now, today, days, rules, last_check, still_days)
    judged = ((kind, _FACTS[kind](check)) for kind in FlagKind if not missing_fields(kind, held))
    return [_flag(kind, deal, found, days) for kind, found in judged if found is not None]


def _flag(kind: FlagKind, deal: Deal, found: _Found, days: Days) -> Flag:
    return Flag(
        kind,
        deal.id,
        tuple((name, _utc_day(it) if isinstance(it, datetime) else it) for name, it in found),
        tuple((name, days.of_crm(it).isoformat()) for name, it in found if isinstance(it, datetime)),
    )


def _utc_day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class _Check:
    """One deal as it is judged; `still_days` since its last dated movement, None when nothing dates one."""

    deal: Deal
    now: datetime
    today: date
    days: Days
    rules: FlagRules
    last_check: datetime | None
    still_days: int | None


def _stage_changed(check: _Check) -> _Found | None:
    deal, last_check = check.deal, check.last_check
    entered_at, active_at = deal.entered_stage_at, deal.last_activity_at
    if last_check is None or entered_at is None or not last_check < entered_at <= check.now:
        return None
    if deal.created_at is not None and entered_at <= deal.created_at:
        return None  # a deal that has just been opened has not changed its stage
    # By the day, since many a CRM dates activities without a time: in doubt there was one.
    if active_at is not None and check.days.of_crm(active_at) >= check.days.local(last_check):
        return None
    return ("stage", check.deal.stage.value), ("entered", entered_at)


def _stale(check: _Check) -> _Found | None:
    days = check.still_days
    if days is None or not check.rules.stale_days <= days < check.rules.frozen_days:
        return None
    return _since(check)


def _frozen(check: _Check) -> _Found | None:
    days = check.still_days
    return None if days is None or days < check.rules.frozen_days else _since(check)


def _since(check: _Check) -> _Found:
    moved_at = check.deal.moved_at
    return () if moved_at is None else (("since", moved_at),)


def _no_next_step(check: _Check) -> _Found | None:
    return () if check.deal.next_step is None else None


def _next_step_overdue(check: _Check) -> _Found | None:
    step = check.deal.next_step
    if step is None or step.due_on is None or step.due_on >= check.today:
        return None
    return ("due", step.due_on.isoformat()), ("step", step.text)


def _close_date_passed(check: _Check) -> _Found | None:
    close_date = check.deal.close_date
    if close_date is None or close_date >= check.today:
        return None
    return (("close date", close_date.isoformat()),)


def _close_date_pushed(check: _Check) -> _Found | None:
    pushes = check.deal.close_date_pushes
    return None if pushes < check.rules.close_date_pushes else (("pushes", str(pushes)),)


def _single_threaded(check: _Check) -> _Found | None:
    return (("contacts", "1"),) if check.deal.contact_count == 1 else None


def _evidence_gap(check: _Check) -> _Found | None:
    """Only what was asked can be lacking, and only once its day has passed."""
    lacking = sorted(criterion for criterion, by in check.deal.unbacked if by <= check.now)
    return (("criteria", " ".join(lacking)),) if lacking else None


def _amount_jump(check: _Check) -> _Found | None:
    deal, rules = check.deal, check.rules
    if deal.amount is None or not deal.previous_amount or deal.amount_changed_at is None:
        return None
    age = check.today - check.days.of_crm(deal.amount_changed_at)
    if not timedelta(0) <= age < timedelta(days=rules.amount_jump_days):
        return None
    if abs(deal.amount - deal.previous_amount) < rules.amount_jump_ratio * abs(deal.previous_amount):
        return None
    return (
        ("from", _plain(deal.previous_amount)),
        ("to", _plain(deal.amount)),
        ("changed", deal.amount_changed_at),
    )


def _plain(amount: Decimal) -> str:
    """Write an amount one way, whatever its trailing zeros, so that the fingerprint does not hang on them."""
    return f"{amount.quantize(Decimal('0.01')):f}"


_FACTS: Mapping[FlagKind, Callable[[_Check], _Found | None]] = MappingProxyType(
    {
        FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY: _stage_changed,
        FlagKind.STALE: _stale,
        FlagKind.FROZEN: _frozen,
        FlagKind.NO_NEXT_STEP: _no_next_step,
        FlagKind.NEXT_STEP_OVERDUE: _next_step_overdue,
        FlagKind.CLOSE_DATE_PASSED: _close_date_passed,
        FlagKind.CLOSE_DATE_PUSHED: _close_date_pushed,
        FlagKind.SINGLE_THREADED: _single_threaded,
        FlagKind.EVIDENCE_GAP: _evidence_gap,
        FlagKind.AMOUNT_JUMP: _amount_jump,
    }
)
