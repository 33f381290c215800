"""A logged session to confirm, a dispute, the month's deep dives, what came of a plan, the offer of a log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.coaching_cards import LogCard
from bot.services.coaching_reading import card_for
from bot.services.deep_dive import owed_deep_dives
from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.views import coaching_log as views
from bot.slack.views import coaching_news as news
from bot.slack.views.text import Block
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _of_log(summary: Callable[[LogCard], str], blocks: Callable[[LogCard], list[Block]]) -> Render:
    def render(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
        with store.reading() as uow:
            card = card_for(uow, notice.person_id, notice.subject_id, now)
        return Content(summary(card), tuple(blocks(card))) if card else None

    return render


def _deep_dives(store: Store, notice: NoticeRow, _now: datetime) -> Content:
    with store.reading() as uow:
        reps = owed_deep_dives(uow, notice.person_id)
    return Content("Deep dives this month", tuple(news.deep_dives_blocks(reps)))


def _offer(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    with store.reading() as uow:
        of_slot = notice.subject_kind == "one_on_one"
        slot = uow.one_on_ones.get(notice.subject_id) if of_slot else None
        coached = uow.people.get(slot.rep_id if slot else notice.subject_id)
    if coached is None:
        return None
    blocks = news.offer_blocks(coached, slot.id if slot else None)
    return Content(news.offer_summary(coached), tuple(blocks))


RENDERERS: Mapping[NoticeKind, Render] = {
    NoticeKind.COACHING_ASKED: _of_log(views.asked_summary, views.asked_blocks),
    NoticeKind.COACHING_DISPUTED: _of_log(views.disputed_summary, views.disputed_blocks),
    NoticeKind.PLAN_MEASURED: _of_log(lambda _card: "A development plan has ended", news.plan_blocks),
    NoticeKind.DEEP_DIVE_DUE: _deep_dives,
    NoticeKind.COACHING_OFFER: _offer,
}
