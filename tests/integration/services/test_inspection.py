"""Deal inspection on both databases: who is asked what, what becomes of answers, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain.evidence import EvidenceState, Grade
from bot.domain.inspection import Backing
from bot.domain.pipeline import Stage
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction, UserError
from bot.services.deal_evidence import decline_proposal, link_found, open_form, use_message
from bot.services.deal_inspection import inspection_of, read_inspection, read_round
from bot.services.deal_messages import message_deleted, message_edited, message_written, read_prompt
from bot.services.deal_thread import find_deal, open_deal, read_head, refresh_moved
from bot.services.demotion import demotions_seen, next_instants, propose_demotions, read_demotion
from bot.services.evidence_rulings import RuleEvidence, open_ruling, rule_evidence
from bot.services.inspection_asking import ask_for_deal, head_posted, head_refused
from bot.services.settings_book import current_settings
from bot.services.team_channels import ChannelSeen, map_channels, outsiders
from bot.store.tables import Contacts, DealContacts, Deals, People
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, rows, trail
from tests.integration.services.inspecting import (
    ANSWER,
    CHANNEL,
    OBJECTION,
    OTHER_CHANNEL,
    REVIEW,
    STEP,
    asked,
    evidence_of,
    marked,
    opened,
    thread_of,
    told,
    with_channels,
    wrote,
)
from tests.integration.store.seeds import add_crm, add_deal

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def inspected(company: Store, jobs: RecordedJobs) -> Store:
    """Rob's deal has its thread in the team's channel, and its three questions were asked."""
    with_channels(company)
    opened(company, jobs)
    assert len(asked(company, jobs).questions) == 3
    return company


def ruling(store: Store, *, accepted: bool, by: str = "UMIA", **more: Any) -> RuleEvidence:
    one = next(one for one in evidence_of(store) if one.state is not EvidenceState.WITHDRAWN)
    values = {"reason": "The buyer never said so", "version": one.version, **more}
    return RuleEvidence(by, one.id, accepted=accepted, **values)


def change(store: Store, table: Any, row_id: str, **values: Any) -> None:
    with store.writing() as uow:
        uow.connection.execute(update(table).where(table.id == row_id).values(**values))


def states(store: Store) -> list[str]:
    return [one.state.value for one in evidence_of(store)]


# ---------------------------------------------------------------- channels and threads


def test_a_team_without_a_channel_is_told_what_to_do(company: Store, jobs: RecordedJobs) -> None:
    found = find_deal(company, jobs, "UMIA", "deal_rob", MONDAY)

    assert found.link is not None
    assert "Make a private one whose name begins with “deals-”" in str(found.link.trouble)
    assert not jobs.deliveries
    assert "no channel" in asked(company, jobs).reason


def test_a_channel_is_a_teams_whose_one_manager_is_in_it(company: Store) -> None:
    seen = [
        ChannelSeen("C1", "deals-both", ("UMIA", "UMAX", "UROB")),
        ChannelSeen("C2", "deals-none", ("UROB",)),
        ChannelSeen("C3", "deals-mia", ("UMIA", "UROB")),
        ChannelSeen("C4", "deals-mia-too", ("UMIA",)),
    ]
    assert map_channels(company, seen, MONDAY) == 1
    with company.reading() as uow:
        assert uow.threads.channels()["mia"].channel == "C3"
    assert [event.action for event in trail(company)[-1:]] == ["team_channel.mapped"]
    before = len(trail(company))
    map_channels(company, seen, MONDAY + HOUR)
    assert len(trail(company)) == before
    map_channels(company, [], MONDAY + HOUR)
    assert trail(company)[-1].action == "team_channel.lost"


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        (["UMIA", "UROB", "URIA", "UVIC"], None),
        (["UMIA", "URAY"], "1 member of the channel is outside the team"),
        (["UMIA", "UADA", "U404"], "2 members of the channel are outside the team"),
    ],
)
def test_who_may_be_in_a_teams_channel(company: Store, members: list[str], trouble: str | None) -> None:
    with company.reading() as uow:
        assert outsiders(uow, "mia", members) == trouble


def test_a_thread_is_opened_once_and_found_again(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    with audited(company, changing={"deal_threads"}):
        first = opened(company, jobs)
    again = find_deal(company, jobs, "UROB", "deal_rob", MONDAY + HOUR)

    assert again.link is not None
    assert again.link.permalink == first.permalink
    assert len(rows(company)["deal_threads"]) == 1
    assert told(company, "mia") == ["thread_link"]
    assert told(company, "rob") == []


def test_a_refused_head_is_told_and_tried_again_when_asked(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    find_deal(company, jobs, "UMIA", "deal_rob", MONDAY)
    thread = thread_of(company, "deal_rob")
    head_refused(company, jobs, thread.id, "a stranger is in it", MONDAY)
    heads = [one for one, _ in jobs.deliveries if ":head" in one]

    again = find_deal(company, jobs, "UMIA", "deal_rob", MONDAY + MINUTE)

    assert again.link is not None
    assert again.link.trouble == "a stranger is in it"
    assert told(company, "mia") == ["thread_link"]
    assert len([one for one, _ in jobs.deliveries if ":head" in one]) == len(heads) + 1


@pytest.mark.parametrize("who", ["UMAX", "URAY", "URIA", "UADA", "ULEA"])
def test_who_may_not_see_a_deal_finds_no_thread_of_it(inspected: Store, jobs: RecordedJobs, who: str) -> None:
    with pytest.raises(NotFound):
        find_deal(inspected, jobs, who, "deal_rob", MONDAY)
    with pytest.raises(NotAllowed):
        open_deal(inspected, jobs, who, "deal_rob", MONDAY)
    with pytest.raises(NotAllowed):
        read_inspection(inspected, who, "deal_rob")
    with pytest.raises(NotAllowed):
        asked(inspected, jobs, by=who)


def test_leaders_above_read_and_do_not_ask_or_judge(inspected: Store, jobs: RecordedJobs) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    card = read_inspection(inspected, "UVIC", "deal_rob")
    assert (card.may_rule, card.may_ask) == (False, False)
    with pytest.raises(NotAllowed, match="own manager"):
        asked(inspected, jobs, by="UVIC")
    with pytest.raises(NotAllowed):
        rule_evidence(inspected, jobs, ruling(inspected, accepted=True, by="UVIC"), MONDAY)


# ---------------------------------------------------------------- asking


def test_questions_are_asked_once_and_recorded_with_their_reasons(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    opened(company, jobs)
    with audited(company, changing={"inspection_questions"}):
        first = asked(company, jobs)
    second = asked(company, jobs, now=MONDAY + HOUR)

    assert [one.criterion_id for one in first.questions] == [REVIEW, OBJECTION, STEP]
    assert all(one.why for one in first.questions)
    assert second.questions == ()
    assert "asked already" in second.reason
    assert told(company, "rob") == ["questions_asked"]
    assert len(rows(company)["inspection_questions"]) == 3


def test_questions_wait_for_the_head_of_their_thread(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    asked(company, jobs)
    assert told(company, "rob") == []
    thread = thread_of(company, "deal_rob")

    head_posted(company, jobs, thread.id, "1.1", "https://acme.example/1", MONDAY)
    head_posted(company, jobs, thread.id, "2.2", "https://acme.example/2", MONDAY)

    assert thread_of(company, "deal_rob").message_ts == "1.1"
    assert told(company, "rob") == ["questions_asked"]
    assert sum(one.endswith(":thread") for one, _ in jobs.deliveries) == 1
    assert told(company, "mia") == []  # it was no search for a thread


def test_a_week_allows_two_deals_and_six_questions(inspected: Store, jobs: RecordedJobs) -> None:
    with inspected.writing() as uow:
        for number in (2, 3):
            add_deal(uow, f"deal_rob{number}", "rob", Stage.DISCOVERY)
    second = asked(inspected, jobs, "deal_rob2")
    third = asked(inspected, jobs, "deal_rob3")
    next_week = asked(inspected, jobs, "deal_rob3", now=MONDAY + 7 * DAY)

    assert len(second.questions) == 3
    assert third.questions == ()
    assert "all that one week allows" in third.reason
    assert len(next_week.questions) == 3


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"stage": "closed_won"}, "closed"), ({"owner_id": "ian"}, "has left")],
)
def test_nothing_is_asked_where_nobody_could_answer(
    company: Store, jobs: RecordedJobs, values: dict[str, str], reason: str
) -> None:
    with_channels(company)
    change(company, Deals, "deal_rob", **values)
    with company.writing() as uow:
        found = ask_for_deal(uow, jobs, "deal_rob", None, MONDAY)
    assert found.questions == ()
    assert reason in found.reason


def test_a_new_owner_in_another_team_is_asked_in_their_own_thread(
    inspected: Store, jobs: RecordedJobs
) -> None:
    change(inspected, Deals, "deal_rob", owner_id="ray")

    again = asked(inspected, jobs, by="UMAX", now=MONDAY + HOUR)

    assert {one.asked_of_id for one in again.questions} == {"ray"}
    assert len(rows(inspected)["inspection_questions"]) == 3
    threads = rows(inspected)["deal_threads"].values()
    assert {one["channel"] for one in threads} == {CHANNEL, OTHER_CHANNEL}
    with pytest.raises(NotAllowed):
        marked(inspected, jobs, wrote(inspected, jobs))  # it is not Rob's any more


def test_a_question_for_a_review_is_to_be_answered_by_it(company: Store, jobs: RecordedJobs) -> None:
    with_channels(company)
    with company.writing() as uow:
        found = ask_for_deal(uow, jobs, "deal_rob", "mia", MONDAY, answer_by=MONDAY + DAY)
    assert {one.answer_by for one in found.questions} == {MONDAY + DAY}


# ---------------------------------------------------------------- answering


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
    message_written(inspected, jobs, message, "Ev-other", MONDAY)

    assert len(rows(inspected)["thread_messages"]) == 1
    assert len(evidence_of(inspected)) == 1


@pytest.mark.parametrize(
    "more", [{"thread_ts": "9.9"}, {"thread_ts": None}, {"slack_user_id": "U404"}, {"channel": "C9"}]
)
def test_what_is_in_no_deals_thread_is_not_kept(
    inspected: Store, jobs: RecordedJobs, more: dict[str, Any]
) -> None:
    wrote(inspected, jobs, **more)
    assert not rows(inspected)["thread_messages"]


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
    ],
)
def test_what_can_not_be_kept_is_said_at_its_field(
    inspected: Store, jobs: RecordedJobs, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        marked(inspected, jobs, wrote(inspected, jobs), **more)
    assert refused.value.field == field
    assert states(inspected) == ["proposed"]


def test_a_corroborated_one_names_the_crm_record(inspected: Store, jobs: RecordedJobs) -> None:
    with inspected.writing() as uow:
        contact = add_crm(uow, Contacts, name="Anna Lind", account_id=None)
        link = {"workspace_id": uow.workspace_id, "deal_id": "deal_rob", "contact_id": contact}
        uow.connection.execute(insert(DealContacts).values(link))
    message = wrote(inspected, jobs)
    with pytest.raises(InvalidInput) as refused:
        marked(inspected, jobs, message, grade=Grade.CORROBORATED, record="contacts|of another deal")
    assert refused.value.field == "record"

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


# ---------------------------------------------------------------- undone


def test_an_edit_undoes_what_rested_on_it_and_an_unfurl_does_not(
    inspected: Store, jobs: RecordedJobs
) -> None:
    message = wrote(inspected, jobs)
    marked(inspected, jobs, message)

    message_edited(inspected, jobs, replace(message, text=f" {ANSWER}  "), "Ev8", MONDAY + HOUR)
    assert states(inspected) == ["standing"]

    with audited(inspected, changing={"evidence"}):
        message_edited(inspected, jobs, replace(message, text=f"Not so: {ANSWER}"), "Ev9", MONDAY + HOUR)
    message_edited(inspected, jobs, replace(message, text=ANSWER), "Ev9", MONDAY + HOUR)  # the same event

    assert states(inspected) == ["withdrawn"]
    assert told(inspected, "rob")[-1] == "evidence_undone"
    assert marked(inspected, jobs, message, now=MONDAY + DAY).evidence.quote == f"Not so: {ANSWER}"


def test_a_deletion_undoes_even_what_was_accepted_and_forgets_the_words(
    inspected: Store, jobs: RecordedJobs
) -> None:
    message = wrote(inspected, jobs)
    marked(inspected, jobs, message)
    rule_evidence(inspected, jobs, ruling(inspected, accepted=True), MONDAY)

    message_deleted(inspected, jobs, message.channel, message.ts, "Ev9", MONDAY + HOUR)
    message_deleted(inspected, jobs, message.channel, message.ts, "Ev10", MONDAY + HOUR)

    assert states(inspected) == ["withdrawn"]
    (kept,) = rows(inspected)["thread_messages"].values()
    assert (kept["text"], kept["deleted_at"]) == ("", MONDAY + HOUR)
    with pytest.raises(StaleAction, match="deleted"):
        marked(inspected, jobs, message)
    assert ANSWER not in str([event.after for event in trail(inspected)])


def test_an_edit_that_comes_before_its_message_is_the_message(inspected: Store, jobs: RecordedJobs) -> None:
    message = wrote(inspected, jobs, thread_ts=None)
    there = replace(message, thread_ts=thread_of(inspected, "deal_rob").message_ts)
    message_edited(inspected, jobs, replace(there, text="As it stands now"), "Ev2", MONDAY)
    message_written(inspected, jobs, there, "Ev3", MONDAY)

    assert [row["text"] for row in rows(inspected)["thread_messages"].values()] == ["As it stands now"]


# ---------------------------------------------------------------- judged


def test_a_rejection_is_the_managers_and_reaches_the_rep_alone(inspected: Store, jobs: RecordedJobs) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    assert open_ruling(inspected, "UMIA", evidence_of(inspected)[0].id).owner.id == "rob"

    with audited(inspected, changing={"evidence", "evidence_rulings"}):
        rule_evidence(inspected, jobs, ruling(inspected, accepted=False), MONDAY)

    (kept,) = rows(inspected)["evidence_rulings"].values()
    assert (kept["by_id"], kept["ruling"], kept["reason"]) == ("mia", "rejected", "The buyer never said so")
    assert told(inspected, "rob")[-1] == "evidence_rejected"
    assert all("evidence_rejected" not in told(inspected, other) for other in ("mia", "vic", "ria"))
    thread = thread_of(inspected, "deal_rob")
    with inspected.reading() as uow:
        head = read_head(uow, thread.id)
    assert head is not None
    assert head.criteria[0][1] == "answered"


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


def test_a_manager_who_no_longer_leads_the_rep_can_not_judge(inspected: Store, jobs: RecordedJobs) -> None:
    marked(inspected, jobs, wrote(inspected, jobs))
    change(inspected, People, "rob", manager_id="max")
    with pytest.raises(NotAllowed):
        rule_evidence(inspected, jobs, ruling(inspected, accepted=True), MONDAY)
    rule_evidence(inspected, jobs, ruling(inspected, accepted=True, by="UMAX"), MONDAY)
    assert states(inspected) == ["accepted"]


# ---------------------------------------------------------------- demotion


def test_a_demotion_is_told_to_the_rep_a_working_day_before_anyone_else(
    inspected: Store, jobs: RecordedJobs
) -> None:
    with inspected.reading() as uow:
        (due,) = next_instants(uow, MONDAY)
    propose_demotions(inspected, jobs, due - MINUTE)
    assert not rows(inspected)["demotion_proposals"]

    with audited(inspected, changing={"demotion_proposals"}):
        propose_demotions(inspected, jobs, due)
    propose_demotions(inspected, jobs, due + MINUTE)

    assert told(inspected, "rob")[-1] == "demotion_proposed"
    assert told(inspected, "mia") == ["thread_link"]
    with inspected.reading() as uow:
        assert not demotions_seen(uow, ["deal_rob"], due + HOUR)
        (visible,) = next_instants(uow, due)
    assert visible == due + DAY  # Thursday to Friday
    propose_demotions(inspected, jobs, visible)
    propose_demotions(inspected, jobs, visible + HOUR)
    assert told(inspected, "mia") == ["thread_link", "demotion_told"]
    with inspected.reading() as uow:
        seen = demotions_seen(uow, ["deal_rob"], visible)["deal_rob"]
        card = read_demotion(uow, seen.id)
    assert (seen.from_stage, seen.to_stage) == (Stage.PROPOSAL, Stage.DISCOVERY)
    assert card is not None
    assert card.to_name == "Discovery"


@pytest.mark.parametrize("outcome", ["answered", "moved", "closed"])
def test_a_demotion_is_settled_before_others_hear_of_it(
    inspected: Store, jobs: RecordedJobs, outcome: str
) -> None:
    due = MONDAY + 4 * DAY
    propose_demotions(inspected, jobs, due)
    match outcome:
        case "answered":
            for number, criterion in enumerate((REVIEW, OBJECTION, STEP), start=20):
                marked(inspected, jobs, wrote(inspected, jobs, number=number), criterion)
        case "moved":
            change(inspected, Deals, "deal_rob", stage="discovery")
        case "closed":
            change(inspected, Deals, "deal_rob", stage="closed_lost")

    propose_demotions(inspected, jobs, due + 5 * DAY)

    (kept,) = rows(inspected)["demotion_proposals"].values()
    assert kept["outcome"] == outcome
    assert told(inspected, "mia") == ["thread_link"]


def test_an_answered_deal_is_not_proposed_and_an_evidence_gap_needs_its_day(
    inspected: Store, jobs: RecordedJobs
) -> None:
    with inspected.reading() as uow:
        deal = uow.deals.get("deal_rob")
    assert deal is not None
    assert len(deal.unbacked) == 3
    for number, criterion in enumerate((REVIEW, OBJECTION, STEP), start=20):
        marked(inspected, jobs, wrote(inspected, jobs, number=number), criterion)
    propose_demotions(inspected, jobs, MONDAY + 10 * DAY)
    with inspected.reading() as uow:
        deal = uow.deals.get("deal_rob")
    assert deal is not None
    assert deal.unbacked == ()
    assert not rows(inspected)["demotion_proposals"]


def test_a_head_follows_the_stage_in_the_crm(inspected: Store, jobs: RecordedJobs) -> None:
    refresh_moved(inspected, jobs, MONDAY)
    before = len(jobs.deliveries)
    change(inspected, Deals, "deal_rob", stage="negotiation")
    refresh_moved(inspected, jobs, MONDAY)
    moved = len(jobs.deliveries)
    refresh_moved(inspected, jobs, MONDAY)

    assert moved > before
    assert len(jobs.deliveries) == moved
    thread = thread_of(inspected, "deal_rob")
    with inspected.reading() as uow:
        head = read_head(uow, thread.id)
        round_id = uow.inspections.of_deal("deal_rob")[0].round_id
        shown = read_round(uow, round_id)
    assert head is not None
    assert "Which terms are still open?" in str(head.criteria)
    assert shown is not None
    assert shown.open_ids == frozenset()  # asked of a stage that it has left
