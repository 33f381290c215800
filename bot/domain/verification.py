"""What the evidence says of a claim: a conversation by the rep's answer, a fix by the CRM's next state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.flags import FlagResponse, ResponseKind
from bot.domain.obligations import Reason, Verdict
from bot.domain.wording import short_date, weekday_date

Finding = tuple[Verdict, tuple[Reason, ...]]

DISPUTE_WORKING_DAYS = 3
"""So many working days of the one who claimed a dispute is the two's alone; then it is their leader's too."""


class Answer(StrEnum):
    """What the other person says of a conversation."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answer as it was given; records are only ever added, so a change of mind is a further one."""

    id: str
    answer: Answer
    answered_at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ConversationClaim:
    """A manager says that a conversation was held. `base` is the one whose plan this one only confirms."""

    id: str
    held_on: date
    logged_at: datetime
    rep_name: str
    manager_name: str
    ack_asked_at: datetime | None = None
    ack_deadline: datetime | None = None
    answers: tuple[AnswerRecord, ...] = ()
    base: ConversationClaim | None = None


def conversation_verdict(claim: ConversationClaim, *, now: datetime, zone: str = "UTC") -> Finding:
    """Judge a conversation by the rep's last answer, whatever the order in which the records arrived.

    No answer by the deadline is neutral (`unanswered`), and a later answer still counts. A dispute stands
    until the rep adds another record. A confirmed plan rests on the conversation it confirms, unless the
    rep answered about the confirmation itself. `zone` (IANA) is where the days named in reasons are days.
    """
    given = [record for record in claim.answers if record.answered_at <= now]
    if given:
        return _answered(claim, max(given, key=_rank), ZoneInfo(zone))
    if claim.base is not None:
        verdict, reasons = conversation_verdict(claim.base, now=now, zone=zone)
        confirmed = f"{claim.manager_name} confirmed the plan of {short_date(claim.base.held_on)}."
        return verdict, (Reason(confirmed, "coverage_conversations", claim.base.id), *reasons)
    verdict, words = _unanswered_yet(claim, now, ZoneInfo(zone))
    return verdict, (Reason(words, "coverage_conversations", claim.id),)


def _unanswered_yet(claim: ConversationClaim, now: datetime, zone: ZoneInfo) -> tuple[Verdict, str]:
    if claim.ack_asked_at is None or claim.ack_deadline is None:
        return Verdict.PENDING, f"{claim.rep_name} has not been asked yet."
    if now >= claim.ack_deadline:
        return Verdict.UNANSWERED, f"{claim.rep_name} has not answered; that counts neither way."
    until = weekday_date(claim.ack_deadline.astimezone(zone).date())
    return Verdict.PENDING, f"{claim.rep_name} can answer until {until}."


# What weighs most comes first: one dispute makes the whole disputed, one open question leaves it open.
_WEIGHT = (Verdict.CONTRADICTED, Verdict.UNVERIFIED, Verdict.PENDING, Verdict.UNANSWERED, Verdict.VERIFIED)


def whole_verdict(parts: Collection[Verdict]) -> Verdict:
    """Return the verdict of what is made of parts: that of its weakest one; verified without any."""
    return min(parts, key=_WEIGHT.index, default=Verdict.VERIFIED)


def _rank(record: AnswerRecord) -> tuple[datetime, bool, str]:
    # Of two answers in the same instant the dispute counts: it is the one that must not be lost.
    return record.answered_at, record.answer is Answer.DISPUTED, record.id


def _answered(claim: ConversationClaim, record: AnswerRecord, zone: ZoneInfo) -> Finding:
    on = short_date(record.answered_at.astimezone(zone).date())
    said = f": “{record.comment.strip()}”" if record.comment.strip() else "."
    if record.answer is Answer.CONFIRMED:
        text, verdict = f"{claim.rep_name} confirmed it on {on}{said}", Verdict.VERIFIED
    else:
        text, verdict = f"{claim.rep_name} sees it differently ({on}){said}", Verdict.CONTRADICTED
    return verdict, (Reason(text, "acknowledgement_answers", record.id),)


def fix_verdict(
    response: FlagResponse,
    *,
    flag_still_raised: bool | None,
    crm_as_of: datetime | None,
    due_at: datetime,
    now: datetime,
    zone: str = "UTC",
) -> Finding:
    """Judge a fix by the CRM: gone is verified, still there once it was due is contradicted.

    `flag_still_raised` is None where the CRM can't show it. A CRM state from before the claim says nothing,
    nor does one from before the due time say that the fix did not come: the verdict stays pending. Once
    verified or contradicted it is settled; another try is another response. Raises ValueError for an answer
    that claims no fix. `zone` (IANA) is where the day of the CRM's state is a day.
    """
    if response.kind is not ResponseKind.FIXED:
        raise ValueError(f"a flag that was {response.kind} claims no fix to verify")
    if response.verdict in (Verdict.VERIFIED, Verdict.CONTRADICTED):
        return response.verdict, response.reasons
    if crm_as_of is None:
        return Verdict.PENDING, (Reason("No CRM data yet."),)
    as_of = f"CRM as of {weekday_date(crm_as_of.astimezone(ZoneInfo(zone)).date())}"
    if crm_as_of <= response.at:
        return Verdict.PENDING, (Reason(f"{as_of}: from before the fix."),)
    if flag_still_raised is False:
        return Verdict.VERIFIED, (_on_deal(f"{as_of} shows it fixed.", response),)
    if now < due_at or crm_as_of < due_at:
        return Verdict.PENDING, (_on_deal(f"{as_of} does not show it yet.", response),)
    if flag_still_raised is None:
        return Verdict.UNVERIFIED, (_on_deal("The CRM can't show whether it was fixed.", response),)
    return Verdict.CONTRADICTED, (_on_deal(f"{as_of} still shows it.", response),)


def _on_deal(text: str, response: FlagResponse) -> Reason:
    return Reason(text, "deals", response.deal_id)
