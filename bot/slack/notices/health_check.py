"""The health check's card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services.health_check import read_health_check
from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.views import health_check as views
from bot.slack.views.room import MESSAGE, WITH_LINES, Room
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _within(room: Room) -> Render:
    def render(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
        with store.reading() as uow:
            card = read_health_check(uow, notice.person_id, notice.subject_id, now)
        return Content(views.summary(card), tuple(views.blocks(card, room))) if card else None

    return render


RENDERERS: Mapping[NoticeKind, Render] = {NoticeKind.HEALTH_CHECK: _within(MESSAGE)}
WITH_LINES_BELOW: Mapping[NoticeKind, Render] = {NoticeKind.HEALTH_CHECK: _within(WITH_LINES)}
