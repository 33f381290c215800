"""The agenda of a one-on-one, the question after it, what changed, what is proposed, an invitation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.domain.one_on_one_cards import SlotCard
from bot.services.notifying import NoticeKind
from bot.services.one_on_one_schedule import read_accepted, read_invitation
from bot.services.one_on_one_week import read_slot
from bot.slack.notices.content import Content, Render
from bot.slack.views import one_on_one as views
from bot.slack.views.text import Block
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _slot(summary: Callable[[SlotCard], str], blocks: Callable[[SlotCard], Sequence[Block]]) -> Render:
    """Return what renders a slot as the person told sees it."""

    def render(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
        card = read_slot(store, notice.person_id, notice.subject_id, now)
        return Content(summary(card), tuple(blocks(card))) if card else None

    return render


_changed_slot = _slot(views.changed_summary, views.changed_blocks)


def _changed(store: Store, notice: NoticeRow, now: datetime) -> Content | None:
    if notice.subject_kind == "one_on_one":
        return _changed_slot(store, notice, now)
    found = read_accepted(store, notice.subject_id)
    if found is None:
        return None
    return Content(views.series_summary(found.manager), tuple(views.series_blocks(found)))


def _invitation(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    invitation = read_invitation(store, notice.person_id, notice.subject_id)
    if invitation is None:
        return None
    return Content(views.invitation_summary(invitation), tuple(views.invitation_blocks(invitation)))


RENDERERS: Mapping[NoticeKind, Render] = {
    NoticeKind.ONE_ON_ONE_AGENDA: _slot(views.agenda_summary, views.agenda_blocks),
    NoticeKind.ONE_ON_ONE_ENDED: _slot(views.ended_summary, views.ended_blocks),
    NoticeKind.ONE_ON_ONE_PROPOSAL: _slot(views.proposal_summary, views.proposal_blocks),
    NoticeKind.ONE_ON_ONE_CHANGED: _changed,
    NoticeKind.ONE_ON_ONE_INVITE: _invitation,
}
