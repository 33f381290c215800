"""A review is prepared, held and settled; two windows, closed deals and other teams change nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.domain.decisions import DecisionKind
from bot.domain.obligations import State, Verdict
from bot.domain.people import Role
from bot.domain.pipeline import Stage
from bot.domain.review_cards import ReviewEnd, ReviewStep
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.services.deciding import Decide, decide
from bot.services.enforcement import advance
from bot.services.fire_now import FireNow, fire_now
from bot.services.review_notices import PREPARED
from bot.services.review_session import Swap, Turn, shown_in_window, start, swap, swap_choices, turn
from bot.slack.rendering import render
from bot.store.repositories.notices import NoticeRow
from bot.store.tables import DealChanges, Deliveries
from bot.store.unit_of_work import Store
from tests.integration.services.company import SUNDAY, RecordedJobs, brought, every, person, rows, trail
from tests.integration.services.review_week import (
    FRIDAY,
    HOUR,
    TEAM_DEALS,
    THURSDAY,
    WEDNESDAY,
    Held,
    add_team_deals,
    come_round,
    crm_says,
    draft,
    owed_review,
    review_of,
    verified,
)
from tests.integration.store.seeds import add_deal

DAY = timedelta(days=1)


def _prepare(store: Store, jobs: RecordedJobs) -> None:
    add_team_deals(store)
    come_round(store, jobs, SUNDAY + DAY)
    come_round(store, jobs, WEDNESDAY)


@pytest.fixture
def prepared(store: Store, jobs: RecordedJobs) -> Store:
    """The company on Wednesday at ten: Mia's review of tomorrow is prepared."""
    brought(store, jobs, "review prepared", lambda made: _prepare(store, made))
    return store


@pytest.fixture
def held(store: Store, jobs: RecordedJobs) -> Held:
    """Thursday at ten: the review is due."""

    def steps(made: RecordedJobs) -> None:
        _prepare(store, made)
        come_round(store, made, THURSDAY)

    brought(store, jobs, "review due", steps)
    return Held(store, jobs)


def told(store: Store, kind: str, person_id: str = "mia") -> list[str]:
    found = sorted(every(store, "notices").values(), key=lambda row: row["created_at"])
    return [one["reason"] for one in found if one["kind"] == kind and one["person_id"] == person_id]


def test_the_day_before_the_deals_are_picked_and_shown_once(prepared: Store, jobs: RecordedJobs) -> None:
    card = review_of(prepared, WEDNESDAY)

    assert {item.deal.id for item in card.items} == set(TEAM_DEALS)
    assert all(item.reason for item in card.items)
    assert card.obligation is None
    assert told(prepared, "pipeline_review") == ["tomorrow's pipeline review is prepared"]
    assert "pipeline_review.prepared" in [event.action for event in trail(prepared)]
    before = rows(prepared)
    assert come_round(prepared, jobs, WEDNESDAY + HOUR) == []
    assert rows(prepared) == before


def shown(store: Store, reason: str, now: datetime) -> str:
    """What Mia's message of this reason says now."""
    found = (row for row in every(store, "notices").values() if row["kind"] == "pipeline_review")
    row = next(one for one in found if (one["person_id"], one["reason"]) == ("mia", reason))
    content = render(store, NoticeRow(**{name: row[name] for name in NoticeRow.__slots__}), now)
    return str(content.blocks) if content else ""


def test_the_preparation_gives_way_to_the_review_s_own_message_alone(held: Held) -> None:
    assert "was prepared here" in shown(held.store, PREPARED, THURSDAY)
    with held.store.writing() as uow:  # as where both fall on one day, and the one ring is used
        uow.connection.execute(
            update(Deliveries).where(Deliveries.id.endswith(":due")).values(state="superseded")
        )

    assert "was prepared here" not in shown(held.store, PREPARED, THURSDAY)


def test_before_its_day_nothing_is_decided(prepared: Store, jobs: RecordedJobs) -> None:
    review = review_of(prepared, WEDNESDAY)

    with pytest.raises(StaleAction, match="comes tomorrow"):
        start(prepared, jobs, "UMIA", review.id, WEDNESDAY)
    command = Decide("UMIA", review.id, "deal_rob", None, draft(DecisionKind.ADVANCE, "rob"))
    with pytest.raises(StaleAction, match="comes tomorrow"):
        decide(prepared, jobs, command, WEDNESDAY)


def test_a_swap_puts_another_deal_of_the_team_in_the_same_place(prepared: Store, jobs: RecordedJobs) -> None:
    with prepared.writing() as uow:
        add_deal(uow, "spare", "ria", Stage.PROPOSAL)
        add_deal(uow, "foreign", "ray", Stage.PROPOSAL)
    review = review_of(prepared, WEDNESDAY)
    leaving = review.items[1].deal.id

    choices = swap_choices(prepared, "UMIA", review.id, leaving, WEDNESDAY)
    after = swap(prepared, jobs, Swap("UMIA", review.id, leaving, "spare"), WEDNESDAY)

    assert [deal.id for deal, _, _ in choices.choices] == ["spare"]
    assert after.items[1].deal.id == "spare"
    assert leaving not in {item.deal.id for item in after.items}
    assert len(after.items) == len(review.items)
    for impossible in ("foreign", leaving + "x", "deal_closed"):
        with pytest.raises(InvalidInput):
            swap(prepared, jobs, Swap("UMIA", review.id, "spare", impossible), WEDNESDAY)
    with pytest.raises(StaleAction):
        swap(prepared, jobs, Swap("UMIA", review.id, "deal_gone", leaving), WEDNESDAY)
    back = swap(prepared, jobs, Swap("UMIA", review.id, "spare", leaving), WEDNESDAY)
    assert back.items[1].deal.id == leaving


def test_on_its_day_the_prepared_review_is_owed(held: Held) -> None:
    card, owed = review_of(held.store, THURSDAY), owed_review(held.store)

    assert (owed.state, owed.verdict) == (State.DUE, Verdict.PENDING)
    assert card.obligation == owed
    assert told(held.store, "pipeline_review")[-1] == "the pipeline review of your team is due"
    before = rows(held.store)
    assert come_round(held.store, held.jobs, THURSDAY + HOUR) == []
    assert rows(held.store) == before


def test_a_review_nobody_prepared_is_prepared_on_its_day(company: Store, jobs: RecordedJobs) -> None:
    add_team_deals(company)
    opened = fire_now(company, jobs, FireNow("pipeline_review", THURSDAY, "Mia", dry_run=False))

    assert [(one.manager.id, len(one.owed), one.sent) for one in opened] == [("mia", 5, True)]
    assert len(review_of(company, THURSDAY).items) == 5
    assert owed_review(company).state is State.DUE


def test_a_dry_run_of_it_changes_nothing(company: Store, jobs: RecordedJobs) -> None:
    add_team_deals(company)
    before = rows(company)

    for cadence in ("pipeline_preparation", "pipeline_review", "decision_follow_up"):
        opened = fire_now(company, jobs, FireNow(cadence, THURSDAY, None, dry_run=True))
        assert {one.manager.id for one in opened} == {"mia", "max"}

    assert rows(company) == before


def test_who_is_away_that_day_owes_nothing(company: Store, jobs: RecordedJobs) -> None:
    add_team_deals(company)
    with company.writing() as uow:
        uow.people.add_time_off("mia", date(2026, 10, 8), date(2026, 10, 8), "moving house")
    come_round(company, jobs, SUNDAY + DAY)
    come_round(company, jobs, WEDNESDAY)
    come_round(company, jobs, THURSDAY)

    owed = owed_review(company)

    assert (owed.state, owed.excused_reason) == (State.EXCUSED, "time off: moving house")
    assert told(company, "pipeline_review") == []


def test_a_team_without_an_open_deal_has_nothing_to_review(company: Store, jobs: RecordedJobs) -> None:
    crm_says(company, SUNDAY, stages=[(deal, Stage.CLOSED_LOST, SUNDAY) for deal in ("deal_rob", "deal_ria")])
    come_round(company, jobs, THURSDAY)

    owed = owed_review(company)

    assert (owed.state, owed.verdict) == (State.DONE, Verdict.VERIFIED)
    assert owed.reasons[0].text == "There is no open deal to review."


def test_each_deal_decided_makes_the_review_done_and_tells_the_reps_once(held: Held) -> None:
    held.decides("deal_rob", DecisionKind.ADVANCE)
    held.decides("deal_ria", DecisionKind.RE_DATE)
    held.decides("third_rob", DecisionKind.DEMOTE)
    held.decides("early_rob", DecisionKind.REMOVE, action_words="", activity=None)
    assert owed_review(held.store).state is State.DUE
    end = held.decides("early_ria", DecisionKind.KEEP)

    owed = owed_review(held.store)
    assert isinstance(end, ReviewEnd)
    assert end.card.outcome == "review"
    assert (owed.state, owed.verdict, owed.done_late) == (State.DONE, Verdict.VERIFIED, False)
    assert owed.reasons[0].text == "5 deals, each with what happens next, 4 decisions taken."
    assert (owed.reasons[0].record_kind, owed.reasons[0].record_id) == ("pipeline_reviews", end.card.id)
    assert told(held.store, "review_outcome", "rob") == told(held.store, "review_outcome", "ria")
    assert len(told(held.store, "review_outcome", "rob")) == 1
    actions = [event.action for event in trail(held.store)]
    assert actions.count("decision.taken") == 5
    assert "pipeline_review.held" in actions


def test_without_a_decision_it_was_a_status_meeting_until_one_is_taken(held: Held) -> None:
    held.keeps(*TEAM_DEALS)

    met = owed_review(held.store)
    assert (met.state, met.verdict) == (State.DUE, Verdict.UNVERIFIED)
    assert "that is a status meeting" in met.reasons[0].text
    assert review_of(held.store, THURSDAY).outcome == "status_meeting"

    kept = held.decision("deal_rob")
    held.decides("deal_rob", DecisionKind.DEMOTE, known=kept.id)

    owed = owed_review(held.store)
    assert (owed.state, owed.verdict) == (State.DONE, Verdict.VERIFIED)
    assert review_of(held.store, THURSDAY).outcome == "review"


def test_a_review_is_resumed_where_it_was_left(held: Held) -> None:
    first = start(held.store, held.jobs, "UMIA", review_of(held.store, THURSDAY).id, THURSDAY)
    assert isinstance(first, ReviewStep)
    assert first.place == 0

    following = held.decides(first.item.deal.id, DecisionKind.KEEP)
    assert isinstance(following, ReviewStep)
    turn(held.store, held.jobs, Turn("UMIA", first.card.id, "V1", 3), THURSDAY)

    again = start(held.store, held.jobs, "UMIA", first.card.id, THURSDAY + HOUR)
    assert isinstance(again, ReviewStep)
    assert (following.place, again.place) == (1, 3)
    with held.store.reading() as uow:
        mia, rob = uow.people.get("mia"), uow.people.get("rob")
        assert mia is not None
        assert rob is not None
        assert shown_in_window(uow, mia, first.card.id, THURSDAY) is not None
        assert shown_in_window(uow, rob, first.card.id, THURSDAY) is None
    turn(held.store, held.jobs, Turn("UMIA", first.card.id, "V1", 99), THURSDAY)
    assert isinstance(start(held.store, held.jobs, "UMIA", first.card.id, THURSDAY), ReviewEnd)


def test_of_two_windows_the_second_changes_nothing(held: Held) -> None:
    held.decides("deal_rob", DecisionKind.ADVANCE)
    before = rows(held.store)

    with pytest.raises(StaleAction, match="decided in another window"):
        held.decides("deal_rob", DecisionKind.REMOVE)

    assert rows(held.store) == before
    standing = held.decision("deal_rob")
    held.decides("deal_rob", DecisionKind.REMOVE, known=standing.id)
    with held.store.reading() as uow:
        withdrawn = uow.decisions.get(standing.id)
        assert withdrawn is not None
        assert not withdrawn.stands
        assert [one.kind for one in uow.decisions.of_deal("deal_rob")] == [DecisionKind.REMOVE]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_recorded(held: Held) -> None:
    before = rows(held.store)

    for field, more in (
        ("action", {"action_words": "call"}),
        ("owner", {"owner": "ray"}),
        ("due_on", {"due_on": date(2026, 10, 1)}),
        (
            "action activity due_on owner",
            {"owner": "ray", "action_words": "", "activity": None, "due_on": None},
        ),
    ):
        with pytest.raises(InvalidInput) as refused:
            held.decides("deal_rob", DecisionKind.ADVANCE, **more)
        assert [*refused.value.fields] == field.split()

    assert rows(held.store) == before


def test_a_close_date_is_not_pushed_a_third_time(held: Held) -> None:
    crm_says(
        held.store,
        THURSDAY - HOUR,
        close_dates=[("deal_rob", date(2026, 11, day), THURSDAY - 2 * HOUR) for day in (21, 22)],
    )
    with held.store.writing() as uow:
        uow.connection.execute(
            update(DealChanges).where(DealChanges.deal_id == "deal_rob").values(old_value="2026-11-01")
        )

    with pytest.raises(InvalidInput, match="pushed 2 times already"):
        held.decides("deal_rob", DecisionKind.RE_DATE)


def test_only_its_manager_holds_a_review(held: Held) -> None:
    card = review_of(held.store, THURSDAY)
    before = rows(held.store)

    for user in ("UMAX", "UVIC", "UROB", "UADA", "UNOBODY"):
        with pytest.raises(NotAllowed):
            held.decides("deal_rob", DecisionKind.ADVANCE, user=user)
        with pytest.raises(NotAllowed):
            start(held.store, held.jobs, user, card.id, THURSDAY)
        with pytest.raises(NotAllowed):
            swap_choices(held.store, user, card.id, "deal_rob", THURSDAY)
    with pytest.raises(NotFound):
        start(held.store, held.jobs, "UMIA", "rev_forged", THURSDAY)
    foreign = Decide("UMIA", card.id, "deal_ray", None, draft(DecisionKind.ADVANCE, "ray"))
    with pytest.raises(StaleAction):
        decide(held.store, held.jobs, foreign, THURSDAY)

    assert rows(held.store) == before


def test_a_deal_that_closes_meanwhile_leaves_the_review(held: Held) -> None:
    held.decides("deal_ria", DecisionKind.ADVANCE)
    held.keeps("early_rob", "early_ria", "third_rob")
    crm_says(held.store, THURSDAY + HOUR, stages=[("deal_rob", Stage.CLOSED_WON, THURSDAY + HOUR)])

    with pytest.raises(StaleAction, match="closed as won"):
        held.decides("deal_rob", DecisionKind.ADVANCE)
    verified(held.store, held.jobs, THURSDAY + HOUR)

    owed = owed_review(held.store)
    assert (owed.state, owed.verdict) == (State.DONE, Verdict.VERIFIED)


def test_deals_that_all_went_to_another_team_excuse_the_review(held: Held) -> None:
    with held.store.writing() as uow:
        for rep in ("rob", "ria"):
            uow.people.save(person(rep, Role.REP, manager="max"), "crm", f"crm-{rep}")

    with pytest.raises(StaleAction, match="Rob reports to another manager now"):
        held.decides("deal_rob", DecisionKind.ADVANCE)
    verified(held.store, held.jobs, THURSDAY + HOUR)

    owed = owed_review(held.store)
    assert (owed.state, owed.excused_reason) == (
        State.EXCUSED,
        "each of its deals closed or is another team's now",
    )


def test_what_a_leaver_owned_waits_for_its_new_owner(held: Held) -> None:
    with held.store.writing() as uow:
        uow.people.save(person("rob", Role.REP, manager="mia", active=False), "crm", "crm-rob")

    with pytest.raises(StaleAction, match="its owner has left"):
        held.decides("deal_rob", DecisionKind.ADVANCE)

    crm_says(held.store, THURSDAY + HOUR, owners=[("deal_rob", "ria")])
    held.decides("deal_rob", DecisionKind.ADVANCE, owner="ria")
    assert held.decision("deal_rob").owner_id == "ria"


def test_the_next_review_makes_the_last_one_missed_and_late_work_counts(held: Held) -> None:
    come_round(held.store, held.jobs, THURSDAY + 7 * DAY)

    with held.store.reading() as uow:
        every = uow.obligations.of_owner("mia", SUNDAY)
        last, this = [one for one in every if one.kind == "pipeline_review"]
        first_review = uow.reviews.of_day("mia", THURSDAY.date())
    assert (last.state, this.state) == (State.MISSED, State.DUE)
    assert first_review is not None
    late = replace(held, now=THURSDAY + 7 * DAY)
    for deal_id in TEAM_DEALS:
        command = Decide(
            "UMIA",
            first_review.id,
            deal_id,
            None,
            replace(
                draft(DecisionKind.DEMOTE if deal_id == "deal_rob" else DecisionKind.KEEP, deal_id[-3:]),
                due_on=date(2026, 10, 20),
            ),
        )
        decide(late.store, late.jobs, command, late.now)
    with held.store.reading() as uow:
        done = uow.obligations.get(last.id)
        assert done is not None
        assert (done.state, done.done_late) == (State.DONE, True)


def test_on_friday_nobody_is_asked_where_nothing_was_due(held: Held) -> None:
    come_round(held.store, held.jobs, FRIDAY)

    assert told(held.store, "decision_follow_up") == []


def test_past_its_time_it_is_overdue_and_what_shows_it_is_brought_up_to_date(held: Held) -> None:
    notices = every(held.store, "notices").values()
    notice = next(one for one in notices if one["reason"] == "the pipeline review of your team is due")
    with held.store.writing() as uow:
        uow.connection.execute(
            update(Deliveries)
            .where(Deliveries.notice_id == notice["id"])
            .values(state="sent", slack_channel="D1", slack_ts="1.1", sent_at=THURSDAY)
        )
    before = len(held.jobs.deliveries)

    advance(held.store, held.jobs, THURSDAY + 8 * HOUR)

    assert owed_review(held.store).state is State.OVERDUE
    updates = [one for one in every(held.store, "deliveries").values() if one["mode"] == "update"]
    assert notice["id"] in {one["notice_id"] for one in updates}
    assert len(held.jobs.deliveries) > before
