"""A recorded notice becomes what Slack is to show, from the state as it is at the moment of sending."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.services import overview
from bot.services.acknowledgement import read_acknowledgement
from bot.services.deal_flags import all_flagged
from bot.services.health_check import read_health_check
from bot.services.notifying import NoticeKind
from bot.slack.payloads import decode
from bot.slack.views import acknowledgement as acknowledgement_views
from bot.slack.views import deal_flags as flag_views
from bot.slack.views import health_check as health_check_views
from bot.slack.views import overview as overview_views
from bot.slack.views.text import Block, View, context, escaped, section
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Content:
    """What is shown: a message (`text` and `blocks`), or a whole `view`."""

    text: str = ""
    blocks: tuple[Block, ...] = ()
    view: View | None = None

    @property
    def digest(self) -> str:
        """A digest that is the same exactly when what is shown is the same."""
        shown = json.dumps([self.text, self.blocks, self.view], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(shown.encode()).hexdigest()


Render = Callable[[Store, NoticeRow, datetime], Content | None]


def render(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    """Return what a notice shows now, or None when there is nothing left to say."""
    return RENDERERS[NoticeKind(notice.kind)](store, notice, now)


def _health_check(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    with store.reading() as uow:
        card = read_health_check(uow, notice.person_id, notice.subject_id, now)
    if card is None:
        return None
    return Content(health_check_views.summary(card), tuple(health_check_views.blocks(card)))


def _acknowledgement(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    card = read_acknowledgement(store, notice.subject_id)
    if card is None:
        return None
    return Content(acknowledgement_views.summary(card), tuple(acknowledgement_views.blocks(card)))


def _dispute(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    card = read_acknowledgement(store, notice.subject_id)
    if card is None:
        return None
    return Content(
        acknowledgement_views.dispute_summary(card), tuple(acknowledgement_views.dispute_blocks(card))
    )


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


def _deal_list(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    _view_id, fire_id, chosen = notice.subject_id.split("|", 2)
    with store.reading() as uow:
        person = uow.people.get(notice.person_id)
    if person is None or person.slack_user_id is None:
        return None
    card = all_flagged(store, person.slack_user_id, fire_id, now)
    return Content(view=flag_views.list_form(card, flag_views.ListFilter.parse(decode(chosen))))


def _home(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    today = overview.today_of_person(store, notice.person_id, now)
    if today is None or today.person.slack_user_id is None:
        return None
    week = overview.week(store, today.person.slack_user_id, now)
    return Content(view=overview_views.home(today, week))


RENDERERS: Mapping[NoticeKind, Render] = {
    NoticeKind.HEALTH_CHECK: _health_check,
    NoticeKind.ACKNOWLEDGEMENT: _acknowledgement,
    NoticeKind.DISPUTE: _dispute,
    NoticeKind.SNOOZE_OVER: _snooze_over,
    NoticeKind.HINT: _hint,
    NoticeKind.DEAL_LIST: _deal_list,
    NoticeKind.HOME: _home,
}
