"""Whom a person may have coached, by name or all; what a manager's free text reads like a session of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.coaching import LogKind
from bot.domain.coaching_text import read_session
from bot.domain.people import Person
from bot.domain.settings import Permission
from bot.errors import NotAllowed
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.coaching_drafts import LOOSE, session_of
from bot.services.coaching_form import today_of
from bot.services.notifying import NoticeKind, Subject, Urgency, tell
from bot.services.settings_book import current_settings
from bot.store.unit_of_work import Store, UnitOfWork


def loggable(store: Store, slack_user_id: str, named: str) -> list[Person]:
    """Return the direct reports that a log can be about: those whose name has these words, or all of them."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        actor.require(Permission.LOG_COACHING)
        reports = actor.tree.direct_reports(actor.id)
    if not reports:
        raise NotAllowed("Nobody reports to you in the CRM, so there is no session to log.")
    words = named.casefold().split()
    found = [one for one in reports if words and all(word in one.name.casefold() for word in words)]
    return found or reports


def may_log(store: Store, slack_user_id: str) -> bool:
    """Tell whether this person may log a session and leads anybody it could have been with."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        return actor.may(Permission.LOG_COACHING) and bool(actor.tree.direct_reports(actor.id))


def offer_log(
    uow: UnitOfWork, jobs: JobQueue, person: Person, text: str, event_key: str, now: datetime
) -> bool:
    """Keep a manager's free text as the draft of a log and offer it; False where it reads like no session."""
    actor = Actor(person, uow.people.tree(), current_settings(uow))
    if not actor.may(Permission.LOG_COACHING):
        return False
    reports = actor.tree.direct_reports(person.id)
    read = read_session(text, [(one.id, one.name) for one in reports], today_of(person, now))
    if read is None:
        return False
    today = today_of(person, now)
    day = date.fromisoformat(read.fields.get("held_on", today.isoformat()))
    session = session_of(uow, person, read.person_id, LogKind.SESSION, None, day, now)
    draft = uow.coaching_records.draft(person.id, read.person_id, LogKind.SESSION, session)
    fields = _joined(draft.fields if draft else {}, read.fields)
    uow.coaching_records.keep_draft(person.id, read.person_id, LogKind.SESSION, session, fields, now)
    tell(
        uow,
        jobs,
        kind=NoticeKind.COACHING_OFFER,
        person_id=person.id,
        subject=Subject("person", read.person_id) if session == LOOSE else Subject("one_on_one", session),
        reason="you wrote to Drumbeat",
        cause=f"{event_key}:offer",
        urgency=Urgency.DIRECT,
        now=now,
    )
    return True


def _joined(kept: Mapping[str, str], read: Mapping[str, str]) -> dict[str, str]:
    """Return a draft with what a text adds to it: nothing that was filled in before is lost."""
    before, added = kept.get("feedback", "").strip(), read["feedback"]
    feedback = added if before in added else before if added in before else f"{before}\n{added}"
    return {**read, **kept, "feedback": feedback}
