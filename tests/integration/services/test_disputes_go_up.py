"""A dispute of a coverage conversation that the two do not settle is brought to their leader, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.verification import Answer
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.enforcement import advance, next_deadlines
from bot.slack.rendering import render
from bot.store.repositories.notices import NoticeRow
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every, logged, question_to

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
UP = MONDAY + HOUR + 3 * DAY


def told(store: Store) -> list[str]:
    return sorted(one["person_id"] for one in every(store, "notices").values() if one["kind"] == "dispute")


def disputed(store: Store, jobs: RecordedJobs, now: datetime = MONDAY + HOUR) -> str:
    question = question_to(store)
    acknowledge(store, jobs, Acknowledge("UROB", question, Answer.DISPUTED, "She cancelled"), now)
    return question


def test_after_three_working_days_to_the_minute_it_goes_up_once(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    disputed(fired, jobs)
    with fired.reading() as uow:
        assert UP in next_deadlines(uow, MONDAY + 2 * HOUR)

    advance(fired, jobs, UP - timedelta(minutes=1))
    assert told(fired) == ["mia"]

    for now in (UP, UP + DAY):
        advance(fired, jobs, now)
        assert told(fired) == ["mia", "vic"]
    with fired.reading() as uow:
        assert UP not in next_deadlines(uow, UP)
    trail = [one for one in every(fired, "audit_events").values() if one["action"].endswith(".escalated")]
    assert [(one["entity_kind"], one["after"]) for one in trail] == [("coverage_conversation", {"to": "vic"})]


def shown(store: Store, person_id: str, now: datetime) -> str:
    """What this person reads of the dispute as it stands."""
    found = (one for one in every(store, "notices").values() if one["kind"] == "dispute")
    row = next(one for one in found if one["person_id"] == person_id)
    content = render(store, NoticeRow(**{name: row[name] for name in NoticeRow.__slots__}), now)
    return f"{content.text} {content.blocks}" if content else ""


def test_the_manager_reads_the_rep_s_words_and_the_leader_none(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    disputed(fired, jobs)
    advance(fired, jobs, UP)

    assert "She cancelled" in shown(fired, "mia", UP)
    to_vic = shown(fired, "vic", UP)
    assert "unsettled after three working days" in to_vic
    assert "She cancelled" not in to_vic

    logged(fired, jobs, "rob", UP + HOUR)
    assert "You have logged it again since" in shown(fired, "mia", UP + HOUR)
    assert "*Mia has logged it again since.*" in shown(fired, "vic", UP + HOUR)


def test_time_off_known_since_gives_the_two_more_time(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    disputed(fired, jobs)
    with fired.writing() as uow:
        uow.people.add_time_off("mia", date(2026, 10, 6), date(2026, 10, 8), "sick leave")

    advance(fired, jobs, UP)
    assert told(fired) == ["mia"]
    tuesday = UP + 5 * DAY  # after Friday and Monday the third working day
    advance(fired, jobs, tuesday - timedelta(minutes=1))
    assert told(fired) == ["mia"]
    advance(fired, jobs, tuesday)
    assert told(fired) == ["mia", "vic"]


def test_what_the_two_can_settle_no_more_does_not_go_up(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    disputed(fired, jobs)
    with fired.writing() as uow:
        uow.connection.exec_driver_sql("UPDATE people SET manager_id = 'max' WHERE id = 'rob'")

    advance(fired, jobs, UP)

    assert told(fired) == ["mia"]


def test_logged_again_it_stays_the_two_s(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    disputed(fired, jobs)
    logged(fired, jobs, "rob", MONDAY + DAY)

    advance(fired, jobs, UP + DAY)

    assert told(fired) == ["mia"]


def test_disputed_again_it_is_the_two_s_for_three_working_days_again(
    fired: Store, jobs: RecordedJobs
) -> None:
    logged(fired, jobs)
    disputed(fired, jobs)
    advance(fired, jobs, UP)
    logged(fired, jobs, "rob", UP + HOUR)
    disputed(fired, jobs, UP + 2 * HOUR)

    friday, wednesday = UP + DAY, UP + 2 * HOUR + 5 * DAY
    advance(fired, jobs, friday)
    assert told(fired) == ["mia", "mia", "vic"]
    advance(fired, jobs, wednesday - HOUR)
    assert told(fired) == ["mia", "mia", "vic"]
    advance(fired, jobs, wednesday + DAY)
    assert told(fired) == ["mia", "mia", "vic", "vic"]


def test_what_was_told_is_brought_up_to_date_when_it_is_logged_again(
    fired: Store, jobs: RecordedJobs
) -> None:
    logged(fired, jobs)
    question = disputed(fired, jobs)
    advance(fired, jobs, UP)
    sent = every(fired, "deliveries").values()
    with fired.writing() as uow:
        for one in sent:
            uow.notices.mark_sent(one["id"], "D1", "1.1", "hash", UP)
    jobs.deliveries.clear()

    logged(fired, jobs, "rob", UP + HOUR)

    asked = {one for one, _ in jobs.deliveries}
    of = {one["id"]: one for one in every(fired, "notices").values()}
    updated = {
        of[one["notice_id"]]["person_id"]
        for one in every(fired, "deliveries").values()
        if one["id"] in asked and of[one["notice_id"]]["subject_id"] == question
    }
    assert updated == {"mia", "vic"}
