"""A person's day by the product's own setting: one card, one ping, lines, what waits for the next card."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.attention import Place
from bot.errors import NotAllowed, StaleAction
from bot.jobs.protocols import Lane
from bot.services.day_card import DayOfMessages, next_moments, open_line, pings_of, read_lines, tell_waiting
from bot.services.directory import SlackMember, join_directory
from bot.services.enforcement import advance
from bot.services.notifying import NoticeKind, Subject, Urgency, refresh, tell
from bot.services.presence import home_opened
from bot.services.snooze import Snooze, snooze
from bot.services.tick import tick
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every, monday, owed_to, quiet

DAY = date(2026, 10, 5)
HOUR = timedelta(hours=1)
EVENING = datetime(2026, 10, 5, 19, 30, tzinfo=UTC)  # 21:30 in Berlin
TUESDAY_AT_EIGHT = datetime(2026, 10, 6, 6, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 10, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def calm(company: Store) -> Store:
    """The company, by the product's own setting of one ping a day."""
    quiet(company)
    return company


def say(
    store: Store,
    jobs: RecordedJobs,
    cause: str,
    urgency: Urgency,
    now: datetime = MONDAY,
    person: str = "mia",
    subject: str | None = None,
) -> bool:
    with store.writing() as uow:
        return tell(
            uow,
            jobs,
            kind=NoticeKind.HINT,
            person_id=person,
            subject=Subject("person", subject or cause),
            reason="a test",
            cause=cause,
            urgency=urgency,
            now=now,
        )


def places(store: Store) -> dict[str, tuple[str | None, str, str]]:
    """Where each cause was told: place, mode and state of its message."""
    known = {one["id"]: one for one in every(store, "notices").values()}
    return {
        one["id"]: (known[one["notice_id"]]["place"], one["mode"], one["state"])
        for one in every(store, "deliveries").values()
        if not one["id"].startswith("dlv_")
    }


def notice_of(store: Store, cause: str) -> str:
    return next(str(one["notice_id"]) for one in every(store, "deliveries").values() if one["id"] == cause)


def mark_sent(store: Store, cause: str) -> None:
    with store.writing() as uow:
        uow.notices.mark_sent(cause, "D1", "1.1", "hash", MONDAY)


def test_one_card_one_ping_and_the_rest_without_a_sound(calm: Store, jobs: RecordedJobs) -> None:
    for cause, urgency in (
        ("news", Urgency.NEWS),
        ("more news", Urgency.NEWS),
        ("due", Urgency.DUE_TODAY),
        ("owed", Urgency.OWED),
        ("due too", Urgency.DUE_TODAY),
        ("hint", Urgency.DIRECT),
    ):
        assert say(calm, jobs, cause, urgency)

    assert places(calm) == {
        "news": (Place.CARD, "post", "queued"),
        "more news": (Place.HELD, "post", "held"),
        "due": (Place.PING, "reply", "queued"),
        "owed": (Place.HELD, "post", "held"),
        "due too": (Place.HELD, "post", "held"),
        "hint": (None, "post", "queued"),
    }
    assert [cause for cause, _ in jobs.deliveries] == ["news", "due", "hint"]
    assert pings_of(calm, "mia", DAY) == DayOfMessages(messages=2, pings=1, held=3)
    card = read_lines(calm, notice_of(calm, "news"))
    assert card is not None
    assert [row.delivery_id for row in card.rows] == ["due too", "owed", "more news"]


def test_the_next_day_begins_anew_and_nothing_is_told_twice(calm: Store, jobs: RecordedJobs) -> None:
    assert say(calm, jobs, "first", Urgency.OWED)
    assert say(calm, jobs, "second", Urgency.NEWS)
    assert not say(calm, jobs, "second", Urgency.NEWS)
    assert not say(calm, jobs, "second", Urgency.NEWS, TUESDAY_AT_EIGHT)

    assert say(calm, jobs, "third", Urgency.NEWS, TUESDAY_AT_EIGHT)
    assert places(calm)["third"] == (Place.CARD, "post", "queued")


def test_a_card_that_was_sent_is_updated_for_each_line(calm: Store, jobs: RecordedJobs) -> None:
    say(calm, jobs, "card", Urgency.NEWS)
    say(calm, jobs, "under way", Urgency.NEWS)
    assert [cause for cause, _ in jobs.deliveries] == ["card"]  # its sender sees the line
    mark_sent(calm, "card")

    say(calm, jobs, "line", Urgency.NEWS)

    (update,) = [one for one in every(calm, "deliveries").values() if one["mode"] == "update"]
    assert update["notice_id"] == notice_of(calm, "card")
    assert jobs.deliveries[-1] == (update["id"], Lane.REFRESHES)
    with calm.writing() as uow:
        subject = Subject("person", "line")
        refresh(uow, jobs, kind=NoticeKind.HINT, person_id="mia", subject=subject, now=MONDAY)
    assert len([one for one in every(calm, "deliveries").values() if one["mode"] == "update"]) == 2


@pytest.mark.parametrize("when", [EVENING, SATURDAY, datetime(2026, 10, 3, 9, 0, tzinfo=UTC)])
def test_outside_working_time_nothing_is_sent(calm: Store, jobs: RecordedJobs, when: datetime) -> None:
    """In the evening, on a Saturday, and on a public holiday, which falls on one."""
    say(calm, jobs, "late", Urgency.DUE_TODAY, when)

    assert jobs.deliveries == []
    assert places(calm)["late"] == (Place.LATER, "post", "held")


def test_it_comes_with_the_next_card_and_the_clock_stops_there(calm: Store, jobs: RecordedJobs) -> None:
    say(calm, jobs, "card", Urgency.NEWS)
    say(calm, jobs, "news", Urgency.NEWS, EVENING)
    say(calm, jobs, "due", Urgency.DUE_TODAY, EVENING + HOUR)
    jobs.deliveries.clear()
    with calm.reading() as uow:
        assert next_moments(uow, EVENING) == [TUESDAY_AT_EIGHT]
    horizon = tick(calm, jobs, None, EVENING)
    assert horizon.next_due is not None
    assert horizon.next_due.at == TUESDAY_AT_EIGHT

    tell_waiting(calm, jobs, TUESDAY_AT_EIGHT - timedelta(seconds=1))
    assert jobs.deliveries == []
    tell_waiting(calm, jobs, TUESDAY_AT_EIGHT)
    tell_waiting(calm, jobs, TUESDAY_AT_EIGHT)

    assert [cause for cause, _ in jobs.deliveries] == ["due"]  # the most urgent is the card
    assert places(calm)["due"] == (Place.CARD, "post", "queued")
    assert places(calm)["news"] == (Place.HELD, "post", "held")
    assert pings_of(calm, "mia", DAY + timedelta(days=1)) == DayOfMessages(1, 0, 1)


def test_what_is_told_first_in_the_morning_takes_along_what_waited(calm: Store, jobs: RecordedJobs) -> None:
    say(calm, jobs, "late", Urgency.OWED, EVENING)
    say(calm, jobs, "morning", Urgency.NEWS, TUESDAY_AT_EIGHT)

    assert places(calm)["morning"][0] == Place.CARD
    assert places(calm)["late"] == (Place.HELD, "post", "held")


def test_time_off_is_waited_out(calm: Store, jobs: RecordedJobs) -> None:
    with calm.writing() as uow:
        uow.people.add_time_off("mia", DAY, DAY + timedelta(days=2), "holiday")
    say(calm, jobs, "away", Urgency.DUE_TODAY)

    with calm.reading() as uow:
        assert next_moments(uow, MONDAY) == [TUESDAY_AT_EIGHT + timedelta(days=2)]


def test_who_is_not_in_slack_yet_is_told_once_they_join(calm: Store, jobs: RecordedJobs) -> None:
    with calm.writing() as uow:
        uow.people.link_slack("rob", "UMIA")  # Mia is nobody's Slack user now
        uow.people.link_slack("rob", "UROB")
    say(calm, jobs, "early", Urgency.OWED)
    say(calm, jobs, "early too", Urgency.NEWS)
    tell_waiting(calm, jobs, MONDAY + HOUR)
    with calm.reading() as uow:
        assert next_moments(uow, MONDAY) == []
    assert jobs.deliveries == []

    join_directory(calm, [SlackMember("UNEW", "mia@acme.example")], "T1", MONDAY + HOUR)
    tell_waiting(calm, jobs, MONDAY + HOUR)

    assert [cause for cause, _ in jobs.deliveries] == ["early"]
    assert places(calm)["early too"][0] == Place.HELD


def test_opened_in_full_once_by_its_person_alone(calm: Store, jobs: RecordedJobs) -> None:
    say(calm, jobs, "card", Urgency.NEWS)
    say(calm, jobs, "line", Urgency.NEWS)
    mark_sent(calm, "card")
    jobs.deliveries.clear()
    line = notice_of(calm, "line")

    with pytest.raises(NotAllowed, match="Only the person"):
        open_line(calm, jobs, "UROB", line, MONDAY)
    open_line(calm, jobs, "UMIA", line, MONDAY)
    with pytest.raises(StaleAction, match="opened before"):
        open_line(calm, jobs, "UMIA", line, MONDAY)

    assert jobs.deliveries[0] == ("line", Lane.INTERACTIVE)
    assert len(jobs.deliveries) == 2  # and the card, whose line says so
    assert pings_of(calm, "mia", DAY) == DayOfMessages(1, 0, 1)


def test_a_reminder_of_what_stands_on_the_card_is_no_second_line(calm: Store, jobs: RecordedJobs) -> None:
    say(calm, jobs, "card", Urgency.NEWS)
    say(calm, jobs, "ping", Urgency.OWED)
    say(calm, jobs, "asked", Urgency.OWED, subject="log")
    say(calm, jobs, "asked again", Urgency.DUE_TODAY, subject="log")

    assert places(calm)["asked again"] == (None, "post", "superseded")
    assert pings_of(calm, "mia", DAY) == DayOfMessages(2, 1, 1)


def test_what_rings_in_full_is_no_line_any_more(calm: Store, jobs: RecordedJobs) -> None:
    quiet(calm, 0)
    say(calm, jobs, "card", Urgency.NEWS)
    say(calm, jobs, "asked", Urgency.OWED, subject="log")
    quiet(calm, 1)
    say(calm, jobs, "asked again", Urgency.DUE_TODAY, subject="log")

    assert places(calm)["asked again"] == (Place.PING, "reply", "queued")
    assert places(calm)["asked"] == (None, "post", "superseded")
    assert pings_of(calm, "mia", DAY) == DayOfMessages(2, 1, 0)


def test_a_conversation_put_off_twice_rings_once(calm: Store, jobs: RecordedJobs) -> None:
    monday(calm, jobs)
    for rep in ("rob", "ria"):
        snooze(calm, jobs, Snooze("UMIA", owed_to(calm, rep).id, "hour"), MONDAY)

    advance(calm, jobs, MONDAY + HOUR)

    assert pings_of(calm, "mia", DAY) == DayOfMessages(messages=2, pings=1, held=0)


def test_a_card_that_had_nothing_to_say_leaves_the_day_open(calm: Store, jobs: RecordedJobs) -> None:
    say(calm, jobs, "moot", Urgency.NEWS)
    with calm.writing() as uow:
        uow.notices.mark_superseded("moot")

    say(calm, jobs, "next", Urgency.NEWS)

    assert places(calm)["next"] == (Place.CARD, "post", "queued")


def test_what_a_card_given_up_held_comes_with_the_next(calm: Store, jobs: RecordedJobs) -> None:
    say(calm, jobs, "lost", Urgency.NEWS)
    say(calm, jobs, "line", Urgency.NEWS)
    with calm.writing() as uow:
        uow.notices.mark_failed("lost", "account_inactive", dead=True)

    say(calm, jobs, "tomorrow", Urgency.NEWS, TUESDAY_AT_EIGHT)

    card = read_lines(calm, notice_of(calm, "tomorrow"))
    assert card is not None
    assert [row.delivery_id for row in card.rows] == ["line"]


def test_of_many_at_once_one_is_the_card_and_one_rings(calm: Store, jobs: RecordedJobs) -> None:
    start = threading.Barrier(8)

    def speak(number: int) -> None:
        start.wait()
        say(calm, jobs, f"n{number}", Urgency.DUE_TODAY)

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert pings_of(calm, "mia", DAY) == DayOfMessages(messages=2, pings=1, held=6)


def test_a_home_tab_follows_what_happens_once_it_was_opened(fired: Store, jobs: RecordedJobs) -> None:
    def published() -> list[str]:
        return [one["person_id"] for one in every(fired, "deliveries").values() if one["mode"] == "home"]

    snooze(fired, jobs, Snooze("UMIA", owed_to(fired, "rob").id, "hour"), MONDAY)
    assert published() == [], "nobody has looked at it yet"

    home_opened(fired, jobs, "UMIA", MONDAY)
    assert published() == ["mia"]
    snooze(fired, jobs, Snooze("UMIA", owed_to(fired, "ria").id, "hour"), MONDAY)
    assert published() == ["mia", "mia"]
