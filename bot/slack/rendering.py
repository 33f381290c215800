"""A recorded notice becomes what Slack is to show: each kind has one renderer, in the file of its feature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services.notifying import NoticeKind
from bot.slack.notices import (
    acknowledgement,
    coaching_log,
    deal_flags,
    deal_inspection,
    health_check,
    home,
    one_on_one,
    pipeline_review,
    reminders,
)
from bot.slack.notices.content import Content, Render
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store

RENDERERS: Mapping[NoticeKind, Render] = {
    **health_check.RENDERERS,
    **acknowledgement.RENDERERS,
    **reminders.RENDERERS,
    **deal_flags.RENDERERS,
    **home.RENDERERS,
    **deal_inspection.RENDERERS,
    **pipeline_review.RENDERERS,
    **one_on_one.RENDERERS,
    **coaching_log.RENDERERS,
}


def render(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    """Return what a notice shows now, or None when there is nothing left to say."""
    return RENDERERS[NoticeKind(notice.kind)](store, notice, now)
