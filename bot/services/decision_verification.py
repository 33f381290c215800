"""Holds each decision and next action against the CRM's states, and shows and tells what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.decision_verification import (
    CloseDateSet,
    CrmView,
    Judgement,
    Proof,
    StageEntered,
    judge_action,
    judge_decision,
)
from bot.domain.decisions import Decision, DecisionKind
from bot.domain.evidence import Evidence
from bot.domain.inspection import advance_fault, criteria_of, statuses
from bot.domain.obligations import Verdict
from bot.domain.people import Person
from bot.domain.pipeline import Deal
from bot.domain.settings import Settings
from bot.jobs.protocols import JobQueue
from bot.services.crm_evidence import DealRecords, read_deal_records
from bot.services.decision_follow_up import refresh_decision, reps_of
from bot.services.decision_recording import save_decision
from bot.services.review_notices import tell_contradicted
from bot.services.settings_book import current_settings
from bot.store.unit_of_work import Store, UnitOfWork

PAGE = 100
# What came due so long ago is settled; a CRM row that arrives later still changes nothing.
JUDGED_FOR = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class _Records:
    """Everything the decisions of one page are judged by."""

    of_deals: DealRecords
    stages: Mapping[str, Sequence[StageEntered]]
    close_dates: Mapping[str, Sequence[CloseDateSet]]
    settings: Settings


def verify_decisions(store: Store, jobs: JobQueue, now: datetime) -> int:
    """Judge every decision that the CRM's newest state has not judged yet; return how many changed."""
    changed = 0
    while True:
        with store.writing() as uow:
            as_of = uow.workspace.get().crm_as_of
            page = uow.decisions.to_judge(now - JUDGED_FOR, as_of, PAGE) if as_of else []
            if not page:
                return changed
            changed += _judge_all(uow, jobs, page, now)


def rejudge_deal(uow: UnitOfWork, jobs: JobQueue, deal_id: str, now: datetime) -> int:
    """Judge a deal's decisions afresh, as after its evidence changed; return how many changed."""
    since = now - JUDGED_FOR
    return _judge_all(uow, jobs, [one for one in uow.decisions.of_deal(deal_id) if one.due_at >= since], now)


def judged_now(uow: UnitOfWork, decision: Decision, manager: Person, now: datetime) -> Decision:
    """Return a decision just taken with what the records say of it so far."""
    records = _read(uow, [decision])
    return _judged(decision, records, manager, now)


def _judge_all(uow: UnitOfWork, jobs: JobQueue, decisions: Sequence[Decision], now: datetime) -> int:
    if not decisions:
        return 0
    records = _read(uow, decisions)
    changed = 0
    otherwise: set[tuple[str, str]] = set()
    for before in decisions:
        after = _judged(before, records, records.of_deals.tree.get(before.by_id), now)
        if _said(after) == _said(before):
            uow.decisions.save(after, before.version)  # only that this state of the CRM has judged it
            continue
        save_decision(uow, before, after, actor_id=None, action="decision.judged", now=now)
        refresh_decision(uow, jobs, after, now)
        if after.verdict is Verdict.CONTRADICTED is not before.verdict:
            otherwise |= {(after.review_id, rep_id) for rep_id in reps_of(uow, after)}
        changed += 1
    for review_id, rep_id in sorted(otherwise):
        tell_contradicted(uow, jobs, review_id, rep_id, records.of_deals.crm_as_of or now, now)
    return changed


def _said(one: Decision) -> tuple[object, ...]:
    """Return what of a verdict is news: while it is pending only its words move on, as the CRM does."""
    return tuple(
        (part.verdict, part.counts, () if part.verdict is Verdict.PENDING else part.reasons)
        for part in (one, one.next_action)
        if part is not None
    )


def _read(uow: UnitOfWork, decisions: Sequence[Decision]) -> _Records:
    ids = [one.deal_id for one in decisions]
    return _Records(
        of_deals=read_deal_records(
            uow,
            ids,
            since=min(one.decided_at for one in decisions),
            due_from=min(one.due_at for one in decisions),
        ),
        stages=uow.decisions.stages_entered(ids),
        close_dates=uow.decisions.close_dates_set(ids),
        settings=current_settings(uow),
    )


def _judged(before: Decision, records: _Records, manager: Person | None, now: datetime) -> Decision:
    view = _view(before, records, manager)
    action = before.next_action
    if action is not None:
        found = judge_action(action, view)
        action = replace(action, verdict=found.verdict, reasons=found.reasons, counts=found.counts)
    judgement: Judgement = judge_decision(replace(before, next_action=action), view)
    return replace(
        before,
        next_action=action,
        verdict=judgement.verdict,
        reasons=judgement.reasons,
        counts=judgement.counts,
        verdict_at=now if judgement.verdict is not before.verdict else before.verdict_at,
        judged_as_of=records.of_deals.crm_as_of,
        version=before.version + 1,
    )


def _view(one: Decision, records: _Records, manager: Person | None) -> CrmView:
    known = records.of_deals
    deal, evidence = known.deals.get(one.deal_id), known.evidence.get(one.deal_id, ())
    return replace(
        known.view(one.deal_id, one.due_at, manager),
        stages=tuple(records.stages.get(one.deal_id, ())),
        close_dates=tuple(records.close_dates.get(one.deal_id, ())),
        proof=_proof(one, deal, evidence, records.settings) if one.kind is DecisionKind.ADVANCE else None,
    )


def _proof(one: Decision, deal: Deal | None, evidence: Sequence[Evidence], settings: Settings) -> Proof:
    """Look at the stage that was left: its own criteria, whatever the deal's stage is now."""
    if deal is None:
        return Proof("the deal is gone from the CRM data")
    left = replace(deal, stage=one.from_stage)
    criteria = criteria_of(left, settings.stages, settings.measures.bant_below)
    found = statuses(left, criteria, settings.stages, evidence, ())
    return Proof(advance_fault(found), tuple(status.best.id for status in found if status.best is not None))
