"""Erases what people wrote once it is past its time: once a day, in pages that nobody waits behind long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.settings import Retention
from bot.jobs.protocols import JobQueue
from bot.services.settings_book import current_settings
from bot.store.unit_of_work import Store, UnitOfWork

A_PAGE = 200
# What is over that waits for the next day: a first day with years behind it must not stop the clock.
MOST_PAGES = 10
KEY = "retention"


def erase_old_words(store: Store, _jobs: JobQueue, now: datetime) -> Mapping[str, int] | None:
    """Erase the words that are past their time; return how many records of each kind; None if done today.

    The day's turn is taken by one process. All pages of a day are one erasure, on record with its counts, as
    in the trail; a day on which nothing is due leaves neither.
    """
    turn = f"{KEY}:{now:%Y-%m-%d}"
    with store.reading() as uow:
        if uow.inbound.answer(turn) is not None:
            return None
    with store.writing() as uow:
        if not uow.inbound.first_time(turn, KEY, now):
            return None
        terms = terms_of(current_settings(uow).retention)
    counts: Counter[str] = Counter()
    erasure: str | None = None
    for kind, days in terms.items():
        for _ in range(MOST_PAGES):
            with store.writing() as uow:
                erasure, erased = _page(uow, kind, now - timedelta(days=days), now, erasure, counts)
            if erased < A_PAGE:
                break
    _record(store, erasure, counts, now)
    return dict(counts)


def terms_of(retention: Retention) -> dict[str, int]:
    """Return after how many days the words of each kind go; read records go as a whole."""
    return {
        "coaching_text": retention.coaching_text_days,
        "conversation_plans": retention.conversation_plans_days,
        "private_notes": retention.private_notes_days,
        "drafts": retention.drafts_days,
        "agenda_items": retention.agenda_items_days,
        "one_on_one_notes": retention.agenda_items_days,
        "decision_words": retention.decision_words_days,
        "verdict_comments": retention.verdict_comments_days,
        "flag_reasons": retention.flag_reasons_days,
        "evidence_words": retention.evidence_words_days,
        "thread_words": retention.evidence_words_days,
        "read_records": retention.read_records_days,
    }


def _page(
    uow: UnitOfWork, kind: str, before: datetime, now: datetime, erasure: str | None, counts: Counter[str]
) -> tuple[str | None, int]:
    if not uow.retention.anything(kind, before):
        return erasure, 0
    if erasure is None:
        erasure = uow.erasures.open("retention", None, "system", now)
    else:
        uow.erasures.reopen(erasure)
    erased = uow.retention.erase(kind, before, now, A_PAGE)
    counts[kind] += erased
    uow.erasures.finish(erasure, counts, now)
    return erasure, erased


def _record(store: Store, erasure: str | None, counts: Mapping[str, int], now: datetime) -> None:
    if erasure is None:
        return
    with store.writing() as uow:
        uow.audit.record(
            at=now,
            actor_id=None,
            action="retention.carried_out",
            entity_kind="erasure",
            entity_id=erasure,
            after=dict(counts),
        )
