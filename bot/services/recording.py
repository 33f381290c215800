"""Writes a changed obligation with its audit record, and refuses when somebody was faster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.obligations import Obligation, Reason, Verdict
from bot.domain.wording import short_date
from bot.errors import StaleAction
from bot.store.repositories.conversations import ConversationRow
from bot.store.unit_of_work import UnitOfWork


def save_obligation(
    uow: UnitOfWork,
    before: Obligation,
    after: Obligation,
    *,
    actor_id: str | None,
    action: str,
    now: datetime,
) -> None:
    """Save the change and record it; raise StaleAction when the row is no longer as it was read."""
    if not uow.obligations.save(after, before.version):
        raise StaleAction(
            "Somebody changed this a moment ago, so nothing was done now. Look again and retry."
        )
    uow.audit.record(
        at=now,
        actor_id=actor_id,
        action=action,
        entity_kind="obligation",
        entity_id=after.id,
        before=_facts(before),
        after=_facts(after),
    )


def record_openings(uow: UnitOfWork, opened: Sequence[Obligation], now: datetime) -> None:
    """Record that these are owed from now on. With the changes after it, the trail tells their state."""
    told = [
        (
            one.id,
            {
                "kind": one.kind.value,
                "owner": one.owner_id,
                "subject": one.subject_id,
                "due_at": one.due_at.isoformat(),
                **_facts(one),
            },
        )
        for one in opened
    ]
    uow.audit.record_each(now, None, "obligation.opened", "obligation", told)


def resting_reason(base: ConversationRow, verdict: Verdict) -> Reason:
    """Say that a confirmed plan is worth what the conversation behind it is worth."""
    words = f"It rests on the conversation of {short_date(base.held_on)}, which is {verdict.value}."
    return Reason(words, "coverage_conversations", base.id)


def _facts(one: Obligation) -> dict[str, object]:
    return {
        "state": one.state.value,
        "verdict": one.verdict.value,
        "reasons": [reason.text for reason in one.reasons],
        "snoozed_until": one.snoozed_until.isoformat() if one.snoozed_until else None,
        "excused_reason": one.excused_reason,
        "done_late": one.done_late,
    }
