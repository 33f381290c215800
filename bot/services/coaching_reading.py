"""Coaching logs as each viewer may read them, who has read them, and the release of their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from bot.domain.coaching import (
    FOCUS_NAMES,
    LogAnswer,
    LogContent,
    Part,
    Sight,
    changed_parts,
    is_editable,
    sight,
)
from bot.domain.coaching_cards import CoachedLine, CoachingReview, LogCard, VersionLine
from bot.domain.coaching_history import earlier_words
from bot.domain.development_plan import plan_line
from bot.domain.obligations import Obligation, Reason, SourceKind, Verdict
from bot.domain.people import Person, Role
from bot.domain.settings import Permission
from bot.domain.verdict_comments import Judged, VerdictComment, leaders_read
from bot.domain.verification import Answer
from bot.domain.wording import short_date
from bot.errors import NotAllowed, NotFound
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.coaching_actions import judge_actions, session_of
from bot.services.coaching_judging import owed_for, show
from bot.services.no_ambush import a_day_ago, working_days_after
from bot.services.ratings import averages_for
from bot.store.repositories.coaching import LogRow, VersionRow
from bot.store.unit_of_work import Store, UnitOfWork

MOST_LISTED = 12
LOOKED_BACK = timedelta(days=90)
# However long a manager is away: what they logged before this is no news to them.
NEWS = timedelta(days=60)
RELEASED, RELEASE_ENDED = "coaching_log.released", "coaching_log.release_ended"
NOT_YOURS = (
    "That session is not on record here, or it is not yours to see. Leaders see one a working day after it "
    "was logged."
)


def read_log(store: Store, slack_user_id: str, log_id: str, now: datetime) -> LogCard:
    """Return a log as this person may read it; that they were shown it is recorded, and how much of it.

    Raises NotFound for a log that is not there, not theirs to see, or to a leader not yet.
    """
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        row = uow.coaching.get(log_id)
        if row is None:
            raise NotFound(NOT_YOURS)
        card = card_of(uow, actor, row, now)
        if card.sight is Sight.NOTHING:
            raise NotFound(NOT_YOURS)
        uow.coaching_reads.note([row.id], actor.id, "facts" if card.content is None else "text", now)
        return _with_actions(uow, actor, card, row)


def recent_logs(store: Store, slack_user_id: str, now: datetime) -> list[LogCard]:
    """Return the latest logs that concern this person: written, about them, or by managers below them.

    Of logs between others the list shows day, minutes, focus area and verdict; that it did is recorded.
    """
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        since = now.date() - LOOKED_BACK
        rows = [*uow.coaching.by_author(actor.id, MOST_LISTED), *uow.coaching.about(actor.id, since)]
        if actor.may(Permission.SEE_TREE_BELOW):
            for one in actor.tree.everyone_below(actor.id):
                if Role.MANAGER in one.roles or one.id == actor.id:
                    rows += uow.coaching.by_author(one.id, MOST_LISTED)
        newest = sorted({row.id: row for row in rows}.values(), key=lambda row: row.logged_at, reverse=True)
        seen = (row for row in newest if _sight_of(uow, actor, row, now) is not Sight.NOTHING)
        cards = [card_of(uow, actor, row, now) for row in islice(seen, MOST_LISTED)]
        others = {card.id for card in cards if actor.id not in {card.author.id, card.coached.id}}
        unrecorded = sorted(others - uow.coaching_reads.read_today(others, actor.id, "facts", now))
    if unrecorded:
        with store.writing() as uow:
            uow.coaching_reads.note(unrecorded, actor.id, "facts", now)
    return cards


def release_text(store: Store, jobs: JobQueue, slack_user_id: str, log_id: str, now: datetime) -> LogCard:
    """Let the author's leaders read the text: it takes both, the author and the coached."""
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        row = uow.coaching.get(log_id, for_update=True)
        if row is None or actor.id not in {row.manager_id, row.rep_id}:
            raise NotAllowed("Only the two who talked can release this text.")
        is_author = actor.id == row.manager_id
        before = row.manager_released_at if is_author else row.rep_released_at
        if before is None:
            uow.coaching.change(row.id, **{"manager_released_at" if is_author else "rep_released_at": now})
            uow.audit.record(
                at=now,
                actor_id=actor.id,
                action=RELEASED,
                entity_kind="coaching_log",
                entity_id=row.id,
            )
            show(uow, jobs, row, now)
        return _with_actions(uow, actor, card_of(uow, actor, uow.coaching.get(row.id) or row, now), row)


def card_of(uow: UnitOfWork, actor: Actor, row: LogRow, now: datetime) -> LogCard:
    """Return a log as this person may read it; nothing in the card goes beyond their sight."""
    seen = _sight_of(uow, actor, row, now)
    versions, answers = uow.coaching.versions(row.id), uow.coaching.answers(row.id)
    last = answers[-1] if answers else None
    asked = max((one.version for one in versions if one.ask), default=0)
    verdict, reasons = _verdict_for(uow, actor, row, now)
    comment = _comment_for(uow, actor, row, seen, verdict)
    facts = _facts_for(uow, actor, row, versions, seen, now)
    bare = LogCard(
        id=row.id,
        viewer=actor.person,
        author=_person(actor, row.manager_id),
        coached=_person(actor, row.rep_id),
        kind=row.kind,
        sight=seen,
        held_on=facts.held_on,
        minutes=facts.minutes,
        focus=FOCUS_NAMES[facts.focus_area],
        version=row.version,
        verdict=verdict,
        reasons=reasons,
        content=None,
        deal_names={},
        step_owner="",
        answer=None,
        asks=last is None or (last.answer is Answer.CONFIRMED and last.version < asked),
        deadline_at=row.deadline_at,
        editable=actor.id == row.manager_id and is_editable(row.logged_at, now),
        rated=actor.id == row.rep_id and uow.ratings.has_rated(row.id),
        released=(row.manager_released_at is not None, row.rep_released_at is not None),
        comment=comment,
        obligation_id=comment.judged_id if comment else row.obligation_id,
    )
    if seen in {Sight.SHARED, Sight.EVERYTHING}:
        bare = _with_text(uow, actor, bare, versions[-1].content)
    return _with_history(uow, actor, bare, versions, last) if _is_one_of_two(actor, row) else bare


def _is_one_of_two(actor: Actor, row: LogRow) -> bool:
    return actor.id in {row.manager_id, row.rep_id}


def _sight_of(uow: UnitOfWork, actor: Actor, row: LogRow, now: datetime) -> Sight:
    """Return what someone reads of a log; leaders nothing before its author has had it for a working day."""
    author = _person(actor, row.manager_id)
    leads = actor.tree.is_above(actor.id, author.id) and actor.may(Permission.SEE_TREE_BELOW)
    return sight(
        is_author=actor.id == author.id,
        is_coached=actor.id == row.rep_id,
        leads_author=leads and a_day_ago(uow, author, now)(row.logged_at),
        text_released=row.text_released,
    )


def _facts_for(
    uow: UnitOfWork, actor: Actor, row: LogRow, versions: Sequence[VersionRow], seen: Sight, now: datetime
) -> LogRow | LogContent:
    """Return what the log says of the session; to leaders what it said a working day of its author ago.

    Where they read the text, both released it as it stands.
    """
    had = a_day_ago(uow, _person(actor, row.manager_id), now)
    if _is_one_of_two(actor, row) or seen is not Sight.FACTS or had(versions[-1].made_at):
        return row
    return [one for one in versions if had(one.made_at)][-1].content


def _verdict_for(
    uow: UnitOfWork, actor: Actor, row: LogRow, now: datetime
) -> tuple[Verdict, tuple[Reason, ...]]:
    owed = uow.obligations.get(row.obligation_id)
    if owed is None:
        return Verdict.PENDING, ()
    if not _is_one_of_two(actor, row):
        owed = judged_for_leaders(uow, _person(actor, row.manager_id), row, owed, now)
    return owed.verdict, owed.reasons


def _comment_for(
    uow: UnitOfWork, actor: Actor, row: LogRow, seen: Sight, shown: Verdict
) -> VerdictComment | None:
    """Return what the author says of the log's verdict, to them and their leaders; not to the coached.

    It may have been said of the slot or the deep dive, which are judged as their log is.
    """
    if seen is Sight.NOTHING or actor.id == row.rep_id:
        return None
    ids = owed_for(uow, row)
    found = uow.verdict_comments.on(Judged.OBLIGATION, ids)
    comment = next((found[one] for one in ids if one in found), None)
    owed = uow.obligations.get(row.obligation_id)
    if comment is None or owed is None or actor.id == row.manager_id:
        return comment
    return comment if leaders_read(comment, stands=owed.verdict, shown=shown) else None


def judged_for_leaders(
    uow: UnitOfWork, author: Person, row: LogRow, owed: Obligation, now: datetime
) -> Obligation:
    """Return what is owed for a log as its author's leaders see it judged.

    For three working days a dispute is the two's alone; any other answer counts a working day after it.
    """
    if owed.verdict is Verdict.CONTRADICTED:
        known = row.escalated_at is not None
    else:
        seen_from = answer_seen_from(uow, author, row)
        known = seen_from is None or now >= seen_from
    return owed if known else replace(owed, verdict=Verdict.PENDING, reasons=())


def answer_seen_from(uow: UnitOfWork, author: Person, row: LogRow) -> datetime | None:
    """Return from when on leaders know what the coached answered last (UTC); None where they did not."""
    answers = uow.coaching.answers(row.id)
    return working_days_after(uow, author, answers[-1].answered_at, 1) if answers else None


def _with_text(uow: UnitOfWork, actor: Actor, card: LogCard, content: LogContent) -> LogCard:
    """Return the card with what the two share, and with the private notes for their author alone."""
    plan = uow.coaching_records.plan_of(card.id)
    line = (
        plan_line(plan.measure, plan.baseline, plan.goal, plan.ends_on, plan.outcome, plan.result)
        if plan
        else None
    )
    own = card.sight is Sight.EVERYTHING
    return replace(
        card,
        content=content,
        deal_names=_deal_names(uow, content),
        step_owner=_person(actor, content.step.owner_id).name,
        plan=line,
        notes=uow.coaching_records.note_of(card.id, actor.id) if own else "",
    )


def _with_actions(uow: UnitOfWork, actor: Actor, card: LogCard, row: LogRow) -> LogCard:
    """Return the card with what the records say of its next actions; for the two alone, released or not.

    It moves on with the CRM, so nobody could tell since when a manager has had it: no leader reads it first.
    """
    if card.content is None or not _is_one_of_two(actor, row):
        return card
    return replace(card, actions=judge_actions(uow, session_of(uow, row, card.content)))


def _with_history(
    uow: UnitOfWork, actor: Actor, card: LogCard, versions: Sequence[VersionRow], last: LogAnswer | None
) -> LogCard:
    """Return the card with what only the two see: the answer, what changed since, who else has read it."""
    zone = ZoneInfo(card.coached.time_zone)
    return replace(
        card,
        answer=last,
        changed=_changed_since(versions, last.version) if last else (),
        release_ended=_release_ended(uow, actor, card.id),
        history=tuple(_history(versions)),
        readers=tuple(
            f"{_person(actor, reader).name} ({short_date(at.astimezone(zone).date())})"
            for reader, at in uow.coaching_reads.readers(card.id)
            if reader not in {card.author.id, card.coached.id}
        ),
    )


def _release_ended(uow: UnitOfWork, actor: Actor, log_id: str) -> bool:
    """Tell whether this person had released the text, and not again since it was changed."""
    ended = False
    for event in uow.audit.of_entity("coaching_log", log_id):
        if event.action == RELEASED and event.actor_id == actor.id:
            ended = False
        elif event.action == RELEASE_ENDED:
            ended = ended or actor.id in (event.after or {}).get("released_by", ())
    return ended


def card_for(uow: UnitOfWork, person_id: str, log_id: str, now: datetime) -> LogCard | None:
    """Return a log for a message to this person, or None when there is nothing to show."""
    person, row = uow.people.get(person_id), uow.coaching.get(log_id)
    if person is None or row is None or person.slack_user_id is None or not person.active:
        return None
    card = card_of(uow, actor_for(uow, person.slack_user_id), row, now)
    return None if card.sight is Sight.NOTHING else card


def coaching_review(uow: UnitOfWork, actor: Actor, reps: Sequence[Person], now: datetime) -> CoachingReview:
    """Return who of these reps is coached and who is not, with the released ratings of their leaders."""
    today = now.astimezone(ZoneInfo(actor.person.time_zone)).date()
    ids = [rep.id for rep in reps]
    hidden = _not_yet_seen(uow, actor, ids, now)
    minutes = uow.coaching.minutes_by_rep(ids, today.replace(day=1), today, actor.id, hidden)
    last = uow.coaching.last_held(ids, actor.id, hidden)
    leaders = [
        one for one in (actor.person, *actor.tree.everyone_below(actor.id)) if Role.MANAGER in one.roles
    ]
    return CoachingReview(
        month=f"{today:%Y-%m}",
        lines=tuple(
            CoachedLine(rep, minutes.get(rep.id, 0), last.get(rep.id), leader)
            for leader, rep in sorted(
                ((_leader_of(actor, rep), rep) for rep in reps), key=lambda pair: pair[0]
            )
        ),
        averages=tuple(averages_for(uow, actor, leaders, now)),
    )


def _leader_of(actor: Actor, rep: Person) -> str:
    """Return whom somebody reports to, nothing for the actor's own reports."""
    leader = actor.tree.get(rep.manager_id) if rep.manager_id else None
    return leader.name if leader is not None and leader.id != actor.id else ""


def _not_yet_seen(uow: UnitOfWork, actor: Actor, rep_ids: Sequence[str], now: datetime) -> set[str]:
    """Return the logs about these people that others wrote less than a working day of theirs ago."""
    recent = uow.coaching.of_others_since(rep_ids, actor.id, now - NEWS)
    had = {author: a_day_ago(uow, _person(actor, author), now) for author in {one[1] for one in recent}}
    return {log_id for log_id, author, logged_at in recent if not had[author](logged_at)}


def log_behind(uow: UnitOfWork, one: Obligation) -> LogRow | None:
    """Return the log that a verdict rests on: its own, or that of its slot or deep dive; or None."""
    if one.source_kind is SourceKind.ONE_ON_ONE:
        return uow.coaching.of_slot(one.source_id)
    log_id: str | None = None
    if one.source_kind is SourceKind.COACHING_LOG:
        log_id = one.source_id
    elif one.source_kind is SourceKind.DEEP_DIVE:
        log_id = uow.coaching_records.log_of_deep_dive(one.source_id)
    return uow.coaching.get(log_id) if log_id else None


def _changed_since(versions: Sequence[VersionRow], answered: int) -> tuple[Part, ...]:
    before = next((one.content for one in versions if one.version == answered), None)
    return changed_parts(before, versions[-1].content) if before else ()


def _history(versions: Sequence[VersionRow]) -> list[VersionLine]:
    lines = [VersionLine(versions[0].version, versions[0].made_at, ())]
    for before, after in pairwise(versions):
        changed = changed_parts(before.content, after.content)
        earlier = earlier_words(before.content, changed)
        lines.append(VersionLine(after.version, after.made_at, changed, earlier))
    return lines


def _deal_names(uow: UnitOfWork, content: LogContent) -> dict[str, str]:
    found = uow.deals.with_ids([one.deal_id for one in content.deal_actions])
    return {deal_id: deal.name for deal_id, deal in found.items()}


def _person(actor: Actor, person_id: str) -> Person:
    found = actor.tree.get(person_id)
    if found is None:
        raise NotFound("One of the two is no longer on record.")
    return found
