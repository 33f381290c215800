"""The pipeline review, its open window, what it meant for a rep, the question about decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services.decision_follow_up import read_follow_up
from bot.services.follow_through import read_contradicted, read_outcome
from bot.services.notifying import NoticeKind
from bot.services.pipeline_review import read_review
from bot.services.review_notices import PREPARED, has_its_own_message
from bot.services.review_session import shown_in_window
from bot.slack.notices.content import Content, Render
from bot.slack.views import decisions as decision_views
from bot.slack.views import pipeline_review as review_views
from bot.slack.views import review_step as step_views
from bot.slack.views.room import MESSAGE, WITH_LINES, Room
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _review(room: Room) -> Render:
    def render(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
        with store.reading() as uow:
            card = read_review(uow, notice.subject_id, now)
            is_over = notice.reason == PREPARED and has_its_own_message(uow, notice.subject_id)
        if card is None or card.manager.id != notice.person_id:
            return None
        blocks = review_views.prepared_over_blocks(card) if is_over else review_views.blocks(card, room)
        return Content(review_views.summary(card), tuple(blocks))

    return render


def _window(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    _view_id, _, review_id = notice.subject_id.partition("|")
    with store.reading() as uow:
        person = uow.people.get(notice.person_id)
        shown = shown_in_window(uow, person, review_id, now) if person else None
    return Content(view=step_views.window(shown)) if shown else None


def _outcome(room: Room) -> Render:
    def render(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
        with store.reading() as uow:
            outcome = read_outcome(uow, notice.subject_id, notice.person_id)
        if outcome is None:
            return None
        blocks = review_views.outcome_blocks(outcome, room)
        return Content(review_views.outcome_summary(outcome), tuple(blocks))

    return render


def _contradicted(room: Room) -> Render:
    def render(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
        with store.reading() as uow:
            outcome = read_contradicted(uow, notice.subject_id, notice.person_id)
        if outcome is None:
            return None
        blocks = review_views.contradicted_blocks(outcome, room)
        return Content(review_views.contradicted_summary(outcome), tuple(blocks))

    return render


def _follow_up(room: Room) -> Render:
    def render(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
        with store.reading() as uow:
            card = read_follow_up(uow, notice.person_id, notice.subject_id, now)
        if card is None:
            return None
        blocks = decision_views.follow_up_blocks(card, room)
        return Content(decision_views.follow_up_summary(card), tuple(blocks))

    return render


def _messages(room: Room) -> Mapping[NoticeKind, Render]:
    return {
        NoticeKind.PIPELINE_REVIEW: _review(room),
        NoticeKind.REVIEW_OUTCOME: _outcome(room),
        NoticeKind.DECISION_FOLLOW_UP: _follow_up(room),
        NoticeKind.DECISION_CONTRADICTED: _contradicted(room),
    }


RENDERERS: Mapping[NoticeKind, Render] = {NoticeKind.REVIEW_STEP: _window, **_messages(MESSAGE)}
WITH_LINES_BELOW: Mapping[NoticeKind, Render] = _messages(WITH_LINES)
