"""Old messages are forgotten, but for what is still needed to change what stands, or to try again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.settings import Retention
from bot.jobs.finished import FinishedJobs
from bot.services.housekeeping import keep_house
from bot.services.presence import message_received
from bot.services.snooze import Snooze, snooze
from tests.integration.services.company import MONDAY, every, logged, owed_to
from tests.integration.slack.conftest import Office

LATER = MONDAY + Retention().messages + timedelta(days=1)
MINUTE = timedelta(minutes=1)


def forget(office: Office) -> int:
    done = keep_house(office.store, FinishedJobs(office.store.engine), LATER)
    assert done is not None
    return done["messages"]


async def a_month_ago(office: Office) -> None:
    """Mia's card was sent, changed twice, and somebody was given a hint."""
    await office.work_off()
    office.clock.at = MONDAY + MINUTE
    snooze(office.store, office.jobs, Snooze("UMIA", owed_to(office.store, "ria").id, "hour"), MONDAY)
    await office.work_off()
    office.clock.at = MONDAY + 2 * MINUTE
    message_received(office.store, office.jobs, "UVIC", "Ev2", MONDAY)
    logged(office.store, office.jobs)
    await office.work_off()
    office.clock.at = LATER


def told(office: Office) -> list[tuple[str, str, str]]:
    """Kind, mode and state of every delivery on record."""
    notices = {one["id"]: one["kind"] for one in office.table("notices")}
    found = [(notices[one["notice_id"]], one["mode"], one["state"]) for one in office.table("deliveries")]
    return sorted(found)


async def test_what_was_overtaken_goes_and_what_stands_can_still_be_changed(office: Office) -> None:
    await a_month_ago(office)
    before = told(office)
    assert before.count(("health_check", "update", "sent")) == 2
    assert ("hint", "post", "sent") in before

    gone = forget(office)

    after = told(office)
    assert len(before) - len(after) == gone
    assert after.count(("health_check", "post", "sent")) == 1
    assert after.count(("health_check", "update", "sent")) == 1
    assert not [one for one in after if one[0] == "hint"]
    posts = [one for one in before if one[1] in {"post", "channel"} and one[0] != "hint"]
    assert [one for one in after if one[1] in {"post", "channel"}] == posts
    assert {one["notice_id"] for one in office.table("deliveries")} == {
        one["id"] for one in office.table("notices")
    }

    card = (await office.told("UMIA"))[0]["ts"]
    logged(office.store, office.jobs, "ria")
    await office.work_off()
    changed = (await office.told("UMIA"))[0]
    assert changed["ts"] == card
    assert changed["text"].startswith("Health check of 5 Oct: no conversation is open")


async def test_what_is_shown_is_still_known_by_the_newest_change(office: Office) -> None:
    await a_month_ago(office)
    obligation = owed_to(office.store, "rob")
    with office.store.reading() as uow:
        shown = uow.notices.last_shown("health_check", obligation.source_id, "mia")

    forget(office)

    with office.store.reading() as uow:
        assert uow.notices.last_shown("health_check", obligation.source_id, "mia") == shown


@pytest.mark.parametrize("state", ["queued", "failed", "dead"])
async def test_what_did_not_arrive_stays(office: Office, state: str) -> None:
    await a_month_ago(office)
    with office.store.writing() as uow:
        uow.connection.exec_driver_sql(f"UPDATE deliveries SET state = '{state}'")
    before = every(office.store, "deliveries")

    assert forget(office) == 0
    assert every(office.store, "deliveries") == before


async def test_what_is_young_stays(office: Office) -> None:
    await a_month_ago(office)

    done = keep_house(office.store, FinishedJobs(office.store.engine), LATER - timedelta(days=2))

    assert done is not None
    assert done["messages"] == 0
