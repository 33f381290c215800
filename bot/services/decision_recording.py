"""Writes a changed decision with its audit record, and refuses when somebody was faster."""

from __future__ import annotations

from datetime import datetime

from bot.domain.decisions import Decision
from bot.errors import StaleAction
from bot.store.unit_of_work import UnitOfWork


def save_decision(
    uow: UnitOfWork, before: Decision, after: Decision, *, actor_id: str | None, action: str, now: datetime
) -> None:
    """Save the change and record it; raise StaleAction when the row is no longer as it was read."""
    if not uow.decisions.save(after, before.version):
        raise StaleAction(
            "Somebody changed this a moment ago, so nothing was done now. Look again and retry."
        )
    uow.audit.record(
        at=now,
        actor_id=actor_id,
        action=action,
        entity_kind="decision",
        entity_id=after.id,
        before=decision_facts(before),
        after=decision_facts(after),
    )


def record_decision(uow: UnitOfWork, decision: Decision, now: datetime) -> None:
    """Record a decision that was taken, its next action with it."""
    uow.decisions.add(decision)
    uow.audit.record(
        at=now,
        actor_id=decision.by_id,
        action="decision.taken",
        entity_kind="decision",
        entity_id=decision.id,
        after=decision_facts(decision),
    )


def decision_facts(one: Decision) -> dict[str, object]:
    """Return what the audit trail keeps of a decision."""
    action = one.next_action
    return {
        "review": one.review_id,
        "deal": one.deal_id,
        "kind": one.kind.value,
        "owner": one.owner_id,
        "due_on": one.due_on.isoformat(),
        "to_stage": one.to_stage.value if one.to_stage else None,
        "new_close_date": one.new_close_date.isoformat() if one.new_close_date else None,
        "state": one.state.value,
        "report_reason": one.report_reason,
        "verdict": one.verdict.value,
        "counts": one.counts,
        "reasons": [reason.text for reason in one.reasons],
        "next_action": (
            {"words": action.words, "activity": action.activity.value, "verdict": action.verdict.value}
            if action
            else None
        ),
    }
