"""A deal that can't answer its stage's questions in time is proposed for demotion: its rep hears it first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cadence import working_deadline
from bot.domain.calendar import WorkCalendar
from bot.domain.decisions import Decision, DecisionKind
from bot.domain.inspection import CriterionStatus, stage_before, unanswered
from bot.domain.inspection_cards import DemotionCard
from bot.domain.people import Person, Role
from bot.domain.pipeline import Deal
from bot.domain.settings import Settings
from bot.jobs.protocols import JobQueue
from bot.services.answering_time import calendars_of, deadline_for
from bot.services.criterion_statuses import inspections_of
from bot.services.deal_thread import channel_for
from bot.services.inspection_notices import tell_privately
from bot.services.notifying import NoticeKind, Subject, refresh
from bot.services.postponing import postpone
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.inspections import DemotionProposal
from bot.store.unit_of_work import Store, UnitOfWork

Inspections = Mapping[str, Sequence[CriterionStatus]]


def propose_demotions(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Settle what is over, propose what has come due, and tell those above what they may see by now."""
    with store.writing() as uow:
        settings = current_settings(uow)
        _settle(uow, jobs, settings, now)
        _propose_overdue(uow, jobs, settings, now)
        _show(uow, jobs, now)


def next_instants(uow: UnitOfWork, now: datetime) -> Sequence[datetime]:
    """Return when questions are to be answered by next, and when the next proposal becomes visible."""
    return uow.inspections.next_times(now)


def _settle(uow: UnitOfWork, jobs: JobQueue, settings: Settings, now: datetime) -> None:
    proposals = uow.inspections.open_demotions()
    deal_ids = [one.deal_id for one in proposals]
    deals, inspections = _inspected(uow, deal_ids, settings)
    decided = uow.decisions.of_deals(deal_ids)
    for proposal in proposals:
        decision = _decided(decided.get(proposal.deal_id, ()), proposal)
        outcome = _outcome(proposal, deals.get(proposal.deal_id), decision, inspections, now)
        if outcome is not None:
            uow.inspections.settle_demotion(proposal.id, outcome, now)
            _refresh(uow, jobs, proposal, now)
            by = {"decision": decision.id} if decision else {}
            _audit(uow, proposal, "demotion.settled", now, outcome=outcome, **by)


def _decided(decisions: Sequence[Decision], proposal: DemotionProposal) -> Decision | None:
    """Return what a review decided of a proposal; to keep the deal, only once it could be known."""
    latest = _decided_since(decisions, proposal.proposed_at)
    known = latest is not None and latest.decided_at >= proposal.visible_at
    return latest if latest is not None and (latest.kind.decides or known) else None


def _decided_since(decisions: Sequence[Decision], at: datetime) -> Decision | None:
    """Return what a review decided of a deal from then on, the latest; None for nothing that stands."""
    return next((one for one in reversed(decisions) if one.decided_at >= at), None)


def _refresh(uow: UnitOfWork, jobs: JobQueue, proposal: DemotionProposal, now: datetime) -> None:
    """Bring up to date what was told of it, to whoever led the rep then."""
    subject = Subject("demotion_proposal", proposal.id)
    managers = [person.id for person in uow.people.all() if Role.MANAGER in person.roles]
    led = uow.notices.told_of(managers, NoticeKind.DEMOTION_TOLD.value, subject.kind, subject.id)
    told = [(NoticeKind.DEMOTION_PROPOSED, proposal.rep_id)]
    told += [(NoticeKind.DEMOTION_TOLD, person_id) for person_id in led]
    for kind, person_id in told:
        refresh(uow, jobs, kind=kind, person_id=person_id, subject=subject, now=now)


def _outcome(
    proposal: DemotionProposal,
    deal: Deal | None,
    decision: Decision | None,
    inspections: Inspections,
    now: datetime,
) -> str | None:
    if deal is None or not deal.stage.is_open:
        return "closed"
    if deal.stage is not proposal.from_stage or deal.owner_id != proposal.rep_id:
        return "moved"
    if decision is not None:
        return "closed"
    return None if unanswered(inspections[deal.id], proposal.rep_id, now) else "answered"


def _inspected(
    uow: UnitOfWork, deal_ids: Collection[str], settings: Settings
) -> tuple[Mapping[str, Deal], Inspections]:
    """Return these deals and where they stand, read at once: there may be hundreds, at every waking."""
    deals = uow.deals.with_ids(deal_ids)
    return deals, inspections_of(uow, deals.values(), settings)


def _propose_overdue(uow: UnitOfWork, jobs: JobQueue, settings: Settings, now: datetime) -> None:
    deal_ids = uow.inspections.overdue_deals(now)
    deals, inspections = _inspected(uow, deal_ids, settings)
    lacking = {
        id_: found for id_ in deal_ids if (found := unanswered(inspections[id_], deals[id_].owner_id, now))
    }
    decided = uow.decisions.of_deals(lacking)
    for deal_id, found in lacking.items():
        deal = deals[deal_id]
        owner = uow.people.get(deal.owner_id)
        if owner is None or not owner.active or _on_its_way(decided.get(deal_id, ()), found):
            continue
        if late := _without_the_absent(uow, jobs, owner, found, settings, now):
            _propose(uow, jobs, deal, owner, late, settings, now)


def _on_its_way(decisions: Sequence[Decision], lacking: Sequence[CriterionStatus]) -> bool:
    """Tell whether a review took the deal back, or out, since all this was asked: no proposal is needed."""
    asked_at = max(one.question.asked_at for one in lacking if one.question)
    decision = _decided_since(decisions, asked_at)
    return decision is not None and decision.kind in (DecisionKind.DEMOTE, DecisionKind.REMOVE)


def _without_the_absent(
    uow: UnitOfWork,
    jobs: JobQueue,
    owner: Person,
    lacking: Sequence[CriterionStatus],
    settings: Settings,
    now: datetime,
) -> list[CriterionStatus]:
    """Return what is lacking without what came due while its owner was away: that gets the time it needs.

    When they were asked nobody may have known yet that they would be.
    """
    late, waiting = [], defaultdict(list)
    calendar = calendars_of(uow, [owner])[owner.id]
    for one in lacking:
        if (asked := one.question) is None:
            continue
        fair = deadline_for(owner, calendar, settings, asked.asked_at, asked.answer_by)
        if fair > now:
            waiting[fair].append(asked)
        else:
            late.append(one)
    for fair, questions in waiting.items():
        postpone(uow, jobs, questions, fair, None, now)
    return late


def _propose(
    uow: UnitOfWork,
    jobs: JobQueue,
    deal: Deal,
    owner: Person,
    lacking: Sequence[CriterionStatus],
    settings: Settings,
    now: datetime,
) -> None:
    proposal = DemotionProposal(
        id=new_id("dem"),
        deal_id=deal.id,
        rep_id=owner.id,
        from_stage=deal.stage,
        to_stage=stage_before(deal.stage),
        criteria=tuple(one.criterion.id for one in lacking),
        proposed_at=now,
        visible_at=_visible_at(uow, owner, settings, now),
    )
    if not uow.inspections.propose_demotion(proposal):
        return
    _audit(uow, proposal, "demotion.proposed", now)
    tell_privately(
        uow,
        jobs,
        kind=NoticeKind.DEMOTION_PROPOSED,
        person_id=owner.id,
        subject=Subject("demotion_proposal", proposal.id),
        reason="questions of this deal's stage are open past their day",
        cause=f"{proposal.id}:rep",
        now=now,
    )


def _visible_at(uow: UnitOfWork, owner: Person, settings: Settings, now: datetime) -> datetime:
    """Return the same time of day, so many of the rep's working days later."""
    calendar = WorkCalendar(owner.country, uow.people.time_off([owner.id])[owner.id])
    at = now.astimezone(ZoneInfo(owner.time_zone)).time().replace(microsecond=0)
    days = settings.inspection.demotion_notice_working_days
    return working_deadline(now, owner.time_zone, calendar, days, at)


def _show(uow: UnitOfWork, jobs: JobQueue, now: datetime) -> None:
    for proposal in uow.inspections.open_demotions():
        if proposal.shown_at is not None or proposal.visible_at > now:
            continue
        owner = uow.people.get(proposal.rep_id)
        if owner is None:
            continue
        uow.inspections.mark_demotion_shown(proposal.id, now)
        if owner.manager_id is not None:
            tell_privately(
                uow,
                jobs,
                kind=NoticeKind.DEMOTION_TOLD,
                person_id=owner.manager_id,
                subject=Subject("demotion_proposal", proposal.id),
                reason="a deal of your team can't answer its stage's questions",
                cause=f"{proposal.id}:manager",
                now=now,
            )


def read_demotion(uow: UnitOfWork, proposal_id: str) -> DemotionCard | None:
    """Return what is told of a proposed demotion; None where its deal is gone."""
    proposal = uow.inspections.demotion(proposal_id)
    deal = uow.deals.get(proposal.deal_id) if proposal else None
    owner = uow.people.get(proposal.rep_id) if proposal else None
    if proposal is None or deal is None or owner is None:
        return None
    stages = current_settings(uow).stages
    names = {stage.id: stage.name for stage in stages.stages}
    channel = channel_for(uow, owner)
    thread = uow.threads.of_deal(deal.id, channel.channel) if channel else None
    asked = (stages.criterion(one) for one in proposal.criteria)
    decision = _decided(uow.decisions.of_deal(deal.id), proposal)
    return DemotionCard(
        id=proposal.id,
        deal=deal,
        owner=owner,
        from_stage=proposal.from_stage,
        from_name=names[proposal.from_stage],
        to_name=names[proposal.to_stage] if proposal.to_stage else None,
        questions=tuple(one.question for one in asked if one),
        visible_on=proposal.visible_at.astimezone(ZoneInfo(owner.time_zone)).date(),
        permalink=thread.permalink if thread else None,
        settled=proposal.outcome,
        decided=decision is not None,
    )


def _audit(uow: UnitOfWork, proposal: DemotionProposal, action: str, now: datetime, **more: str) -> None:
    uow.audit.record(
        now,
        None,
        action,
        "demotion_proposal",
        proposal.id,
        after={
            "deal": proposal.deal_id,
            "from": proposal.from_stage.value,
            "to": proposal.to_stage.value if proposal.to_stage else None,
            "criteria": list(proposal.criteria),
            "visible_at": proposal.visible_at.isoformat(),
            **more,
        },
    )
