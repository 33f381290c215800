"""What is held about a person, told to nobody but them, and who was shown their coaching logs."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.my_data import PURPOSES, MyData, RecordKind
from bot.domain.verification import Answer
from bot.services.coaching_answer import AnswerLog, answer
from bot.services.coaching_judging import advance
from bot.services.coaching_reading import read_log, recent_logs, release_text
from bot.services.my_data import my_data
from bot.store.repositories.personal_records import PLACES
from bot.store.tables import metadata
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every, logged
from tests.integration.services.inspecting import marked, wrote
from tests.integration.services.test_coaching_logs import log

DAY = timedelta(days=1)
# What is of no one person, or is never told of: ratings, what the leaders above hold, the machinery.
NOT_TOLD = {
    *("rating_tokens", "rating_batches", "rating_raters", "rating_releases"),
    *("erasures", "tombstones", "deliveries", "attention_days", "person_roles", "audit_events"),
    # Told with what they hang on: a thread, a review, a schedule, a question whether a conversation was held.
    *("deal_threads", "team_channels", "review_deals", "pipeline_reviews", "next_actions", "deep_dives"),
    *("one_on_one_series", "acknowledgements", "flag_listings", "demotion_proposals", "activities"),
}


def held(store: Store, user: str = "UROB") -> dict[RecordKind, tuple[int, date | None, date | None]]:
    data = my_data(store, user)
    return {one.kind: (one.count, one.first, one.last) for one in data.held}


def readings(data: MyData) -> list[tuple[str, bool, str, int]]:
    return [(one.reader, one.about, "text" if one.text else "facts", one.logs) for one in data.readings]


def test_each_kind_is_counted_with_its_days(fired: Store, jobs: RecordedJobs) -> None:
    logged(fired, jobs)
    log(fired, jobs)
    words = "Silence after the price was your strength; hold it for four seconds longer."
    step = "Ria opens her next two calls with the budget question"
    assert log(fired, jobs, "ria", feedback=words, step=step).faults == ()
    seen = held(fired)

    monday = date(2026, 10, 5)
    assert seen[RecordKind.ENTRY] == (1, None, None)
    assert seen[RecordKind.LOGS_ABOUT] == (1, monday, monday)
    assert seen[RecordKind.CONVERSATIONS] == (1, monday, monday)
    assert seen[RecordKind.OBSERVATIONS][0] == 3
    assert seen[RecordKind.DEALS][0] == 2
    assert RecordKind.LOGS_BY not in seen
    assert held(fired, "UMIA")[RecordKind.LOGS_BY] == (2, monday, monday)
    assert held(fired, "UMIA")[RecordKind.NOTES_BY][0] == 2
    assert RecordKind.NOTES_BY not in seen


def test_what_was_written_in_threads_is_told(inspected: Store, jobs: RecordedJobs) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))

    seen = held(inspected)
    assert (seen[RecordKind.EVIDENCE][0], seen[RecordKind.THREAD_MESSAGES][0]) == (1, 1)
    assert seen[RecordKind.QUESTIONS][0] == 3


def test_who_is_not_in_the_crm_or_not_known_any_more_gets_an_answer(company: Store) -> None:
    stranger = my_data(company, "UNOBODY")
    leaver = my_data(company, "UIAN")

    assert (stranger.name, stranger.held, stranger.readings) == (None, (), ())
    assert stranger.request_days == 7
    assert leaver.name == "Ian"


def test_every_kind_is_shown_somewhere_and_every_table_of_people_is_thought_of() -> None:
    assert {kind for purpose in PURPOSES for kind in purpose.kinds} == set(RecordKind) == set(PLACES)
    told = {place.table.__tablename__ for places in PLACES.values() for place in places}
    of_people = {
        table.name
        for table in metadata.sorted_tables
        if any(key.column.table.name == "people" for column in table.c for key in column.foreign_keys)
    }
    assert of_people - told == NOT_TOLD & of_people


def test_who_was_shown_a_log_is_on_record_once_a_day(company: Store, jobs: RecordedJobs) -> None:
    done = log(company, jobs)
    assert readings(my_data(company, "UROB")) == []
    for now in (MONDAY + DAY, MONDAY + DAY + timedelta(hours=1), MONDAY + 2 * DAY):
        assert recent_logs(company, "UVIC", now)
    read_log(company, "UMIA", done.log_id, MONDAY)

    assert readings(my_data(company, "UROB")) == [
        ("Vic", True, "facts", 1),
        ("Mia", True, "text", 1),
    ]
    assert readings(my_data(company, "UMIA")) == [("Vic", False, "facts", 1)]
    assert len(every(company, "coaching_reads")) == 3
    assert my_data(company, "UVIC").readings == ()
    assert held(company, "UVIC")[RecordKind.READS][0] == 2
    assert RecordKind.READS not in held(company, "UMIA")


def test_a_leader_who_read_the_text_is_told_apart(company: Store, jobs: RecordedJobs) -> None:
    done = log(company, jobs)
    read_log(company, "UVIC", done.log_id, MONDAY + DAY)
    for user in ("UMIA", "UROB"):
        release_text(company, jobs, user, done.log_id, MONDAY + DAY)
    read_log(company, "UVIC", done.log_id, MONDAY + 2 * DAY)

    found = readings(my_data(company, "UROB"))
    assert found == [("Vic", True, "text", 1), ("Vic", True, "facts", 1)]


def test_reading_ones_own_logs_in_the_list_is_no_reading_by_others(
    company: Store, jobs: RecordedJobs
) -> None:
    log(company, jobs)
    for user in ("UROB", "UMIA", "URIA", "UADA", "UMAX"):
        recent_logs(company, user, MONDAY)

    assert every(company, "coaching_reads") == {}


def test_a_dispute_that_goes_up_was_shown_to_the_leader(company: Store, jobs: RecordedJobs) -> None:
    done = log(company, jobs)
    answer(company, jobs, AnswerLog("UROB", done.log_id, 1, Answer.DISPUTED, ""), MONDAY)
    advance(company, jobs, MONDAY + 10 * DAY)

    assert readings(my_data(company, "UROB")) == [("Vic", True, "facts", 1)]
