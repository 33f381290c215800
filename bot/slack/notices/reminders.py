"""Small words: what was put off is due again, and what to do in place of typing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.views import reminders as views
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _snooze_over(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    with store.reading() as uow:
        obligation = uow.obligations.get(notice.subject_id)
        subject = uow.people.get(obligation.subject_id) if obligation and obligation.subject_id else None
    if obligation is None or subject is None or not obligation.is_open:
        return None  # answered meanwhile: nobody needs to be reminded
    return Content(views.snooze_over_summary(subject), tuple(views.snooze_over_blocks(subject)))


def _hint(_store: Store, _notice: NoticeRow, _now: datetime) -> Content:
    return Content(views.HINT, tuple(views.hint_blocks()))


RENDERERS: Mapping[NoticeKind, Render] = {NoticeKind.SNOOZE_OVER: _snooze_over, NoticeKind.HINT: _hint}
