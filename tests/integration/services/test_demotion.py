"""A deal that can't answer is proposed for demotion; what else follows of its questions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.pipeline import Stage
from bot.services.deal_inspection import read_round
from bot.services.deal_thread import read_head, refresh_moved
from bot.services.demotion import demotions_seen, next_instants, propose_demotions, read_demotion
from bot.store.tables import Deals
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, rows
from tests.integration.services.inspecting import (
    OBJECTION,
    REVIEW,
    STEP,
    change,
    marked,
    thread_of,
    told,
    wrote,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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
