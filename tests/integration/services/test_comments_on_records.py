"""Comments on decisions and coaching logs, and in all that is kept of people."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.decisions import DecisionKind
from bot.domain.my_data import RecordKind
from bot.domain.obligations import Verdict
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.errors import NotAllowed, StaleAction
from bot.services import overview
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.coaching_judging import advance as coaching_advance
from bot.services.coaching_reading import card_for, read_log
from bot.services.export import export_ledger
from bot.services.follow_through import why_decision
from bot.services.forget import forget
from bot.services.my_data import my_data
from bot.services.retention import erase_old_words
from bot.services.verdict_comments import Behind, TakeBack, WriteComment, open_form, take_back, write
from bot.slack.listeners.actions import answer_action
from bot.slack.listeners.desk import Desk, OpenModal
from bot.slack.payloads import Action, ActionId, Where
from bot.slack.views import coaching_log as log_views
from bot.slack.views import decisions as decision_views
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every, logged, owed_to, rows, trail
from tests.integration.services.one_on_ones import accepted, owed_for, slot_on
from tests.integration.services.review_week import NEXT_FRIDAY, Held, crm_says, verified
from tests.integration.services.test_coaching_logs import answers, log
from tests.integration.services.test_decisions import NEXT_STATE, held

__all__ = ["held"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "The CRM had the zebra's old stage for a day."
MONDAY_AFTER = NEXT_FRIDAY + 3 * DAY


def says(
    store: Store, jobs: RecordedJobs, judged: Judged, judged_id: str, now: datetime, words: str = WORDS
) -> None:
    write(store, jobs, WriteComment("UMIA", judged, judged_id, words, behind=Behind("V1")), now)


def contradicted(held: Held) -> str:
    """The decision on Rob's deal, which the CRM does not show: by its id."""
    crm_says(held.store, NEXT_STATE)
    verified(held.store, held.jobs, NEXT_FRIDAY)
    one = held.decision("deal_rob")
    assert one.verdict is Verdict.CONTRADICTED
    return one.id


# ------------------------------------------------------------ decisions


def test_a_decision_s_comment_is_its_manager_s_and_the_leaders_in_time(held: Held) -> None:
    decision_id = contradicted(held)
    says(held.store, held.jobs, Judged.DECISION, decision_id, NEXT_FRIDAY)

    def to(user: str, now: datetime) -> tuple[str | None, bool]:
        line, zone = why_decision(held.store, user, decision_id, now)
        shown = str(decision_views.why_view(line, zone))
        assert (WORDS in shown) is (line.comment is not None)
        return line.comment.words if line.comment else None, "verdict.comment" in shown

    assert to("UMIA", NEXT_FRIDAY) == (WORDS, True)
    assert to("UROB", MONDAY_AFTER) == (None, False)
    with pytest.raises(NotAllowed, match="less than a working day"):
        to("UVIC", NEXT_FRIDAY + HOUR)
    assert in_team(held.store, NEXT_FRIDAY + HOUR) == []
    assert to("UVIC", MONDAY_AFTER) == (WORDS, False)
    own = overview.week(held.store, "UMIA", NEXT_FRIDAY).decisions
    assert [line.comment.words for line in own if line.comment] == [WORDS]
    theirs = overview.week(held.store, "UROB", NEXT_FRIDAY).decisions
    assert [line.comment for line in theirs if line.comment] == []


def test_a_leader_whose_deal_it_is_reads_the_verdict_at_once_but_no_comment_before_its_time(
    held: Held,
) -> None:
    decision_id = contradicted(held)
    with held.store.writing() as uow:
        uow.connection.exec_driver_sql("UPDATE deals SET owner_id = 'vic' WHERE id = 'deal_rob'")
    says(held.store, held.jobs, Judged.DECISION, decision_id, NEXT_FRIDAY)

    for now, reads in ((NEXT_FRIDAY + HOUR, False), (MONDAY_AFTER, True)):
        line, _ = why_decision(held.store, "UVIC", decision_id, now)
        assert (line.comment is not None) is reads


def in_team(store: Store, now: datetime) -> list[tuple[str, str | None]]:
    lines = overview.team(store, "UVIC", now).managers
    return [(one.what, one.about) for line in lines for one in line.comments]


def test_a_why_that_shows_it_is_not_kept_beside_its_request(held: Held) -> None:
    decision_id = contradicted(held)
    click = Action("UMIA", "T1", ActionId.DECISION_WHY.value, "", {"d": decision_id}, "1.2", Where(), {}, {})
    desk = Desk(held.store, held.jobs)

    kept = []
    for words in (None, WORDS):
        if words:
            says(held.store, held.jobs, Judged.DECISION, decision_id, NEXT_FRIDAY, words)
        shown = answer_action(desk, click, NEXT_FRIDAY)
        assert isinstance(shown, OpenModal)
        kept.append((WORDS in str(shown.view), shown.kept))
    assert kept == [(False, True), (True, False)]


def test_leaders_read_it_in_the_team_where_they_see_just_counts(held: Held) -> None:
    decision_id = contradicted(held)
    says(held.store, held.jobs, Judged.DECISION, decision_id, MONDAY_AFTER)

    assert in_team(held.store, MONDAY_AFTER + HOUR) == [("Decision", "deal_rob")]


def test_a_decision_taken_back_has_no_verdict_to_comment_on_but_its_comment_can_go(held: Held) -> None:
    decision = held.decision("early_rob")
    says(held.store, held.jobs, Judged.DECISION, decision.id, held.now)
    held.decides("early_rob", DecisionKind.KEEP, known=decision.id)

    with pytest.raises(StaleAction, match="decided otherwise of that deal since"):
        open_form(held.store, "UMIA", Judged.DECISION, decision.id, held.now)
    line, zone = why_decision(held.store, "UMIA", decision.id, held.now)
    assert "Take it back" in str(decision_views.why_view(line, zone))
    (comment,) = every(held.store, "verdict_comments").values()
    take_back(held.store, held.jobs, TakeBack("UMIA", comment["id"], 1), held.now)
    assert every(held.store, "verdict_comments") == {}


@pytest.mark.parametrize("user", ["UROB", "UVIC", "UMAX"])
def test_only_who_decided_comments(held: Held, user: str) -> None:
    decision = held.decision("deal_rob")
    with pytest.raises(NotAllowed, match="whom a verdict is about"):
        write(held.store, held.jobs, WriteComment(user, Judged.DECISION, decision.id, WORDS), held.now)


# ------------------------------------------------------------ coaching logs


def test_beside_a_log_s_verdict_it_is_read_by_its_author_and_the_leaders(
    company: Store, jobs: RecordedJobs
) -> None:
    log_id = log(company, jobs).log_id
    obligation_id = read_log(company, "UMIA", log_id, MONDAY).obligation_id
    says(company, jobs, Judged.OBLIGATION, obligation_id, MONDAY)

    for user, reads, writes in (("UMIA", True, True), ("UROB", False, False), ("UVIC", True, False)):
        shown = str(log_views.log_view(read_log(company, user, log_id, MONDAY + DAY)))
        assert (WORDS in shown, "verdict.comment" in shown) == (reads, writes), user


def test_the_form_says_from_when_leaders_know_what_the_coached_answered(
    company: Store, jobs: RecordedJobs
) -> None:
    log_id = log(company, jobs).log_id
    obligation_id = read_log(company, "UMIA", log_id, MONDAY).obligation_id
    answered = MONDAY + 2 * DAY
    answers(company, jobs, log_id, Answer.CONFIRMED, answered)

    # They have had the log for a day by now, its confirmation they have not.
    form = open_form(company, "UMIA", Judged.OBLIGATION, obligation_id, answered + HOUR)
    assert form.readable_at == answered + DAY
    says(company, jobs, Judged.OBLIGATION, obligation_id, answered + HOUR)
    for now, reads in ((answered + DAY - HOUR, False), (answered + DAY, True)):
        assert (WORDS in str(read_log(company, "UVIC", log_id, now))) is reads
    assert open_form(company, "UMIA", Judged.OBLIGATION, obligation_id, answered + DAY).readable_at is None


def test_a_dispute_that_goes_up_goes_up_with_what_its_author_says(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    answers(company, jobs, log_id, Answer.DISPUTED, MONDAY + HOUR)
    obligation_id = read_log(company, "UMIA", log_id, MONDAY + HOUR).obligation_id
    says(company, jobs, Judged.OBLIGATION, obligation_id, MONDAY + 2 * HOUR)

    assert WORDS not in str(read_log(company, "UVIC", log_id, MONDAY + 2 * DAY))
    up = MONDAY + 4 * DAY
    coaching_advance(company, jobs, up)
    with company.reading() as uow:
        cards = {one: card_for(uow, one, log_id, up) for one in ("mia", "vic", "rob")}
    shown = {one: str(log_views.disputed_blocks(card)) if card else "" for one, card in cards.items()}
    assert f"*Mia says* (5 Oct): “{WORDS}”" in shown["vic"]
    assert f"*You say* (5 Oct): “{WORDS}”" in shown["mia"]
    assert WORDS not in str(cards["rob"])
    told = [row for row in every(company, "notices").values() if row["kind"] == "coaching_disputed"]
    assert {row["person_id"] for row in told} == {"mia", "vic"}

    answers(company, jobs, log_id, Answer.CONFIRMED, up)  # settled: leaders are told of no dispute any more
    assert WORDS not in str(read_log(company, "UVIC", log_id, up + 10 * DAY))
    assert WORDS in str(read_log(company, "UMIA", log_id, up))


def test_what_was_said_of_the_slot_stands_at_its_log_too(fired: Store, jobs: RecordedJobs) -> None:
    accepted(fired, jobs)
    wednesday = datetime.fromisoformat("2026-10-07T20:00:00+00:00")
    first = min(
        (slot for slot in every(fired, "one_on_ones").values() if slot["rep_id"] == "rob"),
        key=lambda row: row["starts_at"],
    )
    slot = slot_on(fired, first["starts_at"].date())
    evening = max(wednesday, slot.starts_at + 2 * HOUR)
    log_id = log(fired, jobs, now=evening, held_on=f"{slot.starts_at:%Y-%m-%d}").log_id
    owed = owed_for(fired, slot)
    assert owed is not None
    says(fired, jobs, Judged.OBLIGATION, owed.id, evening)

    card = read_log(fired, "UMIA", log_id, evening)
    assert (card.comment.words if card.comment else None, card.obligation_id) == (WORDS, owed.id)


# ------------------------------------------------------------ what is kept of people


def on_rob(store: Store, jobs: RecordedJobs, now: datetime = MONDAY) -> None:
    says(store, jobs, Judged.OBLIGATION, owed_to(store, "rob").id, now)


def test_mydata_counts_one_s_own_and_nobody_else_s(fired: Store, jobs: RecordedJobs) -> None:
    on_rob(fired, jobs)

    def counted(user: str) -> dict[RecordKind, int]:
        return {one.kind: one.count for one in my_data(fired, user).held}

    assert counted("UMIA")[RecordKind.COMMENTS] == 1
    assert my_data(fired, "UMIA").kept_days[RecordKind.COMMENTS] == 730
    for user in ("UROB", "UVIC"):
        assert RecordKind.COMMENTS not in counted(user)


@pytest.mark.parametrize("who", ["mia", "rob"])
def test_forgetting_takes_the_words_of_either(fired: Store, jobs: RecordedJobs, who: str) -> None:
    on_rob(fired, jobs)
    done = forget(fired, who, "tomasz", MONDAY + DAY)

    assert done.counts["verdict_comments"] == 1
    assert "zebra" not in str(rows(fired))
    assert [event.action for event in trail(fired) if event.entity_kind == "verdict_comment"] == [
        "verdict_comment.written"
    ]


def test_forgetting_another_leaves_them(fired: Store, jobs: RecordedJobs) -> None:
    on_rob(fired, jobs)
    assert "verdict_comments" not in forget(fired, "ria", "tomasz", MONDAY + DAY).counts
    assert "zebra" in str(every(fired, "verdict_comments"))


def test_its_words_have_a_term_from_when_they_were_written(fired: Store, jobs: RecordedJobs) -> None:
    on_rob(fired, jobs, MONDAY + 9 * DAY)
    assert erase_old_words(fired, jobs, MONDAY + 738 * DAY) is not None
    assert "zebra" in str(every(fired, "verdict_comments"))

    done = erase_old_words(fired, jobs, MONDAY + 740 * DAY)
    assert done is not None
    assert done["verdict_comments"] == 1
    assert "zebra" not in str(rows(fired))


def exported(store: Store, folder: Path, table: str, now: datetime) -> list[Any]:
    export_ledger(store, folder, "json", now=now, by="tomasz")
    found = json.loads((folder / f"{table}.json").read_text(encoding="utf-8"))
    return [row["comment"] for row in found if row["comment"]]


def test_an_export_has_what_leaders_read_by_then(fired: Store, jobs: RecordedJobs, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    on_rob(fired, jobs)
    assert exported(fired, folder, "verdicts", MONDAY + HOUR) == []
    assert exported(fired, folder, "verdicts", MONDAY + DAY) == [WORDS]

    logged(fired, jobs)
    from_rob = [row["id"] for row in every(fired, "acknowledgements").values()]
    acknowledge(fired, jobs, Acknowledge("UROB", from_rob[0], Answer.DISPUTED), MONDAY + HOUR)
    (comment,) = every(fired, "verdict_comments").values()
    again = WriteComment(
        "UMIA", Judged.OBLIGATION, comment["judged_id"], "He mixes it up", comment["id"], comment["version"]
    )
    write(fired, jobs, again, MONDAY + HOUR)
    assert exported(fired, folder, "verdicts", MONDAY + 2 * DAY) == []
    assert exported(fired, folder, "verdicts", MONDAY + 5 * DAY) == ["He mixes it up"]


def test_an_export_has_a_decision_s_once_leaders_see_it(held: Held, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    says(held.store, held.jobs, Judged.DECISION, contradicted(held), NEXT_FRIDAY)
    assert exported(held.store, folder, "decisions", NEXT_FRIDAY + HOUR) == []
    assert exported(held.store, folder, "decisions", MONDAY_AFTER) == [WORDS]
