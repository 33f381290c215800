"""Decisions are held against the CRM, asked about on Friday, and shown to whom they concern."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.decisions import DecisionKind, DecisionState
from bot.domain.evidence import Evidence, EvidenceEvent, EvidenceState, Grade, after
from bot.domain.obligations import Verdict
from bot.domain.people import Role
from bot.domain.pipeline import Stage
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.services import overview
from bot.services.decision_follow_up import ReportOutcome, open_report, read_follow_up, report_outcome
from bot.services.decision_verification import rejudge_deal
from bot.services.evidence_rulings import RuleEvidence, rule_evidence
from bot.services.follow_through import read_contradicted, read_outcome, why_decision
from bot.slack.views.decisions import follow_up_summary
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    SUNDAY,
    RecordedJobs,
    audited,
    brought,
    every,
    person,
    rows,
    trail,
)
from tests.integration.services.review_week import (
    NEXT_FRIDAY,
    NEXT_WEDNESDAY,
    THURSDAY,
    WEDNESDAY,
    Held,
    add_team_deals,
    come_round,
    crm_says,
    verified,
)

DAY = timedelta(days=1)
NEXT_STATE = datetime(2026, 10, 15, 4, 0, tzinfo=UTC)
ASKED = ("decision_follow_up", "Europe/Berlin")
PROPOSAL_CRITERIA = ("review_meeting_dated", "likeliest_objection", "up_front_contract")


@pytest.fixture
def held(store: Store, jobs: RecordedJobs) -> Held:
    """Thursday's review, held: an advance, a re-date, a demotion, a removal, and one deal kept."""

    def steps(made: RecordedJobs) -> None:
        add_team_deals(store)
        for moment in (SUNDAY + DAY, WEDNESDAY, THURSDAY):
            come_round(store, made, moment)
        review = Held(store, made)
        review.decides("deal_rob", DecisionKind.ADVANCE)
        review.decides("deal_ria", DecisionKind.RE_DATE)
        review.decides("third_rob", DecisionKind.DEMOTE)
        review.decides("early_rob", DecisionKind.REMOVE)
        review.decides("early_ria", DecisionKind.KEEP)

    brought(store, jobs, "review held", steps)
    return Held(store, jobs)


def evidence(criterion: str, grade: Grade = Grade.BUYER_QUOTED) -> Evidence:
    return Evidence(
        id=f"evd_{criterion}",
        deal_id="deal_rob",
        criterion_id=criterion,
        stage=Stage.PROPOSAL,
        grade=grade,
        state=EvidenceState.STANDING,
        quote="The board meets on the twelfth of November",
        author_id="rob",
        marked_by_id="rob",
        said_at=THURSDAY + DAY,
        marked_at=THURSDAY + DAY,
        channel="C1",
        message_ts=f"{criterion}.1",
    )


def prove(store: Store, jobs: RecordedJobs) -> None:
    """Evidence for each criterion of the stage that Rob's deal leaves."""
    with store.writing() as uow:
        for criterion in PROPOSAL_CRITERIA:
            uow.evidence.add(evidence(criterion))
        rejudge_deal(uow, jobs, "deal_rob", THURSDAY + DAY)


def what_was_decided_is_done(store: Store) -> None:
    crm_says(
        store,
        NEXT_STATE,
        stages=[
            ("deal_rob", Stage.NEGOTIATION, THURSDAY + DAY),
            ("third_rob", Stage.PROPOSAL, THURSDAY + DAY),
            ("early_rob", Stage.CLOSED_LOST, THURSDAY + DAY),
        ],
        close_dates=[("deal_ria", date(2026, 12, 11), THURSDAY + DAY)],
        activities=[("early_ria", "call", THURSDAY + DAY)],
    )


def test_until_the_crm_is_newer_than_the_date_everything_waits(held: Held) -> None:
    assert verified(held.store, held.jobs, NEXT_WEDNESDAY) == 0

    decision = held.decision("deal_rob")
    assert decision.verdict is Verdict.PENDING
    assert decision.reasons[0].text == "CRM as of Sunday 4 Oct: from before the decision."


def test_what_the_crm_shows_by_its_date_is_verified_with_its_records(held: Held) -> None:
    prove(held.store, held.jobs)
    what_was_decided_is_done(held.store)
    before = len(trail(held.store))

    assert verified(held.store, held.jobs, NEXT_STATE) == 5

    for deal_id in ("deal_rob", "deal_ria", "third_rob", "early_rob", "early_ria"):
        decision = held.decision(deal_id)
        assert decision.verdict is Verdict.VERIFIED, deal_id
        assert decision.reasons[0].record_id
    kinds = {reason.record_kind for reason in held.decision("deal_rob").reasons}
    assert kinds == {"deal_stage_events", "evidence"}
    judged = [event for event in trail(held.store)[before:] if event.action == "decision.judged"]
    assert [event.actor_kind for event in judged] == ["system"] * 5


def test_once_judged_by_a_state_of_the_crm_it_is_not_judged_by_it_again(held: Held) -> None:
    what_was_decided_is_done(held.store)
    verified(held.store, held.jobs, NEXT_STATE)
    before = rows(held.store)
    assert verified(held.store, held.jobs, NEXT_STATE + DAY) == 0
    assert rows(held.store) == before


def test_what_the_crm_does_not_show_by_its_date_is_contradicted(held: Held) -> None:
    crm_says(held.store, NEXT_STATE)

    verified(held.store, held.jobs, NEXT_STATE)

    verdicts = {held.decision(one).verdict for one in ("deal_rob", "deal_ria", "third_rob", "early_rob")}
    assert verdicts == {Verdict.CONTRADICTED}
    kept = held.decision("early_ria")
    assert kept.verdict is Verdict.UNVERIFIED
    assert kept.next_action is not None
    assert "no call by 14 Oct" in kept.next_action.reasons[0].text


def test_a_contradiction_is_shown_to_the_rep_too_and_to_no_other(held: Held) -> None:
    outcome = sent(held.store, "review_outcome", "rob")
    crm_says(held.store, NEXT_STATE, owners=[("third_rob", "ria")])

    verified(held.store, held.jobs, NEXT_STATE)
    verified(held.store, held.jobs, NEXT_STATE + timedelta(hours=1))

    updates = [one for one in every(held.store, "deliveries").values() if one["mode"] == "update"]
    assert outcome in {one["notice_id"] for one in updates}
    told = [one for one in every(held.store, "notices").values() if one["kind"] == "decision_contradicted"]
    assert sorted(one["person_id"] for one in told) == ["ria", "rob"]
    with held.store.reading() as uow:
        row = uow.reviews.latest("mia")
        assert row is not None
        rob, ria, ray = (read_contradicted(uow, row.id, rep) for rep in ("rob", "ria", "ray"))
    assert rob is not None
    assert ria is not None
    assert {line.deal_name for line in rob.lines} == {"deal_rob", "early_rob", "third_rob"}
    assert {line.deal_name for line in ria.lines} == {"deal_ria", "third_rob"}
    assert ray is None


def sent(store: Store, kind: str, person_id: str) -> str:
    """Take what a person was told as sent; return the notice's id."""
    notices = every(store, "notices").values()
    notice = next(one for one in notices if (one["kind"], one["person_id"]) == (kind, person_id))
    delivery = next(one for one in every(store, "deliveries").values() if one["notice_id"] == notice["id"])
    with store.writing() as uow:
        uow.notices.mark_sent(delivery["id"], f"D{person_id}", "1.1", "hash", NEXT_STATE - DAY)
    return str(notice["id"])


def test_an_advance_without_evidence_is_not_verified_until_there_is_some(held: Held) -> None:
    what_was_decided_is_done(held.store)
    verified(held.store, held.jobs, NEXT_STATE)
    bare = held.decision("deal_rob")
    assert bare.verdict is Verdict.UNVERIFIED
    assert "An advance needs its evidence too" in bare.reasons[1].text

    prove(held.store, held.jobs)
    assert held.decision("deal_rob").verdict is Verdict.VERIFIED

    with held.store.writing() as uow:
        one = uow.evidence.get("evd_likeliest_objection")
        assert one is not None
        uow.evidence.save(after(one, EvidenceEvent.MESSAGE_GONE), one.version)
        rejudge_deal(uow, held.jobs, "deal_rob", NEXT_STATE + DAY)
    assert held.decision("deal_rob").verdict is Verdict.UNVERIFIED


def test_a_deal_of_another_team_by_then_counts_for_nobody(held: Held) -> None:
    with held.store.writing() as uow:
        uow.people.save(person("rob", Role.REP, manager="max"), "crm", "crm-rob")
    crm_says(held.store, NEXT_STATE)

    verified(held.store, held.jobs, NEXT_STATE)

    decision = held.decision("third_rob")
    assert (decision.verdict, decision.counts) == (Verdict.UNVERIFIED, False)
    assert decision.reasons[0].text == "Rob reports to another manager now."


def test_on_friday_the_manager_says_what_became_of_each(held: Held) -> None:
    what_was_decided_is_done(held.store)
    verified(held.store, held.jobs, NEXT_STATE)
    fires = come_round(held.store, held.jobs, NEXT_FRIDAY)
    with held.store.reading() as uow:
        fire = next(one for id_ in fires if (one := uow.fires.get(id_)) and (one.cadence, one.zone) == ASKED)
        card = read_follow_up(uow, "mia", fire.id, NEXT_FRIDAY)
        nothing = read_follow_up(uow, "max", fire.id, NEXT_FRIDAY)
    assert card is not None
    assert nothing is None
    assert len(card.lines) == 5
    assert (card.kept.due, card.kept.verified) == (4, 3)

    before = held.decision("deal_rob")
    line = report_outcome(held.store, held.jobs, ReportOutcome("UMIA", before.id, done=True), NEXT_FRIDAY)
    assert line.decision.state is DecisionState.REPORTED_DONE
    assert held.decision("deal_rob").verdict is before.verdict
    with pytest.raises(StaleAction):
        report_outcome(held.store, held.jobs, ReportOutcome("UMIA", before.id, done=True), NEXT_FRIDAY)
    with pytest.raises(InvalidInput):
        report_outcome(held.store, held.jobs, ReportOutcome("UMIA", before.id, done=False), NEXT_FRIDAY)
    command = ReportOutcome("UMIA", before.id, done=False, reason="The CFO was on holiday")
    report_outcome(held.store, held.jobs, command, NEXT_FRIDAY)
    assert held.decision("deal_rob").report_reason == "The CFO was on holiday"


def test_who_was_away_on_friday_is_asked_the_next_time_about_what_they_did_not_speak_of(held: Held) -> None:
    with held.store.writing() as uow:
        uow.people.add_time_off("mia", NEXT_FRIDAY.date(), NEXT_FRIDAY.date(), "moving house")
    come_round(held.store, held.jobs, NEXT_FRIDAY)
    report_outcome(
        held.store, held.jobs, ReportOutcome("UMIA", held.decision("deal_ria").id, done=True), NEXT_FRIDAY
    )
    assert asked_of(held.store, "mia") == []

    later = NEXT_FRIDAY + 7 * DAY
    come_round(held.store, held.jobs, later)

    (fire_id,) = asked_of(held.store, "mia")
    with held.store.reading() as uow:
        card = read_follow_up(uow, "mia", fire_id, later)
    assert card is not None
    assert {line.deal_name for line in card.lines} == {"deal_rob", "third_rob", "early_rob", "early_ria"}
    assert "due by now" in follow_up_summary(card)
    sent(held.store, "decision_follow_up", "mia")
    answer = ReportOutcome("UMIA", held.decision("deal_rob").id, done=True)
    report_outcome(held.store, held.jobs, answer, later)
    with held.store.reading() as uow:
        after = read_follow_up(uow, "mia", fire_id, later)
    assert after is not None
    assert len(after.lines) == 4  # what is said there stays there
    assert "update" in {one["mode"] for one in every(held.store, "deliveries").values()}

    come_round(held.store, held.jobs, later + 7 * DAY)
    assert asked_of(held.store, "mia") == [fire_id]  # once is enough


def asked_of(store: Store, manager_id: str) -> list[str]:
    """The fires by which a manager was asked what became of their decisions."""
    return [
        one["subject_id"]
        for one in every(store, "notices").values()
        if (one["kind"], one["person_id"]) == ("decision_follow_up", manager_id)
    ]


def test_only_who_decided_reports_and_what_was_reported_stands(held: Held) -> None:
    decision = held.decision("deal_rob")

    for user in ("UROB", "UVIC", "UMAX"):
        with pytest.raises(NotAllowed):
            open_report(held.store, user, decision.id)
    with pytest.raises(NotFound):
        open_report(held.store, "UMIA", "dec_forged")
    report_outcome(held.store, held.jobs, ReportOutcome("UMIA", decision.id, done=True), THURSDAY + DAY)
    with pytest.raises(StaleAction, match="so it stands"):
        held.decides("deal_rob", DecisionKind.DEMOTE, known=decision.id)


def test_a_rep_hears_of_their_own_deals_alone(held: Held) -> None:
    with held.store.reading() as uow:
        row = uow.reviews.latest("mia")
        assert row is not None
        rob, ria, ray = (read_outcome(uow, row.id, rep) for rep in ("rob", "ria", "ray"))

    assert rob is not None
    assert ria is not None
    assert {line.deal_name for line in rob.lines} == {"deal_rob", "early_rob", "third_rob"}
    assert {line.deal_name for line in ria.lines} == {"deal_ria", "early_ria"}
    assert ray is None


def test_why_is_told_to_those_concerned_and_to_leaders_a_working_day_later(held: Held) -> None:
    decision = held.decision("deal_rob")

    for user in ("UMIA", "UROB"):
        line, zone = why_decision(held.store, user, decision.id, THURSDAY)
        assert (line.deal_name, line.owner, zone) == ("deal_rob", "Rob", "Europe/Berlin")
    for user in ("URIA", "UMAX", "URAY", "ULEA"):
        with pytest.raises(NotAllowed):
            why_decision(held.store, user, decision.id, THURSDAY + 5 * DAY)
    with pytest.raises(NotAllowed, match="less than a working day"):
        why_decision(held.store, "UVIC", decision.id, THURSDAY)
    assert why_decision(held.store, "UVIC", decision.id, THURSDAY + DAY)[0].by == "Mia"


def test_why_quotes_the_evidence_to_those_who_may_see_the_deals(held: Held) -> None:
    prove(held.store, held.jobs)
    what_was_decided_is_done(held.store)
    verified(held.store, held.jobs, NEXT_STATE)
    decision, later = held.decision("deal_rob"), NEXT_STATE + 2 * DAY

    def quoted(user: str) -> set[str]:
        found = why_decision(held.store, user, decision.id, later)[0].quoted
        return {one.words for one in found.values()}

    said = {"The board meets on the twelfth of November"}
    assert quoted("UMIA") == quoted("UROB") == quoted("UVIC") == said
    with held.store.writing() as uow:
        uow.people.save(person("rob", Role.REP, manager="max"), "crm", "crm-rob")
    assert quoted("UMIA") == set()  # her decision still, and another team's deal
    assert quoted("UVIC") == said


def test_leaders_see_verdicts_only_after_the_manager_had_them_for_a_working_day(held: Held) -> None:
    crm_says(held.store, NEXT_STATE)
    verified(held.store, held.jobs, NEXT_STATE)

    def seen(now: datetime) -> tuple[int, int]:
        line = next(one for one in overview.team(held.store, "UVIC", now).managers if one.manager.id == "mia")
        assert line.kept is not None
        return line.kept.due, line.kept.contradicted

    assert seen(NEXT_STATE + timedelta(hours=4)) == (0, 0)
    assert seen(NEXT_STATE + DAY + timedelta(hours=4)) == (4, 4)


def test_the_week_shows_a_managers_decisions_and_a_reps_own(held: Held) -> None:
    now = NEXT_STATE
    crm_says(held.store, now)
    verified(held.store, held.jobs, now)

    mine = overview.week(held.store, "UMIA", now)
    theirs = overview.week(held.store, "UROB", now)
    above = overview.week(held.store, "UVIC", now)

    assert len(mine.decisions) == 5
    assert mine.kept is not None
    assert (mine.kept.due, mine.kept.contradicted) == (4, 4)
    assert {line.deal_name for line in theirs.decisions} == {"deal_rob", "early_rob", "third_rob"}
    assert (theirs.kept, above.decisions) == (None, ())


def test_evidence_rejected_by_the_manager_takes_the_verdict_back(held: Held) -> None:
    prove(held.store, held.jobs)
    what_was_decided_is_done(held.store)
    verified(held.store, held.jobs, NEXT_STATE)
    assert held.decision("deal_rob").verdict is Verdict.VERIFIED

    command = RuleEvidence("UMIA", "evd_review_meeting_dated", 1, accepted=False, reason="Last year")
    rule_evidence(held.store, held.jobs, command, NEXT_STATE)

    assert held.decision("deal_rob").verdict is Verdict.UNVERIFIED


def test_every_change_of_a_review_and_its_decisions_is_in_the_trail(
    company: Store, jobs: RecordedJobs
) -> None:
    add_team_deals(company)
    come_round(company, jobs, SUNDAY + DAY)
    with audited(company, changing={"cadence_fires", "pipeline_reviews"}):
        come_round(company, jobs, WEDNESDAY)
    with audited(company, changing={"cadence_fires", "obligations"}):
        come_round(company, jobs, THURSDAY)
    review = Held(company, jobs)
    with audited(company, changing={"decisions"}):
        review.keeps("deal_rob", "deal_ria", "third_rob", "early_rob")
    with audited(company, changing={"decisions", "obligations", "pipeline_reviews"}):
        review.decides("early_ria", DecisionKind.DEMOTE)
    with audited(company, changing={"decisions"}):
        review.decides("early_ria", DecisionKind.REMOVE, known=review.decision("early_ria").id)
    crm_says(company, NEXT_STATE)
    with audited(company, changing={"decisions"}):
        verified(company, jobs, NEXT_STATE)
