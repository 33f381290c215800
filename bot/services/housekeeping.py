"""What is kept for a set time only is forgotten then: once a day, in pages that nobody waits behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import structlog

from bot.domain.settings import Retention
from bot.jobs.finished import FinishedJobs
from bot.services.notifying import NoticeKind
from bot.store.unit_of_work import Store, UnitOfWork

log = structlog.get_logger()

A_PAGE = 500
# So that others have their turn between two pages.
BREATH_SECONDS = 0.02
# A limit counts seconds; whoever has not written for a day is as free as somebody new.
PACES_KEPT = timedelta(days=1)
# Replies to what somebody wrote in that moment: nothing changes them, and nothing is found by them.
PASSING = (NoticeKind.HINT.value, NoticeKind.COACHING_OFFER.value)


def keep_house(
    store: Store, jobs: FinishedJobs, now: datetime, go_on: Callable[[], bool] = lambda: True
) -> Mapping[str, int] | None:
    """Forget what is past its time and return how much of each; None when today's turn is taken already.

    The day is one of real time, and of all processes together. Where `go_on` says no, it ends after the page
    in hand; what was left then, or by a killed process, waits for the next day.
    """
    with store.writing() as uow:
        real_now = uow.paces.now()
        if not uow.inbound.first_time(f"housekeeping:{real_now:%Y-%m-%d}", "housekeeping", now):
            return None
        kept = _retention(uow)
    forgotten = {
        "request_keys": _pages(lambda: _keys(store, now - kept.request_keys), go_on),
        "events": _pages(lambda: _events(store, real_now - kept.request_keys), go_on),
        "jobs": _pages(lambda: jobs.forget_before(real_now - kept.jobs, A_PAGE), go_on),
        "messages": _pages(_messages(store, now - kept.messages), go_on),
        "days": _pages(lambda: _days(store, (now - kept.cards).date()), go_on),
        "paces": _pages(lambda: _paces(store, real_now - PACES_KEPT), go_on),
    }
    log.info("house_kept", **forgotten)
    if any(forgotten.values()):
        with store.writing() as uow:
            uow.audit.record(
                at=now,
                actor_id=None,
                action="housekeeping.done",
                entity_kind="workspace",
                entity_id=uow.workspace_id,
                after=forgotten,
            )
    return forgotten


def _retention(uow: UnitOfWork) -> Retention:
    row = uow.settings.current("retention")
    return Retention.model_validate(row.value) if row else Retention()


def _pages(a_page: Callable[[], int], go_on: Callable[[], bool]) -> int:
    total = 0
    while go_on():
        count = a_page()
        total += count
        if count < A_PAGE:
            break
        time.sleep(BREATH_SECONDS)
    return total


def _keys(store: Store, before: datetime) -> int:
    with store.writing() as uow:
        return uow.inbound.forget_before(before, A_PAGE)


def _events(store: Store, before: datetime) -> int:
    """Forget what could not be worked off in all that time; nobody would know what to do with it."""
    with store.writing() as uow:
        return uow.inbox.forget_before(before, A_PAGE)


def _days(store: Store, before: date) -> int:
    """Forget what days held: a card of theirs that changes after all shows no lines any more."""
    with store.writing() as uow:
        return uow.attention.forget_before(before, A_PAGE)


def _paces(store: Store, before: datetime) -> int:
    with store.writing() as uow:
        return uow.paces.forget(before, A_PAGE)


def _messages(store: Store, before: datetime) -> Callable[[], int]:
    last: str | None = None

    def a_page() -> int:
        nonlocal last
        with store.writing() as uow:
            page = uow.settled.forget_before(before, PASSING, after=last, at_most=A_PAGE)
        last = page.last
        return page.forgotten

    return a_page
