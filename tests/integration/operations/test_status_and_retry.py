"""What was given up is listed with its reason, and sent again on command, once."""

from __future__ import annotations

from datetime import date

import pytest

from bot.commands.status import in_words
from bot.domain.people import Role
from bot.errors import NotFound
from bot.jobs.queue import DurableQueue
from bot.services import dead_letters
from bot.services.dead_letters import retry
from bot.services.notifying import NoticeKind, Subject, Urgency, tell
from bot.services.overview import today
from bot.services.status import read_status
from bot.slack.views.overview import today_blocks
from bot.store.repositories.inbox import InboxFigures, KeptEvent
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, PEOPLE, set_up


@pytest.fixture
def queue(store: Store) -> DurableQueue:
    """A company in which one message was given up."""
    set_up(store)
    queue = DurableQueue(store.engine)
    with store.writing() as uow:
        tell(
            uow,
            queue,
            kind=NoticeKind.HEALTH_CHECK,
            person_id="mia",
            subject=Subject("cadence_fire", "f1"),
            reason="a test",
            cause="d1",
            urgency=Urgency.DUE_TODAY,
            now=MONDAY,
        )
        uow.notices.begin_attempt("d1")
        uow.notices.mark_failed("d1", "account_inactive", dead=True)
        uow.fires.record(
            "health_check",
            "Europe/Berlin",
            date(2026, 10, 5),
            starts_at=MONDAY,
            due_at=MONDAY,
            now=MONDAY,
            late=True,
        )
    return queue


def test_the_status_tells_what_is_under_way_and_what_was_given_up(store: Store, queue: DurableQueue) -> None:
    status = read_status(store, MONDAY)

    assert [(one.id, one.person, one.reason) for one in status.dead] == [("d1", "Mia", "account_inactive")]
    assert [(one.what, one.since) for one in status.dead] == [("health_check", MONDAY)]
    assert status.deliveries == {"dead": 1}
    assert status.queues["deliveries"] == 1
    assert status.oldest_waiting is None
    (expanding,) = status.expanding
    assert (expanding.cadence, expanding.zone, expanding.done) == ("health_check", "Europe/Berlin", 0)


def test_it_is_sent_again_under_a_job_of_its_own_and_that_is_on_record(
    store: Store, queue: DurableQueue
) -> None:
    assert retry(store, queue, "d1", MONDAY, by="olga") == 1

    status = read_status(store, MONDAY)
    assert (status.deliveries, status.dead, status.queues["deliveries"]) == ({"queued": 1}, (), 2)
    with store.reading() as uow:
        revived = uow.notices.delivery("d1")
        (event,) = uow.audit.of_entity("delivery", "d1")
    assert revived is not None
    assert revived.attempts == 1  # so that the next attempt looks before it sends
    assert (event.action, event.before) == (
        "delivery.retried",
        {"state": "dead", "error": "account_inactive"},
    )
    assert event.after == {"state": "queued", "by": "olga"}


def test_what_was_not_given_up_is_not_sent_again(store: Store, queue: DurableQueue) -> None:
    assert retry(store, queue, None, MONDAY) == 1
    assert retry(store, queue, None, MONDAY) == 0
    with pytest.raises(NotFound, match="drumbeat status"):
        retry(store, queue, "d1", MONDAY)
    assert read_status(store, MONDAY).queues["deliveries"] == 2


def test_all_are_tried_again_though_more_were_given_up_than_a_status_lists(
    store: Store, queue: DurableQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "MOST", 2)
    monkeypatch.setattr(dead_letters, "PAGE", 2)
    with store.writing() as uow:
        for number in range(2, 7):
            notice_id = uow.notices.add("hint", "mia", "person", "mia", "a test", MONDAY)
            uow.notices.add_delivery(f"d{number}", notice_id, "mia", "post", MONDAY)
            uow.notices.mark_failed(f"d{number}", "account_inactive", dead=True)

    assert retry(store, queue, "d6", MONDAY) == 1
    assert retry(store, queue, None, MONDAY) == 5
    assert read_status(store, MONDAY).deliveries == {"queued": 6}


def shown_to_an_admin(store: Store) -> str:
    ada = next(one for one in PEOPLE if Role.ADMIN in one.roles)
    return str(today_blocks(today(store, ada.slack_user_id or "", MONDAY)))


def test_an_admin_is_shown_what_was_given_up_and_why(store: Store, queue: DurableQueue) -> None:
    assert "Mia: health check, Monday 5 Oct, 09:00 (account_inactive)" in shown_to_an_admin(store)


def test_an_event_that_failed_too_often_is_named_and_tried_again_with_the_rest(
    store: Store, queue: DurableQueue
) -> None:
    with store.writing() as uow:
        for key, attempts in (("Ev1", 0), ("Ev2", 4)):
            uow.inbox.keep([KeptEvent(key, {"type": "message"}, None, MONDAY, 1, attempts)])
        uow.inbox.failed("Ev2", "ref-2")
    status = read_status(store, MONDAY)
    assert status.events == InboxFigures(waiting=1, stuck=("ref-2",))
    assert "1 given up after several attempts; in the log: ref-2" in in_words(status)

    assert "1 event from Slack could not be worked off" in shown_to_an_admin(store)

    assert retry(store, queue, None, MONDAY, by="olga") == 2

    assert "could not be worked off" not in shown_to_an_admin(store)
    assert read_status(store, MONDAY).events == InboxFigures(waiting=2, stuck=())
    with store.reading() as uow:
        (said,) = [
            one
            for one in uow.audit.of_entity("workspace", uow.workspace_id)
            if one.action == "events.retried"
        ]
    assert said.after == {"events": 1, "by": "olga"}
