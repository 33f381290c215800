"""The view of a verdict, filled anew once its comment is written or taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.verdict_comments import Judged
from bot.services.coaching_reading import read_log
from bot.services.follow_through import why_decision
from bot.services.notifying import NoticeKind
from bot.services.overview import why
from bot.slack.notices.content import Content, Render
from bot.slack.views import coaching_log, decisions, overview
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _why(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    _view_id, kind, shown_id = notice.subject_id.split("|", 2)
    with store.reading() as uow:
        person = uow.people.get(notice.person_id)
    if person is None or person.slack_user_id is None:
        return None
    if kind == Judged.OBLIGATION:
        return Content(view=overview.why_view(*why(store, person.slack_user_id, shown_id, now)))
    if kind == Judged.DECISION:
        return Content(view=decisions.why_view(*why_decision(store, person.slack_user_id, shown_id, now)))
    return Content(view=coaching_log.log_view(read_log(store, person.slack_user_id, shown_id, now)))


RENDERERS: Mapping[NoticeKind, Render] = {NoticeKind.WHY: _why}
