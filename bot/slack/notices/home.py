"""The Home tab."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services import overview
from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.views import overview as views
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _home(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    today = overview.today_of_person(store, notice.person_id, now)
    if today is None or today.person.slack_user_id is None:
        return None
    week = overview.week(store, today.person.slack_user_id, now)
    return Content(view=views.home(today, week))


RENDERERS: Mapping[NoticeKind, Render] = {NoticeKind.HOME: _home}
