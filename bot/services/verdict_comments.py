"""Somebody judged says something of the verdict, changes it, or takes it back; their leaders read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.decisions import DecisionState
from bot.domain.obligations import OBLIGATION_NAMES, Obligation, State, Verdict
from bot.domain.people import Person
from bot.domain.settings import Permission
from bot.domain.verdict_comments import CommentForm, Judged, VerdictComment, checked_words
from bot.errors import NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.coaching_reading import log_behind
from bot.services.follow_through import decision_seen_from, lines_of
from bot.services.no_ambush import leaders_see_from
from bot.services.notifying import Mode, NoticeKind, Subject, Urgency, refresh, refresh_home, tell
from bot.services.overview import answer_seen_from, judged_for_leaders
from bot.store.ids import new_id
from bot.store.unit_of_work import Store, UnitOfWork

GONE = "That verdict is not on record here any more, so there is nothing to comment on. See `/drumbeat week`."
NOT_YOURS = "Only the one whom a verdict is about can comment on it."
CHANGED = "Your comment was changed since you opened this. Open it again, then change it."
TAKEN_BACK = "Your comment is not there any more: it was taken back. Nothing was changed now."


@dataclass(frozen=True, slots=True)
class Behind:
    """The open view that shows a verdict, to be filled anew: a log (`log_id`), or else why it was judged."""

    view_id: str
    log_id: str | None = None


@dataclass(frozen=True, slots=True)
class WriteComment:
    """Words on a verdict. `known_id` and `version` are of the comment that the form showed, if one."""

    slack_user_id: str
    judged: Judged
    judged_id: str
    words: str
    known_id: str | None = None
    version: int = 0
    behind: Behind | None = None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A comment is taken back, as it was in `version`."""

    slack_user_id: str
    comment_id: str
    version: int
    behind: Behind | None = None


@dataclass(frozen=True, slots=True)
class _Stands:
    """What is judged, as it stands, and when leaders see it."""

    judged: Judged
    id: str
    verdict: Verdict
    state: State | None
    what: str
    about: str
    seen_from: datetime
    between_two: bool = False


def open_form(store: Store, slack_user_id: str, judged: Judged, judged_id: str, now: datetime) -> CommentForm:
    """Return the form of a comment, filled with the words that stand; raise where it is not theirs to write.

    The day on which leaders come to see the verdict is said in it: words can be there before.
    """
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        stands = _stands(uow, actor, judged, judged_id, now)
        return _form(uow, actor, stands, now)


def write(store: Store, jobs: JobQueue, command: WriteComment, now: datetime) -> CommentForm:
    """Record a comment, or other words in its place, with how the verdict stands now.

    Raises InvalidInput for words that can't be a comment, StaleAction where it was changed since the form.
    """
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        stands = _stands(uow, actor, command.judged, command.judged_id, now, for_update=True)
        words = checked_words(command.words)
        before = _on(uow, stands)
        if (before.id if before else None, before.version if before else 0) != (
            command.known_id,
            command.version,
        ):
            raise StaleAction(CHANGED if before or command.known_id is None else TAKEN_BACK)
        if before is None or before.words != words or not before.is_of(stands.verdict, stands.state):
            _save(uow, actor, stands, before, words, now)
            _show(uow, jobs, actor, stands.judged, stands.id, command.behind, now)
        return _form(uow, actor, stands, now)


def take_back(store: Store, jobs: JobQueue, command: TakeBack, now: datetime) -> None:
    """Take a comment away, words and all; that there was one stays on record, without the words."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        comment = uow.verdict_comments.get(command.comment_id)
        if comment is None:
            raise StaleAction(TAKEN_BACK)
        if comment.by_id != actor.id:
            raise NotAllowed(NOT_YOURS)
        if comment.version != command.version or not uow.verdict_comments.remove(comment):
            raise StaleAction(CHANGED)
        uow.audit.record(
            at=now,
            actor_id=actor.id,
            action="verdict_comment.taken_back",
            entity_kind="verdict_comment",
            entity_id=comment.id,
            before=_facts(comment),
        )
        _show(uow, jobs, actor, comment.judged, comment.judged_id, command.behind, now)


def _stands(
    uow: UnitOfWork, actor: Actor, judged: Judged, judged_id: str, now: datetime, *, for_update: bool = False
) -> _Stands:
    """Return what is judged, which is this person's own; locked, what is said of it is said of just that."""
    if judged is Judged.DECISION:
        return _decision(uow, actor, judged_id, for_update=for_update)
    one = uow.obligations.get(judged_id, for_update=for_update)
    if one is None:
        raise NotFound(GONE)
    if one.owner_id != actor.id:
        raise NotAllowed(NOT_YOURS)
    subject = actor.tree.get(one.subject_id) if one.subject_id else None
    return _Stands(
        judged,
        one.id,
        one.verdict,
        one.state,
        OBLIGATION_NAMES[one.kind],
        subject.name if subject else "",
        *_to_leaders(uow, actor.person, one, now),
    )


def _to_leaders(uow: UnitOfWork, owner: Person, one: Obligation, now: datetime) -> tuple[datetime, bool]:
    """Return from when on leaders see the verdict as it stands, and whether it is a dispute of the two's."""
    seen_from = leaders_see_from(uow, owner, one)
    if judged_for_leaders(uow, owner, one, now).verdict is one.verdict:
        return seen_from, False
    if one.verdict is Verdict.CONTRADICTED:
        return seen_from, True
    # They have yet to learn what was answered.
    return max(filter(None, (seen_from, answer_seen_from(uow, owner, one)))), False


def _decision(uow: UnitOfWork, actor: Actor, decision_id: str, *, for_update: bool) -> _Stands:
    one = uow.decisions.get(decision_id, for_update=for_update)
    if one is None:
        raise NotFound(GONE)
    if one.by_id != actor.id:
        raise NotAllowed(NOT_YOURS)
    if one.state is DecisionState.WITHDRAWN:
        raise StaleAction("You decided otherwise of that deal since, so this verdict counts no more.")
    away = uow.people.time_off([actor.id]).get(actor.id, ())
    return _Stands(
        Judged.DECISION,
        one.id,
        one.verdict,
        None,
        "Decision",
        lines_of(uow, [one], actor.tree)[0].deal_name,
        decision_seen_from(actor.person, away, one),
    )


def _on(uow: UnitOfWork, stands: _Stands) -> VerdictComment | None:
    return uow.verdict_comments.on(stands.judged, [stands.id]).get(stands.id)


def _form(uow: UnitOfWork, actor: Actor, stands: _Stands, now: datetime) -> CommentForm:
    roles = actor.settings.roles
    leaders = [
        one.name
        for one in actor.tree.leaders(actor.id)
        if one.active and roles.allows(one.roles, Permission.SEE_TREE_BELOW)
    ]
    return CommentForm(
        judged=stands.judged,
        judged_id=stands.id,
        what=stands.what,
        about=stands.about,
        comment=_on(uow, stands),
        leaders=tuple(leaders),
        readable_at=stands.seen_from if now < stands.seen_from else None,
        between_two=stands.between_two,
        time_zone=actor.person.time_zone,
    )


def _save(
    uow: UnitOfWork, actor: Actor, stands: _Stands, before: VerdictComment | None, words: str, now: datetime
) -> None:
    if before is None:
        comment = VerdictComment(
            id=new_id("cmt"),
            judged=stands.judged,
            judged_id=stands.id,
            by_id=actor.id,
            words=words,
            written_at=now,
            verdict=stands.verdict,
            state=stands.state,
        )
        saved = uow.verdict_comments.add(comment)
    else:
        comment = before.reworded(words, now, stands.verdict, stands.state)
        saved = uow.verdict_comments.save(comment, before.version)
    if not saved:
        raise StaleAction(CHANGED)
    uow.audit.record(
        at=now,
        actor_id=actor.id,
        action="verdict_comment.reworded" if before else "verdict_comment.written",
        entity_kind="verdict_comment",
        entity_id=comment.id,
        before=_facts(before) if before else None,
        after=_facts(comment),
    )


def _facts(comment: VerdictComment) -> dict[str, object]:
    """Return what the trail keeps: on what it was, not the words, which can be taken back."""
    return {
        "judged": comment.judged.value,
        "judged_id": comment.judged_id,
        "verdict": comment.verdict.value,
        "state": comment.state.value if comment.state else None,
        "version": comment.version,
        "length": len(comment.words),
    }


def _show(
    uow: UnitOfWork,
    jobs: JobQueue,
    actor: Actor,
    judged: Judged,
    judged_id: str,
    behind: Behind | None,
    now: datetime,
) -> None:
    """Bring up to date what shows the verdict: Home tabs, a message about a dispute, the view behind."""
    log_id = _log_judged(uow, judged, judged_id)
    for person_id in (actor.id, *(one.id for one in actor.tree.leaders(actor.id))):
        if log_id is None:
            refresh_home(uow, jobs, person_id=person_id, now=now)
            continue
        subject = Subject("coaching_log", log_id)
        refresh(uow, jobs, kind=NoticeKind.COACHING_DISPUTED, person_id=person_id, subject=subject, now=now)
    if behind is None:
        return
    what = f"log|{behind.log_id}" if behind.log_id else f"{judged.value}|{judged_id}"
    tell(
        uow,
        jobs,
        kind=NoticeKind.WHY,
        person_id=actor.id,
        subject=Subject("view", f"{behind.view_id}|{what}"),
        reason="you commented on a verdict",
        cause=new_id("dlv"),
        urgency=Urgency.DIRECT,
        now=now,
        mode=Mode.VIEW,
    )


def _log_judged(uow: UnitOfWork, judged: Judged, judged_id: str) -> str | None:
    """Return the log whose verdict it is, itself or that of its slot or deep dive, if it is one."""
    one = uow.obligations.get(judged_id) if judged is Judged.OBLIGATION else None
    log = log_behind(uow, one) if one else None
    return log.id if log else None
