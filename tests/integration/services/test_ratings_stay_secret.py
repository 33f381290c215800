from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.domain.people import Role
from bot.domain.ratings import Batch, is_readable
from bot.domain.verification import Answer
from bot.errors import InvalidInput, NotAllowed, StaleAction
from bot.services.access import actor_for
from bot.services.coaching_answer import AnswerLog, RateSession, answer, rate
from bot.services.coaching_reading import coaching_review, read_log
from bot.services.overview import team, today, week
from bot.services.presence import home_opened
from bot.services.ratings import next_release, release_ratings
from bot.store.tables import RatingReleases, metadata
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every, person, rows
from tests.integration.services.test_coaching_logs import log

# The first instants of these months in Berlin, where the workspace is.
NOVEMBER = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RATERS = ("rob", "ria", "ros", "rex")
FEEDBACK = (
    "You asked the buyer about money only after the demo; ask it in the first ten minutes.",
    "Three of your slides answered questions nobody had put; show the audit timeline instead.",
    "Your summary won the controller over: send it in writing before the weekend.",
    "Procurement will haggle about terms, so rehearse both concessions with legal beforehand.",
    "The champion never forwarded our proposal; get her director into Thursday's workshop.",
    "Silence after the price was your strength; hold it for four seconds longer.",
)


@pytest.fixture
def five_reps(company: Store) -> Store:
    add_two_reps(company)
    return company


def add_two_reps(store: Store) -> None:
    with store.writing() as uow:
        for name in ("ros", "rex"):
            uow.people.save(person(name, Role.REP, manager="mia"), "crm", f"crm-{name}")


def sessions(store: Store, jobs: RecordedJobs, reps: Sequence[str], start: int = 0) -> list[tuple[str, str]]:
    found = []
    for place, rep in enumerate(reps):
        text = FEEDBACK[(place + start) % len(FEEDBACK)]
        done = log(store, jobs, rep, feedback=f"{text} {rep} {place + start}", deal_1="", action_1="")
        assert done.faults == ()
        found.append((rep, done.log_id))
    return found


def rated(store: Store, jobs: RecordedJobs, given: Sequence[tuple[str, str]], scores: Sequence[int]) -> None:
    for (rep, log_id), score in zip(given, scores, strict=True):
        rate(store, jobs, RateSession(f"U{rep.upper()}", log_id, score), MONDAY + DAY)


def averages(store: Store) -> list[str]:
    return [str(row["average"]) for row in every(store, "rating_releases").values()]


def test_five_of_four_are_released_once_the_month_is_over(five_reps: Store, jobs: RecordedJobs) -> None:
    rated(five_reps, jobs, sessions(five_reps, jobs, [*RATERS, "rob"]), [5, 4, 3, 2, 4])

    release_ratings(five_reps, jobs, MONDAY + 2 * DAY)
    assert averages(five_reps) == []
    with five_reps.reading() as uow:
        assert next_release(uow, MONDAY) == [NOVEMBER]
    release_ratings(five_reps, jobs, NOVEMBER - timedelta(seconds=1))
    assert averages(five_reps) == []
    release_ratings(five_reps, jobs, NOVEMBER)
    release_ratings(five_reps, jobs, NOVEMBER + DAY)

    assert averages(five_reps) == ["3.6"]
    assert seen_averages(five_reps, "UMIA", NOVEMBER) == [("mia", "2026-11")]


def seen_averages(store: Store, user: str, now: datetime) -> list[tuple[str, str]]:
    with store.reading() as uow:
        review = coaching_review(uow, actor_for(uow, user), [], now)
    return [(one.id, month) for one, month, _ in review.averages]


def test_what_becomes_complete_in_a_month_waits_for_the_next(five_reps: Store, jobs: RecordedJobs) -> None:
    given = sessions(five_reps, jobs, [*RATERS, "rob"])
    rated(five_reps, jobs, given[:4], [5, 4, 3, 2])
    release_ratings(five_reps, jobs, NOVEMBER)
    rated(five_reps, jobs, given[4:], [4])
    for now in (NOVEMBER + timedelta(minutes=1), NOVEMBER + 9 * DAY, NOVEMBER + 29 * DAY):
        release_ratings(five_reps, jobs, now)
    with five_reps.reading() as uow:
        assert next_release(uow, NOVEMBER + DAY) == [DECEMBER]
    assert averages(five_reps) == []

    release_ratings(five_reps, jobs, DECEMBER)
    assert averages(five_reps) == ["3.6"]


def test_a_month_turns_once_though_its_key_is_forgotten(five_reps: Store, jobs: RecordedJobs) -> None:
    release_ratings(five_reps, jobs, NOVEMBER)
    with five_reps.writing() as uow:
        assert uow.inbound.forget_before(NOVEMBER + DAY, 10)
    rated(five_reps, jobs, sessions(five_reps, jobs, [*RATERS, "rob"]), [5, 4, 3, 2, 4])
    release_ratings(five_reps, jobs, NOVEMBER + 20 * DAY)
    assert averages(five_reps) == []


def test_an_average_goes_upward_a_working_day_after_its_manager_has_it(
    five_reps: Store, jobs: RecordedJobs
) -> None:
    rated(five_reps, jobs, sessions(five_reps, jobs, [*RATERS, "rob"]), [5, 4, 3, 2, 4])
    release_ratings(five_reps, jobs, DECEMBER)  # a Tuesday
    soon = DECEMBER + timedelta(hours=12)

    assert seen_averages(five_reps, "UMIA", soon) == [("mia", "2026-12")]
    assert seen_averages(five_reps, "UVIC", soon) == []
    assert seen_averages(five_reps, "UVIC", DECEMBER + DAY) == [("mia", "2026-12")]


def test_no_average_goes_upward_in_a_manager_s_first_six_weeks(five_reps: Store, jobs: RecordedJobs) -> None:
    rated(five_reps, jobs, sessions(five_reps, jobs, [*RATERS, "rob"]), [5, 4, 3, 2, 4])
    release_ratings(five_reps, jobs, NOVEMBER)

    assert seen_averages(five_reps, "UVIC", MONDAY + 42 * DAY - timedelta(minutes=1)) == []
    assert seen_averages(five_reps, "UVIC", MONDAY + 42 * DAY) == [("mia", "2026-11")]


@pytest.mark.parametrize(
    "reps", [RATERS, ("rob", "ria", "ros", "rob", "ria")], ids=["four ratings", "three raters"]
)
def test_too_little_is_carried_over_and_joins_the_next_month(
    five_reps: Store, jobs: RecordedJobs, reps: Sequence[str]
) -> None:
    rated(five_reps, jobs, sessions(five_reps, jobs, reps), [2] * len(reps))
    release_ratings(five_reps, jobs, NOVEMBER)
    assert averages(five_reps) == []

    more = sessions(five_reps, jobs, ["rex"], start=len(reps))
    rated(five_reps, jobs, more, [5])
    release_ratings(five_reps, jobs, DECEMBER)

    count = len(reps) + 1
    assert averages(five_reps) == [str(round((2 * len(reps) + 5) / count, 1))]


def test_batches_do_not_overlap(five_reps: Store, jobs: RecordedJobs) -> None:
    rated(five_reps, jobs, sessions(five_reps, jobs, [*RATERS, "rob"]), [5, 5, 5, 4, 4])
    release_ratings(five_reps, jobs, NOVEMBER)
    rated(five_reps, jobs, sessions(five_reps, jobs, ["ria"], start=5), [1])
    release_ratings(five_reps, jobs, DECEMBER)

    assert averages(five_reps) == ["4.6"]  # one more rating shows nothing: it waits for four others


def test_a_rating_is_final_and_only_the_coached_s(five_reps: Store, jobs: RecordedJobs) -> None:
    (rep, log_id), *_ = sessions(five_reps, jobs, ["rob"])
    with pytest.raises(InvalidInput):
        rate(five_reps, jobs, RateSession("UROB", log_id, 6), MONDAY)
    for user in ("UMIA", "UVIC", "UADA", "URIA"):
        with pytest.raises(NotAllowed):
            rate(five_reps, jobs, RateSession(user, log_id, 3), MONDAY)
    said = AnswerLog("UROB", log_id, 1, Answer.DISPUTED, "We did not meet")
    answer(five_reps, jobs, said, MONDAY)
    with pytest.raises(StaleAction, match="nothing to rate"):  # of what did not take place
        rate(five_reps, jobs, RateSession("UROB", log_id, 1), MONDAY)
    answer(five_reps, jobs, replace(said, answer=Answer.CONFIRMED), MONDAY)
    rate(five_reps, jobs, RateSession("UROB", log_id, 3), MONDAY)
    with pytest.raises(StaleAction, match="final"):
        rate(five_reps, jobs, RateSession("UROB", log_id, 5), MONDAY)
    assert rep == "rob"


def test_the_database_refuses_a_release_of_fewer_than_five(company: Store) -> None:
    with pytest.raises(Exception, match="ck_rating_releases_count"), company.writing() as uow:
        uow.connection.execute(
            insert(RatingReleases).values(
                workspace_id="main",
                manager_id="mia",
                number=1,
                month="2026-11",
                count=4,
                average=3,
                released_at=NOVEMBER,
            )
        )


def shown_to(store: Store, user: str, logs: Sequence[str], now: datetime) -> list[Any]:
    """Everything that the product shows to one person."""
    found: list[Any] = []
    for ask in (today, team, week):
        try:
            found.append(ask(store, user, now))
        except NotAllowed:
            continue
    for log_id in logs:
        try:
            found.append(read_log(store, user, log_id, now))
        except Exception as error:  # noqa: BLE001 - a refusal shows something too
            found.append(str(error))
    return found


@pytest.mark.parametrize("count", [1, 4, 5])
def test_nobody_finds_out_who_gave_which_rating(
    five_reps: Store, jobs: RecordedJobs, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Any role sees, and the tables hold, nothing in which a score stands beside its rater or session.

    What ratings change is looked for in all that is shown, stored, logged, told and handed to jobs; the only
    cell that depends on a score is masked.
    """
    # What each of them has open is brought up to date, and must not tell.
    for member in ("UMIA", *(f"U{rep.upper()}" for rep in (*RATERS, "rob"))):
        home_opened(five_reps, jobs, member, MONDAY)
    given = sessions(five_reps, jobs, [*RATERS, "rob"][:count])
    ids = [log_id for _, log_id in given]
    before, queued = rows(five_reps), len(jobs.deliveries)
    rated(five_reps, jobs, given, [4, 2, 5, 3, 1][:count])
    after = rows(five_reps)

    changed = {name for name, table in after.items() if table != before[name]}
    assert changed == {"rating_tokens", "rating_batches", "rating_raters", "notices", "deliveries"}
    for token in after["rating_tokens"].values():
        assert set(token) == {"workspace_id", "log_id", "rater_id"}
    for rater in after["rating_raters"].values():
        assert set(rater) == {"workspace_id", "manager_id", "rater_id"}
    (batch,) = after["rating_batches"].values()
    assert batch["count"] == count
    assert batch["masked"] > 5 * count  # a sum in the open would be at most this
    # What messages are brought up to date for it: of which log, and nothing else.
    assert {row["kind"] for row in after["notices"].values()} == {"coaching_asked", "home"}
    assert all(job.startswith("dlv_") for job, _ in jobs.deliveries[queued:])
    assert after["audit_events"] == before["audit_events"]
    assert caplog.text == ""
    for user in ("UMIA", "UVIC", "UADA", "URIA", "ULEA", "UMAX"):
        seen = str(shown_to(five_reps, user, ids, MONDAY + DAY))
        assert "masked" not in seen
        assert "average" not in seen.replace("average_deal_size", "").replace("averages=()", "")


def test_two_worlds_with_swapped_ratings_look_the_same(five_reps: Store, jobs: RecordedJobs) -> None:
    """Rob gave 5 and Ria 1, or the other way round: after the release no cell tells which."""
    given = sessions(five_reps, jobs, [*RATERS, "rob"])
    worlds = [after_release(five_reps, given, scores) for scores in ([5, 1, 3, 3, 3], [1, 5, 3, 3, 3])]

    assert worlds[0] == worlds[1]
    assert worlds[0]["rating_raters"] == []
    assert len(worlds[0]["rating_releases"]) == 1


def after_release(store: Store, given: Sequence[tuple[str, str]], scores: Sequence[int]) -> dict[str, Any]:
    """The tables of ratings after these were given and released, without the pad; all is taken back."""
    found: dict[str, Any] = {}
    with suppress(_Undone), store.writing() as uow:
        for (rep, log_id), score in zip(given, scores, strict=True):
            uow.ratings.rate("mia", log_id, rep, score)
        uow.ratings.release_due("2026-11", NOVEMBER)
        for name in ("rating_tokens", "rating_batches", "rating_raters", "rating_releases"):
            table = metadata.tables[name]
            made = uow.connection.execute(select(table)).mappings()
            found[name] = [{key: value for key, value in row.items() if key != "masked"} for row in made]
        raise _Undone
    return found


def test_a_sum_in_a_dump_fits_every_score(five_reps: Store, jobs: RecordedJobs) -> None:
    """Without the key even the first rating of a batch stays open: no other key reads it."""
    (rep, log_id), *_ = sessions(five_reps, jobs, ["rob"])
    rated(five_reps, jobs, [(rep, log_id)], [4])
    (row,) = every(five_reps, "rating_batches").values()
    batch = Batch("mia", row["number"], row["count"], row["masked"])

    guessed = [n.to_bytes(32, "big") for n in range(2000)]
    assert not any(is_readable(batch, key) for key in guessed)


class _Undone(Exception):
    """Takes back what a world did."""
