"""What leaders see of coaching: nothing before its manager has had it for a working day, no dispute early."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.domain.coaching import Sight
from bot.domain.coaching_cards import CoachedLine
from bot.domain.obligations import Verdict
from bot.domain.verification import Answer
from bot.errors import NotFound
from bot.services.access import actor_for
from bot.services.coaching_judging import advance
from bot.services.coaching_reading import card_for, coaching_review, read_log, recent_logs, release_text
from bot.services.overview import week, why
from bot.slack.views.coaching_log import disputed_blocks
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, every
from tests.integration.services.test_coaching_logs import DAY, FEEDBACK, answers, edit, log

LOGS = ("coaching_logs", "coaching_log_versions")


def review(store: Store, user: str, now: datetime) -> tuple[int, date | None]:
    """How much Rob was coached, as this person sees it: minutes of the month, and the last day."""
    (line,) = coached_lines(store, user, now)
    return line.minutes, line.last_on


def coached_lines(store: Store, user: str, now: datetime) -> list[CoachedLine]:
    with store.reading() as uow:
        actor = actor_for(uow, user)
        found = coaching_review(uow, actor, [one for one in uow.people.all() if one.id == "rob"], now)
    return list(found.lines)


def test_a_leader_sees_nothing_of_a_log_before_its_author_has_had_it_for_a_working_day(
    company: Store, jobs: RecordedJobs
) -> None:
    friday = MONDAY + 4 * DAY
    log_id = log(company, jobs, now=friday, held_on="2026-10-09", step_on="2026-10-16").log_id
    soon, monday = friday + 2 * DAY, friday + 3 * DAY
    with pytest.raises(NotFound, match="a working day after"):
        read_log(company, "UVIC", log_id, soon)
    assert recent_logs(company, "UVIC", soon) == []
    assert every(company, "coaching_reads") == {}
    assert review(company, "UMIA", soon) == (30, date(2026, 10, 9))
    assert review(company, "UVIC", soon) == (0, None)

    assert [card.id for card in recent_logs(company, "UVIC", monday)] == [log_id]
    assert review(company, "UVIC", monday) == (30, date(2026, 10, 9))


def test_a_confirmation_is_the_leader_s_a_working_day_later(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + 2 * DAY)
    with company.reading() as uow:
        row = uow.coaching.get(log_id)
    assert row is not None

    def to_vic(now: datetime) -> list[Verdict]:
        weekly = next(line.obligation for line in week(company, "UVIC", now).lines if line.owner.id == "mia")
        asked = why(company, "UVIC", row.obligation_id, now)[0].obligation
        return [weekly.verdict, asked.verdict, read_log(company, "UVIC", log_id, now).verdict]

    assert read_log(company, "UMIA", log_id, MONDAY + 2 * DAY).verdict is Verdict.VERIFIED
    assert to_vic(MONDAY + 2 * DAY) == [Verdict.PENDING] * 3
    assert to_vic(MONDAY + 3 * DAY) == [Verdict.VERIFIED] * 3


def test_a_contradicted_session_is_no_coaching(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    answers(company, jobs, log_id, Answer.DISPUTED, MONDAY + DAY)
    assert review(company, "UMIA", MONDAY + DAY) == (0, None)
    assert review(company, "UVIC", MONDAY + DAY) == (30, date(2026, 10, 5))  # not theirs to know yet

    advance(company, jobs, MONDAY + 4 * DAY)
    assert review(company, "UVIC", MONDAY + 4 * DAY) == (0, None)
    answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + 4 * DAY)
    assert review(company, "UMIA", MONDAY + 4 * DAY) == (30, date(2026, 10, 5))


def test_a_release_ends_with_the_words_it_was_given_for(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    release_text(company, jobs, "UROB", log_id, MONDAY + DAY)
    release_text(company, jobs, "UMIA", log_id, MONDAY + DAY)
    assert read_log(company, "UVIC", log_id, MONDAY + DAY).sight is Sight.SHARED

    noted = edit(company, jobs, log_id, MONDAY + DAY, notes="Other notes")
    assert not noted.unreleased
    with audited(company, changing={*LOGS, "coaching_notes", "obligations"}):
        done = edit(company, jobs, log_id, MONDAY + DAY, minutes="60")

    assert done.unreleased
    assert read_log(company, "UVIC", log_id, MONDAY + DAY).sight is Sight.FACTS
    for user in ("UMIA", "UROB"):
        card = read_log(company, user, log_id, MONDAY + DAY)
        assert (card.released, card.release_ended) == ((False, False), True)
    release_text(company, jobs, "UROB", log_id, MONDAY + DAY)
    assert read_log(company, "UVIC", log_id, MONDAY + DAY).sight is Sight.FACTS
    assert not read_log(company, "UROB", log_id, MONDAY + DAY).release_ended
    assert read_log(company, "UMIA", log_id, MONDAY + DAY).release_ended


def test_what_an_edit_changed_is_the_leader_s_a_working_day_later(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    edited = MONDAY + 2 * DAY
    edit(company, jobs, log_id, edited, minutes="60", focus="closing")

    def to(user: str, now: datetime) -> list[tuple[int, str]]:
        cards = [read_log(company, user, log_id, now), *recent_logs(company, user, now)]
        return sorted({(card.minutes, card.focus.partition(":")[0]) for card in cards})

    assert to("UMIA", edited) == to("UROB", edited) == [(60, "Closing")]
    assert to("UVIC", edited) == [(30, "Discovery")]
    assert to("UVIC", edited + DAY) == [(60, "Closing")]


def test_who_had_released_nothing_is_told_of_no_end(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    release_text(company, jobs, "UMIA", log_id, MONDAY)
    edit(company, jobs, log_id, MONDAY + DAY, feedback=f"{FEEDBACK} Write it on your pad.")

    assert read_log(company, "UMIA", log_id, MONDAY + DAY).release_ended
    assert not read_log(company, "UROB", log_id, MONDAY + DAY).release_ended


def test_what_a_leader_was_told_of_a_dispute_is_settled_with_it(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    answers(company, jobs, log_id, Answer.DISPUTED, MONDAY)
    advance(company, jobs, MONDAY + 4 * DAY)
    sent_to_vic(company, log_id)
    before = every(company, "deliveries").keys()

    answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + 4 * DAY)

    asked = [row for key, row in every(company, "deliveries").items() if key not in before]
    assert "vic" in {row["person_id"] for row in asked if row["mode"] == "update"}
    shown = dispute_as_shown(company, "vic", log_id, MONDAY + 4 * DAY)
    assert "Settled since" in shown
    assert "unsettled" not in shown


def test_a_second_dispute_is_the_two_s_for_three_working_days_again(
    company: Store, jobs: RecordedJobs
) -> None:
    log_id = log(company, jobs).log_id
    answers(company, jobs, log_id, Answer.DISPUTED, MONDAY)
    advance(company, jobs, MONDAY + 4 * DAY)
    answers(company, jobs, log_id, Answer.CONFIRMED, MONDAY + 4 * DAY)
    answers(company, jobs, log_id, Answer.DISPUTED, MONDAY + 7 * DAY)

    advance(company, jobs, MONDAY + 9 * DAY)
    assert read_log(company, "UVIC", log_id, MONDAY + 9 * DAY).verdict is Verdict.PENDING
    assert "unsettled" not in dispute_as_shown(company, "vic", log_id, MONDAY + 9 * DAY)
    assert review(company, "UVIC", MONDAY + 9 * DAY) == (30, date(2026, 10, 5))

    advance(company, jobs, MONDAY + 11 * DAY)
    assert read_log(company, "UVIC", log_id, MONDAY + 11 * DAY).verdict is Verdict.CONTRADICTED


def sent_to_vic(store: Store, log_id: str) -> None:
    """The message about the dispute has been posted to Vic."""
    told = [
        row
        for row in every(store, "notices").values()
        if (row["kind"], row["person_id"]) == ("coaching_disputed", "vic")
    ]
    with store.writing() as uow:
        delivery = uow.notices.message_of(told[0]["id"])
        assert delivery is not None
        uow.notices.mark_sent(delivery.id, "DVIC", "1.1", "hash", MONDAY)


def dispute_as_shown(store: Store, person_id: str, log_id: str, now: datetime) -> str:
    with store.reading() as uow:
        card = card_for(uow, person_id, log_id, now)
    assert card is not None
    return str(disputed_blocks(card))
