"""Words become evidence, are judged, and undone with their message; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.erasing import ERASED
from bot.domain.evidence import EvidenceState, Grade
from bot.domain.inspection import Backing
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction, UserError
from bot.services.criterion_statuses import inspection_of
from bot.services.deal_evidence import decline_proposal, link_found, open_form, use_message
from bot.services.deal_messages import message_deleted, message_edited, message_written, read_prompt
from bot.services.deal_thread import read_head
from bot.services.evidence_rulings import open_ruling, rule_evidence
from bot.services.settings_book import current_settings
from bot.store.tables import Contacts, DealContacts, People
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, every, rows
from tests.integration.services.inspecting import (
    ANSWER,
    REVIEW,
    STEP,
    change,
    evidence_of,
    marked,
    ruling,
    states,
    thread_of,
    told,
    wrote,
)
from tests.integration.store.seeds import add_crm

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_message_is_proposed_and_counts_only_once_its_author_says_so(
    inspected: Store, jobs: RecordedJobs
) -> None:
    message = wrote(inspected, jobs)
    with inspected.reading() as uow:
        prompt = read_prompt(uow, f"{message.channel}|{message.ts}")
        assert prompt is not None
        assert prompt.proposed is not None
        assert prompt.proposed.id == REVIEW
        assert uow.evidence.standing("deal_rob") == []
    assert open_form(inspected, "UROB", message.channel, message.ts).proposed == REVIEW

    with audited(inspected, changing={"evidence"}):
        marked(inspected, jobs, message, grade=Grade.BUYER_QUOTED)

    with inspected.reading() as uow:
        (one,) = uow.evidence.standing("deal_rob")
        assert read_prompt(uow, f"{message.channel}|{message.ts}") is None
        (review, *others) = inspection_of(uow, uow.deals.get("deal_rob"), current_settings(uow))  # type: ignore[arg-type]  # it is there
    assert (one.quote, one.author_id, one.grade, one.state) == (ANSWER, "rob", "buyer_quoted", "standing")
    assert one.said_at == message.said_at
    assert review.backing is Backing.EVIDENCED
    assert all(other.backing is Backing.OPEN for other in others)


def test_the_same_event_twice_is_one_message(inspected: Store, jobs: RecordedJobs) -> None:
    message = wrote(inspected, jobs)
    wrote(inspected, jobs)
    message_written(inspected, jobs, message, MONDAY)

    assert len(every(inspected, "thread_messages")) == 1
    assert len(evidence_of(inspected)) == 1


@pytest.mark.parametrize(
    "more", [{"thread_ts": "9.9"}, {"thread_ts": None}, {"slack_user_id": "U404"}, {"channel": "C9"}]
)
def test_what_is_in_no_deals_thread_is_not_kept(
    inspected: Store, jobs: RecordedJobs, more: dict[str, Any]
) -> None:
    wrote(inspected, jobs, **more)
    assert not every(inspected, "thread_messages")


def test_others_words_are_kept_and_nobody_is_asked_about_them(inspected: Store, jobs: RecordedJobs) -> None:
    before = len(jobs.deliveries)
    message = wrote(inspected, jobs, by="UMIA")
    assert len(jobs.deliveries) == before
    assert marked(inspected, jobs, message).evidence.author_id == "mia"  # the rep may still use them


def test_a_shortcut_on_a_message_whose_event_was_lost(inspected: Store, jobs: RecordedJobs) -> None:
    message = replace(
        wrote(inspected, jobs, thread_ts="9.9"), thread_ts=thread_of(inspected, "deal_rob").message_ts
    )
    assert use_message(inspected, "UROB", message).text == ANSWER
    with pytest.raises(NotFound, match="in no deal's thread"):
        use_message(inspected, "UROB", replace(message, thread_ts=None))
    with pytest.raises(NotAllowed, match="Only the deal's owner"):
        use_message(inspected, "URIA", message)


def test_what_falls_short_is_recorded_and_asked_for_privately(inspected: Store, jobs: RecordedJobs) -> None:
    message = wrote(inspected, jobs, "The review will be some day soon, they said")
    done = marked(inspected, jobs, message)

    assert done.evidence.state is EvidenceState.INSUFFICIENT
    assert "Which date did the buyer name?" in done.follow_up
    assert told(inspected, "rob") == ["questions_asked", "evidence_follow_up"]
    assert told(inspected, "mia") == ["thread_link"]
    thread = thread_of(inspected, "deal_rob")
    with inspected.reading() as uow:
        head = read_head(uow, thread.id)
        assert uow.evidence.standing("deal_rob") == []
    assert head is not None
    assert head.criteria[0][1] == "answered"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"quote": "the review was last week in Kiel"}, "quote"),
        ({"quote": "on 14 October"}, "quote"),
        ({"grade": Grade.CORROBORATED}, "grade"),
        ({"quote": "on 14 October", "grade": Grade.CORROBORATED}, "quote grade"),
    ],
)
def test_what_can_not_be_kept_is_said_at_its_field(
    inspected: Store, jobs: RecordedJobs, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        marked(inspected, jobs, wrote(inspected, jobs), **more)
    assert [*refused.value.fields] == field.split()
    assert states(inspected) == ["proposed"]


def test_a_corroborated_one_names_the_crm_record(inspected: Store, jobs: RecordedJobs) -> None:
    with inspected.writing() as uow:
        contact = add_crm(uow, Contacts, name="Anna Lind", account_id=None)
        link = {"workspace_id": uow.workspace_id, "deal_id": "deal_rob", "contact_id": contact}
        uow.connection.execute(insert(DealContacts).values(link))
    message = wrote(inspected, jobs)
    with pytest.raises(InvalidInput) as refused:
        marked(inspected, jobs, message, grade=Grade.CORROBORATED, record="contacts|of another deal")
    assert [*refused.value.fields] == ["record"]

    done = marked(inspected, jobs, message, grade=Grade.CORROBORATED, record=f"contacts|{contact}")

    assert done.evidence.record == ("contacts", contact)
    assert done.evidence.record_words == "Contact: Anna Lind"


def test_a_message_answers_several_questions_and_each_once(inspected: Store, jobs: RecordedJobs) -> None:
    message = wrote(inspected, jobs)
    marked(inspected, jobs, message)
    marked(inspected, jobs, message, STEP)
    with pytest.raises(StaleAction, match="already"):
        marked(inspected, jobs, message)
    with pytest.raises(StaleAction, match="stage has changed"):
        marked(inspected, jobs, message, "pain_in_money")
    assert states(inspected) == ["standing", "standing"]


def test_a_proposal_declined_is_gone(inspected: Store, jobs: RecordedJobs) -> None:
    message = wrote(inspected, jobs)
    with audited(inspected, changing={"evidence"}):
        decline_proposal(inspected, "UROB", message.channel, message.ts, MONDAY)
    assert states(inspected) == ["withdrawn"]


def test_the_link_to_the_message_is_kept(inspected: Store, jobs: RecordedJobs) -> None:
    one = marked(inspected, jobs, wrote(inspected, jobs)).evidence
    link_found(inspected, one.id, "https://acme.example/p1")
    assert evidence_of(inspected)[0].permalink == "https://acme.example/p1"


def test_an_edit_undoes_what_rested_on_it_and_an_unfurl_does_not(
    inspected: Store, jobs: RecordedJobs
) -> None:
    message = wrote(inspected, jobs)
    marked(inspected, jobs, message)

    message_edited(inspected, jobs, replace(message, text=f" {ANSWER}  "), MONDAY + HOUR)
    assert states(inspected) == ["standing"]

    with audited(inspected, changing={"evidence"}):
        message_edited(inspected, jobs, replace(message, text=f"Not so: {ANSWER}"), MONDAY + HOUR)

    assert states(inspected) == ["withdrawn"]
    assert [one.quote for one in evidence_of(inspected)] == [ERASED]
    assert told(inspected, "rob")[-1] == "evidence_undone"
    assert marked(inspected, jobs, message, now=MONDAY + DAY).evidence.quote == f"Not so: {ANSWER}"


def test_a_deletion_undoes_even_what_was_accepted_and_forgets_the_words(
    inspected: Store, jobs: RecordedJobs
) -> None:
    message = wrote(inspected, jobs)
    marked(inspected, jobs, message)
    rule_evidence(inspected, jobs, ruling(inspected, accepted=True), MONDAY)

    message_deleted(inspected, jobs, message.channel, message.ts, MONDAY + HOUR)
    message_deleted(inspected, jobs, message.channel, message.ts, MONDAY + HOUR)

    assert states(inspected) == ["withdrawn"]
    (kept,) = every(inspected, "thread_messages").values()
    assert (kept["text"], kept["deleted_at"]) == ("", MONDAY + HOUR)
    with pytest.raises(StaleAction, match="deleted"):
        marked(inspected, jobs, message)
    assert ANSWER not in str(rows(inspected))


@pytest.mark.parametrize("how", ["deleted", "edited"])
def test_words_that_were_said_to_answer_nothing_go_with_their_message_too(
    inspected: Store, jobs: RecordedJobs, how: str
) -> None:
    message = wrote(inspected, jobs)
    decline_proposal(inspected, "UROB", message.channel, message.ts, MONDAY)
    assert ANSWER in str(every(inspected, "evidence"))

    with audited(inspected, changing={"evidence"}):
        if how == "deleted":
            message_deleted(inspected, jobs, message.channel, message.ts, MONDAY + HOUR)
        else:
            message_edited(inspected, jobs, replace(message, text="Not so"), MONDAY + HOUR)

    assert ANSWER not in str(rows(inspected))
    assert "evidence_undone" not in told(inspected, "rob")


def test_an_edit_that_comes_before_its_message_is_the_message(inspected: Store, jobs: RecordedJobs) -> None:
    message = wrote(inspected, jobs, thread_ts=None)
    there = replace(message, thread_ts=thread_of(inspected, "deal_rob").message_ts)
    message_edited(inspected, jobs, replace(there, text="As it stands now"), MONDAY)
    message_written(inspected, jobs, there, MONDAY)

    assert [row["text"] for row in every(inspected, "thread_messages").values()] == ["As it stands now"]


def test_a_rejection_is_the_managers_and_reaches_the_rep_alone(inspected: Store, jobs: RecordedJobs) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    assert open_ruling(inspected, "UMIA", evidence_of(inspected)[0].id).owner.id == "rob"

    with audited(inspected, changing={"evidence", "evidence_rulings"}):
        rule_evidence(inspected, jobs, ruling(inspected, accepted=False), MONDAY)

    (kept,) = every(inspected, "evidence_rulings").values()
    assert (kept["by_id"], kept["ruling"], kept["reason"]) == ("mia", "rejected", "The buyer never said so")
    assert told(inspected, "rob")[-1] == "evidence_rejected"
    assert all("evidence_rejected" not in told(inspected, other) for other in ("mia", "vic", "ria"))
    thread = thread_of(inspected, "deal_rob")
    with inspected.reading() as uow:
        head = read_head(uow, thread.id)
    assert head is not None
    assert head.criteria[0][1] == "answered"


def test_a_mention_is_quoted_by_the_name_that_it_shows(inspected: Store, jobs: RecordedJobs) -> None:
    message = wrote(inspected, jobs, "We meet their COO on 14 October, @UMIA comes and @UNOBODY not")
    quote = "their COO on 14 October, @Mia comes and @UNOBODY not"

    assert marked(inspected, jobs, message, quote=quote).evidence.quote == quote
    assert open_form(inspected, "UROB", message.channel, message.ts).text.endswith(quote)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"reason": "  no "}, InvalidInput),
        ({"by": "UMAX"}, NotAllowed),
        ({"by": "UROB"}, NotAllowed),
        ({"by": "URIA"}, NotAllowed),
        ({"version": 0}, StaleAction),
    ],
)
def test_a_ruling_that_is_refused_changes_nothing(
    inspected: Store, jobs: RecordedJobs, more: dict[str, Any], error: type[UserError]
) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    with audited(inspected, changing=set()), pytest.raises(error):
        rule_evidence(inspected, jobs, ruling(inspected, accepted=False, **more), MONDAY)


def test_the_second_of_two_rulings_on_one_message_is_told_to_look_again(
    inspected: Store, jobs: RecordedJobs
) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    stale = ruling(inspected, accepted=False)
    rule_evidence(inspected, jobs, ruling(inspected, accepted=True), MONDAY)
    with pytest.raises(StaleAction, match="has changed since"):
        rule_evidence(inspected, jobs, stale, MONDAY)
    assert states(inspected) == ["accepted"]


def test_of_the_old_and_the_new_manager_the_second_is_told_that_it_is_settled(
    inspected: Store, jobs: RecordedJobs
) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    of_mia = ruling(inspected, accepted=False)
    change(inspected, People, "rob", manager_id="max")
    with audited(inspected, changing=set()), pytest.raises(NotAllowed):
        rule_evidence(inspected, jobs, of_mia, MONDAY)  # nobody has judged it yet

    rule_evidence(inspected, jobs, ruling(inspected, accepted=True, by="UMAX"), MONDAY)
    with audited(inspected, changing=set()), pytest.raises(StaleAction, match="Somebody has judged this"):
        rule_evidence(inspected, jobs, of_mia, MONDAY)


def test_a_manager_who_no_longer_leads_the_rep_can_not_judge(inspected: Store, jobs: RecordedJobs) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    change(inspected, People, "rob", manager_id="max")
    with pytest.raises(NotAllowed):
        rule_evidence(inspected, jobs, ruling(inspected, accepted=True), MONDAY)
    rule_evidence(inspected, jobs, ruling(inspected, accepted=True, by="UMAX"), MONDAY)
    assert states(inspected) == ["accepted"]
