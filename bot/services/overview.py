"""What waits for a person now, how their team stands, and what became of the week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cadence import fiscal_quarter
from bot.domain.decision_verification import FollowThrough
from bot.domain.flags import FLAG_NAMES
from bot.domain.notices import (
    CommentLine,
    DataReview,
    FixLine,
    HealthCheckCard,
    ManagerLine,
    ObligationLine,
    TeamReview,
    Today,
    Undelivered,
    WeekReview,
)
from bot.domain.obligations import OBLIGATION_NAMES, Obligation, ObligationKind, State, Verdict
from bot.domain.people import Person, Role
from bot.domain.settings import Permission
from bot.domain.verification import DISPUTE_WORKING_DAYS, Answer
from bot.errors import NotAllowed, NotFound
from bot.services import coaching_reading
from bot.services.access import Actor, actor_for
from bot.services.acknowledgement import open_acknowledgements
from bot.services.cadence_fires import HEALTH_CHECK
from bot.services.coaching_reading import coaching_review, log_behind
from bot.services.comment_reading import Comments, comments_to_leaders, own_comments
from bot.services.dead_letters import dead_letters
from bot.services.follow_through import commented_decisions, follow_through_of, week_decisions
from bot.services.health_check import read_health_check
from bot.services.health_check_whole import conversations_of, judged_by
from bot.services.no_ambush import leaders_see_from, working_days_after
from bot.services.one_on_one_week import as_leaders_see, own_schedule, today_of_one_on_ones
from bot.services.owed_in_week import Week, owed_in_week, seen_in_week
from bot.services.pipeline_facts import read_facts, rep_coverage
from bot.services.pipeline_review import current_review
from bot.store.repositories.conversations import ConversationRow
from bot.store.unit_of_work import Store, UnitOfWork

# What a reason names when it quotes the rep's answer.
ANSWERS = "acknowledgement_answers"


def today(store: Store, slack_user_id: str, now: datetime) -> Today:
    """Return everything that waits for this person, whatever roles they hold."""
    with store.reading() as uow:
        return _today_of(uow, actor_for(uow, slack_user_id), now)


def today_of_person(store: Store, person_id: str, now: datetime) -> Today | None:
    """Return the same by our own id, for the Home tab; None for someone who can't be shown anything."""
    with store.reading() as uow:
        person = uow.people.get(person_id)
        if person is None or person.slack_user_id is None or not person.active:
            return None
        return _today_of(uow, actor_for(uow, person.slack_user_id), now)


def _today_of(uow: UnitOfWork, actor: Actor, now: datetime) -> Today:
    roles = actor.person.roles
    leads_managers = any(Role.MANAGER in report.roles for report in actor.tree.direct_reports(actor.id))
    return Today(
        person=actor.person,
        now=now,
        health_check=_current_check(uow, actor.person, now) if Role.MANAGER in roles else None,
        acknowledgements=tuple(open_acknowledgements(uow, actor.id)),
        team=_team(uow, actor, now) if leads_managers and actor.may(Permission.SEE_TREE_BELOW) else None,
        data=_data(uow) if Role.ADMIN in roles else None,
        review=current_review(uow, actor.person, now) if Role.MANAGER in roles else None,
        one_on_ones=today_of_one_on_ones(uow, actor, now),
    )


def _current_check(uow: UnitOfWork, manager: Person, now: datetime) -> HealthCheckCard | None:
    fire = uow.fires.latest_owed(HEALTH_CHECK, manager.id)
    return read_health_check(uow, manager.id, fire.id, now) if fire else None


def team(store: Store, slack_user_id: str, now: datetime) -> TeamReview:
    """Return how the team stands: reps' figures to their manager, managers' adherence to their leader."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        if not actor.tree.direct_reports(actor.id):
            raise NotAllowed(
                "Nobody reports to you in the CRM, so there is no team to show. Try `/drumbeat today`."
            )
        actor.require(Permission.SEE_TREE_BELOW)
        return _team(uow, actor, now)


def _team(uow: UnitOfWork, actor: Actor, now: datetime) -> TeamReview:
    workspace = uow.workspace.get()
    measures = actor.settings.measures
    reps = actor.tree.reps_of(actor.id)
    day = _local(actor.person, now).date()
    period = fiscal_quarter(day, workspace.fiscal_first_month)
    facts = read_facts(uow, reps, period=period, measures=measures, now=now)
    below = actor.tree.everyone_below(actor.id)
    managers = [one for one in below if Role.MANAGER in one.roles and one.active]
    kept = follow_through_of(uow, managers, now, for_leader=True)
    return TeamReview(
        viewer=actor.person,
        currency=workspace.currency,
        crm_as_of=workspace.crm_as_of,
        reps=tuple(rep_coverage(rep, facts, measures, now) for rep in reps),
        managers=tuple(_manager_line(uow, manager, kept[manager.id], now) for manager in managers),
        coaching=coaching_review(
            uow, actor, [one for one in below if Role.REP in one.roles and one.active], now
        ),
    )


def _manager_line(uow: UnitOfWork, manager: Person, kept: FollowThrough, now: datetime) -> ManagerLine:
    week = Week.of(manager, now)
    seen, later = seen_in_week(uow, manager, week, now)
    conversations = [
        judged_for_leaders(uow, manager, one, now)
        for one in seen
        if one.kind is ObligationKind.COVERAGE_CONVERSATION
    ]
    shown = [one for one in conversations if one.due_at >= week.start]
    reviews = [one for one in seen if one.kind is ObligationKind.PIPELINE_REVIEW]
    one_on_ones, unsettled = as_leaders_see(uow, manager, now)
    return ManagerLine(
        manager=manager,
        # An excused one was never asked for: counted as owed it would speak against the manager.
        owed=sum(one.state is not State.EXCUSED for one in shown),
        done=sum(one.state is State.DONE for one in shown),
        overdue=sum(one.state is State.OVERDUE for one in shown),
        missed=sum(one.state is State.MISSED for one in shown),
        excused=sum(one.state is State.EXCUSED for one in shown),
        verified=sum(one.verdict is Verdict.VERIFIED for one in shown),
        contradicted=sum(one.verdict is Verdict.CONTRADICTED for one in shown),
        held_back=any(one.kind is ObligationKind.COVERAGE_CONVERSATION for one in later),
        earlier=tuple(one for one in conversations if one.due_at < week.start),
        review=reviews[-1] if reviews else None,
        kept=kept,
        one_on_ones=one_on_ones,
        unsettled=unsettled,
        comments=tuple(_comments_of(uow, manager, seen, week.start, now)),
    )


def _comments_of(
    uow: UnitOfWork, manager: Person, seen: Sequence[Obligation], since: datetime, now: datetime
) -> list[CommentLine]:
    """Return what a manager said of this week's verdicts, as leaders read it, the newest first."""
    said = own_comments(uow, seen)
    commented = [(one, judged_for_leaders(uow, manager, one, now)) for one in seen if one.id in said]
    read = comments_to_leaders(uow, commented)
    names = {one.id: one.name for one in uow.people.all()} if read else {}
    lines = [
        CommentLine(read[one.id], OBLIGATION_NAMES[one.kind], names.get(one.subject_id or ""))
        for one, _ in commented
        if one.id in read
    ]
    lines += [
        CommentLine(comment, "Decision", line.deal_name)
        for line, comment in commented_decisions(uow, manager, since, now)
    ]
    return sorted(lines, key=lambda line: line.comment.written_at, reverse=True)


def judged_for_leaders(uow: UnitOfWork, owner: Person, one: Obligation, now: datetime) -> Obligation:
    """Return it as its owner's leaders see it.

    For three working days a dispute is the two's alone; any other answer counts a working day after it.
    """
    log = log_behind(uow, one)
    if log is not None:
        return coaching_reading.judged_for_leaders(uow, owner, log, one, now)
    if one.verdict is Verdict.PENDING:
        return one
    if one.kind is ObligationKind.HEALTH_CHECK:
        parts = conversations_of(uow, one.source_id, one.owner_id)
        return judged_by(one, [judged_for_leaders(uow, owner, part, now) for part in parts])
    seen_from = answer_seen_from(uow, owner, one)
    if seen_from is None or now >= seen_from:
        return one
    return replace(one, verdict=Verdict.PENDING, reasons=())


def answer_seen_from(uow: UnitOfWork, owner: Person, one: Obligation) -> datetime | None:
    """Return from when on leaders know what was answered last of this; None where nothing was."""
    if one.kind is ObligationKind.HEALTH_CHECK:
        parts = conversations_of(uow, one.source_id, one.owner_id)
        return max(filter(None, (answer_seen_from(uow, owner, part) for part in parts)), default=None)
    log = log_behind(uow, one)
    if log is not None:
        return coaching_reading.answer_seen_from(uow, owner, log)
    talk = _talk_behind(uow, one)
    ack = uow.conversations.acknowledgement_of(talk.id) if talk else None
    answers = uow.conversations.answers(ack.id) if ack else []
    if not answers:
        return None
    days = DISPUTE_WORKING_DAYS if answers[-1].answer is Answer.DISPUTED else 1
    return working_days_after(uow, owner, answers[-1].answered_at, days)


def _talk_behind(uow: UnitOfWork, one: Obligation) -> ConversationRow | None:
    """Return the conversation that the verdict rests on: for a confirmed plan the one that agreed it."""
    newest = next(iter(uow.conversations.for_obligation(one.id)), None)
    return uow.conversations.get(newest.base_id) if newest and newest.base_id else newest


def _without_words(actor: Actor, one: Obligation) -> Obligation:
    """Leave out what the rep wrote: leaders see the verdict; the text is for manager and rep."""
    rep = actor.tree.get(one.subject_id) if one.subject_id else None
    verb = "sees it differently" if one.verdict is Verdict.CONTRADICTED else "confirmed it"
    said = f"{rep.name if rep else 'The rep'} {verb}."
    return replace(
        one,
        reasons=tuple(
            replace(reason, text=said) if reason.record_kind == ANSWERS else reason for reason in one.reasons
        ),
    )


def _data(uow: UnitOfWork) -> DataReview:
    latest = uow.imports.latest()
    people = uow.people.all()
    return DataReview(
        crm_as_of=uow.workspace.get().crm_as_of,
        source=latest.source if latest else None,
        rows_rejected=latest.rows_rejected if latest else 0,
        deals_gone=latest.deals_gone if latest else 0,
        without_slack=tuple(
            person.name for person in people if person.active and person.slack_user_id is None
        ),
        deliveries_dead=uow.outbox.counts_by_state().get("dead", 0),
        undelivered=tuple(
            Undelivered(one.person, one.what.replace("_", " "), one.reason, one.since)
            for one in dead_letters(uow)
        ),
        stuck_events=uow.inbox.figures().stuck,
        threads_in_trouble=uow.threads.in_trouble(),
    )


def week(store: Store, slack_user_id: str, now: datetime) -> WeekReview:
    """Return what was owed and claimed this week: a person's own, and what concerns them as a rep.

    First comes what was left undone before. A leader sees the managers below too, one working day after they
    had it themselves.
    """
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        this = Week.of(actor.person, now)
        own = owed_in_week(uow, actor.id, this)
        about = [one for one in uow.obligations.about(actor.id, this.start) if one.due_at < this.end]
        seen, held_back = _seen_below(uow, actor, this, now)
        comments = {**own_comments(uow, own), **comments_to_leaders(uow, seen)}
        listed = [*own, *about, *(shown for _, shown in seen)]
        one_on_ones, unsettled = own_schedule(uow, actor, now)
        return WeekReview(
            viewer=actor.person,
            starts_on=_local(actor.person, this.start).date(),
            lines=tuple(_lines(actor, sorted(listed, key=lambda one: one.due_at >= this.start), comments)),
            fixes=tuple(_fixes(uow, actor, this.start)),
            held_back=held_back,
            decisions=week_decisions(uow, actor, this.start),
            kept=_own_follow_through(uow, actor, now),
            one_on_ones=one_on_ones,
            unsettled=unsettled,
        )


def _seen_below(
    uow: UnitOfWork, actor: Actor, week: Week, now: datetime
) -> tuple[list[tuple[Obligation, Obligation]], int]:
    """Return what a leader sees of the managers below, as it is and as judged, and how much only later."""
    below = actor.tree.everyone_below(actor.id) if actor.may(Permission.SEE_TREE_BELOW) else []
    found: list[tuple[Obligation, Obligation]] = []
    held_back = 0
    for manager in below:
        if Role.MANAGER in manager.roles:
            seen, later = seen_in_week(uow, manager, week, now)
            found += [(one, judged_for_leaders(uow, manager, one, now)) for one in seen]
            held_back += len(later)
    return found, held_back


def _own_follow_through(uow: UnitOfWork, actor: Actor, now: datetime) -> FollowThrough | None:
    """Return how much of what a manager decided was verified; None for whoever decides nothing."""
    if not actor.may(Permission.RUN_PIPELINE_REVIEW):
        return None
    return follow_through_of(uow, [actor.person], now, for_leader=False)[actor.id]


def _lines(actor: Actor, obligations: Sequence[Obligation], comments: Comments) -> Iterable[ObligationLine]:
    """Yield a line for each; `comments` holds those alone that this person may read."""
    for one in obligations:
        owner = actor.tree.get(one.owner_id)
        subject = actor.tree.get(one.subject_id) if one.subject_id else None
        if owner is not None:
            yield ObligationLine(
                obligation=one,
                owner=owner,
                subject=subject,
                what=OBLIGATION_NAMES[one.kind],
                comment=comments.get(one.id),
                is_own=owner.id == actor.id,
            )


def _fixes(uow: UnitOfWork, actor: Actor, since: datetime) -> Iterable[FixLine]:
    for response in uow.flags.fixes_by([actor.id], since):
        deal = uow.deals.get(response.deal_id)
        yield FixLine(
            id=response.id,
            deal_name=deal.name if deal else "a deal that is gone",
            flag_words=FLAG_NAMES[response.flag],
            by=actor.person,
            at=response.at,
            verdict=response.verdict,
            reasons=tuple(reason.text for reason in response.reasons),
        )


def why(store: Store, slack_user_id: str, obligation_id: str, now: datetime) -> tuple[ObligationLine, str]:
    """Return an obligation with its verdict and reasons, and the viewer's zone.

    To those concerned alone: its owner, its rep, and leaders in time. What its owner says of it is for them
    and their leaders, not for the rep.
    """
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        one = uow.obligations.get(obligation_id)
        if one is None:
            raise NotFound("That is not on record here. Use `/drumbeat week` to see this week's.")
        comments: Comments = own_comments(uow, [one]) if actor.id == one.owner_id else {}
        if actor.id not in {one.owner_id, one.subject_id}:
            owner = actor.require_sight(one.owner_id)
            if now < leaders_see_from(uow, owner, one):
                raise NotAllowed(
                    f"{owner.name} has had this for less than a working day; it is shown to you after that."
                )
            shown = judged_for_leaders(uow, owner, one, now)
            comments = comments_to_leaders(uow, [(one, shown)])
            one = _without_words(actor, shown)
        return next(iter(_lines(actor, [one], comments))), actor.person.time_zone


def _local(person: Person, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(person.time_zone))
