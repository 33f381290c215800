"""What stands in deals' threads, and what an inspection tells one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.evidence import EvidenceState
from bot.domain.inspection_cards import DemotionCard, EvidenceCard
from bot.services.deal_evidence import read_evidence
from bot.services.deal_inspection import read_round
from bot.services.deal_messages import read_prompt
from bot.services.deal_thread import read_head, read_link
from bot.services.demotion import read_demotion
from bot.services.notifying import NoticeKind
from bot.slack.notices.content import Content, Render
from bot.slack.views import deal_thread as thread_views
from bot.slack.views import inspection_news as news
from bot.slack.views.text import Block
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store


def _head(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    with store.reading() as uow:
        head = read_head(uow, notice.subject_id)
    if head is None:
        return None
    return Content(thread_views.head_summary(head), tuple(thread_views.head_blocks(head)))


def _round(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    with store.reading() as uow:
        card = read_round(uow, notice.subject_id)
    if card is None:
        return None
    return Content(thread_views.round_summary(card), tuple(thread_views.round_blocks(card)))


def _asked(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    with store.reading() as uow:
        card = read_round(uow, notice.subject_id)
    if card is None or card.owner.id != notice.person_id:
        return None  # another rep's deal by now
    return Content(news.asked_summary(card), tuple(news.asked_blocks(card)))


def _link(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    with store.reading() as uow:
        link = read_link(uow, notice.subject_id)
    if link is None:
        return None
    return Content(thread_views.link_summary(link), tuple(thread_views.link_blocks(link)))


def _prompt(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
    with store.reading() as uow:
        prompt = read_prompt(uow, notice.subject_id)
    if prompt is None:
        return None
    return Content(thread_views.prompt_summary(prompt), tuple(thread_views.prompt_blocks(prompt)))


def _of_evidence(
    summary: Callable[[EvidenceCard], str],
    blocks: Callable[[EvidenceCard], list[Block]],
    state: EvidenceState | None = None,
) -> Render:
    def render(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
        with store.reading() as uow:
            card = read_evidence(uow, notice.subject_id)
        if card is None or card.owner.id != notice.person_id:
            return None  # another rep's deal by now
        if state is not None and card.evidence.state is not state:
            return None  # judged anew, or withdrawn, before it could be told
        return Content(summary(card), tuple(blocks(card)))

    return render


def _permalink(_store: Store, _notice: NoticeRow, _now: datetime) -> Content:
    return Content()  # nothing is shown: a link is fetched


def _of_demotion(
    summary: Callable[[DemotionCard], str],
    blocks: Callable[[DemotionCard], list[Block]],
    concerned: Callable[[DemotionCard], str | None],
) -> Render:
    def render(store: Store, notice: NoticeRow, _now: datetime) -> Content | None:
        with store.reading() as uow:
            card = read_demotion(uow, notice.subject_id)
        if card is None:
            return None
        if not card.settled and (card.handed_over or concerned(card) != notice.person_id):
            return None  # another rep's deal, or another team's rep, by now
        return Content(summary(card), tuple(blocks(card)))

    return render


RENDERERS: Mapping[NoticeKind, Render] = {
    NoticeKind.DEAL_THREAD: _head,
    NoticeKind.INSPECTION_ROUND: _round,
    NoticeKind.QUESTIONS_ASKED: _asked,
    NoticeKind.THREAD_LINK: _link,
    NoticeKind.EVIDENCE_PROMPT: _prompt,
    NoticeKind.EVIDENCE_LINK: _permalink,
    NoticeKind.EVIDENCE_FOLLOW_UP: _of_evidence(
        news.follow_up_summary, news.follow_up_blocks, EvidenceState.INSUFFICIENT
    ),
    NoticeKind.EVIDENCE_UNDONE: _of_evidence(news.undone_summary, news.undone_blocks),
    NoticeKind.EVIDENCE_REJECTED: _of_evidence(
        news.rejected_summary, news.rejected_blocks, EvidenceState.REJECTED
    ),
    NoticeKind.DEMOTION_PROPOSED: _of_demotion(
        news.proposed_summary, news.proposed_blocks, lambda card: card.owner.id
    ),
    NoticeKind.DEMOTION_TOLD: _of_demotion(
        news.told_summary, news.told_blocks, lambda card: card.owner.manager_id
    ),
}
