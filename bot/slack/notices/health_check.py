"""The health check's card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services.health_check import read_health_check
from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.views import health_check as views
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _health_check(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    with store.reading() as uow:
        card = read_health_check(uow, notice.person_id, notice.subject_id, now)
    if card is None:
        return None
    return Content(views.summary(card), tuple(views.blocks(card)))


RENDERERS: Mapping[NoticeKind, Render] = {NoticeKind.HEALTH_CHECK: _health_check}
