"""A manager logs a coaching session, or mends the log: prefilled, kept while writing, then checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.domain.coaching import (
    Ask,
    LogContent,
    LogKind,
    StepOutcome,
    asks_again,
    changed_parts,
    is_editable,
    parts_in_words,
)
from bot.domain.coaching_cards import BECAME, CoachingDraft, FormFields
from bot.domain.coaching_quality import EarlierText, Fault, faults
from bot.domain.obligations import Obligation, ObligationKind, Reason, SourceKind, State, Verdict
from bot.domain.people import Person
from bot.domain.settings import Permission
from bot.errors import NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.coaching_drafts import LOOSE, keep_fields, kept_draft
from bot.services.coaching_form import deal_faults, draft_of, read_fields, today_of
from bot.services.coaching_judging import ask_coached, judge, new_ask
from bot.services.coaching_reading import RELEASE_ENDED
from bot.services.coaching_slot import close_slot, unlogged_slot
from bot.services.deep_dive import finish_deep_dive, plan_faults
from bot.services.recording import record_openings
from bot.store.ids import new_id
from bot.store.repositories.coaching import LogRow
from bot.store.unit_of_work import Store, UnitOfWork

COMPARED_LOGS = 20


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about: a slot, a person, or a log that is edited (then `version` is the one shown)."""

    kind: LogKind = LogKind.SESSION
    one_on_one_id: str | None = None
    rep_id: str | None = None
    log_id: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class SubmitLog:
    """A form as it was filled in."""

    slack_user_id: str
    about: About
    fields: FormFields


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came of a submission: faults at their fields and nothing recorded, or the log.

    `asked` tells whether the coached is asked, for the first time or again; `changed` says what an edit
    changed; `unreleased` tells that it ended a release of the text, which was of other words.
    """

    coached: Person
    faults: tuple[Fault, ...] = ()
    log_id: str = ""
    asked: bool = False
    changed: str = ""
    unreleased: bool = False


def open_form(store: Store, slack_user_id: str, about: About, now: datetime) -> CoachingDraft:
    """Return the form, prefilled: from the log that is edited, else the kept draft, else what is known.

    Raises where this person may not log that session, or its log can't be edited any more.
    """
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        about, coached, row = _meant(uow, actor, about, now)
        slot_id = about.one_on_one_id
        kept = {} if row else kept_draft(uow, actor.person, coached.id, about.kind, slot_id, now)
        return draft_of(uow, actor, coached, about.kind, row, slot_id, kept, now)


def keep_draft(store: Store, slack_user_id: str, about: About, fields: FormFields, now: datetime) -> None:
    """Keep what is filled in of a new log, private notes included, for its author alone.

    A field reports when it loses the focus to the very button that submits the form, and that report may
    come second: then it is about a log on record, and nothing is left to keep.
    """
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        logged = uow.coaching.of_slot(about.one_on_one_id) if about.one_on_one_id is not None else None
        if logged is not None and logged.manager_id == actor.id:
            return
        about, coached, row = _meant(uow, actor, about, now)
        if row is None and not _is_on_record(uow, actor, coached, fields):
            keep_fields(uow, actor.person, coached.id, about.kind, about.one_on_one_id, fields, now)


def submit(store: Store, jobs: JobQueue, command: SubmitLog, now: datetime) -> Submitted:
    """Record the log, or its new version, and ask the coached; what is wrong keeps the draft and says so."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        about, coached, row = _meant(uow, actor, command.about, now, for_update=True)
        content, found = read_fields(command.fields, actor.person, coached, about.kind)
        if content is not None:
            found += deal_faults(uow, coached, row, command.fields)
            found += faults(
                content, about.kind, today=today_of(actor.person, now), earlier=_earlier(uow, actor, row)
            )
            # An edit leaves the plan as it is.
            found += [] if row else plan_faults(uow, actor, coached, command.fields, about.kind, now)
        if content is None or found:
            if row is None:
                slot_id = about.one_on_one_id
                keep_fields(uow, actor.person, coached.id, about.kind, slot_id, command.fields, now)
            return Submitted(coached, tuple(found))
        if row is not None:
            return _edit(uow, jobs, actor, coached, row, content, command.fields, now)
        return _log(uow, jobs, actor, coached, about, content, command.fields, now)


def _meant(
    uow: UnitOfWork, actor: Actor, about: About, now: datetime, *, for_update: bool = False
) -> tuple[About, Person, LogRow | None]:
    """Return what the form is about, checked: the coached, and the log that is edited if one is."""
    actor.require(Permission.LOG_COACHING)
    if about.log_id is not None:
        row = uow.coaching.get(about.log_id, for_update=for_update)
        if row is None or row.manager_id != actor.id:
            raise NotFound("That log is not on record here, or it is not yours to edit.")
        if not is_editable(row.logged_at, now):
            raise StaleAction("A log can be edited for seven days. This one is older, so it stays as it is.")
        if about.version and about.version != row.version:
            raise StaleAction("The log was changed since you opened this form. Open it again.")
        return replace(about, kind=row.kind), actor.require_sight(row.rep_id), row
    rep_id = about.rep_id
    if about.one_on_one_id is not None:
        slot = uow.one_on_ones.get(about.one_on_one_id, for_update=for_update)
        if slot is None or slot.manager_id != actor.id:
            raise NotFound("That one-on-one is not on record here, or it is not yours to log.")
        if uow.coaching.of_slot(slot.id) is not None:
            raise StaleAction("This one-on-one is logged already. `/one-on-one log` opens another log.")
        rep_id = slot.rep_id
    if rep_id is None:
        raise NotFound("Say whom the session was with.")
    return about, actor.require_direct_report(rep_id), None


def _log(
    uow: UnitOfWork,
    jobs: JobQueue,
    actor: Actor,
    coached: Person,
    about: About,
    content: LogContent,
    fields: FormFields,
    now: datetime,
) -> Submitted:
    log_id = new_id("log")
    owed = _owed(log_id, actor.id, coached, now)
    uow.obligations.add([owed])
    record_openings(uow, [owed], now)
    ask = new_ask(uow, coached, actor.settings, 1, now)
    row = LogRow(
        id=log_id,
        kind=about.kind,
        manager_id=actor.id,
        rep_id=coached.id,
        one_on_one_id=about.one_on_one_id or _slot_of(uow, actor, coached, about.kind, content, now),
        obligation_id=owed.id,
        logged_at=now,
        version=1,
        held_on=content.held_on,
        minutes=content.minutes,
        focus_area=content.focus_area,
        deadline_at=ask.deadline_at,
    )
    if not uow.coaching.add(row):
        raise StaleAction("This one-on-one was logged a moment ago, so nothing was changed.")
    _write(uow, actor, row, content, ask, fields, now, action="coaching_log.logged")
    _settle_steps(uow, actor, fields, row, now)
    close_slot(uow, jobs, actor.person, row, now)
    finish_deep_dive(uow, jobs, actor, row, fields, now)
    uow.coaching_records.drop_drafts(actor.id, coached.id, about.kind, [row.one_on_one_id or LOOSE, LOOSE])
    judge(uow, jobs, row, actor_id=actor.id, now=now)
    ask_coached(uow, jobs, row, actor.person, now)
    return Submitted(coached, log_id=row.id, asked=True)


def _slot_of(
    uow: UnitOfWork, actor: Actor, coached: Person, kind: LogKind, content: LogContent, now: datetime
) -> str | None:
    """Return the id of the slot that a log without one is of. A deep dive is none: it is owed beside them."""
    if kind is LogKind.DEEP_DIVE:
        return None
    slot = unlogged_slot(uow, actor.person, coached.id, content.held_on, now)
    return slot.id if slot else None


def _owed(log_id: str, author_id: str, coached: Person, now: datetime) -> Obligation:
    return Obligation(
        id=new_id("obl"),
        kind=ObligationKind.COACHING_LOG,
        owner_id=author_id,
        subject_id=coached.id,
        source_kind=SourceKind.COACHING_LOG,
        source_id=log_id,
        due_at=now,
        state=State.DONE,
        verdict=Verdict.PENDING,
        reasons=(Reason(f"{coached.name} is being asked.", "coaching_logs", log_id),),
        done_at=now,
    )


def _edit(
    uow: UnitOfWork,
    jobs: JobQueue,
    actor: Actor,
    coached: Person,
    row: LogRow,
    content: LogContent,
    fields: FormFields,
    now: datetime,
) -> Submitted:
    before = uow.coaching.versions(row.id)[-1].content
    changed = changed_parts(before, content)
    if not changed:
        # The private notes are no part of what the two share: no version, and nobody is asked.
        _write_note(uow, actor, row, fields, now)
        return Submitted(coached, log_id=row.id)
    ask = new_ask(uow, coached, actor.settings, row.version + 1, now) if asks_again(changed) else None
    newer = replace(
        _without_releases(uow, actor, row, now),
        version=row.version + 1,
        held_on=content.held_on,
        minutes=content.minutes,
        focus_area=content.focus_area,
        one_on_one_id=row.one_on_one_id or _slot_of(uow, actor, coached, row.kind, content, now),
    )
    uow.coaching.change(
        row.id,
        one_on_one_id=newer.one_on_one_id,
        version=newer.version,
        held_on=newer.held_on,
        minutes=newer.minutes,
        focus_area=newer.focus_area.value,
    )
    _write(uow, actor, newer, content, ask, fields, now, action="coaching_log.edited")
    if newer.one_on_one_id != row.one_on_one_id:
        close_slot(uow, jobs, actor.person, newer, now)
    judge(uow, jobs, newer, actor_id=actor.id, now=now)
    if ask is not None:
        ask_coached(uow, jobs, newer, actor.person, now)
    return Submitted(
        coached,
        log_id=row.id,
        asked=ask is not None,
        changed=parts_in_words(changed),
        unreleased=bool(row.released_by),
    )


def _without_releases(uow: UnitOfWork, actor: Actor, row: LogRow, now: datetime) -> LogRow:
    """Return the log with the releases of its text ended, on record: they were given for other words."""
    if not row.released_by:
        return row
    uow.coaching.change(row.id, manager_released_at=None, rep_released_at=None)
    uow.audit.record(
        at=now,
        actor_id=actor.id,
        action=RELEASE_ENDED,
        entity_kind="coaching_log",
        entity_id=row.id,
        after={"released_by": sorted(row.released_by)},
    )
    return replace(row, manager_released_at=None, rep_released_at=None)


def _write(
    uow: UnitOfWork,
    actor: Actor,
    row: LogRow,
    content: LogContent,
    ask: Ask | None,
    fields: FormFields,
    now: datetime,
    *,
    action: str,
) -> None:
    uow.coaching.add_version(row.id, row.version, content, now, ask)
    uow.coaching_records.replace_details(row.id, row.rep_id, row.manager_id, content, now)
    _write_note(uow, actor, row, fields, now)
    uow.audit.record(
        at=now,
        actor_id=actor.id,
        action=action,
        entity_kind="coaching_log",
        entity_id=row.id,
        after={
            "version": row.version,
            "coached": row.rep_id,
            "one_on_one": row.one_on_one_id,
            "held_on": str(row.held_on),
            "minutes": row.minutes,
            "focus_area": row.focus_area.value,
            "feedback_length": len(content.feedback),
            # Tells later whether the text is the one that was logged, without being it.
            "feedback_hash": sha256(f"{row.id}|{content.feedback}".encode()).hexdigest()[:16],
            "asked": ask is not None,
        },
    )


def _write_note(uow: UnitOfWork, actor: Actor, row: LogRow, fields: FormFields, now: datetime) -> None:
    """Keep the private notes; on record is that they changed, and no more: they are their author's alone."""
    text = fields.get("notes", "").strip()
    if text == uow.coaching_records.note_of(row.id, actor.id):
        return
    uow.coaching_records.write_note(row.id, actor.id, text, now)
    uow.audit.record(
        at=now,
        actor_id=actor.id,
        action="coaching_log.notes_changed",
        entity_kind="coaching_log",
        entity_id=row.id,
    )


def _settle_steps(uow: UnitOfWork, actor: Actor, fields: FormFields, row: LogRow, now: datetime) -> None:
    """Record what became of the open steps that the form asked about; what was said once stays."""
    theirs = {
        step.id for step in uow.coaching_records.steps_of_pair(row.manager_id, row.rep_id, COMPARED_LOGS)
    }
    for field, said in fields.items():
        step_id = field.removeprefix(BECAME)
        if step_id == field or step_id not in theirs or said not in tuple(StepOutcome):
            continue
        if uow.coaching_records.settle_step(step_id, StepOutcome(said), row.id):
            uow.audit.record(
                at=now,
                actor_id=actor.id,
                action="coaching_step.settled",
                entity_kind="coaching_step",
                entity_id=step_id,
                after={"outcome": said, "log": row.id},
            )


def _is_on_record(uow: UnitOfWork, actor: Actor, coached: Person, fields: FormFields) -> bool:
    newest = uow.coaching.of_pair(actor.id, coached.id, 1)
    if not newest:
        return False
    return uow.coaching.versions(newest[0].id)[-1].content.feedback == fields.get("feedback", "").strip()


def _earlier(uow: UnitOfWork, actor: Actor, edited: LogRow | None) -> Sequence[EarlierText]:
    rows = uow.coaching.by_author(actor.id, COMPARED_LOGS)
    return [
        EarlierText(
            row.id, row.held_on, _name(actor, row.rep_id), uow.coaching.versions(row.id)[-1].content.feedback
        )
        for row in rows
        if edited is None or row.id != edited.id
    ]


def _name(actor: Actor, person_id: str) -> str:
    person = actor.tree.get(person_id)
    return person.name if person else "someone who has left"
