"""The list of all flagged deals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.services.deal_flags import all_flagged
from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.payloads import decode
from bot.slack.views import deal_flags as views
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _deal_list(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    _view_id, fire_id, chosen = notice.subject_id.split("|", 2)
    with store.reading() as uow:
        person = uow.people.get(notice.person_id)
    if person is None or person.slack_user_id is None:
        return None
    card = all_flagged(store, person.slack_user_id, fire_id, now)
    return Content(view=views.list_form(card, views.ListFilter.parse(decode(chosen))))


RENDERERS: Mapping[NoticeKind, Render] = {NoticeKind.DEAL_LIST: _deal_list}
