"""Drafts of coaching logs: one for each session, so that none opens with the words of another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.coaching import LogKind
from bot.domain.coaching_cards import FormFields
from bot.domain.people import Person
from bot.services.coaching_form import today_of
from bot.services.coaching_slot import unlogged_slot
from bot.store.unit_of_work import UnitOfWork

# The session of a draft that is of no slot.
LOOSE = ""
# So long after it was last written such a draft is still about the same session.
LOOSE_FOR = timedelta(days=3)


def session_of(
    uow: UnitOfWork, author: Person, rep_id: str, kind: LogKind, slot_id: str | None, day: date, now: datetime
) -> str:
    """Return which session a form is about: its slot, else the one that a log of this day would be of."""
    if slot_id is not None or kind is LogKind.DEEP_DIVE:
        return slot_id or LOOSE
    slot = unlogged_slot(uow, author, rep_id, day, now)
    return slot.id if slot else LOOSE


def kept_draft(
    uow: UnitOfWork, author: Person, rep_id: str, kind: LogKind, slot_id: str | None, now: datetime
) -> Mapping[str, Any]:
    """Return what an author has filled in of the log of this session; empty where nothing is kept."""
    session = session_of(uow, author, rep_id, kind, slot_id, today_of(author, now), now)
    draft = uow.coaching_records.draft(author.id, rep_id, kind, session)
    if draft is not None and (session != LOOSE or draft.saved_at >= now - LOOSE_FOR):
        return draft.fields
    return {} if session == LOOSE else _written_that_day(uow, author, rep_id, kind, session)


def _written_that_day(
    uow: UnitOfWork, author: Person, rep_id: str, kind: LogKind, slot_id: str
) -> Mapping[str, Any]:
    """Return what was written on the day of a slot before it began: they talked a little earlier."""
    slot, draft = uow.one_on_ones.get(slot_id), uow.coaching_records.draft(author.id, rep_id, kind, LOOSE)
    if slot is None or draft is None or today_of(author, draft.saved_at) != today_of(author, slot.starts_at):
        return {}
    return draft.fields


def keep_fields(
    uow: UnitOfWork,
    author: Person,
    rep_id: str,
    kind: LogKind,
    slot_id: str | None,
    fields: FormFields,
    now: datetime,
) -> None:
    """Keep what is filled in of the log of this session, in place of what was kept of it before."""
    session = session_of(uow, author, rep_id, kind, slot_id, today_of(author, now), now)
    uow.coaching_records.keep_draft(author.id, rep_id, kind, session, fields, now)
