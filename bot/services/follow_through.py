"""Decisions as those concerned may see them: a rep's, a manager's own, and counts for the leaders above."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cadence import working_deadline
from bot.domain.calendar import TimeOff, WorkCalendar
from bot.domain.decision_verification import FollowThrough, follow_through
from bot.domain.decisions import Decision, DecisionState
from bot.domain.evidence import EvidenceState
from bot.domain.obligations import Verdict
from bot.domain.people import ManagerTree, Person
from bot.domain.review_cards import DecisionLine, Quoted, RepOutcome
from bot.domain.verdict_comments import Judged, VerdictComment
from bot.errors import NotAllowed, NotFound
from bot.services.access import Actor, actor_for
from bot.store.unit_of_work import Store, UnitOfWork

FOLLOW_THROUGH_SINCE = timedelta(days=90)


def lines_of(uow: UnitOfWork, decisions: Sequence[Decision], tree: ManagerTree) -> tuple[DecisionLine, ...]:
    """Return these decisions with the names a person reads."""
    deals = uow.deals.with_ids([one.deal_id for one in decisions])

    def name(person_id: str) -> str:
        person = tree.get(person_id)
        return person.name if person else "somebody who is gone"

    return tuple(
        DecisionLine(
            one,
            deals[one.deal_id].name if one.deal_id in deals else "a deal that is gone",
            name(one.by_id),
            name(one.owner_id),
        )
        for one in decisions
    )


def week_decisions(uow: UnitOfWork, actor: Actor, since: datetime) -> tuple[DecisionLine, ...]:
    """Return what a person decided, and what is theirs to do, with a date in the week that starts at `since`.

    Leaders see counts of those below (see `follow_through_of`), and each decision by its own "why".
    """
    until = since + timedelta(days=7)
    own = uow.decisions.due_by([actor.id], since, until)
    theirs = [one for one in uow.decisions.owned_by(actor.id, since) if one.due_at < until]
    seen = {one.id: one for one in (*own, *theirs)}
    said = uow.verdict_comments.on(Judged.DECISION, [one.id for one in own])
    lines = lines_of(uow, sorted(seen.values(), key=lambda one: (one.due_at, one.id)), actor.tree)
    return tuple(
        replace(line, comment=said.get(line.decision.id), is_own=line.decision.by_id == actor.id)
        for line in lines
    )


def commented_decisions(
    uow: UnitOfWork, manager: Person, since: datetime, now: datetime
) -> list[tuple[DecisionLine, VerdictComment]]:
    """Return what a manager said since then of their decisions' verdicts, of those that leaders may see."""
    found = []
    for comment in uow.verdict_comments.by(manager.id, Judged.DECISION, since):
        one = uow.decisions.get(comment.judged_id)
        if one is not None and one.state is not DecisionState.WITHDRAWN:
            found.append((one, comment))
    if not found:
        return []
    away, tree = uow.people.time_off([manager.id]).get(manager.id, ()), uow.people.tree()
    seen = [(one, said) for one, said in found if now >= decision_seen_from(manager, away, one)]
    lines = lines_of(uow, [one for one, _ in seen], tree)
    return [(line, said) for line, (_, said) in zip(lines, seen, strict=True)]


def follow_through_of(
    uow: UnitOfWork, managers: Sequence[Person], now: datetime, *, for_leader: bool
) -> Mapping[str, FollowThrough]:
    """Return each manager's follow-through over 90 days; a leader's is one working day behind: no ambush."""
    since = now - FOLLOW_THROUGH_SINCE
    found = uow.decisions.due_by([one.id for one in managers], since, now)
    time_off = uow.people.time_off([one.id for one in managers]) if for_leader else {}
    made = {}
    for manager in managers:
        own = [one for one in found if one.by_id == manager.id]
        if for_leader:
            away = time_off.get(manager.id, ())
            own = [one for one in own if now >= decision_seen_from(manager, away, one)]
        made[manager.id] = follow_through(own, now)
    return made


def decision_seen_from(manager: Person, away: Sequence[TimeOff], one: Decision) -> datetime:
    """Return from when on leaders see a decision: its manager has had the verdict for one working day."""
    had_since = max(filter(None, (one.decided_at, one.verdict_at)))
    local: time = had_since.astimezone(ZoneInfo(manager.time_zone)).time()
    calendar = WorkCalendar(manager.country, away)
    return working_deadline(had_since, manager.time_zone, calendar, 1, local)


def why_decision(
    store: Store, slack_user_id: str, decision_id: str, now: datetime
) -> tuple[DecisionLine, str]:
    """Return a decision with its verdict and records, and the viewer's zone; to those concerned alone.

    They are the manager who took it, who carries it out, the deal's owner, and in time the leaders above.
    """
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        one = uow.decisions.get(decision_id)
        if one is None:
            raise NotFound("That decision is not on record here. Use `/drumbeat week` to see this week's.")
        if actor.id not in _concerned(uow, one):
            manager = actor.require_sight(one.by_id)
            if not _is_the_leaders(uow, manager, one, now):
                raise NotAllowed(
                    f"{manager.name} has had this for less than a working day; it is shown to you after that."
                )
        line = lines_of(uow, [one], actor.tree)[0]
        said = (
            uow.verdict_comments.on(Judged.DECISION, [one.id]) if _reads_comment(uow, actor, one, now) else {}
        )
        shown = replace(
            line,
            quoted=_quoted(uow, actor, one),
            comment=said.get(one.id),
            is_own=one.by_id == actor.id,
        )
        return shown, actor.person.time_zone


def _is_the_leaders(uow: UnitOfWork, manager: Person, one: Decision, now: datetime) -> bool:
    away = uow.people.time_off([manager.id]).get(manager.id, ())
    return now >= decision_seen_from(manager, away, one)


def _reads_comment(uow: UnitOfWork, actor: Actor, one: Decision, now: datetime) -> bool:
    """Tell whether one who sees a verdict reads its manager's comment too: themselves, leaders in time.

    The deal's rep and whoever carries it out see the verdict alone.
    """
    manager = actor.tree.get(one.by_id)
    if manager is None or not actor.sees(manager.id):
        return False
    return actor.id == manager.id or _is_the_leaders(uow, manager, one, now)


def _quoted(uow: UnitOfWork, actor: Actor, one: Decision) -> Mapping[str, Quoted]:
    """Return the evidence that a verdict rests on, to the deal's rep and those who lead them."""
    deal = uow.deals.get(one.deal_id)
    if deal is None or not actor.sees(deal.owner_id):
        return {}
    reasons = (*one.reasons, *(one.next_action.reasons if one.next_action else ()))
    wanted = {reason.record_id for reason in reasons if reason.record_kind == "evidence"}
    return {
        evidence.id: Quoted(evidence.quote, evidence.permalink)
        for evidence in uow.evidence.of_deal(deal.id)
        if evidence.id in wanted and evidence.state is not EvidenceState.WITHDRAWN
    }


def _concerned(uow: UnitOfWork, one: Decision) -> Collection[str]:
    deal = uow.deals.get(one.deal_id)
    return {one.by_id, one.owner_id, *([deal.owner_id] if deal else [])}


def read_outcome(uow: UnitOfWork, review_id: str, rep_id: str) -> RepOutcome | None:
    """Return what a review means for one rep; None where nothing of theirs was decided."""
    row, tree = uow.reviews.get(review_id), uow.people.tree()
    manager = tree.get(row.manager_id) if row else None
    rep = tree.get(rep_id)
    if row is None or manager is None or rep is None:
        return None
    decisions = uow.decisions.of_review(review_id)
    deals = uow.deals.with_ids([one.deal_id for one in decisions])
    theirs = [
        one
        for one in decisions
        if one.owner_id == rep_id or (one.deal_id in deals and deals[one.deal_id].owner_id == rep_id)
    ]
    if not theirs:
        return None
    return RepOutcome(row.review_on, manager, rep, lines_of(uow, theirs, tree))


def read_contradicted(uow: UnitOfWork, review_id: str, rep_id: str) -> RepOutcome | None:
    """Return the same with just what the CRM contradicts; None where that is nothing any more."""
    outcome = read_outcome(uow, review_id, rep_id)
    if outcome is None:
        return None
    lines = tuple(line for line in outcome.lines if line.decision.verdict is Verdict.CONTRADICTED)
    return replace(outcome, lines=lines) if lines else None
