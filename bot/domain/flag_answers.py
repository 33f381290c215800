"""What people answered to flags, and which flags are open because of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.days import Days
from bot.domain.flag_kinds import FlagKind, missing_fields
from bot.domain.flag_rules import Flag, FlagRules, fingerprint_of, flags_of
from bot.domain.obligations import Reason, Verdict
from bot.domain.pipeline import DataField, Deal
from bot.domain.wording import listed

ListedFlag = tuple[str, FlagKind, str]
"""Deal id, kind and fingerprint of a flag that was shown to a person."""


class ResponseKind(StrEnum):
    """How a person answered a flag."""

    DISMISSED = "dismissed"
    SNOOZED = "snoozed"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class FlagResponse:
    """One answer to a flag. `until` belongs to a snooze, `verdict` and `reasons` to a fix.

    One that was taken back, at `taken_back_at`, answers nothing.
    """

    id: str
    deal_id: str
    flag: FlagKind
    fingerprint: str
    kind: ResponseKind
    by_id: str
    reason: str
    at: datetime
    until: datetime | None = None
    verdict: Verdict = Verdict.PENDING
    reasons: tuple[Reason, ...] = ()
    taken_back_at: datetime | None = None

    @property
    def occasion(self) -> tuple[str, datetime, ResponseKind, str, str]:
        """What answers that were given in one go have in common: all but the flag and what became of it."""
        return self.deal_id, self.at, self.kind, self.by_id, self.reason


@dataclass(frozen=True, slots=True)
class AnsweredDeal:
    """A deal with flags that are raised and not open, for what somebody answered to them in one go.

    Each of the `flags` has its answer at the same place in `answers`; these were given on one occasion.
    """

    deal: Deal
    flags: tuple[Flag, ...]
    answers: tuple[FlagResponse, ...]

    @property
    def answer(self) -> FlagResponse:
        """The answer to the first of the flags, by which the others are known too."""
        return self.answers[0]


# What nothing in the CRM can undo or prove, each in the words for who says that it was fixed there.
WHY_NOT_FIXABLE: Mapping[FlagKind, str] = MappingProxyType(
    {
        FlagKind.CLOSE_DATE_PUSHED: "a date pushed stays pushed",
        FlagKind.EVIDENCE_GAP: "evidence is given in the deal's thread, not in the CRM",
        FlagKind.AMOUNT_JUMP: "a changed amount stays changed",
    }
)
FIXABLE: frozenset[FlagKind] = frozenset(FlagKind) - WHY_NOT_FIXABLE.keys()


def why_not_fixable(kinds: Collection[FlagKind]) -> str:
    """Say why none of these flags can be fixed in the CRM."""
    return listed([words for kind, words in WHY_NOT_FIXABLE.items() if kind in kinds], "and")


def standing_answers(
    flags: Iterable[Flag],
    responses: Iterable[FlagResponse],
    *,
    now: datetime,
    return_days: int = 14,
    zone: str = "UTC",
) -> dict[Flag, FlagResponse]:
    """Return the flags that are answered for now, each with its answer; the others are open.

    Of those to the same facts the latest counts that was not taken back; changed facts are a new flag.
    A dismissed flag is back after `return_days` (days of the calendar in `zone`, so that it is there at the
    same check a fortnight later), a snoozed one when its time has come, one said to be fixed once the CRM
    has spoken: contradicted, it was never fixed; verified, it was gone, and what is raised again is news.
    """
    latest: dict[ListedFlag, FlagResponse] = {}
    for response in sorted(responses, key=lambda response: (response.at, response.id)):
        if response.taken_back_at is None:
            latest[response.deal_id, response.flag, response.fingerprint] = response
    if not latest:
        return {}  # most deals: a fingerprint costs more than all else here
    place = ZoneInfo(zone)
    found: dict[Flag, FlagResponse] = {}
    for flag in flags:
        answer = latest.get((flag.deal_id, flag.kind, flag.fingerprint))
        if answer is not None and _silences(answer, now, return_days, place):
            found[flag] = answer
    return found


def answered_together(deal: Deal, standing: Mapping[Flag, FlagResponse]) -> list[AnsweredDeal]:
    """Return the answered flags of one deal by what was answered in one go."""
    together: dict[object, list[tuple[Flag, FlagResponse]]] = {}
    for flag, answer in standing.items():
        together.setdefault(answer.occasion, []).append((flag, answer))
    return [
        AnsweredDeal(deal, tuple(flag for flag, _ in one), tuple(answer for _, answer in one))
        for one in together.values()
    ]


def _silences(answer: FlagResponse, now: datetime, return_days: int, zone: ZoneInfo) -> bool:
    match answer.kind:
        case ResponseKind.DISMISSED:
            back_on = answer.at.astimezone(zone).date() + timedelta(days=return_days)
            return now.astimezone(zone).date() < back_on
        case ResponseKind.SNOOZED:
            return answer.until is not None and now < answer.until
        case ResponseKind.FIXED:
            return answer.verdict is Verdict.PENDING


def still_raised(
    response: FlagResponse,
    deal: Deal,
    *,
    now: datetime,
    days: Days,
    rules: FlagRules,
    held: frozenset[DataField],
    last_check: datetime | None,
) -> bool | None:
    """Tell whether the CRM still shows what was said to be fixed; None when it can't show that.

    `last_check` is the one before the check at which the flag was answered: judged from a later one, a stage
    change without activity would seem settled merely because a week has passed.
    """
    if response.flag not in FIXABLE or missing_fields(response.flag, held):
        return None
    if response.flag is FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY:
        if deal.entered_stage_at is None:
            return None
        if last_check is None or last_check >= deal.entered_stage_at:
            # Not the check it was raised from: an activity since the change settles it, none proves nothing.
            return False if _active_since(deal, deal.entered_stage_at, days) else None
    raised = flags_of(deal, now=now, days=days, rules=rules, held=held, last_check=last_check)
    if response.flag in (FlagKind.STALE, FlagKind.FROZEN):
        # A new movement date is the fix itself, whatever has gone stale since; stale may have become frozen.
        still = [flag for flag in raised if flag.kind in (FlagKind.STALE, FlagKind.FROZEN)]
        return any(fingerprint_of(response.flag, flag.facts) == response.fingerprint for flag in still)
    return any(flag.kind is response.flag for flag in raised)


def _active_since(deal: Deal, changed_at: datetime, days: Days) -> bool:
    active_at = deal.last_activity_at
    return active_at is not None and days.of_crm(active_at) >= days.of_crm(changed_at)


def is_first_listing(listed: Collection[ListedFlag]) -> bool:
    """Tell whether the person was never shown a flag: all of it came with the import, and is not scored."""
    return not listed


def unlisted(flags: Iterable[Flag], listed: Collection[ListedFlag]) -> list[Flag]:
    """Return the flags that the person was not shown yet."""
    return [flag for flag in flags if (flag.deal_id, flag.kind, flag.fingerprint) not in listed]
