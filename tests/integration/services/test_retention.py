"""What people wrote goes after its time, what it proved stays; once a day, in pages, on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.decisions import DecisionKind
from bot.domain.flags import ResponseKind
from bot.domain.settings import Retention
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.services import retention
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.coaching_answer import AnswerLog, answer
from bot.services.coaching_log import About, keep_draft
from bot.services.coaching_reading import read_log
from bot.services.deal_flags import AnswerFlags, answer_flags
from bot.services.decision_follow_up import ReportOutcome, report_outcome
from bot.services.evidence_rulings import rule_evidence
from bot.services.my_data import kept_days
from bot.services.one_on_one_agenda import AddItem, add_item
from bot.services.retention import erase_old_words, terms_of
from bot.services.tick import DUTIES
from bot.services.verdict_comments import WriteComment, write
from bot.store.tables import Deals, OneOnOnes
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    RecordedJobs,
    brought,
    every,
    logged,
    monday,
    question_to,
    rows,
    trail,
)
from tests.integration.services.inspecting import asked, marked, opened, ruling, with_channels, wrote
from tests.integration.services.one_on_ones import accepted, slots
from tests.integration.services.review_week import THURSDAY, Held, add_team_deals, come_round
from tests.integration.services.test_coaching_logs import FEEDBACK, SECRET, log

DAY = timedelta(days=1)
TERMS = Retention()
MARK = "zebra"


@pytest.fixture
def written(store: Store, jobs: RecordedJobs) -> Store:
    """Words of every kind that has a term, of one Monday; the deal is closed that week."""
    brought(store, jobs, "written", lambda made: _write(store, made))
    return store


def _write(store: Store, jobs: RecordedJobs) -> None:
    monday(store, jobs)
    logged(store, jobs, plan=f"The {MARK} opens two new accounts a week")
    said = Acknowledge("UROB", question_to(store), Answer.DISPUTED, f"We only met the {MARK}")
    acknowledge(store, jobs, said, MONDAY)
    with store.reading() as uow:
        (judged, *_) = uow.obligations.about("rob", MONDAY)
    write(store, jobs, WriteComment("UMIA", Judged.OBLIGATION, judged.id, f"A {MARK} came between"), MONDAY)
    done = log(store, jobs)
    answer(store, jobs, AnswerLog("UROB", done.log_id, 1, Answer.DISPUTED, f"The {MARK} was there"), MONDAY)
    read_log(store, "UVIC", done.log_id, MONDAY + DAY)
    keep_draft(store, "UMIA", About(rep_id="rob"), {"feedback": f"{MARK} next time"}, MONDAY)
    dismissed = ResponseKind.DISMISSED, f"The {MARK} is on leave until the tenth"
    answer_flags(store, jobs, AnswerFlags("UMIA", ("deal_rob",), None, *dismissed), MONDAY)
    accepted(store, jobs)
    add_item(store, jobs, AddItem("UROB", slots(store)[0].id, f"the {MARK}"), MONDAY)
    with_channels(store)
    opened(store, jobs)
    asked(store, jobs)
    marked(store, jobs, wrote(store, jobs, text=f"The review is on 14 October with their {MARK}"))
    rule_evidence(store, jobs, ruling(store, accepted=False, reason=f"No {MARK} said so"), MONDAY + DAY)
    add_team_deals(store)
    come_round(store, jobs, THURSDAY)
    kept = {"reason": f"The {MARK} has gone", "action_words": f"Call the {MARK} about it"}
    Held(store, jobs, THURSDAY).decides("deal_rob", DecisionKind.REMOVE, **kept)
    (taken,) = next(iter(every(store, "decisions")))
    undone = ReportOutcome("UMIA", taken, done=False, reason=f"The {MARK} came back")
    report_outcome(store, jobs, undone, THURSDAY)
    first = update(OneOnOnes).where(OneOnOnes.id == slots(store)[0].id)
    with store.writing() as uow:
        uow.connection.execute(first.values(cancel_reason=MARK, proposal_note=MARK))
        uow.connection.execute(update(Deals).values(stage="closed_won", closed_at=MONDAY + 2 * DAY))


def words_in(store: Store) -> set[str]:
    """The tables that still hold somebody's words."""
    return {
        name
        for name, table in rows(store).items()
        for row in table.values()
        if any(word in str(row) for word in (MARK, FEEDBACK, SECRET))
    }


def erased_after(store: Store, days: int) -> set[str]:
    done = erase_old_words(store, RecordedJobs(), MONDAY + (days + 10) * DAY)
    assert done is not None
    return set(done)


def test_each_kind_goes_after_its_own_time_and_what_it_proved_stays(written: Store) -> None:
    before = rows(written)
    assert erase_old_words(written, RecordedJobs(), MONDAY + 20 * DAY) == {}
    assert {"coaching_log_versions", "coaching_notes", "agenda_items", "evidence"} <= words_in(written)

    assert erased_after(written, TERMS.drafts_days) == {"drafts"}
    assert erased_after(written, TERMS.agenda_items_days) == {"agenda_items", "one_on_one_notes"}
    assert erased_after(written, TERMS.evidence_words_days) == {
        *("evidence_words", "thread_words", "private_notes", "read_records", "flag_reasons"),
    }
    assert erased_after(written, TERMS.coaching_text_days) == {
        *("coaching_text", "conversation_plans", "decision_words", "verdict_comments"),
    }

    assert words_in(written) == set()
    after = rows(written)
    for table in ("coaching_logs", "deals", "people"):
        assert after[table] == before[table]
    (decision,) = after["decisions"].values()
    assert (decision["kind"], decision["state"]) == ("remove", "reported_not_done")
    assert (decision["reason"], decision["report_reason"]) == ("[erased]", "[erased]")
    for key, row in before["obligations"].items():
        assert {**after["obligations"][key], "reasons": None} == {**row, "reasons": None}
    (evidence,) = after["evidence"].values()
    assert (evidence["grade"], evidence["state"]) == ("claimed", "rejected")
    (version,) = after["coaching_log_versions"].values()
    assert version["content"]["feedback"] == "[erased]"
    assert len(version["content"]["observations"]) == 3
    assert read_log(written, "UROB", version["log_id"], MONDAY + 900 * DAY).minutes == 30


def test_it_is_on_record_with_its_counts_and_a_day_without_is_not(written: Store) -> None:
    erased_after(written, TERMS.drafts_days)
    erased_after(written, TERMS.drafts_days + 1)

    events = [event for event in trail(written) if event.action == "retention.carried_out"]
    assert [event.after for event in events] == [{"drafts": 1}]
    with written.reading() as uow:
        (erasure,) = uow.erasures.all()
    assert (erasure.kind, erasure.by, erasure.counts) == ("retention", "system", {"drafts": 1})
    assert erasure.id == events[0].entity_id


def test_a_day_has_one_turn_whatever_the_number_of_wakings(written: Store) -> None:
    late = MONDAY + 100 * DAY
    assert erase_old_words(written, RecordedJobs(), late) == {"drafts": 1}
    assert erase_old_words(written, RecordedJobs(), late + timedelta(hours=5)) is None
    assert erase_old_words(written, RecordedJobs(), late + DAY) == {}
    assert erase_old_words in DUTIES


def test_pages_are_bounded_and_the_rest_waits_for_the_next_day(
    fired: Store, jobs: RecordedJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(fired, jobs)
    for number in range(5):
        add_item(fired, jobs, AddItem("UROB", slots(fired)[0].id, f"{MARK} {number}"), MONDAY)
    monkeypatch.setattr(retention, "A_PAGE", 2)
    monkeypatch.setattr(retention, "MOST_PAGES", 2)

    late = MONDAY + 300 * DAY
    assert erase_old_words(fired, jobs, late) == {"agenda_items": 4}
    assert erase_old_words(fired, jobs, late + DAY) == {"agenda_items": 1}
    with fired.reading() as uow:
        assert [one.counts for one in uow.erasures.all()] == [{"agenda_items": 4}, {"agenda_items": 1}]


def test_an_admin_s_terms_rule(written: Store) -> None:
    with written.writing() as uow:
        terms = {**TERMS.model_dump(mode="json"), "drafts_days": 300}
        uow.settings.put("retention", terms, "ada", MONDAY)

    assert erase_old_words(written, RecordedJobs(), MONDAY + 100 * DAY) == {}
    assert erase_old_words(written, RecordedJobs(), MONDAY + 301 * DAY)["drafts"] == 1  # type: ignore[index]  # it is that day's turn


def test_what_mydata_promises_is_what_is_done() -> None:
    assert set(kept_days(TERMS).values()) <= set(terms_of(TERMS).values())


@pytest.mark.parametrize(
    ("term", "too_short"),
    [
        ("coaching_text_days", 89),
        ("verdict_comments_days", 89),
        ("private_notes_days", 29),
        ("read_records_days", 0),
        ("drafts_days", 6),
    ],
)
def test_no_term_goes_below_its_floor(term: str, too_short: int) -> None:
    with pytest.raises(ValueError, match=term):
        Retention.model_validate({term: too_short})
