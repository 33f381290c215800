"""A recorded notice becomes what Slack is to show: each kind has one renderer, in the file of its feature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.attention import CardLine, Place, Urgency
from bot.errors import UserError
from bot.services.day_card import CardLines, read_lines
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
    verdict_comments,
)
from bot.slack.notices.content import Content, Render
from bot.slack.payloads import ActionId
from bot.slack.views.day_card import summary, with_lines
from bot.store.repositories.attention import HELD, HeldRow
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
    **verdict_comments.RENDERERS,
}


TIGHT: Mapping[NoticeKind, Render] = {**health_check.WITH_LINES_BELOW, **pipeline_review.WITH_LINES_BELOW}

# What can be answered where it stands: as long as it asks, there is this element.
ASKS: Mapping[NoticeKind, ActionId] = {
    NoticeKind.ACKNOWLEDGEMENT: ActionId.HELD,
    NoticeKind.ONE_ON_ONE_ENDED: ActionId.ONE_ON_ONE_HELD,
    NoticeKind.ONE_ON_ONE_PROPOSAL: ActionId.ACCEPT_TIME,
    NoticeKind.ONE_ON_ONE_INVITE: ActionId.SET_UP_ONE_ON_ONES,
    NoticeKind.COACHING_ASKED: ActionId.COACHING_CONFIRM,
    NoticeKind.QUESTIONS_ASKED: ActionId.ON_RECORD,
    NoticeKind.DECISION_FOLLOW_UP: ActionId.DECISION_DONE,
    NoticeKind.DEMOTION_TOLD: ActionId.ON_RECORD,
    NoticeKind.DEMOTION_PROPOSED: ActionId.ON_RECORD,
}


def render(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    """Return what a notice shows now, or None when there is nothing left to say.

    A day's card shows with its own content what else the day holds.
    """
    card = read_lines(store, notice.id) if notice.place == Place.CARD else None
    if card is None or not card.rows:
        return _own(store, notice, now)
    try:
        own = _own(store, notice, now)
    except UserError:
        own = None  # not theirs to see any more; what else stands there is
    lines = lines_of(store, card, now)
    if not lines:
        return own
    # What takes all the room there is makes some for the lines.
    tight = TIGHT.get(NoticeKind(notice.kind))
    own = tight(store, notice, now) if own and tight else own
    shown = with_lines(own.blocks if own else (), lines, notice.id, card.person.time_zone, now)
    return Content(own.text if own else summary(lines), tuple(shown))


def lines_of(store: Store, card: CardLines, now: datetime) -> list[CardLine]:
    """Return a card's lines as they are now; what has nothing left to say is gone."""
    found = (_line(store, row, now) for row in card.rows)
    return [line for line in found if line is not None]


def _own(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    return RENDERERS[NoticeKind(notice.kind)](store, notice, now)


def _line(store: Store, row: HeldRow, now: datetime) -> CardLine | None:
    try:
        content = _own(store, row.notice, now)
    except UserError:
        return None
    if content is None:
        return None
    kind = NoticeKind(row.notice.kind)
    return CardLine(
        row.notice.id,
        Urgency(row.notice.urgency or Urgency.NEWS),
        content.text,
        row.notice.created_at,
        opened=row.state != HELD,
        answered=kind in ASKS and not _offers(content.blocks, ASKS[kind]),
    )


def _offers(part: object, action_id: str) -> bool:
    if isinstance(part, Mapping):
        return part.get("action_id") == action_id or any(_offers(one, action_id) for one in part.values())
    return isinstance(part, list | tuple) and any(_offers(one, action_id) for one in part)
