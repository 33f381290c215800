"""Small words: what was put off is due again, and what to do in place of typing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.views.text import context, escaped, section
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _snooze_over(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    with store.reading() as uow:
        obligation = uow.obligations.get(notice.subject_id)
        subject = uow.people.get(obligation.subject_id) if obligation and obligation.subject_id else None
    if obligation is None or subject is None or not obligation.is_open:
        return None  # answered meanwhile: nobody needs to be reminded
    text = f"You put the conversation with *{escaped(subject.name)}* off until now. It is still open above."
    return Content(text, (section(text),))


def _hint(_store: Store, _notice: NoticeRow, _now: datetime) -> Content:
    text = "I don't read messages yet. `/drumbeat today` shows what waits for you, with buttons to answer it."
    return Content(text, (section(text), context("What you wrote was not kept.")))


RENDERERS: Mapping[NoticeKind, Render] = {NoticeKind.SNOOZE_OVER: _snooze_over, NoticeKind.HINT: _hint}
