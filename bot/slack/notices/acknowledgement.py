"""The question to a rep whether a conversation took place, and a dispute of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services.acknowledgement import read_acknowledgement
from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.views import acknowledgement as views
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _acknowledgement(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    card = read_acknowledgement(store, notice.subject_id)
    if card is None:
        return None
    return Content(views.summary(card), tuple(views.blocks(card)))


def _dispute(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    card = read_acknowledgement(store, notice.subject_id)
    if card is None:
        return None
    if notice.person_id != card.manager.id:
        return Content(views.unsettled_summary(card), tuple(views.unsettled_blocks(card)))
    return Content(views.dispute_summary(card), tuple(views.dispute_blocks(card)))


RENDERERS: Mapping[NoticeKind, Render] = {
    NoticeKind.ACKNOWLEDGEMENT: _acknowledgement,
    NoticeKind.DISPUTE: _dispute,
}
