"""A deal that can't answer is proposed for demotion; what else follows of its questions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.decisions import DecisionKind
from bot.domain.pipeline import Stage
from bot.domain.review_cards import ReviewStep
from bot.services.deal_inspection import read_round
from bot.services.deal_messages import message_deleted
from bot.services.deal_thread import read_head, refresh_moved
from bot.services.demotion import next_instants, propose_demotions, read_demotion
from bot.services.evidence_rulings import rule_evidence
from bot.services.notifying import NoticeKind
from bot.services.presence import home_opened
from bot.services.review_session import standing_at
from bot.slack.notices import deal_inspection
from bot.slack.notices.content import Content
from bot.slack.views.review_step import step_form
from bot.store.repositories.notices import NoticeRow
from bot.store.tables import Deals, People
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, SUNDAY, RecordedJobs, audited, every
from tests.integration.services.inspecting import (
    OBJECTION,
    REVIEW,
    STEP,
    asked,
    change,
    marked,
    ruling,
    thread_of,
    told,
    wrote,
)
from tests.integration.services.review_week import (
    THURSDAY,
    WEDNESDAY,
    Held,
    add_team_deals,
    come_round,
    review_of,
)
from tests.integration.store.seeds import add_deal

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_demotion_is_told_to_the_rep_a_working_day_before_anyone_else(
    inspected: Store, jobs: RecordedJobs
) -> None:
    with inspected.reading() as uow:
        (due,) = next_instants(uow, MONDAY)
    propose_demotions(inspected, jobs, due - MINUTE)
    assert not every(inspected, "demotion_proposals")

    with audited(inspected, changing={"demotion_proposals"}):
        propose_demotions(inspected, jobs, due)
    propose_demotions(inspected, jobs, due + MINUTE)

    assert told(inspected, "rob")[-1] == "demotion_proposed"
    assert told(inspected, "mia") == ["thread_link"]
    with inspected.reading() as uow:
        assert not uow.inspections.demotions_seen(["deal_rob"], due + HOUR)
        (visible,) = next_instants(uow, due)
    assert visible == due + DAY  # Thursday to Friday
    propose_demotions(inspected, jobs, visible)
    propose_demotions(inspected, jobs, visible + HOUR)
    assert told(inspected, "mia") == ["thread_link", "demotion_told"]
    with inspected.reading() as uow:
        seen = uow.inspections.demotions_seen(["deal_rob"], visible)["deal_rob"]
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

    (kept,) = every(inspected, "demotion_proposals").values()
    assert kept["outcome"] == outcome
    assert told(inspected, "mia") == ["thread_link"]


def test_a_deal_handed_over_is_no_debt_of_its_new_owner_until_they_were_asked(
    inspected: Store, jobs: RecordedJobs
) -> None:
    due = MONDAY + 4 * DAY
    change(inspected, Deals, "deal_rob", owner_id="ria")
    propose_demotions(inspected, jobs, due)
    assert not every(inspected, "demotion_proposals")

    assert len(asked(inspected, jobs, now=due).questions) == 3
    propose_demotions(inspected, jobs, due + HOUR)
    assert not every(inspected, "demotion_proposals")
    propose_demotions(inspected, jobs, due + 7 * DAY)

    (kept,) = every(inspected, "demotion_proposals").values()
    assert kept["rep_id"] == "ria"
    assert "demotion_proposed" in told(inspected, "ria")
    assert "demotion_proposed" not in told(inspected, "rob")


@pytest.mark.parametrize("to", ["ria", "ray"])
def test_a_proposal_ends_with_the_hand_over_and_its_new_owner_starts_afresh(
    inspected: Store, jobs: RecordedJobs, to: str
) -> None:
    due = MONDAY + 4 * DAY
    propose_demotions(inspected, jobs, due)
    change(inspected, Deals, "deal_rob", owner_id=to)
    (proposal,) = every(inspected, "demotion_proposals").values()
    assert shown(inspected, "demotion_proposed", "rob", proposal["id"]) is None  # nothing is theirs to do

    with audited(inspected, changing={"demotion_proposals"}):
        propose_demotions(inspected, jobs, due + 5 * DAY)

    (kept,) = every(inspected, "demotion_proposals").values()
    assert kept["outcome"] == "moved"
    assert told(inspected, "mia") == ["thread_link"]
    assert "another rep's now" in str(shown(inspected, "demotion_proposed", "rob", proposal["id"]))
    manager = "UMIA" if to == "ria" else "UMAX"
    assert len(asked(inspected, jobs, by=manager, now=due + 5 * DAY).questions) == 3
    propose_demotions(inspected, jobs, due + 12 * DAY)
    assert [
        one["rep_id"] for one in every(inspected, "demotion_proposals").values() if not one["outcome"]
    ] == [to]


def test_who_was_told_and_leads_the_rep_no_more_hears_how_it_ended(
    inspected: Store, jobs: RecordedJobs
) -> None:
    due = MONDAY + 4 * DAY
    propose_demotions(inspected, jobs, due)
    propose_demotions(inspected, jobs, due + 5 * DAY)
    home_opened(inspected, jobs, "UMIA", due + 5 * DAY)
    (proposal,) = every(inspected, "demotion_proposals").values()
    assert shown(inspected, "demotion_told", "mia", proposal["id"]) is not None
    change(inspected, People, "rob", manager_id="max")
    assert shown(inspected, "demotion_told", "mia", proposal["id"]) is None
    change(inspected, Deals, "deal_rob", stage="discovery")
    before = updates(inspected, "mia")

    propose_demotions(inspected, jobs, due + 6 * DAY)

    assert updates(inspected, "mia") > before
    assert "another stage" in str(shown(inspected, "demotion_told", "mia", proposal["id"]))


def test_an_answer_that_is_deleted_again_brings_the_proposal_back(
    inspected: Store, jobs: RecordedJobs
) -> None:
    due = MONDAY + 4 * DAY
    propose_demotions(inspected, jobs, due)
    given = [wrote(inspected, jobs, number=number) for number in (20, 21, 22)]
    for message, criterion in zip(given, (REVIEW, OBJECTION, STEP), strict=True):
        marked(inspected, jobs, message, criterion)
    propose_demotions(inspected, jobs, due + HOUR)
    message_deleted(inspected, jobs, given[0].channel, given[0].ts, due + 2 * HOUR)

    propose_demotions(inspected, jobs, due + 3 * HOUR)
    propose_demotions(inspected, jobs, due + 4 * HOUR)

    first, again = sorted(every(inspected, "demotion_proposals").values(), key=lambda one: one["proposed_at"])
    assert (first["outcome"], again["outcome"]) == ("answered", None)
    assert again["criteria"] == [REVIEW]
    assert told(inspected, "rob").count("demotion_proposed") == 2


def test_a_deal_that_comes_back_to_a_stage_is_not_proposed_on_what_was_asked_before(
    inspected: Store, jobs: RecordedJobs
) -> None:
    due = MONDAY + 4 * DAY
    propose_demotions(inspected, jobs, due)
    change(inspected, Deals, "deal_rob", stage="negotiation")
    propose_demotions(inspected, jobs, due + HOUR)
    change(inspected, Deals, "deal_rob", stage="proposal")

    propose_demotions(inspected, jobs, due + 2 * HOUR)

    assert [one["outcome"] for one in every(inspected, "demotion_proposals").values()] == ["moved"]


def test_a_proposed_demotion_is_in_the_next_review_with_what_is_open(
    inspected: Store, jobs: RecordedJobs
) -> None:
    add_team_deals(inspected)
    with inspected.writing() as uow:
        for number in range(5):
            add_deal(uow, f"large_{number}", "rob", Stage.PROPOSAL, amount=Decimal(900_000))
    propose_demotions(inspected, jobs, THURSDAY - HOUR)  # the rep alone knows until Friday
    for moment in (SUNDAY + DAY, WEDNESDAY, THURSDAY):
        come_round(inspected, jobs, moment)
    assert "deal_rob" not in {item.deal.id for item in review_of(inspected, THURSDAY).items}

    propose_demotions(inspected, jobs, THURSDAY + DAY)
    come_round(inspected, jobs, WEDNESDAY + 7 * DAY)
    come_round(inspected, jobs, THURSDAY + 7 * DAY)

    card = review_of(inspected, THURSDAY + 7 * DAY)
    place = [item.deal.id for item in card.items].index("deal_rob")
    assert card.items[place].reason.startswith("proposed for demotion")
    with inspected.reading() as uow:
        step = standing_at(uow, card, place)
    assert isinstance(step, ReviewStep)
    assert step.demotion is not None
    assert step.demotion.to_stage is Stage.DISCOVERY
    assert len(step.demotion.questions) == 3
    assert "Proposed: a step back to Discovery" in str(step_form(step))


def test_a_review_counts_a_rejected_answer_among_the_open_questions_as_the_flag_does(
    inspected: Store, jobs: RecordedJobs
) -> None:
    for number, criterion in enumerate((REVIEW, OBJECTION), start=20):
        marked(inspected, jobs, wrote(inspected, jobs, number=number), criterion)
    rule_evidence(inspected, jobs, ruling(inspected, accepted=False), MONDAY)
    with inspected.reading() as uow:
        deal = uow.deals.get("deal_rob")
    hold_review(inspected, jobs)

    (item,) = (one for one in review_of(inspected, THURSDAY).items if one.deal.id == "deal_rob")

    assert deal is not None
    assert len(deal.unbacked) == 2
    assert "2 of 3 questions open" in item.reason


@pytest.mark.parametrize("kind", [DecisionKind.DEMOTE, DecisionKind.REMOVE])
def test_what_a_review_decides_of_a_deal_ends_its_proposal(
    inspected: Store, jobs: RecordedJobs, kind: DecisionKind
) -> None:
    hold_review(inspected, jobs)
    due = MONDAY + 4 * DAY
    propose_demotions(inspected, jobs, due)
    (proposal,) = proposals(inspected)
    Held(inspected, jobs, due + HOUR).decides("deal_rob", kind)

    with audited(inspected, changing={"demotion_proposals"}):
        propose_demotions(inspected, jobs, due + 2 * HOUR)
    propose_demotions(inspected, jobs, due + 5 * DAY)

    (kept,) = proposals(inspected)
    assert (kept["outcome"], kept["shown_at"]) == ("closed", None)
    read = str(shown(inspected, "demotion_proposed", "rob", proposal["id"]))
    assert "a review has decided about it" in read


def test_to_keep_a_deal_ends_its_proposal_only_once_it_could_be_known(
    inspected: Store, jobs: RecordedJobs
) -> None:
    hold_review(inspected, jobs)
    due = MONDAY + 4 * DAY
    propose_demotions(inspected, jobs, due)
    Held(inspected, jobs, due + HOUR).decides("deal_rob", DecisionKind.KEEP)
    propose_demotions(inspected, jobs, due + 2 * HOUR)
    (proposal,) = proposals(inspected)
    assert proposal["outcome"] is None

    held, seen = Held(inspected, jobs, due + 5 * DAY), due + 5 * DAY + HOUR
    held.decides("deal_rob", DecisionKind.KEEP, known=held.decision("deal_rob").id)
    propose_demotions(inspected, jobs, seen)
    (proposal,) = proposals(inspected)
    assert proposal["outcome"] == "closed"


def test_what_a_review_takes_back_before_the_day_of_its_questions_is_not_proposed(
    inspected: Store, jobs: RecordedJobs
) -> None:
    hold_review(inspected, jobs)
    held, due = Held(inspected, jobs), MONDAY + 4 * DAY
    held.decides("deal_rob", DecisionKind.DEMOTE)
    propose_demotions(inspected, jobs, due)
    assert not proposals(inspected)

    held.decides("deal_rob", DecisionKind.KEEP, known=held.decision("deal_rob").id)
    propose_demotions(inspected, jobs, due + HOUR)

    assert [one["outcome"] for one in proposals(inspected)] == [None]


def hold_review(store: Store, jobs: RecordedJobs) -> None:
    """Mia's review of Thursday is due."""
    add_team_deals(store)
    for moment in (SUNDAY + DAY, WEDNESDAY, THURSDAY):
        come_round(store, jobs, moment)


def proposals(store: Store) -> list[dict[str, Any]]:
    """What was proposed of the deal that its questions were asked about first."""
    return [one for one in every(store, "demotion_proposals").values() if one["deal_id"] == "deal_rob"]


def shown(store: Store, kind: str, person_id: str, proposal_id: str) -> Content | None:
    """What somebody reads of a proposal now."""
    about = NoticeRow("ntc_1", kind, person_id, "demotion_proposal", proposal_id, "why", MONDAY)
    return deal_inspection.RENDERERS[NoticeKind(kind)](store, about, MONDAY)


def updates(store: Store, person_id: str) -> int:
    """How often something a person was told of was brought up to date."""
    return sum(
        (one["person_id"], one["mode"]) == (person_id, "home") for one in every(store, "deliveries").values()
    )


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
    assert not every(inspected, "demotion_proposals")


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
