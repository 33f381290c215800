"""What is kept for a time only goes once a day; what may still be needed stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.settings import Retention
from bot.jobs.finished import FinishedJobs
from bot.services import housekeeping
from bot.services.housekeeping import keep_house
from bot.store.handling import Inbound
from bot.store.repositories.inbox import KeptEvent
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, every

DAY = timedelta(days=1)
KEPT = Retention().request_keys
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def finished(company: Store) -> FinishedJobs:
    return FinishedJobs(company.engine)


def taken(store: Store, key: str) -> bool:
    with store.reading() as uow:
        return uow.inbound.answer(key) is not None


def a_day_passes(store: Store) -> None:
    """Today's turn was another day's."""
    with store.writing() as uow:
        uow.connection.exec_driver_sql("DELETE FROM inbound_keys WHERE kind = 'housekeeping'")


def test_a_key_is_forgotten_after_its_time_and_not_before(company: Store, finished: FinishedJobs) -> None:
    for key, at in (("old", MONDAY), ("new", MONDAY + DAY)):
        with company.handling(Inbound(key, "action", at)), company.writing():
            pass

    assert keep_house(company, finished, MONDAY + KEPT) is not None
    assert taken(company, "old")

    a_day_passes(company)
    done = keep_house(company, finished, MONDAY + KEPT + DAY / 2)
    assert done == {"request_keys": 1, "events": 0, "jobs": 0, "messages": 0, "days": 0, "paces": 0}
    assert (taken(company, "old"), taken(company, "new")) == (False, True)


def test_it_is_done_once_a_day_and_on_record(company: Store, finished: FinishedJobs) -> None:
    with company.handling(Inbound("old", "action", MONDAY)), company.writing():
        pass

    assert keep_house(company, finished, MONDAY + 2 * KEPT) is not None
    assert keep_house(company, finished, MONDAY + 2 * KEPT) is None

    with company.reading() as uow:
        about = uow.audit.of_entity("workspace", company.workspace_id)
    found = [event for event in about if event.action == "housekeeping.done"]
    assert [event.after and event.after["request_keys"] for event in found] == [1]


def test_an_event_that_could_not_be_worked_off_goes_with_the_keys(
    company: Store, finished: FinishedJobs
) -> None:
    with company.writing() as uow:
        now = uow.paces.now()
        for key, at in (("old", now - KEPT - DAY), ("new", now - KEPT + DAY)):
            arrived = int(at.timestamp()) * 1_000_000_000
            uow.inbox.keep([KeptEvent(key, {"type": "message"}, None, MONDAY, arrived, attempts=5)])

    done = keep_house(company, finished, MONDAY)

    assert done is not None
    assert done["events"] == 1
    assert [key for _, key in every(company, "inbox_events")] == ["new"]


def test_what_a_day_held_goes_after_its_time_unless_its_card_was_given_up(
    company: Store, finished: FinishedJobs
) -> None:
    today = MONDAY + Retention().cards
    with company.writing() as uow:
        for days_ago, state in ((2, "sent"), (3, "dead"), (0, "sent")):
            notice_id = uow.notices.add("hint", "mia", "person", "mia", "a test", MONDAY)
            uow.notices.add_delivery(f"d{days_ago}", notice_id, "mia", "post", MONDAY)
            if state == "dead":
                uow.notices.mark_failed(f"d{days_ago}", "account_inactive", dead=True)
            day = uow.attention.locked("mia", (MONDAY - days_ago * DAY).date())
            uow.attention.save(replace(day, card_id=notice_id, pings=1))

    done = keep_house(company, finished, today)

    assert done is not None
    assert done["days"] == 1
    left = sorted(day for _, _, day in every(company, "attention_days"))
    assert left == [(MONDAY - 3 * DAY).date(), MONDAY.date()]


def test_limits_that_nobody_uses_are_dropped(company: Store, finished: FinishedJobs) -> None:
    with company.writing() as uow:
        now = uow.paces.now()
        uow.paces.locked(["workspace", "person:mia"])
        uow.paces.put({"workspace": now, "person:mia": now - 2 * DAY})

    done = keep_house(company, finished, MONDAY)

    assert done is not None
    assert done["paces"] == 1
    with company.reading() as uow:
        assert uow.paces.latest(["workspace"]) is not None
        assert uow.paces.latest(["person:mia"]) is None


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_limit_in_use_is_not_waited_for(company: Store, finished: FinishedJobs) -> None:
    with company.writing() as uow:
        uow.paces.locked(["person:mia"])
    with company.engine.begin() as elsewhere:
        elsewhere.exec_driver_sql("SELECT * FROM paces FOR UPDATE")
        done = keep_house(company, finished, MONDAY)

    assert done is not None
    assert done["paces"] == 0


@ON_ONE
def test_many_go_in_pages_and_a_process_that_ends_leaves_the_rest(
    company: Store, finished: FinishedJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "A_PAGE", 2)
    for number in range(7):
        with company.handling(Inbound(f"k{number}", "action", MONDAY)), company.writing():
            pass
    pages = iter([True, True])

    done = keep_house(company, finished, MONDAY + 2 * KEPT, lambda: next(pages, False))
    assert done is not None
    assert done["request_keys"] == 4

    a_day_passes(company)
    done = keep_house(company, finished, MONDAY + 2 * KEPT)
    assert done is not None
    assert done["request_keys"] == 3
